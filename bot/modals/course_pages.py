"""The pages of the courses modal: the courses, one of them, and what it would do to give it to a group."""

from collections.abc import Sequence

from bot.blocks import (
    Option,
    any_of,
    button,
    buttons,
    confirmation,
    first_hundred,
    notice,
    one_line,
    one_of,
    option,
    pager,
    plain,
    row,
    search,
    written,
)
from bot.content import Block, escaped, section
from bot.interactions import About, Modal
from bot.modals.group_pages import digest
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.courses import ListedCourse, list_courses
from core.services.enrolments import effect_of_assigning, effect_of_publishing, effect_of_withdrawing
from core.services.groups import list_groups

TITLE = "Courses"
ADD, BACK, COURSE, PAGE = "courses_add", "courses_list", "courses_course", "courses_page"
PUBLISH, UNPUBLISH, GIVE, TAKE = "courses_publish", "courses_unpublish", "courses_give", "courses_take"
COURSE_FORM, GIVE_FORM, TAKE_FORM = "course", "course_give", "course_take"
NAME, STATE, KEEP = "course_title", "course_state", "course_keep"
DRAFT, PUBLISHED = "draft", "published"

_A_PAGE = 10
_MOST_OPTIONS = 100  # of a menu (facts/slack, part A)


async def list_page(slug: str, role: Role, page: int = 0, *, said: str = "") -> Modal:
    """The courses, a page of them, each with who is enrolled and the groups that get it."""
    courses = await list_courses(slug)
    pages = max(1, -(-len(courses) // _A_PAGE))
    page = min(page, pages - 1)
    blocks: list[Block] = [notice(said, "success")] if said else []
    number = f"{len(courses)} course{'' if len(courses) == 1 else 's'}"
    blocks.append(section(f"*{slug}* has {number}." if courses else f"*{slug}* has no course yet."))
    for course in courses[page * _A_PAGE : (page + 1) * _A_PAGE]:
        accessory = button("Change", COURSE, digest(course.title)) if role.allows(Role.ADMIN) else None
        blocks.append(row(_line(course), accessory))
    blocks += pager(PAGE, page, pages)
    if role.allows(Role.ADMIN):
        blocks.append(buttons(button("Add a course", ADD, "add")))
    return Modal(TITLE, blocks, About(slug, page=page), said=said)


def _line(course: ListedCourse) -> str:
    draft = "" if course.published else " (a draft, which takes no enrolments)"
    total = sum(course.enrolments.values())
    statuses = ", ".join(f"{number:,} {status.replace('_', ' ')}" for status, number in course.enrolments.items())
    enrolled = f"{total:,} enrolled: {statuses}" if total else "nobody enrolled"
    groups = escaped(one_line(", ".join(course.groups), 300)) if course.groups else "none"
    return f"*{escaped(course.title)}*{draft}: {enrolled}\nGroups: {groups}"


def add_page(about: About) -> Modal:
    """A place for the title of a new course."""
    states = [option("Published: it takes enrolments", PUBLISHED), option("A draft", DRAFT)]
    blocks = [written(NAME, "Title", longest=200), one_of(STATE, "It is", states, PUBLISHED), buttons(_back(about))]
    return Modal("Add a course", blocks, about, form=COURSE_FORM, submit="Add")


async def course_page(about: About, *, said: str = "") -> Modal:
    """The course that `about` names, and what an admin can do with it."""
    course = await course_of(about)
    without, having = await groups_without(about), course.groups
    doing = [_menu(GIVE, "Give it to a group", without)] if without else []
    doing += [_menu(TAKE, "Take it off a group", having)] if having else []
    doing += [await _publishing(about.portal, course), _back(about)]
    top = [notice(said, "success")] if said else []
    return Modal(TITLE, [*top, section(_line(course)), buttons(*doing)], about, said=said)


def _menu(action_id: str, words: str, titles: Sequence[str]) -> Block:
    """The groups to choose from; more than a menu takes are looked up while somebody types."""
    if len(titles) > _MOST_OPTIONS:
        return search(action_id) | {"placeholder": plain(words)}
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(words),
        "options": group_options(titles),
    }


def group_options(titles: Sequence[str], typed: str = "") -> list[Option]:
    """The groups in whose title there is what was typed."""
    return first_hundred([option(each, digest(each)) for each in titles if typed.casefold() in each.casefold()])


async def groups_without(about: About) -> list[str]:
    """The groups that do not have the course."""
    having = (await course_of(about)).groups
    return [group.title for group in await list_groups(about.portal) if group.title not in having]


async def _publishing(slug: str, course: ListedCourse) -> Block:
    effect = await effect_of_publishing(slug, course.title)
    if course.published:
        question = f"It takes no more enrolments. The {effect.kept:,} that there are stay."
        return button("Unpublish", UNPUBLISH, "unpublish", confirm=confirmation("Unpublish it?", question, "Unpublish"))
    question = f"{_people(effect.enrolled)} of its groups get it now, and whoever joins them later."
    return button("Publish", PUBLISH, "publish", confirm=confirmation("Publish it?", question, "Publish"))


async def give_page(about: About, group: str) -> Modal:
    """What it would do to give the course to the group, before it is done."""
    course, title = await course_of(about), await _group_at(about, group)
    effect = await effect_of_assigning(about.portal, course.title, title)
    now = f"{_people(effect.enrolled)} would be enrolled now" if course.published else "Nobody, while it is a draft"
    words = f"Give *{escaped(course.title)}* to *{escaped(title)}*? {now}; whoever joins the group later gets it too."
    asked = About(about.portal, subject=f"{about.subject} {group}", page=about.page)
    return Modal(TITLE, [section(words), buttons(_back(about))], asked, form=GIVE_FORM, submit="Give")


async def take_page(about: About, group: str) -> Modal:
    """What it would do to take the course off the group, before it is done."""
    course, title = await course_of(about), await _group_at(about, group)
    effect = await effect_of_withdrawing(about.portal, course.title, title)
    words = (
        f"Take *{escaped(course.title)}* off *{escaped(title)}*? {effect.withdrawn:,} enrolments that are not finished "
        f"and that no other group gives would go; {effect.kept:,} stay."
    )
    keep = any_of(KEEP, "Enrolments", [option("Let all of them stay", KEEP)])
    asked = About(about.portal, subject=f"{about.subject} {group}", page=about.page)
    return Modal(TITLE, [section(words), keep, buttons(_back(about))], asked, form=TAKE_FORM, submit="Take off")


async def course_of(about: About) -> ListedCourse:
    """The course that `about` names by its digest, alone or before that of a group."""
    name = about.subject.partition(" ")[0]
    found = next((each for each in await list_courses(about.portal) if digest(each.title) == name), None)
    if found is None:
        raise SettingsError("This course is not there any more; nothing was done.")
    return found


async def group_of(about: About) -> str:
    """The title of the group that `about` names after the course."""
    return await _group_at(about, about.subject.partition(" ")[2])


async def _group_at(about: About, name: str) -> str:
    titles = (group.title for group in await list_groups(about.portal))
    found = next((title for title in titles if digest(title) == name), None)
    if found is None:
        raise SettingsError("This group is not there any more; nothing was done.")
    return found


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _back(about: About) -> Block:
    return button("Back", BACK, str(about.page))
