"""Writing a rule: conditions asked for step by step, a count that follows, kept as a draft, run, stopped."""

import pytest

from core.services.groups import group_members
from core.services.rules import rule_to_edit
from tests.tui.terminal import Terminal
from tests.tui.training import at_nurses, nurses, staff  # noqa: F401


@pytest.fixture
async def at_kitchen(at_nurses: Terminal) -> Terminal:  # noqa: F811
    """The rule of `Kitchen`, of which nothing is written yet."""
    await at_nurses.open("groups")
    await at_nurses.sees("2 groups")
    await at_nurses.press("e")
    await at_nurses.sees("Groups › Kitchen › Rule", "All users, without a condition", "4 match, 4 would join")
    return at_nurses


@pytest.fixture
async def at_rule(at_nurses: Terminal) -> Terminal:  # noqa: F811
    """The rule of `Nurses`, which runs."""
    await at_nurses.open("groups")
    await at_nurses.sees("2 groups")
    await at_nurses.press("G", "e")
    await at_nurses.sees("Groups › Nurses › Rule", "Running: Job is Nurse", "2 match, 0 would join, 0 would leave")
    return at_nurses


async def choose(there: Terminal, title: str, words: str) -> None:
    """Choose in the dialog of that title what these words find."""
    await there.sees(title)
    await there.type(words)
    await there.press("enter")


async def members(title: str) -> list[str]:
    """Who is in the group."""
    return [one.email.partition("@")[0] for one in await group_members("acme", title)]


async def test_the_count_follows_every_condition_and_nothing_is_kept_by_writing(at_kitchen: Terminal) -> None:
    await at_kitchen.press("a")
    await choose(at_kitchen, "A condition about what?", "job")
    await choose(at_kitchen, "Job …", "any of")
    await at_kitchen.sees("Job any of …", "Nurse  3 people", "Porter  nobody yet")
    await at_kitchen.press("down", "space", "space", "enter")
    await at_kitchen.sees("Job any of Cook, Porter", "2 match, 2 would join, 0 would leave", "Cleo Lee")
    await at_kitchen.press("a")
    await choose(at_kitchen, "A condition about what?", "grade")
    await choose(at_kitchen, "Grade …", "at least")
    await at_kitchen.sees("A number")
    await at_kitchen.type("three")
    await at_kitchen.press("enter")
    await at_kitchen.sees("nothing was changed")
    for _ in "three":
        await at_kitchen.press("backspace")
    await at_kitchen.type("3")
    await at_kitchen.press("enter")
    await at_kitchen.sees("and Grade at least 3", "1 match, 1 would join", "Written: changed, not kept yet")
    await at_kitchen.press("o")
    await choose(at_kitchen, "A condition about what?", "email")
    await choose(at_kitchen, "email domain …", "is")
    await at_kitchen.sees("example.com  5 people")
    await at_kitchen.press("down", "enter")
    await at_kitchen.sees(
        "email domain is example.com", "4 match, 4 would join", "1 more match and join once they accept"
    )
    assert (await rule_to_edit("acme", "Kitchen")).state == "none"


async def test_a_draft_is_kept_and_does_nothing_and_then_runs_with_its_counts_asked_first(at_kitchen: Terminal) -> None:
    await at_kitchen.press("a")
    await choose(at_kitchen, "A condition about what?", "team")
    await choose(at_kitchen, "Team …", "is not empty")
    await at_kitchen.sees("3 match, 3 would join")
    await at_kitchen.press("ctrl+s")
    await at_kitchen.is_told("The draft of Kitchen is kept")
    await at_kitchen.sees("Written: a draft, which does nothing until it is run")
    assert await members("Kitchen") == []
    await at_kitchen.press("x")
    await at_kitchen.sees("Run the rule of Kitchen?", "3 match, 3 would join, 0 would leave; 0 members now, 3 then.")
    await at_kitchen.press("y")
    await at_kitchen.is_told("3 joined, 0 left, 3 members now")
    await at_kitchen.sees("Running: Team is not empty", "Written: what runs")
    assert await members("Kitchen") == ["ann", "bea", "cleo"]


async def test_conditions_are_changed_and_removed_where_they_stand(at_rule: Terminal) -> None:
    await at_rule.press("g", "enter")
    await at_rule.sees("A condition about what?")
    await at_rule.press("enter")
    await at_rule.sees("Job …")
    await at_rule.press("enter")
    await choose(at_rule, "Job is …", "cook")
    await at_rule.sees("Job is Cook", "2 match, 1 would join, 2 would leave")
    await at_rule.press("d")
    await at_rule.sees("All users, without a condition", "4 match")


async def test_a_rule_that_would_empty_its_group_asks_for_a_word(at_rule: Terminal) -> None:
    from core.services.groups import change_members

    await change_members("acme", "Nurses", remove=["dan@example.com"])
    await at_rule.press("g", "enter", "enter", "enter")
    await choose(at_rule, "Job is …", "porter")
    await at_rule.sees("It would leave nobody: all 2 members would go.")
    await at_rule.press("x")
    await at_rule.sees("Type empty to go on")
    await at_rule.press("enter")
    assert await members("Nurses") == ["ann", "bea"]
    await at_rule.type("empty")
    await at_rule.press("enter")
    await at_rule.is_told("0 joined, 2 left, 0 members now")
    await at_rule.sees("Running: Job is Porter")
    assert await members("Nurses") == []


async def test_only_the_members_of_another_group_are_considered_and_leavers_keep_their_courses(
    at_kitchen: Terminal,
) -> None:
    await at_kitchen.press("G", "enter")
    await at_kitchen.sees("Who leaves stays on its courses")
    await at_kitchen.press("k", "enter")
    await choose(at_kitchen, "Of whom?", "nurses")
    await at_kitchen.sees("Of the members of Nurses", "3 match, 3 would join")
    await at_kitchen.press("x")
    await at_kitchen.sees("Run the rule of Kitchen?")
    await at_kitchen.press("y")
    await at_kitchen.is_told("3 joined, 0 left")
    await at_kitchen.sees("Running: all users (members of Nurses)")
    rule = await rule_to_edit("acme", "Kitchen")
    assert (rule.running_members_of, rule.keep_enrolments) == ("Nurses", True)


async def test_a_running_rule_is_stopped_and_its_members_stay(at_rule: Terminal) -> None:
    await at_rule.press("t")
    await at_rule.sees("Stop the rule of Nurses?", "Its members stay")
    await at_rule.press("y")
    await at_rule.is_told("its 3 members stay")
    await at_rule.sees("Running: nothing")
    assert await members("Nurses") == ["ann", "bea", "dan"]


async def test_leaving_asks_first_where_conditions_would_be_lost_and_others_changes_leave_them_alone(
    at_rule: Terminal,
) -> None:
    from core.services.groups import add_group

    await at_rule.press("g", "d")
    await at_rule.sees("All users, without a condition", "changed, not kept yet")
    await add_group("acme", "Porters")
    await at_rule.press("r", "escape")
    await at_rule.sees("Leave the rule as it was?")
    await at_rule.press("escape")
    await at_rule.sees_no("Leave the rule as it was?")
    await at_rule.sees("All users, without a condition")
    await at_rule.press("escape")
    await at_rule.sees("Leave the rule as it was?")
    await at_rule.press("y")
    await at_rule.sees("3 groups")
    assert (await rule_to_edit("acme", "Nurses")).state == "running"


async def test_everything_of_a_rule_fits_a_small_terminal(at_rule: Terminal) -> None:
    await at_rule.press("g")
    await at_rule.resize(80, 24)
    await at_rule.sees("Job is Nurse", "+ and …", "Of all users", "Who leaves goes off its courses", "2 match")
    await at_rule.sees("And", "Or", "Remove", "Keep draft", "Run", "Stop", "Back", "Help")
