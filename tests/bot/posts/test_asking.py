"""`/ukg sync`, `/ukg plan`, `/ukg channel`: asked for in Slack, carried out by the queue, told where it belongs."""

import pytest

from core.domain.roles import Role
from core.sandbox.ukg.rows import employment_row, person_row
from core.services.admins import remove_admin, set_admin
from core.services.portals import change_portal
from core.services.slack_channels import tell_in, told_where
from core.store.models import AuditLine, Run, RunRequest
from tests.bot.posts.conftest import texts


@pytest.fixture
async def operator(connected):
    """Otto, an operator of acme."""
    await set_admin("acme", "Otto", Role.OPERATOR, slack_user="UOTTO")


async def test_a_sync_that_is_asked_for_is_told_in_the_channel_and_only_there(
    bot, ask, told, operator, looks, carry_out
):
    bot.add_channel("C2")
    answer = await ask("sync", user="UOTTO", channel="C2")
    assert answer.text == "The sync of acme is asked for. <#C1> tells how it goes."
    assert answer.only_for == "UOTTO"
    request = await RunRequest.get()
    assert (request.kind, request.asked_by, request.face) == ("sync", "Otto", "slack")
    await looks(2)
    assert await carry_out() == 1
    await looks(6)
    (message,) = [each for each in bot.messages("C1") if each.thread_ts is None]
    assert message.text.startswith("*The sync of acme is done.* 12 invited")
    assert "for Otto." in message.text
    assert bot.messages("C2") == []
    assert bot.messages("DUOTTO") == []


async def test_two_who_ask_at_once_get_one_sync(bot, ask, told, operator, looks, carry_out):
    await ask("sync")
    assert "was asked for already" in (await ask("sync", user="UOTTO")).text
    assert await carry_out() == 1
    assert await Run.all().count() == 1


@pytest.mark.parametrize("words", ["sync", "plan"])
async def test_a_viewer_is_told_what_it_takes(bot, ask, told, words):
    await set_admin("acme", "Vera", Role.VIEWER, slack_user="UVERA")
    assert f"`/ukg {words}` takes operator" in (await ask(words, user="UVERA")).text
    assert await RunRequest.all().count() == 0


async def test_without_a_channel_it_is_told_where_it_was_asked_without_names(
    bot, ask, connected, operator, looks, carry_out
):
    answer = await ask("sync", user="UOTTO")
    assert "how it goes is told here" in answer.text
    await looks(1)
    (message,) = bot.messages("C1")
    assert message.text == "*The sync of acme*, asked for by Otto, waits its turn."
    await carry_out()
    await looks(6)
    assert message.text.startswith("*The sync of acme is done.* 12 invited, of 12 people.")
    assert bot.messages("C1") == [message]
    assert bot.workspace.files == {}


async def test_asked_where_the_app_may_not_post_it_is_told_directly_with_names(
    bot, ask, connected, operator, looks, carry_out
):
    bot.add_channel("C2", is_member=False)
    await ask("sync", user="UOTTO", channel="C2")
    await looks(2)
    await carry_out()
    await looks(6)
    (message,) = [each for each in bot.messages("DUOTTO") if each.thread_ts is None]
    assert message.text.startswith("*The sync of acme is done.*")
    (file,) = bot.workspace.files.values()
    assert (file.shared_in, file.thread_ts) == ("DUOTTO", message.ts)


async def test_one_that_did_not_start_is_told_to_who_asked(bot, ask, told, operator, looks, carry_out):
    await change_portal("acme", manual_sync_minutes=60)
    for _ in range(2):
        await ask("sync", user="UOTTO")
        await carry_out()
        await looks()
    (message,) = bot.messages("DUOTTO")
    assert message.text.startswith("*The sync of acme did not start.* acme was synced by hand less than 60 minutes ago")
    assert len([each for each in texts(bot) if each.startswith("*The sync")]) == 1


async def test_a_role_that_was_taken_away_meanwhile_stops_it(bot, ask, told, operator, looks, carry_out):
    await ask("sync", user="UOTTO")
    await remove_admin("acme", "Otto")
    await carry_out()
    await looks()
    assert "has no role in acme" in bot.messages("DUOTTO")[0].text
    assert await Run.all().count() == 0


async def test_in_a_quiet_channel_who_asked_is_told_directly_that_nothing_changed(
    bot, ask, told, operator, looks, carry_out
):
    await ask("sync", user="UOTTO")
    await carry_out()
    await looks()
    await tell_in("acme", quiet=True)
    await ask("sync", user="UOTTO")
    await carry_out()
    await looks()
    assert bot.messages("DUOTTO")[0].text.startswith("*The sync of acme is done.* 12 unchanged")
    assert len([each for each in texts(bot) if each.startswith("*The sync")]) == 1


async def test_a_plan_shows_who_would_change_as_a_table_with_everyone_in_the_file(bot, ask, told, looks, carry_out):
    answer = await ask("plan")
    assert "The plan of acme is asked for. <#C1>" in answer.text
    await looks(1)
    assert texts(bot) == ["*The plan of acme*, asked for by Ann Lee, waits its turn."]
    await carry_out()
    await looks(6)
    (message,) = [each for each in bot.messages("C1") if each.thread_ts is None]
    assert message.text.startswith("*What a sync of acme would do now:* 12 invited, of 12 people. Nothing was written")
    (table,) = [block for block in message.blocks if block["type"] == "data_table"]
    assert [cell["text"] for cell in table["rows"][0]] == ["Who", "Outcome", "What"]
    assert {row[0]["text"] for row in table["rows"][1:]} == {f"Pat{number} Lee" for number in range(12)}
    (file,) = bot.workspace.files.values()
    assert file.thread_ts == message.ts
    assert file.body.count(b"\r\n") == 13
    assert await Run.all().count() == 0


async def test_a_plan_is_applied_by_a_button_once(bot, ask, told, operator, looks, carry_out, set_clock):
    await ask("plan")
    await carry_out()
    await looks(4)
    message = bot.messages("C1")[0]
    as_it_was = bot.workspace.with_ids(message.blocks)
    await bot.click(message, "apply_plan", user="UBOB")
    (no,) = await bot.wait_for(lambda: [each for each in bot.messages("C1", to="UBOB") if each.only_for])
    assert "You have no role" in no.text
    await bot.click(message, "apply_plan", user="UOTTO")
    (yes,) = await bot.wait_for(lambda: [each for each in bot.messages("C1", to="UOTTO") if each.only_for])
    assert "is asked to be applied; <#C1> tells how it goes." in yes.text
    await carry_out()
    assert (await Run.get()).asked_by == "Otto"
    set_clock("2026-03-10T12:01:00Z")
    await looks(6)
    assert "It was applied." in message.text
    assert "apply_plan" not in str(message.blocks)
    assert len([text for text in texts(bot) if text.startswith("*Applying a plan of acme is done.*")]) == 1
    message.blocks = as_it_was  # a screen that is not up to date
    await bot.click(message, "apply_plan", user="UOTTO")
    late = await bot.wait_for(lambda: [each for each in bot.messages("C1", to="UOTTO") if each.only_for][1:])
    assert "was applied or rejected already, or has expired; nothing was done." in late[0].text
    assert bot.messages("DUOTTO") == []


async def test_without_a_channel_a_plan_is_told_to_who_asked_alone(bot, ask, connected, looks, carry_out):
    assert "in your direct messages" in (await ask("plan")).text
    await carry_out()
    await looks(6)
    assert bot.messages("C1") == []
    assert bot.messages("DUANN")[0].text.startswith("*What a sync of acme would do now:*")


async def test_of_a_large_plan_the_table_shows_the_first_and_says_how_many_are_left(
    bot, ask, told, looks, carry_out, sandbox
):
    for number in range(200):
        names = {"firstName": "Long" * 20, "emailAddress": f"x{number}@example.com"}
        sandbox.company.people.append(person_row(employeeId=f"X{number}", **names))
        sandbox.company.employments.append(employment_row(employeeID=f"X{number}"))
    sandbox.company.touch()
    await ask("plan")
    await carry_out()
    await looks(6)
    message = bot.messages("C1")[0]
    (table,) = [block for block in message.blocks if block["type"] == "data_table"]
    shown = len(table["rows"]) - 1
    assert 10 < shown <= 50
    assert f"{212 - shown} more are in the file in the thread." in message.text


async def test_the_channel_is_the_one_it_is_chosen_in(bot, ask, connected):
    assert (await ask("channel")).text.startswith("No channel hears of the runs of acme.")
    await bot.command("/ukg", "channel acme here", user="UANN", channel="C1")
    (answer,) = await bot.wait_for(lambda: [each for each in bot.messages("C1", to="UANN")[1:] if each.only_for])
    assert answer.text.startswith("<#C1> hears of every run of acme, with the names of people.")
    assert [each.text for each in bot.messages("C1")] == [
        "<@UANN> chose this channel for the runs of *acme*. Names of people will be shown here."
    ]
    assert "hears of changes and problems" in (await ask("channel quiet")).text
    assert (await told_where("acme")).quiet
    assert (await ask("channel off")).text.startswith("No channel hears")
    assert [line.action for line in await AuditLine.filter(action="slack channel set")] == ["slack channel set"] * 3


@pytest.mark.parametrize("words", ["channel acme there", "channel acme quiet all"])
async def test_what_is_no_choice_of_a_channel_changes_nothing(bot, ask, told, words):
    assert "nothing was changed" in (await ask(words)).text
    assert (await told_where("acme")).channel == "C1"


async def test_a_channel_that_the_app_is_not_in_is_not_chosen(bot, ask, told):
    bot.add_channel("C2", is_member=False)
    answer = await ask("channel acme here", channel="C2")
    assert "cannot post in this channel (not_in_channel), so nothing was changed" in answer.text
    assert (await told_where("acme")).channel == "C1"


async def test_direct_messages_are_no_channel(bot, ask, told):
    bot.workspace.direct("UANN")
    assert "This is no channel" in (await ask("channel acme here", channel="DUANN")).text


async def test_an_operator_does_not_choose_the_channel(bot, ask, told, operator):
    assert "takes admin" in (await ask("channel acme off", user="UOTTO")).text
    assert (await told_where("acme")).channel == "C1"
