"""Courses: add, publish, list, give to groups and take from them, and how far someone is."""

import asyncio
from collections.abc import Sequence

import msgspec

from core.clock import now
from core.domain.email import email_key
from core.domain.enrolment import EnrolmentStatus
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.portals.embedded.enrolments import AT_ONCE, marks, withdraw
from core.portals.embedded.memberships import change_training, settle
from core.services.audit import audit
from core.services.groups import find_group
from core.services.kinds import Own
from core.services.names import checked_name, name_key
from core.services.portals import embedded_portal_for, portal_for
from core.store import models
from core.store.bulk import select_rows
from core.store.transactions import write_transaction

_COUNTS = """
    SELECT e.course_id AS course_id, e.status AS status, COUNT(*) AS enrolments FROM enrolment e
    JOIN course c ON c.id = e.course_id WHERE c.portal_id = ? GROUP BY e.course_id, e.status
"""


class ListedCourse(msgspec.Struct):
    """A course as listed. `groups` are titles, sorted; `enrolments` counts by status, without those that are zero."""

    title: str
    published: bool
    groups: list[str]
    enrolments: dict[str, int]


async def find_course(portal: models.Portal, title: str) -> models.Course:
    """The course of that title, whatever its case; raises `SettingsError` naming those there are, or for a portal of
    LearnUpon, which keeps its own."""
    Own.COURSES.refuse(portal)
    course = await models.Course.get_or_none(portal_id=portal.id, title_key=name_key(title))
    if course is None:
        titles = [row.title for row in await models.Course.filter(portal_id=portal.id).order_by("title_key").limit(10)]
        known = f"There are: {', '.join(titles)}." if titles else f"Add it: ukg course add {portal.slug} TITLE"
        raise SettingsError(f"{portal.slug} has no course '{title[:80]}'; nothing was done. {known}")
    return course


async def add_course(slug: str, title: str, *, draft: bool = False) -> models.Course:
    """Add a course; titles are unique in a portal whatever their case. A draft takes no enrolments yet."""
    portal = await embedded_portal_for(slug, Role.ADMIN, Own.COURSES)
    checked = checked_name("A course's title", title)
    async with write_transaction():
        await change_training(portal)
        if await models.Course.exists(portal_id=portal.id, title_key=name_key(checked)):
            raise SettingsError(f"{slug} has a course {checked} already; nothing was added.")
        course = await models.Course.create(
            portal_id=portal.id, title=checked, title_key=name_key(checked), published=not draft, created_at=now()
        )
        await audit(portal, "course added", checked, after={"published": not draft})
    return course


async def list_courses(slug: str) -> list[ListedCourse]:
    """Every course of the portal, by title."""
    portal = await portal_for(slug, Role.VIEWER)
    counts: dict[int, dict[str, int]] = {}
    for course_id, status, enrolments in await select_rows(models.Enrolment, _COUNTS, [portal.id]):
        counts.setdefault(course_id, {})[status] = enrolments
    groups: dict[int, list[str]] = {}
    for row in await models.GroupCourse.filter(course__portal_id=portal.id).prefetch_related("group"):
        groups.setdefault(row.course_id, []).append(row.group.title)
    return [
        ListedCourse(
            course.title,
            course.published,
            sorted(groups.get(course.id, []), key=str.casefold),
            {
                status.value: counts[course.id][status]
                for status in EnrolmentStatus
                if status in counts.get(course.id, {})
            },
        )
        for course in await models.Course.filter(portal_id=portal.id).order_by("title_key")
    ]


async def publish_course(slug: str, title: str) -> int:
    """Let the course take enrolments, and enrol the members of its groups; returns how many people it has then.

    Publishing what is published completes what an interruption left undone.
    """
    portal = await portal_for(slug, Role.ADMIN)
    course = await _set_published(portal, title, published=True)
    groups = await models.GroupCourse.filter(course_id=course.id).values_list("group_id", flat=True)
    await _settle_members(portal, [int(str(group_id)) for group_id in groups])
    return await models.Enrolment.filter(course_id=course.id).count()


async def unpublish_course(slug: str, title: str) -> int:
    """Take no more enrolments; those there are stay. Returns how many."""
    portal = await portal_for(slug, Role.ADMIN)
    course = await _set_published(portal, title, published=False)
    return await models.Enrolment.filter(course_id=course.id).count()


async def _set_published(portal: models.Portal, title: str, *, published: bool) -> models.Course:
    async with write_transaction():
        await change_training(portal)
        course = await find_course(portal, title)
        if course.published != published:
            await models.Course.filter(id=course.id).update(published=published)
            action = "course published" if published else "course unpublished"
            await audit(portal, action, course.title)
    return course


async def assign_course(slug: str, course_title: str, group_title: str) -> int:
    """Give a course to a group: whoever is in it, or joins it later, is enrolled. Returns how many members it has now.

    Assigning what is assigned completes what an interruption left undone.
    """
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        await change_training(portal)
        course, group = await find_course(portal, course_title), await find_group(portal, group_title)
        _, added = await models.GroupCourse.get_or_create(course_id=course.id, group_id=group.id)
        if added:
            await audit(portal, "course assigned", course.title, after={"group": group.title})
    await _settle_members(portal, [group.id])
    return await models.Enrolment.filter(course_id=course.id, learner__memberships__group_id=group.id).count()


async def _settle_members(portal: models.Portal, group_ids: Sequence[int]) -> None:
    """Enrol the members of these groups, some at a time so that nobody waits for long."""
    if not group_ids:
        return
    statement = (
        f"SELECT DISTINCT learner_id FROM membership WHERE group_id IN ({marks(group_ids)}) "  # noqa: S608
        "AND learner_id > ? ORDER BY learner_id LIMIT ?"
    )
    last_id = 0
    while rows := await select_rows(models.Membership, statement, [*group_ids, last_id, AT_ONCE]):
        async with write_transaction():
            await settle(portal, [learner_id for (learner_id,) in rows], now())
        last_id = rows[-1][0]
        await asyncio.sleep(0)


async def withdraw_course(slug: str, course_title: str, group_title: str, *, keep_enrolments: bool = False) -> int:
    """Take a course off a group; returns how many enrolments went with it.

    Its members' enrolments that are not started or in progress go, unless another of their groups gives the course or
    `keep_enrolments`.
    """
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        await change_training(portal)
        course, group = await find_course(portal, course_title), await find_group(portal, group_title)
        before = await models.Enrolment.filter(course_id=course.id).count()
        if not await models.GroupCourse.filter(course_id=course.id, group_id=group.id).delete():
            raise SettingsError(f"{group.title} does not have the course {course.title}; nothing was changed.")
        if not keep_enrolments:
            await withdraw(course.id, group.id)
        removed = before - await models.Enrolment.filter(course_id=course.id).count()
        await audit(
            portal, "course withdrawn", course.title, before={"group": group.title}, after={"unenrolled": removed}
        )
    return removed


async def set_enrolment_status(slug: str, email: str, course_title: str, status: EnrolmentStatus) -> None:
    """Say how far someone is with a course they are enrolled on."""
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        course = await find_course(portal, course_title)
        learner = await models.Learner.get_or_none(portal_id=portal.id, email_key=email_key(email))
        if learner is None:
            raise SettingsError(f"{slug} has no learner {email[:120]}; nothing was changed.")
        row = await models.Enrolment.filter(course_id=course.id, learner_id=learner.id).select_for_update().first()
        if row is None:
            raise SettingsError(
                f"{learner.email} is not enrolled on {course.title}; nothing was changed. Put them into a group that "
                "has the course."
            )
        before, row.status = row.status, status.value
        await row.save(update_fields=["status"])
        await audit(
            portal,
            "enrolment marked",
            learner.email,
            before={"course": course.title, "status": before},
            after={"course": course.title, "status": status.value},
        )
