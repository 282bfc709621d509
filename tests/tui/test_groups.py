"""Groups: listed with their members and rules, added, filled by hand, removed."""

from core.services.groups import group_members, list_groups
from core.services.portals import create_portal
from tests.tui.terminal import Terminal, terminal
from tests.tui.training import at_nurses, nurses, staff  # noqa: F401


async def members(title: str) -> dict[str, str]:
    """Who is in the group, and by what."""
    return {one.email.partition("@")[0]: one.origin for one in await group_members("acme", title)}


async def titles() -> list[str]:
    """The titles of the groups there are."""
    return [group.title for group in await list_groups("acme")]


async def at_group(there: Terminal, title: str) -> None:
    """Open a group from the list, where it is found by its title."""
    await there.open("groups")
    await there.sees(title)
    await there.press("slash")
    await there.type(title.lower())
    await there.sees("1 group with")
    await there.press("enter", "enter")
    await there.sees(f"Groups › {title}", "Courses ")


async def test_groups_are_listed_with_members_rule_and_courses(at_nurses: Terminal) -> None:  # noqa: F811
    await at_nurses.open("groups")
    text = await at_nurses.sees("2 groups", "Hygiene")
    kitchen, nursing = (next(line for line in text.splitlines() if f" {title} " in line) for title in NAMES)
    assert kitchen.split()[-4:] == ["0", "0", "0", "none"]
    assert nursing.split()[-5:] == ["3", "2", "1", "running", "Hygiene"]


NAMES = ("Kitchen", "Nurses")


async def test_a_group_is_added_and_a_title_that_is_taken_is_told_and_changes_nothing(at_nurses: Terminal) -> None:  # noqa: F811
    await at_nurses.open("groups")
    await at_nurses.sees("2 groups")
    await at_nurses.press("n")
    await at_nurses.type("Porters")
    await at_nurses.press("enter")
    await at_nurses.sees("3 groups")
    await at_nurses.is_told("Porters is added")
    await at_nurses.press("n")
    await at_nurses.type("porters")
    await at_nurses.press("enter")
    await at_nurses.sees("✗ acme has a group porters already; nothing was added.")
    assert await titles() == ["Kitchen", "Nurses", "Porters"]


async def test_a_group_is_removed_only_once_its_title_is_typed(at_nurses: Terminal) -> None:  # noqa: F811
    await at_nurses.open("groups")
    await at_nurses.sees("2 groups")
    await at_nurses.press("G", "d")
    await at_nurses.sees("Remove the group Nurses?", "3 members would no longer be in it")
    await at_nurses.type("nurse")
    await at_nurses.press("enter")
    assert await titles() == ["Kitchen", "Nurses"]
    await at_nurses.type("s")
    await at_nurses.press("enter")
    await at_nurses.is_told("Group Nurses is removed; it had 3 members, whose accounts stay.")
    await at_nurses.sees("1 group")
    assert await titles() == ["Kitchen"]


async def test_a_group_shows_its_rule_its_courses_and_how_people_came(at_nurses: Terminal) -> None:  # noqa: F811
    await at_group(at_nurses, "Nurses")
    text = await at_nurses.sees("Rule     Job is Nurse", "Courses  Hygiene", "3 members: 2 by rule, 1 by hand")
    assert "automatic" in next(line for line in text.splitlines() if "ann@example.com" in line)
    assert "manual" in next(line for line in text.splitlines() if "dan@example.com" in line)


async def test_people_are_added_by_hand_chosen_or_typed(at_nurses: Terminal) -> None:  # noqa: F811
    await at_group(at_nurses, "Kitchen")
    await at_nurses.press("a")
    await at_nurses.sees("Add to Kitchen")
    await at_nurses.type("cle")
    await at_nurses.press("down", "enter")
    await at_nurses.sees("Add 1 person?", "cleo@example.com would be in Kitchen by hand")
    await at_nurses.press("y")
    await at_nurses.sees("1 member: 0 by rule, 1 by hand")
    await at_nurses.press("a")
    await at_nurses.type("dan@example.com, nobody@example.com")
    await at_nurses.press("enter")
    await at_nurses.sees("Add 2 people?")
    await at_nurses.press("y")
    await at_nurses.sees("✗ acme has no learner nobody@example.com; nothing was changed.")
    assert await members("Kitchen") == {"cleo": "manual"}


async def test_those_marked_are_taken_out_and_whom_the_rule_would_bring_back_is_told(at_nurses: Terminal) -> None:  # noqa: F811
    await at_group(at_nurses, "Nurses")
    await at_nurses.sees("dan@example.com")
    await at_nurses.press("G", "space", "d")
    await at_nurses.sees("What becomes of their courses?")
    await at_nurses.press("down", "enter")
    await at_nurses.sees("Take 1 person out of Nurses?", "What they have not finished of")
    await at_nurses.press("y")
    await at_nurses.sees("2 members: 2 by rule, 0 by hand")
    await at_nurses.press("g", "d")
    await at_nurses.sees("What becomes of their courses?")
    await at_nurses.press("enter")
    await at_nurses.sees("Take 1 person out of Nurses?")
    await at_nurses.press("y")
    await at_nurses.sees("ann@example.com matches the rule of Nurses and would join again")
    assert await members("Nurses") == {"ann": "automatic", "bea": "automatic"}


async def test_members_are_made_automatic_and_the_rule_takes_out_who_does_not_fit(at_nurses: Terminal) -> None:  # noqa: F811
    await at_group(at_nurses, "Nurses")
    await at_nurses.sees("Automatic")
    await at_nurses.press("m")
    await at_nurses.sees("Make the members of Nurses automatic?", "1 member added by hand would be automatic.")
    await at_nurses.press("y")
    await at_nurses.sees("2 members: 2 by rule, 0 by hand")
    assert await members("Nurses") == {"ann": "automatic", "bea": "automatic"}


async def test_of_a_portal_of_learnupon_it_is_said_where_groups_and_courses_are(acme: str) -> None:
    await create_portal("cloud", kind="learnupon")
    async with terminal(acme, portal="cloud") as there:
        await there.open("groups")
        text = await there.sees("LearnUpon keeps its own groups and the rules that fill them.")
        assert "Remove" not in text
        await there.press("n")
        await there.press("escape")
        await there.open("courses")
        await there.sees("LearnUpon keeps its own courses and enrolments.", "under Courses")
