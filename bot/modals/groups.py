"""What the groups modal does: groups are added, their rules drafted, run and stopped."""

from bot.blocks import notice
from bot.content import Block, section
from bot.interactions import About, Act, Click, Form, Interactions, Modal
from bot.modals import group_pages as pages
from core.domain.roles import Role
from core.services.groups import add_group
from core.services.kinds import Own
from core.services.portals import kept_by_learnupon
from core.services.rules import run_rule, set_rule, stop_rule

TITLE = pages.TITLE


async def first_page(slug: str, role: Role) -> Modal:
    """The groups; for a portal of LearnUpon, where they are."""
    elsewhere = await kept_by_learnupon(slug, Own.GROUPS)
    if elsewhere is not None:
        return Modal(TITLE, [section(elsewhere)], About(slug))
    return await pages.list_page(slug, role)


async def _list(act: Act) -> Modal:
    return await pages.list_page(act.about.portal, act.role, int(act.value))


async def _add(act: Act) -> Modal:
    return pages.add_page(act.about)


async def _add_group(act: Act) -> Modal:
    group = await add_group(act.about.portal, act.values.text(pages.NAME))
    return await pages.list_page(act.about.portal, act.role, act.about.page, said=f"{group.title} is added.")


async def _rule(act: Act) -> Modal:
    return await pages.rule_page(About(act.about.portal, subject=act.value, page=act.about.page), act.role)


async def _draft(act: Act) -> Modal:
    everyone = act.values.choice(pages.WHO) == pages.EVERYONE
    lines = [line.strip() for line in act.values.text(pages.WHERE).splitlines() if line.strip()]
    members_of = await pages.title_at(act.about, act.values.choice(pages.MEMBERS_OF))
    title = await pages.title_of(act.about)
    where = [] if everyone else lines
    await set_rule(act.about.portal, title, where=where, everyone=everyone, members_of=members_of)
    said = f"The draft of {title} is kept. It does nothing until it is run."
    return await pages.rule_page(act.about, act.role, [_said(said)], said=said)


async def _run(act: Act) -> Modal:
    title = await pages.title_of(act.about)
    ran = await run_rule(act.about.portal, title, may_empty=act.value == pages.EVEN_IF_EMPTY)
    said = f"The rule of {title} runs: {ran.joined} joined, {ran.left} left, {ran.members} members now."
    return await pages.rule_page(act.about, act.role, [_said(said)], said=said)


async def _stop(act: Act) -> Modal:
    title = await pages.title_of(act.about)
    members = await stop_rule(act.about.portal, title)
    said = f"The rule of {title} is stopped; its {members} members stay."
    return await pages.rule_page(act.about, act.role, [_said(said)], said=said)


def _said(sentence: str) -> Block:
    return notice(sentence, "success")


INTERACTIONS = Interactions(
    clicks=[
        Click(pages.BACK, _list),
        Click(f"{pages.PAGE}_back", _list),
        Click(f"{pages.PAGE}_next", _list),
        Click(pages.ADD, _add, Role.ADMIN),
        Click(pages.RULE, _rule),
        Click(pages.RUN, _run, Role.ADMIN, slow=True),
        Click(pages.STOP, _stop, Role.ADMIN),
    ],
    forms=[Form(pages.GROUP_FORM, _add_group, Role.ADMIN), Form(pages.RULE_FORM, _draft, Role.ADMIN)],
)
