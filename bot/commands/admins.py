"""`/ukg admins`: who may do what in the portal."""

from bot.commands.opening import opening
from bot.flows import Flow
from bot.modals.admins import TITLE, first_page

FLOW = Flow("admins", "Say who may do what", opening(first_page), opens=TITLE)
