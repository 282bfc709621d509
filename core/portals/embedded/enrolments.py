"""Enrolments that come and go with the courses of groups."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from core.clock import zone
from core.domain.enrolment import REMOVABLE, EnrolmentStatus
from core.domain.learner import AccountStatus
from core.store import models
from core.store.bulk import execute, insert_rows, select_rows

AT_ONCE = 500

_GIVEN = """
    SELECT gc.group_id AS group_id, gc.course_id AS course_id FROM group_course gc
    JOIN course c ON c.id = gc.course_id WHERE c.portal_id = ? AND c.published
"""
# Only who may sign in is enrolled; disabled people get what they missed when they are enabled again.
_MAY_SIGN_IN = """
    SELECT id FROM learner WHERE id IN ({marks}) AND status = ? AND (account_expires IS NULL OR account_expires >= ?)
"""
_GROUPS_OF = "SELECT learner_id, group_id FROM membership WHERE learner_id IN ({marks})"
_COURSES_OF = "SELECT learner_id, course_id FROM enrolment WHERE learner_id IN ({marks})"
_WITHDRAWN = """
    FROM enrolment WHERE course_id = ? AND status IN ({statuses})
    AND learner_id IN (SELECT learner_id FROM membership WHERE group_id = ?)
    AND NOT EXISTS (
        SELECT 1 FROM membership m JOIN group_course gc ON gc.group_id = m.group_id
        WHERE m.learner_id = enrolment.learner_id AND gc.course_id = enrolment.course_id AND gc.group_id <> ?
    )
"""
_ENROLLABLE = """
    SELECT COUNT(DISTINCT l.id) AS people FROM membership m JOIN learner l ON l.id = m.learner_id
    WHERE m.group_id IN ({groups}) AND l.status = ? AND (l.account_expires IS NULL OR l.account_expires >= ?)
    AND NOT EXISTS (SELECT 1 FROM enrolment e WHERE e.course_id = ? AND e.learner_id = l.id)
"""
_REMOVABLE = [status.value for status in REMOVABLE]


def marks(values: Sequence[object]) -> str:
    """As many `?` as there are values."""
    return ", ".join("?" * len(values))


async def enrol(portal: models.Portal, learner_ids: Sequence[int], moment: datetime) -> None:
    """Enrol those of the learners who may sign in on the published courses of all their groups.

    Looked up step by step: a database that has not yet counted its rows, as in a first sync, plans a join badly.
    """
    courses: dict[int, list[int]] = {}
    for group_id, course_id in await select_rows(models.GroupCourse, _GIVEN, [portal.id]):
        courses.setdefault(group_id, []).append(course_id)
    if not courses:
        return
    today = moment.astimezone(zone(portal.timezone)).date()
    for start in range(0, len(learner_ids), AT_ONCE):
        some = learner_ids[start : start + AT_ONCE]
        places = await select_rows(models.Membership, _GROUPS_OF.format(marks=marks(some)), some)
        wanted = {(course_id, learner_id) for learner_id, group in places for course_id in courses.get(group, ())}
        if not wanted:
            continue
        held = await select_rows(models.Enrolment, _COURSES_OF.format(marks=marks(some)), some)
        wanted -= {(course_id, learner_id) for learner_id, course_id in held}
        if not wanted:
            continue
        values = [*some, AccountStatus.ACTIVE.value, today]
        able = {row[0] for row in await select_rows(models.Learner, _MAY_SIGN_IN.format(marks=marks(some)), values)}
        await insert_rows(
            models.Enrolment,
            ("course_id", "learner_id", "status", "enrolled_at"),
            [(*one, EnrolmentStatus.NOT_STARTED.value, moment) for one in sorted(wanted) if one[1] in able],
        )


async def unenrol(left: Mapping[int, Iterable[int]]) -> None:
    """Take away what is not finished of the courses of groups (values: ids) that learners (keys) are no longer in,
    unless another of their groups has the course."""
    learner_ids = list(left)
    if not learner_ids:
        return
    courses: dict[int, set[int]] = {}
    groups = {group_id for group_ids in left.values() for group_id in group_ids}
    for group_id, course_id in await models.GroupCourse.filter(group_id__in=groups).values_list(
        "group_id", "course_id"
    ):
        courses.setdefault(group_id, set()).add(course_id)
    if not courses:
        return
    removed: list[int] = []
    for start in range(0, len(learner_ids), AT_ONCE):
        some = learner_ids[start : start + AT_ONCE]
        statement = (
            "SELECT m.learner_id, gc.course_id FROM membership m JOIN group_course gc ON gc.group_id = m.group_id "  # noqa: S608
            f"WHERE m.learner_id IN ({marks(some)})"
        )
        given = {(row[0], row[1]) for row in await select_rows(models.Membership, statement, some)}
        enrolments = models.Enrolment.filter(learner_id__in=some, status__in=_REMOVABLE)
        for enrolment_id, learner_id, course_id in await enrolments.values_list("id", "learner_id", "course_id"):
            taken = any(course_id in courses.get(group_id, ()) for group_id in left[learner_id])
            if taken and (learner_id, course_id) not in given:
                removed.append(enrolment_id)
    for start in range(0, len(removed), AT_ONCE):
        # Asked once more, for someone may have finished in this moment.
        await models.Enrolment.filter(id__in=removed[start : start + AT_ONCE], status__in=_REMOVABLE).delete()


async def withdraw(course_id: int, group_id: int) -> None:
    """Take away what members of the group have not finished of the course, unless another group gives it to them."""
    statement = f"DELETE {_WITHDRAWN.format(statuses=marks(_REMOVABLE))}"
    await execute(models.Enrolment, statement, [course_id, *_REMOVABLE, group_id, group_id])


async def count_withdrawn(course_id: int, group_id: int) -> int:
    """How many enrolments `withdraw` would take away now."""
    statement = f"SELECT COUNT(*) AS enrolments {_WITHDRAWN.format(statuses=marks(_REMOVABLE))}"
    rows = await select_rows(models.Enrolment, statement, [course_id, *_REMOVABLE, group_id, group_id])
    return int(rows[0][0])


async def count_enrollable(course_id: int, group_ids: Sequence[int], today: date) -> int:
    """How many members of the groups may sign in and are not on the course yet."""
    if not group_ids:
        return 0
    statement = _ENROLLABLE.format(groups=marks(group_ids))
    values = [*group_ids, AccountStatus.ACTIVE.value, today, course_id]
    return int((await select_rows(models.Membership, statement, values))[0][0])
