"""One person: found by a part of what is known, explained, seen on four pages, and changed after being asked."""

from datetime import date

from core.clock import now
from core.domain.invite_settings import InviteHow
from core.sandbox.ukg.faults import status
from core.sandbox.ukg.server import UkgSandbox
from core.services.accounts import NewLearner, add_learner
from core.services.people import find_learner
from core.services.portals import create_portal
from core.services.trail import trail
from core.store.models import Learner
from tests.tui.terminal import Terminal, terminal
from tui.screens.person import PersonScreen


async def explain(there: Terminal, who: str, *words: str) -> str:
    """Open the page of somebody, by an e-mail or an employee id."""
    there.app.push_screen(PersonScreen("acme", who))
    return await there.sees("5 Would write", *words)


async def actions(there: Terminal) -> list[str]:
    return [line.action async for line in trail("acme")]


async def test_somebody_is_found_by_parts_of_what_is_known_while_typing(at_acme: Terminal) -> None:
    await at_acme.open("person")
    await at_acme.sees("Type a part of a name")
    await at_acme.type("lee")
    text = await at_acme.sees("Ann Lee", "Bea Lee", "Look up “lee”")
    assert text.index("ann@") < text.index("dan@")
    await at_acme.press("down", "down", "down", "down", "up")
    await at_acme.press("enter")
    await at_acme.sees("Dan Lee  dan@example.com  pending  UKG  E4", "Linked to this account.")


async def test_the_five_steps_and_the_other_pages_tell_everything(at_acme: Terminal) -> None:
    text = await explain(at_acme, "E2", "Bea Lee (E2)", "1 field", "! Job:")
    assert "unchanged (up to date)" in text
    await at_acme.press("2")
    await at_acme.sees("In the portal", "UKG Pro, job_title", "Nursing")
    await at_acme.press("3")
    await at_acme.sees("Employee id", "E2", "invitation of today", "its mail is not sent yet")
    await at_acme.press("4")
    await at_acme.sees("invited", "run run-")
    await at_acme.press("enter")
    await at_acme.sees("New in UKG Pro.", "After", "bea@example.com", "Esc closes this")


async def test_nobody_known_is_explained_too(at_acme: Terminal) -> None:
    await explain(at_acme, "zoe@example.com", "not in the portal", "UKG Pro did not know them when it was last read")
    await at_acme.press("3")
    await at_acme.sees("No account in the portal.")


async def test_a_portal_that_was_never_read_says_so_and_shows_the_account(acme: str) -> None:
    await add_learner("acme", NewLearner("zoe@example.com", "Zoe", "Fox"), InviteHow.INVITE)
    async with terminal(acme) as there:
        await there.open("person")
        await there.paste("zoe")
        await there.sees("zoe@example.com")
        await there.press("enter")
        await there.sees("Zoe Fox  zoe@example.com  pending  added by hand", "ukg sync acme")
        await there.press("3")
        await there.sees("Access ends", "never", "(linked to none)")
        await there.press("e")
        await there.sees("Person › Edit", "Zoe")
        await there.press("ctrl+u")
        await there.paste("fox@example.com")
        await there.press("ctrl+s")
        await there.sees("Zoe Fox  fox@example.com  pending  added by hand")


async def test_one_person_is_synced_now_after_what_would_be_written_is_shown(
    at_acme: Terminal, sandbox: UkgSandbox
) -> None:
    sandbox.company.people[0]["lastName"] = "Stone"
    sandbox.company.people[1]["lastName"] = "Stone"
    sandbox.company.touch()
    await explain(at_acme, "E1", "Ann Lee (E1)", "Nothing.")
    await at_acme.press("u")
    await at_acme.sees("In UKG Pro, just now", "Ann Stone (E1)", "last name: Lee → Stone")
    await at_acme.press("s")
    await at_acme.sees("Sync Ann Stone now?", "updated (renamed)", "last name: Lee → Stone")
    await at_acme.press("escape")
    await at_acme.sees_no("Sync Ann Stone now?")
    assert (await find_learner("acme", "ann@example.com")).last_name == "Lee"
    await at_acme.press("s")
    await at_acme.sees("Sync Ann Stone now?")
    await at_acme.press("y")
    await at_acme.sees("Ann Stone  ann@example.com")
    assert "updated: The name changed in UKG Pro." in at_acme.told[-1]
    assert (await find_learner("acme", "ann@example.com")).last_name == "Stone"
    assert (await find_learner("acme", "bea@example.com")).last_name == "Lee"


async def test_when_ukg_pro_cannot_be_asked_nothing_is_written_and_it_says_why(
    at_acme: Terminal, sandbox: UkgSandbox
) -> None:
    await explain(at_acme, "E1", "Nothing.")
    sandbox.faults.add("person-details", times=None, kind=status(401))
    await at_acme.press("s")
    await at_acme.sees("UKG Pro could not be asked now, so nothing was written")


async def test_access_is_taken_away_only_with_the_word_typed_and_given_back(at_acme: Terminal) -> None:
    await explain(at_acme, "E1")
    await at_acme.press("a")
    await at_acme.sees("What to do?", "Disable", "Hand out the link")
    await at_acme.paste("disable")
    await at_acme.press("enter")
    await at_acme.sees("Take access away?", "Type disable to go on")
    await at_acme.press("enter")
    await at_acme.paste("disable")
    await at_acme.press("enter")
    await at_acme.sees("disabled  UKG")
    assert at_acme.told[-1] == "ann@example.com is disabled."
    await at_acme.press("a")
    await at_acme.sees("What to do?", "Enable")
    await at_acme.sees_no("Hand out the link")
    await at_acme.paste("enable")
    await at_acme.press("enter")
    await at_acme.sees("Give access back?")
    await at_acme.press("y")
    await at_acme.sees("pending  UKG")
    assert at_acme.told[-1] == "ann@example.com is pending again."


async def test_a_last_day_is_checked_while_it_is_typed_and_asked_again(at_acme: Terminal) -> None:
    await explain(at_acme, "E1")
    await at_acme.press("a")
    await at_acme.sees("What to do?", "Last day of access")
    await at_acme.paste("last day")
    await at_acme.press("enter")
    await at_acme.sees("Last day of access?")
    await at_acme.paste("soon")
    await at_acme.press("enter")
    await at_acme.sees("'soon' is not a day")
    await at_acme.press("ctrl+u")
    await at_acme.paste("2026-04-30")
    await at_acme.press("enter")
    await at_acme.sees("access up to and including 2026-04-30")
    await at_acme.paste("end")
    await at_acme.press("enter")
    await at_acme.sees("Ann Lee, ann@example.com: pending, access until 2026-04-30")
    assert (await find_learner("acme", "ann@example.com")).account_expires == date(2026, 4, 30)


async def test_a_link_is_handed_out_once_and_a_new_one_only_a_minute_later(at_acme: Terminal, set_clock) -> None:
    await explain(at_acme, "E1")
    await at_acme.press("a")
    await at_acme.sees("What to do?", "Last day of access")
    await at_acme.paste("hand out")
    await at_acme.press("enter")
    await at_acme.sees("Show the link?", "can take up the account")
    await at_acme.press("y")
    await at_acme.sees("The link of ann@example.com", "/acme/", "It works once, until")
    await at_acme.press("escape")
    assert "link handed out" in await actions(at_acme)
    await at_acme.press("a")
    await at_acme.sees("What to do?", "Last day of access")
    await at_acme.paste("new link")
    await at_acme.press("enter")
    await at_acme.sees("Send a new link?")
    await at_acme.press("y")
    await at_acme.sees("1 refused", "A link was made out less than a minute ago")


async def test_an_edit_keeps_what_was_typed_when_it_is_refused(at_acme: Terminal) -> None:
    await explain(at_acme, "E1")
    await at_acme.press("e")
    await at_acme.sees("UKG Pro provides this person", "Custom user data")
    await at_acme.press("ctrl+u")
    await at_acme.paste("bea@example.com")
    await at_acme.press("ctrl+s")
    await at_acme.sees("has an account with the e-mail bea@example.com already", "bea@example.com")
    await at_acme.press("ctrl+u")
    await at_acme.paste("ann.lee@example.com")
    await at_acme.press("ctrl+s")
    await at_acme.sees("Ann Lee  ann.lee@example.com")


async def test_what_learnupon_does_itself_is_said_before_anything_is_asked(acme: str) -> None:
    portal = await create_portal("there", kind="learnupon")
    await Learner.create(
        portal_id=portal.id,
        email="zoe@example.com",
        email_key="zoe@example.com",
        first_name="Zoe",
        last_name="Fox",
        user_type="learner",
        status="active",
        source="manual",
        custom="{}",
        created_at=now(),
        created_by="LearnUpon",
    )
    sentence = "People of LearnUpon are changed in UKG Pro, or by hand in LearnUpon"
    async with terminal(acme, portal="there") as there:
        await there.open("people")
        await there.press("n")
        await there.sees(sentence)
        await there.press("escape")
        await there.sees("1 person", "zoe@")
        await there.press("enter")
        await there.sees("Zoe Fox  zoe@example.com  active")
        await there.press("3")
        await there.sees("LearnUpon keeps its own groups", "there, too")
        await there.press("e")
        await there.sees(sentence, "Nothing was done here.")
