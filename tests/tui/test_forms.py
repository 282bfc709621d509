"""Forms: what is typed is kept until it is saved or thrown away, and says in time what is wrong with it."""

from core.services.guard import guard_settings
from core.services.slack_channels import tell_in, told_where
from tests.tui.terminal import Terminal


async def test_a_form_is_saved_with_a_key_and_says_so(at_acme: Terminal) -> None:
    await at_acme.open("channel")
    await at_acme.sees("Runs are told nowhere in Slack yet", "Channel's id")
    await at_acme.type("C024BE91L")
    await at_acme.press("down", "space")
    await at_acme.sees("2 fields changed, not saved yet", "only changes and problems")
    await at_acme.press("ctrl+s")
    await at_acme.sees("Saved: runs are told in C024BE91L", "Runs are told in C024BE91L.")
    told = await told_where("acme")
    assert (told.channel, told.quiet) == ("C024BE91L", True)
    await at_acme.sees_no("not saved yet")


async def test_what_will_not_do_is_told_beside_the_field_and_kept(at_acme: Terminal) -> None:
    await at_acme.open("channel")
    await at_acme.sees("Channel's id")
    await at_acme.type("general")
    await at_acme.press("down")
    text = await at_acme.sees("✗ That is no channel's id", "general")
    assert text.index("general") < text.index("✗ That") < text.index("What is told")
    await at_acme.press("ctrl+s")
    await at_acme.sees("✗ That is no channel's id", "general")
    assert (await told_where("acme")).channel is None


async def test_leaving_with_something_unsaved_asks_and_undoing_puts_back_what_is_stored(at_acme: Terminal) -> None:
    await at_acme.open("channel")
    await at_acme.sees("Channel's id")
    await at_acme.type("C1")
    await at_acme.press("escape")
    await at_acme.sees("Throw away what was typed?")
    await at_acme.press("escape")
    await at_acme.sees_no("Throw away")
    await at_acme.sees("C1", "1 field changed")
    await at_acme.press("ctrl+r")
    await at_acme.sees_no("C1", "1 field changed")
    await at_acme.press("escape")
    await at_acme.sees("Dashboard")


async def test_quitting_with_something_unsaved_names_the_screen(at_acme: Terminal) -> None:
    await at_acme.open("schedule")
    await at_acme.sees("The daily sync is")
    await at_acme.press("space", "q")
    await at_acme.sees("Quit ukg-sync?", "Not saved yet: Daily sync")
    await at_acme.press("escape")
    await at_acme.sees("1 field changed")


async def test_a_change_made_elsewhere_is_shown_but_never_over_what_is_being_typed(at_acme: Terminal) -> None:
    await at_acme.open("channel")
    await at_acme.sees("Channel's id")
    await at_acme.type("C1")
    await tell_in("acme", channel="C99", quiet=True)
    text = await at_acme.sees("Changed elsewhere meanwhile, to: C99", "only changes and problems", "1 field changed")
    assert "C1 " in f"{text} ".replace("\n", " ")
    await at_acme.press("ctrl+s")
    await at_acme.sees("Saved: runs are told in C1.")
    assert (await told_where("acme")).quiet


async def test_the_guards_limits_are_checked_saved_and_put_back_to_the_default(at_acme: Terminal) -> None:
    await at_acme.open("guard")
    await at_acme.sees("In one run", "Lose access", "2% or 5")
    await at_acme.type("many")
    await at_acme.press("ctrl+s")
    await at_acme.sees("'many' is not a limit")
    await at_acme.press("ctrl+u")
    await at_acme.type("1% or 3")
    await at_acme.press("ctrl+s")
    await at_acme.sees("Saved: the guard of acme.")
    assert (await guard_settings("acme")).limits["run"]["ended"] == "1% or 3"
    await at_acme.press("ctrl+t")
    await at_acme.sees("Back to the default limits?")
    await at_acme.press("y")
    await at_acme.is_told("The limits are those of a new portal")
    await at_acme.sees("2% or 5")
    assert (await guard_settings("acme")).limits["run"]["ended"] == "2% or 5"


async def test_another_admin_to_approve_is_a_switch_of_the_guard(at_acme: Terminal) -> None:
    await at_acme.open("guard")
    await at_acme.sees("2% or 5")
    await at_acme.press("up", "space")
    await at_acme.sees("another admin than who asked", "acme has no admin yet")
    await at_acme.press("ctrl+s")
    await at_acme.sees("Saved: the guard of acme.")
    assert (await guard_settings("acme")).second_approver
