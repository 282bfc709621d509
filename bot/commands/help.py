"""`/ukg help`: what can be asked for, of that what the asker may."""

from collections.abc import Sequence

from bot.content import Content, paragraphs
from bot.flows import Asked, Flow, Flows, unknown_command
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.slack_people import portals_of


def flow(others: Sequence[Flow]) -> Flow:
    """The flow that explains the flows."""

    async def explain(asked: Asked) -> None:
        every = Flows([*others, itself])
        if not asked.words:
            roles = await portals_of(asked.user)
            await asked.answer(overview(list(every), set(roles.values()), one_portal=len(roles) == 1))
            return
        found = every.find(asked.words[0])
        if found is None:
            raise SettingsError(unknown_command(every, asked.words[0]))
        await asked.answer(paragraphs(_line(found), _FOR[found.role]))

    itself = Flow("help", "Say what can be asked for", explain, usage="[command]", portal="none", takes_words=True)
    return itself


def overview(flows: Sequence[Flow], roles: set[Role], *, one_portal: bool = False) -> Content:
    """The commands that somebody with these roles may give; with one portal there is no need to name it."""
    allowed = [each for each in flows if any(role.allows(each.role) for role in roles)]
    lines = "\n".join(_line(each, one_portal=one_portal) for each in allowed)
    left = len(flows) - len(allowed)
    more = f"\n{left} more take a role that you do not have." if left else ""
    portals = "" if one_portal else "Where no portal is named you are asked which. "
    return paragraphs(f"*Commands*\n{lines}{more}", f"{portals}Who may do what: `/ukg admins`")


def _line(flow: Flow, *, one_portal: bool = False) -> str:
    usage = flow.usage.removeprefix("[portal]").strip() if one_portal else flow.usage
    words = " ".join(("/ukg", flow.name, usage)).strip()
    return f"`{words}` {flow.summary}"


_FOR = {
    Role.VIEWER: "For everybody who has a role in the portal.",
    Role.OPERATOR: "For operators and admins.",
    Role.ADMIN: "For admins only.",
}
