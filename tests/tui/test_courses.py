"""Courses: listed with how far people are, added, published, given to groups and taken off, marked."""

from core.domain.enrolment import EnrolmentStatus
from core.services.courses import add_course, list_courses, set_enrolment_status
from core.store.models import Enrolment
from tests.tui.terminal import Terminal
from tests.tui.training import at_nurses, nurses, staff  # noqa: F401


async def how_far() -> dict[str, str]:
    """Who is enrolled, and how far they are."""
    rows = await Enrolment.all().prefetch_related("learner").order_by("learner__email_key")
    return {row.learner.email.partition("@")[0]: row.status for row in rows}


async def test_courses_are_listed_with_how_far_people_are(at_nurses: Terminal) -> None:  # noqa: F811
    await set_enrolment_status("acme", "bea@example.com", "Hygiene", EnrolmentStatus.PASSED)
    await at_nurses.open("courses")
    await at_nurses.sees("1 course", "Hygiene", "published", "2 not started, 1 passed", "Nurses")


async def test_a_course_is_added_as_a_draft_given_to_a_group_and_published(at_nurses: Terminal) -> None:  # noqa: F811
    await at_nurses.open("courses")
    await at_nurses.sees("1 course")
    await at_nurses.press("n")
    await at_nurses.type("Fire")
    await at_nurses.press("enter")
    await at_nurses.sees("Is Fire ready?")
    await at_nurses.press("down", "enter")
    await at_nurses.sees("2 courses", "unpublished")
    await at_nurses.press("g", "a")
    await at_nurses.sees("Give Fire to which group?", "Nurses  3 members")
    await at_nurses.type("nur")
    await at_nurses.press("enter")
    await at_nurses.sees("Give Fire to Nurses?", "0 members are enrolled at once")
    await at_nurses.press("y")
    await at_nurses.is_told("Nurses has the course Fire")
    await at_nurses.press("u")
    await at_nurses.sees("Publish Fire?", "3 people are enrolled at once, of: Nurses.")
    await at_nurses.press("y")
    await at_nurses.is_told("Course Fire is published; 3 people are enrolled on it.")
    fire = (await list_courses("acme"))[0]
    assert (fire.title, fire.published, fire.enrolments) == ("Fire", True, {"not_started": 3})


async def test_unpublishing_says_that_who_is_enrolled_stays(at_nurses: Terminal) -> None:  # noqa: F811
    await at_nurses.open("courses")
    await at_nurses.sees("1 course")
    await at_nurses.press("u")
    await at_nurses.sees("Unpublish Hygiene?", "the 3 enrolments there are stay")
    await at_nurses.press("y")
    await at_nurses.is_told("Course Hygiene takes no more enrolments; 3 people are enrolled on it still.")
    assert len(await how_far()) == 3


async def test_a_course_is_taken_off_with_what_is_not_finished_once_a_word_is_typed(at_nurses: Terminal) -> None:  # noqa: F811
    await set_enrolment_status("acme", "bea@example.com", "Hygiene", EnrolmentStatus.PASSED)
    await at_nurses.open("courses")
    await at_nurses.sees("1 course")
    await at_nurses.press("w")
    await at_nurses.sees("Take Hygiene off which group?")
    await at_nurses.press("enter")
    await at_nurses.sees("What becomes of 2 enrolments that are not finished?")
    await at_nurses.press("down", "enter")
    await at_nurses.sees("Take Hygiene off Nurses?", "2 enrolments go, 1 stays.", "Type withdraw to go on")
    await at_nurses.press("enter")
    assert len(await how_far()) == 3
    await at_nurses.type("withdraw")
    await at_nurses.press("enter")
    await at_nurses.is_told("Nurses no longer has the course Hygiene; 2 enrolments removed.")
    assert await how_far() == {"bea": "passed"}


async def test_a_course_is_taken_off_and_people_may_finish(at_nurses: Terminal) -> None:  # noqa: F811
    await at_nurses.open("courses")
    await at_nurses.sees("1 course")
    await at_nurses.press("w", "enter")
    await at_nurses.sees("What becomes of")
    await at_nurses.press("enter")
    await at_nurses.sees("3 enrolments stay.")
    await at_nurses.press("y")
    await at_nurses.is_told("0 enrolments removed")
    assert len(await how_far()) == 3


async def test_those_marked_are_marked_with_how_far_they_are(at_nurses: Terminal) -> None:  # noqa: F811
    await add_course("acme", "Another")
    await at_nurses.open("courses")
    await at_nurses.sees("2 courses")
    await at_nurses.press("G", "enter")
    await at_nurses.sees("Courses › Hygiene", "3 people enrolled · published · given to Nurses", "ann@example.com")
    await at_nurses.press("space", "space", "e")
    await at_nurses.sees("How far is 2 people with Hygiene?")
    await at_nurses.type("completed")
    await at_nurses.press("enter")
    await at_nurses.sees("2 people on Hygiene: completed.")
    await at_nurses.press("y")
    await at_nurses.sees_no("Mark the enrolment?")
    await at_nurses.until(lambda: at_nurses.text().count("completed") == 2, "both to be completed")
    assert await how_far() == {"ann": "completed", "bea": "completed", "dan": "not_started"}
    await at_nurses.press("f")
    await at_nurses.sees("Show whom?")
    await at_nurses.type("not started")
    await at_nurses.press("enter")
    text = await at_nurses.sees("1 person not started")
    assert "dan@example.com" in text
    assert "ann@example.com" not in text
