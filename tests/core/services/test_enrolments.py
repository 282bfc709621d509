"""Who is enrolled on a course, and what a change of it would do: told beforehand, and then so."""

import pytest

from core.domain.enrolment import EnrolmentStatus
from core.domain.errors import SettingsError
from core.services.courses import (
    add_course,
    assign_course,
    publish_course,
    set_enrolment_status,
    withdraw_course,
)
from core.services.enrolments import (
    WantedEnrolments,
    count_enrolments,
    effect_of_assigning,
    effect_of_publishing,
    effect_of_withdrawing,
    enrolments_page,
)
from core.services.groups import add_group, change_members
from core.store.models import Enrolment

EVERYONE = WantedEnrolments()


@pytest.fixture
async def team(acme, add_learner):
    """`Team` with Ann, Bea, Cleo, Dan (disabled) and Eve (whose last day is over), `Leads` with Ann; a course `Safety`,
    and `Later`, which is not published."""
    for title in ("Team", "Leads"):
        await add_group("acme", title)
    for name in ("ann", "bea", "cleo", "dan", "eve"):
        status = "disabled" if name == "dan" else "active"
        ended = "2026-03-01" if name == "eve" else None
        await add_learner(
            f"{name}@example.com", first_name=name.title(), last_name="Lee", status=status, account_expires=ended
        )
    everyone = [f"{name}@example.com" for name in ("ann", "bea", "cleo", "dan", "eve")]
    await change_members("acme", "Team", add=everyone)
    await change_members("acme", "Leads", add=["ann@example.com"])
    await add_course("acme", "Safety")
    await add_course("acme", "Later", draft=True)


async def test_giving_a_course_enrols_as_many_as_was_told(team):
    await assign_course("acme", "Safety", "Leads")
    effect = await effect_of_assigning("acme", "safety", "team")
    assert (effect.enrolled, effect.withdrawn, effect.kept) == (2, 0, 1)
    before = await Enrolment.all().count()
    await assign_course("acme", "Safety", "Team")
    assert await Enrolment.all().count() - before == effect.enrolled
    assert (await effect_of_assigning("acme", "Safety", "Team")).enrolled == 0


async def test_nobody_is_enrolled_on_a_course_before_it_is_published(team):
    assert (await effect_of_assigning("acme", "Later", "Team")).enrolled == 0
    assert (await effect_of_publishing("acme", "Later")).enrolled == 0
    await assign_course("acme", "Later", "Team")
    await assign_course("acme", "Later", "Leads")
    effect = await effect_of_publishing("acme", "Later")
    assert effect.enrolled == 3
    assert await publish_course("acme", "Later") == effect.enrolled + effect.kept


async def test_taking_a_course_off_removes_as_many_as_was_told(team):
    for group in ("Team", "Leads"):
        await assign_course("acme", "Safety", group)
    await set_enrolment_status("acme", "bea@example.com", "Safety", EnrolmentStatus.PENDING_REVIEW)
    effect = await effect_of_withdrawing("acme", "Safety", "Team")
    assert (effect.enrolled, effect.withdrawn, effect.kept) == (0, 1, 2)
    assert await withdraw_course("acme", "Safety", "Team") == effect.withdrawn
    with pytest.raises(SettingsError, match="Team does not have the course Safety"):
        await effect_of_withdrawing("acme", "Safety", "Team")


async def test_enrolments_are_listed_by_e_mail_a_page_at_a_time(team):
    await assign_course("acme", "Safety", "Team")
    await set_enrolment_status("acme", "cleo@example.com", "Safety", EnrolmentStatus.PASSED)
    pages = [await enrolments_page("acme", "safety", EVERYONE, offset, 2) for offset in (0, 2)]
    assert [(one.name, one.status) for page in pages for one in page] == [
        ("Ann Lee", "not_started"),
        ("Bea Lee", "not_started"),
        ("Cleo Lee", "passed"),
    ]
    assert await count_enrolments("acme", "Safety", EVERYONE) == 3
    passed, words = WantedEnrolments(EnrolmentStatus.PASSED), WantedEnrolments(text="lee bea")
    assert [one.name for one in await enrolments_page("acme", "Safety", passed, 0, 9)] == ["Cleo Lee"]
    assert [one.name for one in await enrolments_page("acme", "Safety", words, 0, 9)] == ["Bea Lee"]
    assert await count_enrolments("acme", "Safety", words) == 1
