"""`/ukg invites`: when and how new people get their account."""

from bot.commands.opening import opening
from bot.flows import Flow
from bot.modals.invites import TITLE, first_page

FLOW = Flow("invites", "Say when and how new people get their account", opening(first_page), opens=TITLE)
