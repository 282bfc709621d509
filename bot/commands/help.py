"""`/ukg help`: what can be asked for, of that what the asker may."""

from collections.abc import Sequence

from bot.content import Content, paragraphs
from bot.flows import Asked, Flow
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.slack_people import portals_of


def flow(flows: Sequence[Flow]) -> Flow:
    """The flow that explains the flows."""

    async def explain(asked: Asked) -> None:
        if not asked.words:
            await asked.answer(overview(flows, set((await portals_of(asked.user)).values())))
            return
        word = asked.words[0].casefold()
        found = next((each for each in flows if each.name == word), None)
        if found is None:
            raise SettingsError("That is no command I know; nothing was done. All commands: `/ukg help`")
        await asked.answer(paragraphs(_line(found), f"It takes the role {found.role}, or more."))

    return Flow("help", "Say what can be asked for", explain, usage="[command]", portal="none", takes_words=True)


def overview(flows: Sequence[Flow], roles: set[Role]) -> Content:
    """The commands that somebody with these roles may give."""
    allowed = [each for each in flows if any(role.allows(each.role) for role in roles)]
    lines = "\n".join(_line(each) for each in allowed)
    left = len(flows) - len(allowed)
    more = f"\n{left} more take a role that you do not have." if left else ""
    return paragraphs(f"*Commands*\n{lines}{more}", "With one portal its name may be left out. Roles: `ukg admin list`")


def _line(flow: Flow) -> str:
    words = " ".join(("/ukg", flow.name, flow.usage)).strip()
    return f"`{words}` {flow.summary}"
