"""Courses: given to groups and taken from them, published, marked; and what is refused with nothing changed."""

import asyncio

import pytest

from core.domain.enrolment import EnrolmentStatus
from core.domain.errors import SettingsError
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.courses import (
    add_course,
    assign_course,
    list_courses,
    publish_course,
    set_enrolment_status,
    unpublish_course,
    withdraw_course,
)
from core.services.groups import add_group, change_members
from core.store.models import AuditLine, Course, Enrolment
from core.store.transactions import write_transaction
from tests.core.store.databases import on_sqlite


@pytest.fixture
async def team(acme, add_learner):
    """Two groups, `Team` with Ann, Bea and Dan (disabled), `Leads` with Ann; a course `Safety` of neither."""
    for title in ("Team", "Leads"):
        await add_group("acme", title)
    for name, status in (("ann", "active"), ("bea", "active"), ("dan", "disabled")):
        await add_learner(f"{name}@example.com", status=status)
    await change_members("acme", "Team", add=["ann@example.com", "bea@example.com", "dan@example.com"])
    await change_members("acme", "Leads", add=["ann@example.com"])
    await add_course("acme", "Safety")


async def enrolled():
    rows = await Enrolment.all().prefetch_related("learner")
    return {row.learner.email.partition("@")[0]: row.status for row in rows}


async def test_giving_a_course_to_a_group_enrols_its_members_who_may_sign_in(team):
    assert await assign_course("acme", "safety", "team") == 2
    assert await enrolled() == {"ann": "not_started", "bea": "not_started"}
    assert await assign_course("acme", "Safety", "Leads") == 1
    assert await Enrolment.all().count() == 2


async def test_giving_it_again_completes_what_an_interruption_left_undone(team):
    await assign_course("acme", "Safety", "Team")
    await Enrolment.all().delete()
    assert await assign_course("acme", "Safety", "Team") == 2
    assert await AuditLine.filter(action="course assigned").count() == 1


async def test_taking_it_away_leaves_history_and_what_another_group_gives(team):
    await assign_course("acme", "Safety", "Team")
    await assign_course("acme", "Safety", "Leads")
    assert await withdraw_course("acme", "Safety", "Team") == 1
    assert await enrolled() == {"ann": "not_started"}
    await set_enrolment_status("acme", "Ann@example.com", "safety", EnrolmentStatus.PASSED)
    assert await withdraw_course("acme", "Safety", "Leads") == 0
    assert await enrolled() == {"ann": "passed"}


async def test_taking_it_away_can_let_people_finish(team):
    await assign_course("acme", "Safety", "Team")
    assert await withdraw_course("acme", "Safety", "Team", keep_enrolments=True) == 0
    assert len(await enrolled()) == 2
    with pytest.raises(SettingsError, match="Team does not have the course Safety; nothing was changed"):
        await withdraw_course("acme", "Safety", "Team")


async def test_what_is_finished_in_the_moment_of_leaving_stays(team):
    await assign_course("acme", "Safety", "Team")
    marked = asyncio.Event()

    async def finish() -> None:
        async with write_transaction():
            await Enrolment.filter(learner__email="ann@example.com").update(status="completed")
            marked.set()
            await asyncio.sleep(0.3)

    async def leave() -> None:
        await marked.wait()
        people = ["ann@example.com", "bea@example.com"]
        await change_members("acme", "Team", remove=people, unenrol_removed=True)

    await asyncio.gather(finish(), leave())
    assert await enrolled() == {"ann": "completed"}


async def test_a_draft_takes_no_enrolments_until_it_is_published(team):
    await add_course("acme", "Fire", draft=True)
    assert await assign_course("acme", "Fire", "Team") == 0
    assert await publish_course("acme", "Fire") == 2
    assert await unpublish_course("acme", "Fire") == 2
    await change_members("acme", "Team", remove=["ann@example.com"], unenrol_removed=True)
    await change_members("acme", "Team", add=["ann@example.com"])
    assert await enrolled() == {"bea": "not_started"}


async def test_courses_are_listed_with_groups_and_how_far_people_are(team):
    await assign_course("acme", "Safety", "Team")
    await assign_course("acme", "Safety", "Leads")
    await add_course("acme", "fire", draft=True)
    await set_enrolment_status("acme", "ann@example.com", "Safety", EnrolmentStatus.COMPLETED)
    rows = [(row.title, row.published, row.groups, row.enrolments) for row in await list_courses("acme")]
    assert rows == [
        ("fire", False, [], {}),
        ("Safety", True, ["Leads", "Team"], {"not_started": 1, "completed": 1}),
    ]


async def test_who_is_not_enrolled_cannot_be_marked(team):
    with pytest.raises(SettingsError, match="ann@example.com is not enrolled on Safety; nothing was changed"):
        await set_enrolment_status("acme", "ann@example.com", "Safety", EnrolmentStatus.PASSED)
    with pytest.raises(SettingsError, match="acme has no learner zoe@example.com"):
        await set_enrolment_status("acme", "zoe@example.com", "Safety", EnrolmentStatus.PASSED)
    assert await enrolled() == {}


@on_sqlite
async def test_titles_that_are_taken_or_unknown_are_refused(team):
    with pytest.raises(SettingsError, match="acme has a course SAFETY already; nothing was added"):
        await add_course("acme", " SAFETY ")
    with pytest.raises(SettingsError, match="A course's title has 1 to 200 printable characters"):
        await add_course("acme", " ")
    with pytest.raises(SettingsError, match=r"acme has no course 'Fire'; nothing was done. There are: Safety"):
        await assign_course("acme", "Fire", "Team")
    with pytest.raises(SettingsError, match="acme has no group 'Nowhere'"):
        await assign_course("acme", "Safety", "Nowhere")
    assert await Course.all().count() == 1


@on_sqlite
async def test_each_flow_asks_for_a_role(team):
    flows = [
        lambda: add_course("acme", "New"),
        lambda: list_courses("acme"),
        lambda: publish_course("acme", "Safety"),
        lambda: unpublish_course("acme", "Safety"),
        lambda: assign_course("acme", "Safety", "Team"),
        lambda: withdraw_course("acme", "Safety", "Team"),
        lambda: set_enrolment_status("acme", "ann@example.com", "Safety", EnrolmentStatus.PASSED),
    ]
    for flow in flows:
        with acting_as(Actor("Nobody", "tui")), pytest.raises(NotAllowed):
            await flow()
    assert [(row.title, row.published, row.groups) for row in await list_courses("acme")] == [("Safety", True, [])]
