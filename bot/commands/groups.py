"""`/ukg groups`: the groups of the portal and the rules that fill them."""

from bot.commands.opening import opening
from bot.flows import Flow
from bot.modals.groups import TITLE, first_page

FLOW = Flow("groups", "List groups, write and run their rules", opening(first_page), opens=TITLE)
