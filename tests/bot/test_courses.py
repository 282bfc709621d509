"""`/ukg courses`: courses are added, published, given to groups and taken off them, each asked with its numbers."""

import pytest

from core.domain.invite_settings import InviteHow
from core.domain.roles import Role
from core.services.admins import set_admin
from core.services.courses import add_course, assign_course, list_courses
from core.services.groups import add_group, change_members
from core.services.portals import create_portal, set_invites
from core.services.syncing import sync_portal
from tests.bot.companies import after, words


@pytest.fixture
async def nurses(connected):
    """Four learners with accounts, of whom Ann and Bea are in a group; another group is empty; two courses."""
    await set_invites("acme", when=None, how=InviteHow.ACTIVE)
    await sync_portal("acme", connected)
    await add_group("acme", "Nurses")
    await add_group("acme", "Cooks")
    await change_members("acme", "Nurses", add=["ann@example.com", "bea@example.com"])
    await add_course("acme", "Hygiene")
    await add_course("acme", "Wounds", draft=True)


async def course(title):
    return next(each for each in await list_courses("acme") if each.title == title)


@pytest.fixture
def open_course(opened, click):
    """Call with a place in the list to open that course."""

    async def at(place):
        view = await opened("courses")
        buttons = [each for each in view.content["blocks"] if "accessory" in each]
        view.content["blocks"] = [buttons[place]]
        return await click(view, "courses_course")

    return at


def offered(view, action_id):
    return [
        option["text"]["text"]
        for block in view.content["blocks"]
        for element in block.get("elements", ())
        if element.get("action_id") == action_id
        for option in element["options"]
    ]


async def test_courses_are_listed_and_added(opened, bot, click, acme):
    view = await opened("courses")
    assert "*acme* has no course yet." in words(view)
    view = await click(view, "courses_add")
    view = await after(bot, view, bot.submit(view, {"course_title": "Hygiene & <Co>", "course_state": "draft"}))
    assert "Hygiene & <Co> is added." in words(view)
    assert "*Hygiene &amp; &lt;Co&gt;* (a draft, which takes no enrolments): nobody enrolled" in words(view)
    view = await click(view, "courses_add")
    view = await after(bot, view, bot.submit(view, {"course_title": "hygiene & <co>"}))
    assert "has a course" in words(view)
    assert len(await list_courses("acme")) == 1


async def test_a_course_is_given_to_a_group_once_its_effect_was_seen(bot, click, open_course, nurses):
    view = await open_course(0)
    assert offered(view, "courses_give") == ["Cooks", "Nurses"]
    assert offered(view, "courses_take") == []
    view = await click(view, "courses_give", "Nurses")
    assert "Give *Hygiene* to *Nurses*? 2 people would be enrolled now" in words(view)
    assert (await course("Hygiene")).groups == []
    view = await after(bot, view, bot.submit(view))
    assert "Nurses has Hygiene now; 2 of its members are enrolled." in words(view)
    assert "*Hygiene*: 2 enrolled: 2 not started\nGroups: Nurses" in words(view)
    assert offered(view, "courses_give") == ["Cooks"]
    assert (await course("Hygiene")).enrolments == {"not_started": 2}


@pytest.mark.parametrize(("keep", "left"), [([], {}), (["course_keep"], {"not_started": 2})])
async def test_a_course_is_taken_off_a_group_with_its_enrolments_or_without(
    bot, click, open_course, nurses, keep, left
):
    await assign_course("acme", "Hygiene", "Nurses")
    view = await click(await open_course(0), "courses_take", "Nurses")
    assert "2 enrolments that are not finished and that no other group gives would go; 0 stay." in words(view)
    view = await after(bot, view, bot.submit(view, {"course_keep": keep}))
    assert f"Hygiene is taken off Nurses; {2 - left.get('not_started', 0)} enrolments went with it." in words(view)
    assert (await course("Hygiene")).enrolments == left


async def test_a_course_is_published_and_unpublished(click, open_course, nurses):
    await assign_course("acme", "Wounds", "Nurses")
    view = await open_course(1)
    assert "2 people of its groups get it now" in words(view)
    view = await click(view, "courses_publish")
    assert "Wounds is published; 2 are enrolled on it." in words(view)
    assert (await course("Wounds")).published
    view = await click(view, "courses_unpublish")
    assert "Wounds takes no more enrolments; its 2 stay." in words(view)
    assert not (await course("Wounds")).published


async def test_of_very_many_groups_those_are_offered_that_fit_what_is_typed(bot, click, open_course, nurses):
    for number in range(101):
        await add_group("acme", f"Ward {number:03}")
    view = await open_course(0)
    assert len(await bot.suggest(view, "courses_give", "", user="UANN")) == 100
    (ward,) = await bot.suggest(view, "courses_give", "WARD 042", user="UANN")
    view = await click(view, "courses_give", ward)
    assert "to *Ward 042*?" in words(view)
    await after(bot, view, bot.submit(view))
    assert (await course("Hygiene")).groups == ["Ward 042"]


async def test_a_draft_enrols_nobody_yet(click, open_course, nurses):
    view = await click(await open_course(1), "courses_give", "Nurses")
    assert "Nobody, while it is a draft" in words(view)


async def test_a_course_or_group_that_is_gone_is_said_to_be_gone(bot, click, open_course, nurses):
    from core.services.groups import remove_group

    view = await click(await open_course(0), "courses_give", "Cooks")
    await remove_group("acme", "Cooks")
    view = await after(bot, view, bot.submit(view))
    assert "This group is not there any more; nothing was done." in words(view)


async def test_a_viewer_sees_courses_and_can_change_none(opened, nurses):
    await set_admin("acme", "Bob", Role.VIEWER, slack_user="UBOB")
    view = await opened("courses", user="UBOB")
    assert "*acme* has 2 courses." in words(view)
    assert "courses_" not in str(view.content["blocks"])


async def test_many_courses_are_paged(opened, click, acme):
    for number in range(12):
        await add_course("acme", f"Course {number:02}")
    view = await opened("courses")
    assert "Course 11" not in words(view)
    assert "Course 11" in words(await click(view, "courses_page_next"))


async def test_learnupon_keeps_its_own_courses(opened, acme):
    await create_portal("there", kind="learnupon")
    await set_admin("there", "Ann Lee", Role.ADMIN, slack_user="UANN")
    view = await opened("courses there")
    assert "LearnUpon keeps its own courses and enrolments." in words(view)
    assert len(view.content["blocks"]) == 1
