"""`/ukg scope`: whom the portal takes from UKG Pro."""

from bot.commands.opening import opening
from bot.flows import Flow
from bot.modals.scope import TITLE, first_page

FLOW = Flow("scope", "Say whom the portal takes from UKG Pro", opening(first_page), opens=TITLE)
