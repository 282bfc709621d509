"""`/ukg disconnect`: forget the credentials of UKG Pro, asked twice."""

from bot.blocks import button, buttons, confirmation
from bot.content import Content, paragraphs
from bot.flows import Asked, Flow
from bot.interactions import About, Act, Click, Interactions, written_down
from core.domain.roles import Role
from core.services.connections import disconnect

DISCONNECT = "disconnect"


async def ask_disconnect(asked: Asked) -> None:
    """Ask whether it is meant."""
    slug = str(asked.portal)
    confirm = confirmation(f"Disconnect {slug}?", "No sync runs any more until it is connected again.", "Disconnect")
    press = button("Disconnect", DISCONNECT, written_down(About(slug)), style="danger", confirm=confirm)
    question = paragraphs(
        f"Forget the UKG Pro credentials of *{slug}*? The daily sync stops. Learners, values and mapping stay; to go "
        "on later, connect it again."
    )
    await asked.answer(Content(question.text, [*question.blocks, buttons(press)]))


async def _disconnect(act: Act) -> None:
    slug = act.about.portal
    await disconnect(slug)
    said = f"{slug} is disconnected; its credentials are forgotten. Learners, values and mapping stay."
    await act.answer(paragraphs(said), replace=True)


FLOW = Flow("disconnect", "Forget the credentials of UKG Pro", ask_disconnect, role=Role.ADMIN)
INTERACTIONS = Interactions(clicks=[Click(DISCONNECT, _disconnect, Role.ADMIN)])
