"""`/ukg schedule`: when the daily sync runs."""

from bot.commands.opening import opening
from bot.flows import Flow
from bot.modals.schedule import TITLE, first_page

FLOW = Flow("schedule", "Say when the daily sync runs", opening(first_page), opens=TITLE)
