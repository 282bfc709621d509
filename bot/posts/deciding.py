"""The buttons under a plan that waits for an approval. Who clicks is known by their Slack user id, at the click."""

from bot.blocks import any_of, option
from bot.content import Block, escaped, paragraphs, section
from bot.interactions import About, Act, Click, Form, Interactions, Menu, Modal, Values
from bot.posts.held import APPROVE, REJECT, RELEASE
from bot.posts.requests import APPLY
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.approving import (
    HeldPerson,
    ToDecide,
    approve_and_apply,
    held_people,
    reject,
    still_applies,
    to_decide,
)
from core.services.plans import Decided, Part
from core.services.slack_posts import Kind, look_again
from core.services.slack_requests import ask_in_slack

_FORM, _KINDS, _PEOPLE = "release_some_form", "released_kinds", "released_people"
_TITLE = "Release some changes"
_MOST_OPTIONS = 100


async def approve(act: Act) -> Modal | None:
    """Let all of it through."""
    plan, seen = _plan(act.about)
    try:
        decided = await approve_and_apply(plan, seen)
    finally:
        await look_again(Kind.HELD, plan)
    await act.answer(paragraphs(_said(decided)))
    return None


async def apply(act: Act) -> Modal | None:
    """Ask for a run that does exactly what the plan says, but for what is held."""
    plan, _ = _plan(act.about)
    if not await still_applies(plan):
        raise SettingsError(f"Plan {plan} was applied or rejected already, or has expired; nothing was done.")
    asking = await ask_in_slack(act.about.portal, "apply", user=act.user, channel=act.user, plan_id=plan)
    where = f"<#{asking.channel}> tells" if asking.channel else "your direct messages tell"
    await act.answer(paragraphs(f"Plan {plan} is asked to be applied; {where} how it goes."))
    return None


async def reject_it(act: Act) -> Modal | None:
    """Close the plan."""
    plan, seen = _plan(act.about)
    try:
        decided = await reject(plan, seen)
    finally:
        await look_again(Kind.HELD, plan)
    await act.answer(paragraphs(f"Plan {decided.plan} is rejected; nothing more of it can be applied."))
    return None


async def choose(act: Act) -> Modal:
    """The form in which some are chosen."""
    plan, _ = _plan(act.about)
    try:
        found = await to_decide(plan)
        if found.state != "open":
            raise SettingsError(f"Plan {plan} is {found.state} already; nothing was done.")
        return Modal(_TITLE, _blocks(found, await held_people(plan, "")), act.about, form=_FORM, submit="Release")
    finally:
        await look_again(Kind.HELD, plan)


async def release(act: Act) -> Modal:
    """Let through what was chosen: everyone of the kinds, and the people."""
    plan, seen = _plan(act.about)
    kinds, people = tuple(act.values.choices(_KINDS)), tuple(act.values.choices(_PEOPLE))
    parts = [*([Part(kinds=kinds)] if kinds else []), *([Part(people=people)] if people else [])]
    try:
        decided = await approve_and_apply(plan, seen, parts=tuple(parts))
    finally:
        await look_again(Kind.HELD, plan)
    said = _said(decided)
    return Modal(_TITLE, [section(said)], act.about, said=said)


async def suggest(act: Act) -> list[dict[str, object]]:
    """The people whose change waits and who fit what was typed."""
    plan, _ = _plan(act.about)
    return [_option(each) for each in (await held_people(plan, act.value))[:_MOST_OPTIONS]]


def _check(values: Values) -> dict[str, str]:
    if values.choices(_KINDS) or values.choices(_PEOPLE):
        return {}
    return {_KINDS: "Choose a kind of change, or people, or both."}


def _plan(about: About) -> tuple[str, str]:
    """The plan and the hash that was shown."""
    plan, _, seen = about.subject.partition(" ")
    return plan, seen


def _blocks(plan: ToDecide, people: list[HeldPerson]) -> list[Block]:
    kinds = [option(f"{kind} ({number:,})", kind) for kind, number in plan.held.items()]
    menu: Block = {"action_id": _PEOPLE, "placeholder": {"type": "plain_text", "text": "Names"}}
    if len(people) > _MOST_OPTIONS:
        menu |= {"type": "multi_external_select", "min_query_length": 1}
    else:
        menu |= {"type": "multi_static_select", "options": [_option(each) for each in people]}
    chosen: Block = {
        "type": "input",
        "block_id": _PEOPLE,
        "optional": True,
        "label": {"type": "plain_text", "text": "These people"},
        "element": menu,
    }
    text = f"What you release is made in {escaped(plan.portal)} in your name. The rest stays held."
    return [section(text), any_of(_KINDS, "Everyone of these kinds", kinds), chosen]


def _option(person: HeldPerson) -> dict[str, object]:
    return option(person.name or person.employee_id, person.employee_id, f"{person.outcome}, {person.employee_id}")


def _said(decided: Decided) -> str:
    changes = f"{decided.people:,} held change{' is' if decided.people == 1 else 's are'}"
    through = changes if decided.people else "UKG Pro's answer is"
    return f"{through} approved and asked to be written: {decided.portal}, plan {decided.plan}."


INTERACTIONS = Interactions(
    clicks=[
        Click(APPROVE, approve, Role.ADMIN),
        Click(APPLY, apply, Role.OPERATOR),
        Click(RELEASE, choose, Role.ADMIN, opens=lambda _: _TITLE),
        Click(REJECT, reject_it, Role.ADMIN),
    ],
    forms=[Form(_FORM, release, Role.ADMIN, _check)],
    menus=[Menu(_PEOPLE, suggest, Role.ADMIN)],
)
