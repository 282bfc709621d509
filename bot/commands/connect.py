"""`/ukg connect`: a link to a page on which credentials are given, of UKG Pro and, where the portal is there, of
LearnUpon; none of them passes through Slack."""

from bot.content import escaped, moment, paragraphs
from bot.flows import Asked, Flow
from core.domain.roles import Role
from core.services.connect_links import make_connect_link


async def answer_connect(asked: Asked) -> None:
    """Answer the asker alone with the link."""
    slug = str(asked.portal)
    link = await make_connect_link(slug)
    systems = "UKG Pro and LearnUpon" if link.learnupon else "UKG Pro"
    parts = [
        f"<{link.url}|Connect {escaped(slug)} to {systems}>",
        f"For you alone: whoever has the link acts in your name. It works once, until {moment(link.expires_at)}. The "
        "page says what will be read, asks for your consent, and tests what you give. Never write a password or key "
        "here.",
    ]
    if not link.reachable:
        terminal = f"`ukg connect {slug}`" + (f", `ukg learnupon {slug}`" if link.learnupon else "")
        parts.append(
            "The link opens only on the machine that runs ukg-sync, since it has no public address yet "
            f"(UKG_PUBLIC_URL). In a terminal there you can write instead: {terminal}"
        )
    await asked.answer(paragraphs(*parts))


FLOW = Flow("connect", "Connect the portal to UKG Pro and LearnUpon", answer_connect, role=Role.ADMIN)
