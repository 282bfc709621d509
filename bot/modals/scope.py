"""The scope: whom the portal takes from UKG Pro."""

from collections.abc import Sequence

from bot.blocks import button, buttons, confirmation, notice, option, written
from bot.content import Block, context, escaped, moment, section
from bot.interactions import About, Act, Click, Form, Interactions, Modal
from bot.modals.trying import tried_blocks
from core.domain.roles import Role
from core.domain.scope import WORDS, ScopeKind
from core.services.scope import ShownScope, set_scope, show_scope
from core.services.trying import try_scope

TITLE = "Scope"
_FORM, _KIND, _EVERYONE, _TRY, _BACK = "scope", "scope_kind", "scope_everyone", "scope_try", "scope_back"
_INCLUDE, _EXCLUDE = "scope_include", "scope_exclude"
_HINTS = {
    ScopeKind.STATUS: "The letters of UKG Pro, such as A or L.",
    ScopeKind.PERSON: "Employee ids or e-mails; they are taken, or left, whatever else is said.",
}


async def first_page(slug: str, role: Role) -> Modal:
    """Whom the scope takes, in words."""
    return _page(await show_scope(slug), role)


def _page(shown: ShownScope, role: Role, top: Sequence[Block] = (), *, said: str = "") -> Modal:
    blocks: list[Block] = [*top, section(f"*{shown.portal}* takes: {escaped(' '.join(shown.words))}")]
    last = shown.last_read
    if last is not None and last.inside is not None:
        blocks.append(
            context(
                f"Inside at the last read ({moment(last.read_at)}): {last.inside} of {last.employed} who are employed."
            )
        )
    if not shown.everyone:
        outside = "Whoever is outside is skipped; an account they have stays as it is until their employment ends."
        blocks.append(context(outside))
    blocks += [section(f":warning: {escaped(sentence)}") for sentence in shown.warnings[:20]]
    if role.allows(Role.ADMIN):
        kinds = [option(WORDS[kind].capitalize(), kind.value) for kind in ScopeKind]
        placeholder = {"type": "plain_text", "text": "Change a condition"}
        menu = {"type": "static_select", "action_id": _KIND, "options": kinds, "placeholder": placeholder}
        confirm = confirmation("Take everyone?", "All conditions are dropped. Nobody's account changes by it.", "Yes")
        everyone = [] if shown.everyone else [button("Take everyone", _EVERYONE, "everyone", confirm=confirm)]
        blocks.append(buttons(menu, *everyone))
    return Modal(TITLE, blocks, About(shown.portal), said=said)


def _condition_page(about: About, include: str, exclude: str, top: Sequence[Block] = ()) -> Modal:
    kind = ScopeKind(about.subject)
    words, hint = WORDS[kind], _HINTS.get(kind, "One in a line, as UKG Pro writes it.")
    label = "Take only these" if kind is not ScopeKind.PERSON else "Always take these people"
    blocks = [
        *top,
        section(f"The condition by *{words}*. Both empty: it is dropped."),
        written(_INCLUDE, label, include, hint=hint, optional=True, longest=3000, lines=True),
        written(_EXCLUDE, "Leave these as they are", exclude, hint=hint, optional=True, longest=3000, lines=True),
        buttons(button("What would change?", _TRY, "try"), button("Back", _BACK, "back")),
    ]
    return Modal(TITLE, blocks, about, form=_FORM, submit="Save")


async def _choose(act: Act) -> Modal:
    shown = await show_scope(act.about.portal)
    about = About(act.about.portal, subject=act.value)
    include, exclude = ("\n".join(each.get(act.value, ())) for each in (shown.include, shown.exclude))
    return _condition_page(about, include, exclude)


def _written(act: Act) -> tuple[dict[ScopeKind, list[str]], dict[ScopeKind, list[str]]]:
    kind = ScopeKind(act.about.subject)
    include, exclude = (
        [line.strip() for line in act.values.text(name).splitlines() if line.strip()] for name in (_INCLUDE, _EXCLUDE)
    )
    return {kind: include}, {kind: exclude}


async def _try(act: Act) -> Modal:
    include, exclude = _written(act)
    tried = await try_scope(act.about.portal, act.database_url, include=include, exclude=exclude)
    return _condition_page(act.about, act.values.text(_INCLUDE), act.values.text(_EXCLUDE), tried_blocks(tried))


async def _save(act: Act) -> Modal:
    include, exclude = _written(act)
    shown = await set_scope(act.about.portal, include=include, exclude=exclude)
    said = f"Saved: the scope of {shown.portal}. The next sync goes by it."
    return _page(shown, act.role, [notice(said, "success")], said=said)


async def _take_everyone(act: Act) -> Modal:
    shown = await set_scope(act.about.portal, include={}, exclude={}, everyone=True)
    return _page(shown, act.role, [notice("All conditions are dropped.", "success")])


async def _back(act: Act) -> Modal:
    return await first_page(act.about.portal, act.role)


INTERACTIONS = Interactions(
    clicks=[
        Click(_KIND, _choose, Role.ADMIN),
        Click(_EVERYONE, _take_everyone, Role.ADMIN),
        Click(_TRY, _try, Role.ADMIN, slow=True),
        Click(_BACK, _back),
    ],
    forms=[Form(_FORM, _save, Role.ADMIN)],
)
