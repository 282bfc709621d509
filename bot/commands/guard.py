"""`/ukg guard`: how many changes pass without an approval."""

from bot.commands.opening import opening
from bot.flows import Flow
from bot.modals.guard import TITLE, first_page

FLOW = Flow("guard", "Say how many changes pass without an approval", opening(first_page), opens=TITLE)
