"""`/ukg connect`: a link to a page on which the credentials of UKG Pro are given; none of them passes through Slack."""

from bot.content import escaped, moment, paragraphs
from bot.flows import Asked, Flow
from core.domain.roles import Role
from core.services.connect_links import make_connect_link


async def answer_connect(asked: Asked) -> None:
    """Answer the asker alone with the link."""
    slug = str(asked.portal)
    link = await make_connect_link(slug)
    parts = [
        f"<{link.url}|Connect {escaped(slug)} to UKG Pro>",
        f"The link is for you alone: whoever has it acts in your name. It works once, until {moment(link.expires_at)}. "
        "The page says what will be read, asks for your consent, and tests the service account. Never write a password "
        "or key here.",
    ]
    if not link.reachable:
        parts.append(
            "The machine has no public address yet (UKG_PUBLIC_URL), so the link works on that machine alone. There "
            f"you can also write: `ukg connect {slug}`"
        )
    await asked.answer(paragraphs(*parts))


FLOW = Flow("connect", "Connect the portal to UKG Pro", answer_connect, role=Role.ADMIN)
