"""`/ukg courses`: the courses of the portal, and the groups that get them."""

from bot.commands.opening import opening
from bot.flows import Flow
from bot.modals.courses import TITLE, first_page

FLOW = Flow("courses", "List courses, give them to groups", opening(first_page), opens=TITLE)
