"""`/ukg pending`: who was invited and has not accepted."""

from bot.commands.opening import opening
from bot.flows import Flow
from bot.modals.pending import TITLE, first_page

FLOW = Flow(
    "pending",
    "List who has not accepted, resend or cancel",
    opening(first_page),
    usage="[portal] [name]",
    takes_words=True,
    opens=TITLE,
)
