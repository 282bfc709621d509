"""Who is enrolled on a course and how far they are, and what a change of the course would do to that."""

from datetime import datetime

import msgspec
from tortoise.queryset import QuerySet

from core.clock import today_in
from core.domain.enrolment import EnrolmentStatus
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.portals.embedded.enrolments import count_enrollable, count_withdrawn
from core.services.courses import find_course
from core.services.groups import find_group
from core.services.portals import portal_for
from core.store import models
from core.store.words import with_words

_COLUMNS = ("learner__email", "learner__first_name", "learner__last_name", "status", "enrolled_at")


class ListedEnrolment(msgspec.Struct):
    """Someone enrolled on a course, since when, and how far they are."""

    email: str
    name: str
    status: str
    enrolled_at: datetime


class WantedEnrolments(msgspec.Struct, frozen=True):
    """Which enrolments to list: those of a status, those with each word of `text` in name or e-mail."""

    status: EnrolmentStatus | None = None
    text: str = ""


class CourseEffect(msgspec.Struct):
    """What a change of a course would do now: `enrolled` people who get it, `withdrawn` unfinished enrolments that go,
    `kept` enrolments that stay."""

    enrolled: int
    withdrawn: int
    kept: int


async def count_enrolments(slug: str, course_title: str, wanted: WantedEnrolments) -> int:
    """How many enrolments the course has of those wanted."""
    return await (await _selected(slug, course_title, wanted)).count()


async def enrolments_page(
    slug: str, course_title: str, wanted: WantedEnrolments, offset: int, limit: int
) -> list[ListedEnrolment]:
    """Up to `limit` of these enrolments after the first `offset`, by e-mail."""
    selected = (await _selected(slug, course_title, wanted)).order_by("learner__email_key").offset(offset).limit(limit)
    return [
        ListedEnrolment(email, f"{first} {last}".strip(), status, enrolled_at)
        for email, first, last, status, enrolled_at in await selected.values_list(*_COLUMNS)
    ]


async def effect_of_publishing(slug: str, course_title: str) -> CourseEffect:
    """What publishing the course would do."""
    portal = await portal_for(slug, Role.VIEWER)
    course = await find_course(portal, course_title)
    kept = await models.Enrolment.filter(course_id=course.id).count()
    groups = await models.GroupCourse.filter(course_id=course.id).values_list("group_id", flat=True)
    enrolled = await count_enrollable(course.id, [int(str(each)) for each in groups], today_in(portal.timezone))
    return CourseEffect(enrolled, 0, kept)


async def effect_of_assigning(slug: str, course_title: str, group_title: str) -> CourseEffect:
    """What giving the course to the group would do; nobody is enrolled while it is not published."""
    portal = await portal_for(slug, Role.VIEWER)
    course, group = await find_course(portal, course_title), await find_group(portal, group_title)
    kept = await models.Enrolment.filter(course_id=course.id).count()
    today = today_in(portal.timezone)
    return CourseEffect(await count_enrollable(course.id, [group.id], today) if course.published else 0, 0, kept)


async def effect_of_withdrawing(slug: str, course_title: str, group_title: str) -> CourseEffect:
    """What taking the course off the group would do; raises `SettingsError` if the group does not have it."""
    portal = await portal_for(slug, Role.VIEWER)
    course, group = await find_course(portal, course_title), await find_group(portal, group_title)
    if not await models.GroupCourse.exists(course_id=course.id, group_id=group.id):
        raise SettingsError(f"{group.title} does not have the course {course.title}; nothing was changed.")
    withdrawn = await count_withdrawn(course.id, group.id)
    return CourseEffect(0, withdrawn, await models.Enrolment.filter(course_id=course.id).count() - withdrawn)


async def _selected(slug: str, course_title: str, wanted: WantedEnrolments) -> QuerySet[models.Enrolment]:
    portal = await portal_for(slug, Role.VIEWER)
    course = await find_course(portal, course_title)
    selected = models.Enrolment.filter(course_id=course.id)
    if wanted.status is not None:
        selected = selected.filter(status=wanted.status.value)
    return with_words(selected, wanted.text, "learner__first_name", "learner__last_name", "learner__email")
