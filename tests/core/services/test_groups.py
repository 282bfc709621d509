"""Groups: added, listed, changed by hand, removed; and what is refused with nothing changed."""

import pytest

from core.domain.errors import SettingsError
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.courses import add_course, assign_course
from core.services.groups import add_group, change_members, group_members, list_groups, make_automatic, remove_group
from core.services.portals import create_portal
from core.services.rules import run_rule, set_rule, stop_rule
from core.store.models import AuditLine, Enrolment, Group, Learner, Membership
from tests.core.store.databases import on_sqlite


@pytest.fixture
async def team(acme, add_learner):
    """A group `Team` without a rule, with a course, and three learners outside it."""
    await add_group("acme", "Team")
    await add_course("acme", "Safety")
    await assign_course("acme", "Safety", "Team")
    for name in ("ann", "bea", "cleo"):
        await add_learner(f"{name}@example.com", first_name=name.title())


async def members(title="Team"):
    return {member.email.partition("@")[0]: member.origin for member in await group_members("acme", title)}


async def enrolled():
    return await Enrolment.all().count()


async def actions():
    return [line.action for line in await AuditLine.all().order_by("id")]


async def test_groups_are_listed_by_title_with_their_numbers(team):
    await add_group("acme", "all")
    await set_rule("acme", "all", everyone=True)
    await run_rule("acme", "all")
    await set_rule("acme", "Team", where=["email domain is example.com"])
    await change_members("acme", "all", add=["ann@example.com"])
    rows = [
        (row.title, row.members, row.automatic, row.manual, row.rule, row.courses) for row in await list_groups("acme")
    ]
    assert rows == [("all", 3, 2, 1, "running", []), ("Team", 0, 0, 0, "draft", ["Safety"])]


@pytest.mark.parametrize("title", ["team", " TEAM "])
async def test_a_title_is_taken_whatever_its_case(team, title):
    with pytest.raises(SettingsError, match="has a group .+ already; nothing was added"):
        await add_group("acme", title)
    await create_portal("other")
    await add_group("other", title)


@on_sqlite
@pytest.mark.parametrize("title", ["", "  ", "x" * 201, "a\nb"])
async def test_titles_that_cannot_be_are_refused(acme, title):
    with pytest.raises(SettingsError, match="A group's title has 1 to 200 printable characters"):
        await add_group("acme", title)
    assert not await Group.exists()


async def test_members_are_added_by_hand_and_enrolled(team):
    changed = await change_members("acme", "team", add=[" ANN@example.com", "bea@example.com", "ann@example.com"])
    assert changed.added == ["ann@example.com", "bea@example.com"]
    assert await members() == {"ann": "manual", "bea": "manual"}
    assert await enrolled() == 2
    again = await change_members("acme", "Team", add=["ann@example.com"])
    assert (again.added, again.made_manual) == ([], [])
    assert (await actions()).count("group members changed") == 1


async def test_enrolments_of_those_removed_stay_unless_asked(team):
    await change_members("acme", "Team", add=["ann@example.com", "bea@example.com"])
    await change_members("acme", "Team", remove=["ann@example.com"])
    assert (await members(), await enrolled()) == ({"bea": "manual"}, 2)
    await change_members("acme", "Team", remove=["bea@example.com"], unenrol_removed=True)
    assert (await members(), await enrolled()) == ({}, 1)


async def test_one_who_is_unknown_and_nothing_is_changed(team):
    with pytest.raises(SettingsError, match="acme has no learner nobody@example.com; nothing was changed"):
        await change_members("acme", "Team", add=["ann@example.com", "nobody@example.com"])
    with pytest.raises(SettingsError, match="ann@example.com is not in Team; nothing was changed"):
        await change_members("acme", "Team", add=["bea@example.com"], remove=["ann@example.com"])
    with pytest.raises(SettingsError, match="both added and removed"):
        await change_members("acme", "Team", add=["ann@example.com"], remove=["Ann@example.com"])
    with pytest.raises(SettingsError, match="acme has no group 'Tame'.+There are: Team"):
        await change_members("acme", "Tame", add=["ann@example.com"])
    assert await members() == {}


async def test_whom_the_rule_would_bring_back_cannot_be_removed_by_hand(team):
    await set_rule("acme", "Team", everyone=True)
    await run_rule("acme", "Team")
    with pytest.raises(SettingsError, match=r"ann@example.com matches the rule of Team.+ukg rule stop acme 'Team'"):
        await change_members("acme", "Team", remove=["ann@example.com"])
    assert len(await members()) == 3
    await stop_rule("acme", "Team")
    await change_members("acme", "Team", remove=["ann@example.com"])
    assert sorted(await members()) == ["bea", "cleo"]


async def test_one_in_the_group_by_rule_who_is_added_by_hand_stays_whatever_the_rule_says(team):
    await set_rule("acme", "Team", everyone=True)
    await run_rule("acme", "Team")
    assert (await change_members("acme", "Team", add=["ann@example.com"])).made_manual == ["ann@example.com"]
    await set_rule("acme", "Team", where=["email domain is other.org"])
    await run_rule("acme", "Team")
    assert await members() == {"ann": "manual"}


async def test_members_made_automatic_leave_when_the_running_rule_says_so(team, add_learner):
    await add_learner("dan@other.org")
    await set_rule("acme", "Team", where=["email domain is other.org"])
    await change_members("acme", "Team", add=["ann@example.com", "dan@other.org"])
    assert await make_automatic("acme", "Team") == 2
    assert await members() == {"ann": "automatic", "dan": "automatic"}  # the rule is a draft
    await change_members("acme", "Team", add=["ann@example.com"])
    await run_rule("acme", "Team")
    assert await members() == {"ann": "manual", "dan": "automatic"}
    assert await make_automatic("acme", "Team") == 1
    assert await members() == {"dan": "automatic"}
    assert await make_automatic("acme", "Team") == 0


async def test_a_rule_over_the_groups_members_follows_a_change_by_hand(team):
    await add_group("acme", "Inner")
    await set_rule("acme", "Inner", everyone=True, members_of="Team")
    await run_rule("acme", "Inner")
    await change_members("acme", "Team", add=["ann@example.com"])
    assert await members("Inner") == {"ann": "automatic"}
    await change_members("acme", "Team", remove=["ann@example.com"])
    assert await members("Inner") == {}


async def test_a_group_that_is_removed_takes_no_account_and_no_enrolment_along(team):
    await change_members("acme", "Team", add=["ann@example.com"])
    assert await remove_group("acme", "Team") == 1
    assert (await Group.all().count(), await Membership.all().count()) == (0, 0)
    assert (await Learner.all().count(), await enrolled()) == (3, 1)
    assert (await actions())[-1] == "group removed"


async def test_a_group_that_a_running_rule_looks_at_is_not_removed(team):
    await add_group("acme", "Inner")
    await set_rule("acme", "Inner", everyone=True, members_of="Team")
    await run_rule("acme", "Inner")
    with pytest.raises(SettingsError, match=r"The rule of Inner considers the members of Team; nothing was removed"):
        await remove_group("acme", "Team")
    await stop_rule("acme", "Inner")
    await remove_group("acme", "Team")
    with pytest.raises(SettingsError, match="was removed; nothing was done. Write the rule anew"):
        await run_rule("acme", "Inner")


@on_sqlite
async def test_each_flow_asks_for_a_role(team):
    flows = [
        lambda: add_group("acme", "New"),
        lambda: list_groups("acme"),
        lambda: group_members("acme", "Team"),
        lambda: change_members("acme", "Team", add=["ann@example.com"]),
        lambda: make_automatic("acme", "Team"),
        lambda: remove_group("acme", "Team"),
    ]
    for flow in flows:
        with acting_as(Actor("Nobody", "tui")), pytest.raises(NotAllowed):
            await flow()
    assert [row.title for row in await list_groups("acme")] == ["Team"]
    assert await members() == {}
