"""Held changes wait in the channel for an admin: approved, released in part, or rejected, once, by who may."""

import csv
import io

import pytest

from core.domain.guard import Kind as GuardKind
from core.domain.roles import Role
from core.sandbox.ukg.rows import employment_row, person_row
from core.services.admins import remove_admin, set_admin
from core.services.guard import change_guard, parse_limit
from core.services.plans import reject_plan
from core.services.syncing import plan_portal, sync_portal
from core.store.models import Approval, AuditLine, Learner, Plan, RunRequest
from tests.bot.companies import filled, words
from tests.bot.posts.conftest import texts


async def renamed():
    return await Learner.filter(first_name="Robin").count()


@pytest.fixture
async def held(bot, told, looks, store, rename):
    """Acme, where a sync held twelve renamings back; gives the message that asks for a decision."""
    bot.add_user("UBEA")
    await set_admin("acme", "Bea", Role.ADMIN, slack_user="UBEA")
    await set_admin("acme", "Otto", Role.OPERATOR, slack_user="UOTTO")
    await sync_portal("acme", store)
    await change_guard("acme", {GuardKind.UPDATED: parse_limit("1")})
    rename("Robin")
    await sync_portal("acme", store)
    await looks(6)
    (message,) = [each for each in bot.messages("C1") if "wait for an approval:" in each.text]
    return message


@pytest.fixture
def click(bot, looks):
    """Call with a message and a button to click it; gives what the clicker alone is told, once it is there."""

    async def on(message, action, user="UANN"):
        seen = len(bot.messages("C1", to=user))
        assert (await bot.click(message, action, user=user)).payload == {}
        answer = await bot.wait_for(lambda: next(iter(bot.messages("C1", to=user)[seen:]), None))
        await looks(2)
        return answer.text

    return on


def buttons(message):
    return [
        element["action_id"]
        for block in message.blocks
        for element in block.get("elements", ())
        if "action_id" in element
    ]


async def test_it_says_what_tripped_the_limit_and_whom_it_concerns(bot, held):
    lines = held.text.splitlines()
    assert lines[0] == "<@UANN> <@UBEA> *12 changes of acme wait for an approval:* 12 updated."
    assert lines[1] == "12 people would be updated of 12 linked learners; the guard lets 1 through (1)."
    assert len([line for line in lines if line.startswith("• Robin Lee (E")]) == 10
    assert "… and 2 more, in the file in the thread." in lines
    assert buttons(held) == ["approve_plan", "release_some", "reject_plan"]
    (file,) = [each for each in bot.workspace.files.values() if each.thread_ts == held.ts]
    rows = list(csv.DictReader(io.StringIO(file.body.decode("utf-8-sig"))))
    assert [(row["outcome"], row["would_be"]) for row in rows] == [("held", "updated")] * 12


async def test_nothing_of_a_person_travels_in_the_buttons(held):
    values = [element["value"] for block in held.blocks for element in block.get("elements", ()) if "value" in element]
    assert len(values) == 3
    assert not [value for value in values if "Robin" in value or "example.com" in value]


async def test_approved_it_is_written_through_the_queue_and_the_buttons_become_one_line(
    bot, held, click, looks, carry_out
):
    answer = await click(held, "approve_plan")
    assert answer.startswith("12 held changes are approved and asked to be written: acme, plan plan-")
    assert buttons(held) == []
    assert "*<@UANN> approved*, <!date^" in held.text
    request = await RunRequest.get(kind="apply")
    assert (request.asked_by, request.face) == ("Ann Lee", "slack")
    assert await renamed() == 0
    await carry_out()
    await looks(6)
    assert await renamed() == 12
    done = [text for text in texts(bot) if text.startswith("*Applying a plan of acme is done.* 12 updated")]
    assert len(done) == 1
    lines = await AuditLine.filter(action="plan approved")
    assert [(line.actor, line.face) for line in lines] == [("Ann Lee", "slack")]


async def test_rejected_nothing_is_written_and_it_says_who_did_it(bot, held, click, carry_out):
    assert "is rejected; nothing more of it can be applied" in await click(held, "reject_plan", user="UBEA")
    assert buttons(held) == []
    assert "*<@UBEA> rejected*" in held.text
    assert await carry_out() == 0
    assert await renamed() == 0


_MAY_NOT = pytest.mark.parametrize(
    ("user", "why"), [("UOTTO", "this takes admin"), ("UBOB", "You have no role in this portal")]
)


@pytest.mark.parametrize("action", ["approve_plan", "reject_plan"])
@_MAY_NOT
async def test_who_may_not_decide_is_told_so_and_nothing_happens(held, click, action, user, why):
    assert why in await click(held, action, user=user)
    assert len(buttons(held)) == 3
    assert await Approval.all().count() == 0


@_MAY_NOT
async def test_who_may_not_decide_is_shown_nobody_to_choose(bot, held, user, why):
    await bot.click(held, "release_some", user=user)
    modal = await bot.wait_for(lambda: filled(bot, user))
    assert why in words(modal)
    assert len(modal.content["blocks"]) == 1
    assert len(buttons(held)) == 3
    assert await Approval.all().count() == 0


async def test_a_role_that_was_taken_away_since_the_message_counts_no_more(held, click):
    await remove_admin("acme", "Bea")
    assert "You have no role in this portal any more" in await click(held, "approve_plan", user="UBEA")
    assert await Approval.all().count() == 0


async def test_whom_slack_calls_like_an_admin_is_none(bot, held, click):
    bot.add_user("UANN2", "ann")
    await set_admin("acme", "Otto", Role.OPERATOR, slack_user="UOTTO")
    assert "no role" in await click(held, "approve_plan", user="UANN2")
    assert await Approval.all().count() == 0


async def test_the_second_click_learns_who_was_quicker(bot, held, click):
    as_it_was = bot.workspace.with_ids(held.blocks)
    await click(held, "approve_plan")
    held.blocks = as_it_was  # Bea's screen is not yet up to date
    answer = await click(held, "approve_plan", user="UBEA")
    assert answer.startswith("Ann Lee approved plan plan-")
    assert answer.endswith("nothing was done.")
    held.blocks = as_it_was
    assert (await click(held, "reject_plan", user="UBEA")).startswith("Ann Lee approved plan plan-")
    assert await Approval.all().count() == 1
    assert await RunRequest.filter(kind="apply").count() == 1


async def test_decided_at_the_command_line_it_says_so_here_too(bot, held, looks, set_clock):
    await reject_plan(held.text.rpartition(" ")[2])
    set_clock("2026-03-10T12:01:00Z")
    await looks(2)
    assert buttons(held) == []
    assert " rejected*, <!date^" in held.text


async def test_expired_it_says_so_at_the_click_and_in_the_message(held, click, set_clock):
    set_clock("2026-03-14T12:00:00Z")
    assert "has expired; nothing was done" in await click(held, "approve_plan")
    assert buttons(held) == []
    assert "It has expired" in held.text
    assert await Approval.all().count() == 0


async def test_a_newer_sync_takes_its_place(bot, held, looks, store, set_clock):
    set_clock("2026-03-10T13:00:00Z")
    await sync_portal("acme", store)
    set_clock("2026-03-10T13:01:00Z")
    await looks(6)
    assert buttons(held) == []
    assert "A newer look at everyone took its place" in held.text
    (newer,) = [each for each in bot.messages("C1") if "wait for an approval:" in each.text]
    assert newer is not held
    assert len(buttons(newer)) == 3


async def test_a_plan_that_is_not_what_was_shown_is_not_approved(held, click):
    await Plan.all().update(hash="f" * 64)
    assert "is no longer what was shown; nothing was done" in await click(held, "approve_plan")
    assert await Approval.all().count() == 0


async def test_where_the_setting_says_so_another_admin_than_who_asked_has_to_decide(
    bot, ask, held, click, looks, carry_out, set_clock
):
    await change_guard("acme", {}, second_approver=True)
    set_clock("2026-03-10T13:00:00Z")
    await ask("sync")
    await carry_out()
    set_clock("2026-03-10T13:01:00Z")
    await looks(6)
    newer = [each for each in bot.messages("C1") if "wait for an approval:" in each.text][-1]
    assert "Another admin than who asked has to decide." in newer.text
    assert "acme wants another admin to approve it; nothing was changed" in await click(newer, "approve_plan")
    assert len(buttons(newer)) == 3
    assert "are approved" in await click(newer, "approve_plan", user="UBEA")


async def release(bot, held, values, user="UANN"):
    await bot.click(held, "release_some", user=user)
    modal = await bot.wait_for(lambda: (view := bot.modal(user)) and view.content.get("submit") and view)
    acknowledged = await bot.submit(modal, values)
    if acknowledged.errors:
        return acknowledged.errors
    await bot.wait_for(
        lambda: "submit" not in bot.modal(user).content and "Working" not in str(bot.modal(user).content)
    )
    return bot.modal(user).content["blocks"][0]["text"]["text"]


async def test_some_people_are_released_and_the_rest_stays_held(bot, held, looks, carry_out):
    said = await release(bot, held, {"released_people": ["E3", "E5"]})
    assert said.startswith("2 held changes are approved and asked to be written")
    await carry_out()
    await looks(4)
    assert await renamed() == 2
    assert "*<@UANN> released some (2 people)*" in held.text
    assert "*10 changes of acme wait for an approval:* 10 updated." in held.text
    assert len(buttons(held)) == 3


async def test_what_is_left_can_be_approved_afterwards(bot, held, click, looks, carry_out):
    await release(bot, held, {"released_people": ["E3", "E5"]})
    await carry_out()
    await looks(4)
    assert (await click(held, "approve_plan", user="UBEA")).startswith("10 held changes are approved")
    await carry_out()
    await looks(4)
    assert await renamed() == 12
    assert "*<@UBEA> approved*" in held.text
    assert buttons(held) == []


async def test_a_whole_kind_is_released(bot, held, looks, carry_out):
    said = await release(bot, held, {"released_kinds": ["updated"]})
    assert said.startswith("12 held changes are approved")
    await looks(2)
    assert buttons(held) == []
    assert "*<@UANN> released some (updated)*" in held.text
    await carry_out()
    assert await renamed() == 12


async def test_releasing_nothing_is_an_error_in_the_form(bot, held):
    assert await release(bot, held, {}) == {"released_kinds": "Choose a kind of change, or people, or both."}
    assert await Approval.all().count() == 0


async def test_a_plan_asked_for_in_slack_that_holds_changes_can_be_approved_too(
    bot, ask, held, looks, carry_out, set_clock
):
    set_clock("2026-03-10T13:00:00Z")
    await ask("plan")
    await carry_out()
    set_clock("2026-03-10T13:01:00Z")
    await looks(6)
    (newer,) = [each for each in bot.messages("C1") if "wait for an approval:" in each.text]
    assert len(buttons(newer)) == 3


async def test_a_plan_that_somebody_only_looks_at_elsewhere_asks_nobody(bot, held, looks, store, set_clock):
    set_clock("2026-03-10T13:00:00Z")
    before = len(bot.messages("C1"))
    await plan_portal("acme", store)
    await looks(4)
    assert len(bot.messages("C1")) == before


async def test_of_more_people_than_a_menu_takes_the_names_are_looked_up(bot, told, looks, store, sandbox, carry_out):
    for number in range(120):
        names = {"firstName": f"Zed{number}", "emailAddress": f"z{number}@example.com"}
        sandbox.company.people.append(person_row(employeeId=f"Z{number}", **names))
        sandbox.company.employments.append(employment_row(employeeID=f"Z{number}"))
    sandbox.company.touch()
    await sync_portal("acme", store)
    await change_guard("acme", {GuardKind.UPDATED: parse_limit("1")})
    for person in sandbox.company.people:
        person["lastName"] = "Day"
    sandbox.company.touch()
    await sync_portal("acme", store)
    await looks(6)
    (message,) = [each for each in bot.messages("C1") if "wait for an approval:" in each.text]
    await bot.click(message, "release_some", user="UANN")
    modal = await bot.wait_for(lambda: (view := bot.modal("UANN")) and view.content.get("submit") and view)
    assert len(await bot.suggest(modal, "released_people", "", user="UANN")) == 100
    option, *_ = await bot.suggest(modal, "released_people", "zed11 DAY", user="UANN")
    assert option["text"]["text"] == "Zed11 Day"
    assert await bot.suggest(modal, "released_people", "nobody", user="UANN") == []
    assert await bot.suggest(modal, "released_people", "100%", user="UANN") == []


async def test_an_answer_that_is_hard_to_believe_is_vouched_for(bot, told, click, looks, store, sandbox, carry_out):
    await sync_portal("acme", store)
    del sandbox.company.people[3:]
    del sandbox.company.employments[3:]
    sandbox.company.touch()
    await sync_portal("acme", store)
    await looks(6)
    (message,) = [each for each in bot.messages("C1") if each.blocks and "approve_plan" in str(each.blocks)]
    await click(message, "approve_plan")
    assert "*<@UANN> approved*" in message.text
    assert await RunRequest.filter(kind="apply").count() == 1


async def test_without_a_channel_every_admin_is_asked_directly_and_one_decides_for_all(
    bot, connected, looks, store, rename, carry_out
):
    bot.add_user("UBEA")
    await set_admin("acme", "Bea", Role.ADMIN, slack_user="UBEA")
    await looks(1)
    await sync_portal("acme", store)
    await change_guard("acme", {GuardKind.UPDATED: parse_limit("1")})
    rename("Robin")
    await sync_portal("acme", store)
    await looks(6)
    ann, bea = (bot.messages(channel)[0] for channel in ("DUANN", "DUBEA"))
    assert len(buttons(ann)) == len(buttons(bea)) == 3
    assert {file.shared_in for file in bot.workspace.files.values()} == {"DUANN", "DUBEA"}
    await bot.click(bea, "approve_plan", user="UBEA")
    await bot.wait_for(lambda: [each for each in bot.messages("DUBEA", to="UBEA") if each.only_for])
    await looks(2)
    assert (buttons(ann), buttons(bea)) == ([], [])
    assert "*<@UBEA> approved*" in ann.text
    await carry_out()
    assert await renamed() == 12
    await looks(4)
    assert [text for text in texts(bot, "DUBEA") if text.startswith("*Applying a plan of acme is done.*")]
    assert not [text for text in texts(bot, "DUANN") if text.startswith("*Applying")]
