"""Courses and enrolments.

Source: facts/learnupon-api, section 5.
"""

from collections.abc import Collection
from typing import Any

from core.sandbox.answers import Answer, Refusal
from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.paging import listing
from core.sandbox.learnupon.presenting import definitions_first
from core.sandbox.learnupon.records import Course, Enrollment
from core.sandbox.learnupon.values import moment


def list_courses(call: Call) -> Answer:
    """GET courses, by `course_id` or `name` if one is given."""
    courses = call.portal.courses
    course_id, name = call.number("course_id"), call.asked("name")
    shown: Collection[Course] = courses.values()
    if course_id is not None:
        shown = [courses[course_id]] if course_id in courses else []
    elif name is not None:
        shown = [course for course in courses.values() if course.name == name]
    return listing(call, "courses", shown, _course, before={key: [] for key in definitions_first(call)})


def search_enrollments(call: Call) -> Answer:
    """GET enrollments/search: by user or course; anything else it is asked for is ignored."""
    portal = call.portal
    rows: Collection[Enrollment] = portal.enrollments.values()
    user_id = call.number("user_id")
    if user_id is None and (call.asked("email") or call.asked("username")):
        exact = call.settings.email_search == "sensitive"
        found = call.realm.member(portal, call.asked("email"), call.asked("username"), exact=exact)
        user_id = -1 if found is None else found.account.id
    if user_id is not None:
        rows = portal.enrollments_of.get(user_id, [])
    course_id, name = call.number("course_id"), call.asked("course_name")
    if course_id is not None or name is not None:
        rows = [
            row for row in rows if (row.course.id == course_id if course_id is not None else row.course.name == name)
        ]
    return listing(call, "enrollments", rows, lambda row: _enrollment(call, row))


def refuse_bare_enrollments(call: Call) -> Answer:
    """GET enrollments: a collection that is not served answers 401, however right the keys are."""
    raise Refusal(401, "Unauthorized")


def _course(course: Course) -> dict[str, Any]:
    return {"id": course.id, "source_id": course.id, "name": course.name, "version": 1} | {
        "created_at": moment(course.created_at)
    }


def _enrollment(call: Call, row: Enrollment) -> dict[str, Any]:
    shown = {
        "id": row.id,
        "course_id": row.course.id,
        "course_source_id": row.course.id,
        "course_name": row.course.name,
        "version": 1,
        "user_id": row.account.id,
        "first_name": row.account.first_name,
        "last_name": row.account.last_name,
        "email": row.account.email,
        "username": row.account.username,
        "date_enrolled": moment(row.enrolled_at),
        "date_started": None,
        "date_completed": None,
        "date_lastaccessed": None,
        "percentage": row.percentage,
        "percentage_complete": row.percentage,
        "status": row.status,
        "unenrolled": False,
        "due_date": None,
        "course_access_expires_at": None,
        "group_id": None,
        "updated_at": moment(row.enrolled_at),
        "is_overdue": False,
    }
    if call.settings.identifier != "username":
        del shown["username"]
    return shown
