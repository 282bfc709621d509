"""The guard: how many changes of a kind pass before an admin has to look."""

from collections.abc import Sequence

from bot.blocks import button, buttons, confirmation, notice, one_of, option, written
from bot.content import Block, context, escaped, section
from bot.interactions import About, Act, Click, Form, Interactions, Modal, Values
from core.domain.errors import SettingsError
from core.domain.guard import Kind, Span
from core.domain.roles import Role
from core.services.guard import GuardSettings, change_guard, default_guard, guard_settings, parse_limit

TITLE = "Guard"
_FORM, _SPAN, _DEFAULT, _SECOND = "guard", "guard_span", "guard_default", "guard_second"
_OFF = "off"
_KINDS = {
    Kind.ENDED: "People who lose access",
    Kind.CREATED: "People who get an account, or get it back",
    Kind.UPDATED: "People who are updated",
    Kind.EMAIL_CHANGED: "People who get another e-mail",
    Kind.BLANKED: "People who have a value blanked",
}
_SPANS = {
    Span.RUN: "One run",
    Span.WEEK: "Seven days",
    Span.COMPANY: "One company in a run",
    Span.DEPARTMENT: "One department in a run",
}


async def first_page(slug: str, role: Role) -> Modal:
    """The limits of one run."""
    return _page(await guard_settings(slug), role, Span.RUN)


def _page(settings: GuardSettings, role: Role, span: Span, top: Sequence[Block] = (), *, said: str = "") -> Modal:
    about = About(settings.portal, subject=span.value)
    blocks: list[Block] = [
        *top,
        section(
            f"What exceeds a limit in *{settings.portal}* is held until an admin approves it; the rest goes through."
        ),
    ]
    if not role.allows(Role.ADMIN):
        return Modal(TITLE, [*blocks, section(_all_limits(settings)), *_approvers(settings)], about)
    spans = [option(words, each.value) for each, words in _SPANS.items()]
    chosen = next(each for each in spans if each["value"] == span.value)
    menu = {"type": "static_select", "action_id": _SPAN, "options": spans, "initial_option": chosen}
    blocks.append({**section("Limits that count over:"), "accessory": menu})
    limits = settings.limits.get(span.value, {})
    for kind, words in _KINDS.items():
        blocks.append(written(_name(span, kind), words, limits.get(kind.value, _OFF), longest=40))
    blocks.append(context("Write `2%` (of the linked learners), `5` (people), `2% or 5` (the larger), or `off`."))
    approvers = [option("Any admin", "no"), option("Another admin than who asked", "yes")]
    blocks.append(one_of(_SECOND, "Who may approve", approvers, "yes" if settings.second_approver else "no"))
    blocks += _approvers(settings)
    confirm = confirmation("Back to the default?", "The limits of a new portal take the place of all of these.", "Yes")
    blocks.append(buttons(button("Default limits", _DEFAULT, "default", confirm=confirm)))
    return Modal(TITLE, blocks, about, form=_FORM, submit="Save", said=said)


def _name(span: Span, kind: Kind) -> str:
    """The input of a limit; each span has its own, so that what was written for one is not taken for another's."""
    return f"guard-{span}-{kind}"


def _all_limits(settings: GuardSettings) -> str:
    lines = [
        f"• {_SPANS[Span(span)]}: {_KINDS[Kind(kind)].lower()}: {escaped(words)}"
        for span, limits in settings.limits.items()
        for kind, words in limits.items()
    ]
    return "\n".join(lines) or "There is no limit."


def _approvers(settings: GuardSettings) -> list[Block]:
    if not settings.second_approver:
        return []
    few = {
        0: f"{settings.portal} has no admin yet, so for now whoever asked may approve.",
        1: f"{settings.portal} has one admin only, who may approve what they asked for.",
    }
    return [context(few.get(settings.admins, "Another admin than who asked must approve."))]


def _wrong(values: Values) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for name in values:
        if name.startswith("guard-"):
            try:
                parse_limit(values.text(name))
            except SettingsError as error:
                wrong[name] = str(error)
    return wrong


async def _choose_span(act: Act) -> Modal:
    return _page(await guard_settings(act.about.portal), act.role, Span(act.value))


async def _save(act: Act) -> Modal:
    slug, span = act.about.portal, Span(act.about.subject)
    before = await guard_settings(slug)
    held = before.limits.get(span.value, {})
    limits = {kind: parse_limit(act.values.text(_name(span, kind)) or _OFF) for kind in Kind}
    changed = {
        kind: limit for kind, limit in limits.items() if (limit.words if limit else _OFF) != held.get(kind.value, _OFF)
    }
    second = act.values.choice(_SECOND) == "yes"
    if not changed and second == before.second_approver:
        raise SettingsError("Nothing is different, so nothing was saved.")
    after = await change_guard(slug, changed, span, second_approver=second)
    said = f"Saved: the guard of {slug}."
    return _page(after, act.role, span, [notice(said, "success")], said=said)


async def _default(act: Act) -> Modal:
    after = await default_guard(act.about.portal)
    return _page(after, act.role, Span(act.about.subject), [notice("The limits are those of a new portal.", "success")])


INTERACTIONS = Interactions(
    clicks=[Click(_SPAN, _choose_span, Role.ADMIN), Click(_DEFAULT, _default, Role.ADMIN)],
    forms=[Form(_FORM, _save, Role.ADMIN, check=_wrong)],
)
