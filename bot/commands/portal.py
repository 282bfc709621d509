"""`/ukg portal`: what belongs to the portal as a whole."""

from bot.commands.opening import opening
from bot.flows import Flow
from bot.modals.portal import TITLE, first_page

FLOW = Flow("portal", "Say a portal's name, time zone and limits", opening(first_page), opens=TITLE)
