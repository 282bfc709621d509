"""What the courses modal does: courses are added, published, given to groups and taken off them."""

from bot.blocks import Option
from bot.content import section
from bot.interactions import About, Act, Click, Form, Interactions, Menu, Modal
from bot.modals import course_pages as pages
from core.domain.roles import Role
from core.services.courses import add_course, assign_course, publish_course, unpublish_course, withdraw_course
from core.services.kinds import Own
from core.services.portals import kept_by_learnupon

TITLE = pages.TITLE


async def first_page(slug: str, role: Role) -> Modal:
    """The courses; for a portal of LearnUpon, where they are."""
    elsewhere = await kept_by_learnupon(slug, Own.COURSES)
    if elsewhere is not None:
        return Modal(TITLE, [section(elsewhere)], About(slug))
    return await pages.list_page(slug, role)


async def _list(act: Act) -> Modal:
    return await pages.list_page(act.about.portal, act.role, int(act.value))


async def _add(act: Act) -> Modal:
    return pages.add_page(act.about)


async def _add_course(act: Act) -> Modal:
    draft = act.values.choice(pages.STATE) == pages.DRAFT
    course = await add_course(act.about.portal, act.values.text(pages.NAME), draft=draft)
    return await pages.list_page(act.about.portal, act.role, act.about.page, said=f"{course.title} is added.")


async def _course(act: Act) -> Modal:
    return await pages.course_page(About(act.about.portal, subject=act.value, page=act.about.page))


async def _publish(act: Act) -> Modal:
    title = (await pages.course_of(act.about)).title
    enrolled = await publish_course(act.about.portal, title)
    return await pages.course_page(act.about, said=f"{title} is published; {enrolled:,} are enrolled on it.")


async def _unpublish(act: Act) -> Modal:
    title = (await pages.course_of(act.about)).title
    enrolled = await unpublish_course(act.about.portal, title)
    return await pages.course_page(act.about, said=f"{title} takes no more enrolments; its {enrolled:,} stay.")


async def _ask_to_give(act: Act) -> Modal:
    return await pages.give_page(act.about, act.value)


async def _ask_to_take(act: Act) -> Modal:
    return await pages.take_page(act.about, act.value)


async def _give(act: Act) -> Modal:
    course, group = await pages.course_of(act.about), await pages.group_of(act.about)
    enrolled = await assign_course(act.about.portal, course.title, group)
    return await _done(act, f"{group} has {course.title} now; {enrolled:,} of its members are enrolled.")


async def _take(act: Act) -> Modal:
    course, group = await pages.course_of(act.about), await pages.group_of(act.about)
    keep = pages.KEEP in act.values.choices(pages.KEEP)
    gone = await withdraw_course(act.about.portal, course.title, group, keep_enrolments=keep)
    return await _done(act, f"{course.title} is taken off {group}; {gone:,} enrolments went with it.")


async def _suggest_to_give(act: Act) -> list[Option]:
    return pages.group_options(await pages.groups_without(act.about), act.value)


async def _suggest_to_take(act: Act) -> list[Option]:
    return pages.group_options((await pages.course_of(act.about)).groups, act.value)


async def _done(act: Act, said: str) -> Modal:
    course = act.about.subject.partition(" ")[0]
    return await pages.course_page(About(act.about.portal, subject=course, page=act.about.page), said=said)


INTERACTIONS = Interactions(
    clicks=[
        Click(pages.BACK, _list),
        Click(f"{pages.PAGE}_back", _list),
        Click(f"{pages.PAGE}_next", _list),
        Click(pages.ADD, _add, Role.ADMIN),
        Click(pages.COURSE, _course, Role.ADMIN),
        Click(pages.PUBLISH, _publish, Role.ADMIN, slow=True),
        Click(pages.UNPUBLISH, _unpublish, Role.ADMIN),
        Click(pages.GIVE, _ask_to_give, Role.ADMIN),
        Click(pages.TAKE, _ask_to_take, Role.ADMIN),
    ],
    forms=[
        Form(pages.COURSE_FORM, _add_course, Role.ADMIN),
        Form(pages.GIVE_FORM, _give, Role.ADMIN),
        Form(pages.TAKE_FORM, _take, Role.ADMIN),
    ],
    menus=[Menu(pages.GIVE, _suggest_to_give, Role.ADMIN), Menu(pages.TAKE, _suggest_to_take, Role.ADMIN)],
)
