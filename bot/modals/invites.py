"""Invite settings: when and how new people get their account."""

from collections.abc import Sequence

from bot.blocks import button, buttons, notice, one_of, option
from bot.content import Block, section
from bot.interactions import About, Act, Click, Form, Interactions, Modal
from bot.modals.trying import tried_blocks
from core.domain.invite_settings import InviteHow, InviteWhen
from core.domain.roles import Role
from core.services.portals import PortalOverview, list_portals, set_invites
from core.services.trying import try_invites

TITLE = "Invite settings"
_FORM, _TRY, _WHEN, _HOW = "invites", "invites_try", "invites_when", "invites_how"
_WHENS = {
    InviteWhen.ADDED: "As soon as they are in UKG Pro",
    InviteWhen.HIRE_DATE: "On their hire date",
}
_HOWS = {
    InviteHow.INVITE: "They are invited, and have an account once they accept",
    InviteHow.WELCOME: "They have an account at once, and a mail to set a password",
    InviteHow.ACTIVE: "They have an account at once, and no mail",
}
_BY_LEARNUPON = "They have an account at once; what mail they get is LearnUpon's to say"


async def first_page(slug: str, role: Role) -> Modal:
    """The settings as they are."""
    overview = await _overview(slug)
    return _page(overview, role, overview.invites["when"], overview.invites["how"])


async def _overview(slug: str) -> PortalOverview:
    return next(each for each in await list_portals() if each.slug == slug)


def _page(
    overview: PortalOverview, role: Role, when: str, how: str, top: Sequence[Block] = (), *, said: str = ""
) -> Modal:
    slug = overview.slug
    hows = _HOWS | ({InviteHow.WELCOME: _BY_LEARNUPON} if overview.kind == "learnupon" else {})
    intro = section(f"How new people get their account in *{slug}*. Nobody who has one is affected.")
    if not role.allows(Role.ADMIN):
        words = f"{_WHENS[InviteWhen(when)]}. {hows[InviteHow(how)]}."
        return Modal(TITLE, [intro, section(words)], About(slug))
    blocks = [
        *top,
        intro,
        one_of(_WHEN, "When", [option(words, each.value) for each, words in _WHENS.items()], when),
        one_of(_HOW, "How", [option(words, each.value) for each, words in hows.items()], how),
        buttons(button("What would change?", _TRY, "try")),
    ]
    return Modal(TITLE, blocks, About(slug), form=_FORM, submit="Save", said=said)


async def _chosen(act: Act) -> tuple[PortalOverview, InviteWhen, InviteHow]:
    overview = await _overview(act.about.portal)
    when = act.values.choice(_WHEN) or overview.invites["when"]
    how = act.values.choice(_HOW) or overview.invites["how"]
    return overview, InviteWhen(when), InviteHow(how)


async def _try(act: Act) -> Modal:
    overview, when, how = await _chosen(act)
    tried = await try_invites(overview.slug, act.database_url, when=when, how=how)
    return _page(overview, act.role, when, how, tried_blocks(tried))


async def _save(act: Act) -> Modal:
    overview, when, how = await _chosen(act)
    await set_invites(overview.slug, when=when, how=how)
    said = f"Saved: the invite settings of {overview.slug}. The next sync goes by them."
    return _page(overview, act.role, when, how, [notice(said, "success")], said=said)


INTERACTIONS = Interactions(
    clicks=[Click(_TRY, _try, Role.ADMIN, slow=True)],
    forms=[Form(_FORM, _save, Role.ADMIN)],
)
