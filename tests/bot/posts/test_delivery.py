"""Nothing is lost and nothing is posted twice, whatever goes wrong on the way to Slack."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.app import make_client
from bot.posts.sending import Sending
from core.clock import now
from core.services import slack_posts
from core.services.acting import AUTOMATION, acting_as
from core.services.notices import Kind, open_notices
from core.services.slack_channels import tell_in
from core.services.syncing import sync_portal
from core.store.models import Portal, Run, SlackPost, SlackSender
from tests.bot.fake_slack.faults import CUT, INTERNAL, LOST
from tests.bot.posts.conftest import texts

ENTIRE = ["*The sync of acme is done.*", "12 invited: New in UKG Pro."]


def everything(slack, channel="C1"):
    """What stands in the channel, threads among it, by its first words; and how many files are shared there."""
    files = [file for file in slack.workspace.files.values() if file.shared_in == channel]
    return [message.text.partition(" 12")[0].splitlines()[0] for message in slack.messages(channel)], len(files)


async def is_all_there(slack, looks, channel="C1"):
    await looks(10)
    assert everything(slack, channel) == (ENTIRE, 1)


@pytest.mark.parametrize(
    "trouble", [CUT, INTERNAL, LOST, "ratelimited", "invalid_auth", "fatal_error", "something_new"]
)
@pytest.mark.parametrize(
    "method", ["chat.postMessage", "files.getUploadURLExternal", "files.completeUploadExternal", "upload"]
)
async def test_a_call_that_fails_a_few_times_changes_nothing_in_the_end(
    slack, told, looks, store, trouble, method, set_clock
):
    await sync_portal("acme", store)
    slack.fail(method, trouble, times=3, retry_after=7)
    for minute in range(0, 50, 5):
        set_clock(f"2026-03-10T13:{minute:02}:00Z")
        looks.clock.moment += 300
        await looks(2)
    await is_all_there(slack, looks)


@pytest.mark.parametrize("method", ["chat.postMessage", "files.completeUploadExternal"])
async def test_what_arrived_although_slack_did_not_say_so_is_found_again_after_a_restart(
    slack, told, looks, store, method
):
    await sync_portal("acme", store)
    slack.fail(method, LOST)
    await looks(1)
    looks.begin_anew()
    looks.clock.moment += 300
    await is_all_there(slack, looks)
    assert slack.called("conversations.history" if method == "chat.postMessage" else "conversations.replies")


async def test_it_is_found_among_many_others(slack, told, looks, store):
    await sync_portal("acme", store)
    slack.fail("chat.postMessage", LOST)
    await looks(1)
    for number in range(450):
        slack.workspace.post("C1", f"Chatter {number}", [])
    looks.clock.moment += 300
    await SlackPost.filter(kind="run").update(created_at=now() - timedelta(days=2000))
    await looks(10)
    assert len([text for text in texts(slack) if text.startswith("*The sync")]) == 1


async def test_broken_off_before_it_was_noted_it_is_not_posted_again(slack, told, looks, store):
    await sync_portal("acme", store)
    await looks(10)
    posted = {row.kind: row for row in await SlackPost.filter(state="settled")}
    for kind in ("run", "details", "file"):
        await SlackPost.filter(id=posted[kind].id).update(state="waiting", begun=True, ts=None, stands_in=None)
        looks.begin_anew()
        await is_all_there(slack, looks)


async def test_when_slack_is_away_for_an_hour_everything_comes_afterwards_once(slack, told, looks, store, caplog):
    slack.fail("*", CUT, times=None)
    await sync_portal("acme", store)
    for _ in range(60):
        looks.clock.moment += 60
        await looks(1)
    assert everything(slack) == ([], 0)
    slack.mend()
    looks.clock.moment += 60
    await is_all_there(slack, looks)
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert said == [
        "Slack cannot be reached (ServerDisconnectedError); messages wait and nothing is lost.",
        "Messages reach Slack again.",
    ]


async def test_slacks_wish_to_be_asked_less_is_heeded(slack, told, looks, store):
    await sync_portal("acme", store)
    slack.fail("chat.postMessage", "ratelimited", retry_after=100)
    looks.clock.seconds = 10
    await looks(1)
    asked = len(slack.calls)
    await looks(9)
    assert len(slack.calls) == asked
    await is_all_there(slack, looks)


@pytest.mark.parametrize("refusal", ["invalid_blocks", "msg_blocks_too_long"])
async def test_blocks_that_slack_refuses_are_left_out_and_the_facts_are_in_the_text(slack, told, looks, store, refusal):
    await sync_portal("acme", store)
    slack.fail("chat.postMessage", refusal)
    await is_all_there(slack, looks)
    assert slack.messages("C1")[0].blocks == []
    assert "12 invited, of 12 people." in slack.messages("C1")[0].text


async def test_what_is_too_long_for_slack_is_shortened(slack, told, looks, store):
    await sync_portal("acme", store)
    slack.fail("chat.postMessage", "msg_too_long", times=2)
    await is_all_there(slack, looks)


@pytest.mark.parametrize(("trouble", "reason"), [("not in it", "not_in_channel"), ("archived", "is_archived")])
async def test_shut_out_of_the_channel_it_waits_and_the_admins_are_told_directly(
    slack, told, looks, store, set_clock, trouble, reason
):
    channel = slack.workspace.channels["C1"]
    channel.is_member, channel.is_archived = trouble != "not in it", trouble == "archived"
    await sync_portal("acme", store)
    await looks()
    assert texts(slack) == []
    (direct,) = slack.messages("DUANN")
    assert f"({reason}), so its messages wait" in direct.text
    assert "/invite @ukg-sync" in direct.text
    assert [notice.kind for notice in await open_notices("acme")] == [Kind.SLACK_UNREACHABLE]
    channel.is_member, channel.is_archived = True, False
    set_clock("2026-03-10T13:00:00Z")
    await is_all_there(slack, looks)
    assert await open_notices("acme") == []
    assert len(slack.messages("DUANN")) == 1


async def test_another_channel_gets_what_waited_for_the_first(slack, told, looks, store):
    slack.workspace.channels["C1"].is_member = False
    slack.add_channel("C2")
    await sync_portal("acme", store)
    await looks()
    await tell_in("acme", channel="C2")
    await is_all_there(slack, looks, "C2")
    assert texts(slack) == []


async def test_one_channel_that_is_shut_does_not_keep_the_others_waiting(slack, told, beta, looks, store):
    slack.add_channel("C2", is_member=False)
    await tell_in("beta", channel="C2")
    portal = await Portal.get(slug="beta")
    await Run.create(
        id="run-b",
        portal_id=portal.id,
        number=1,
        trigger="manual",
        status="failed",
        started_at=now(),
        finished_at=now(),
    )
    await looks(1)
    await sync_portal("acme", store)
    await is_all_there(slack, looks)


async def test_a_revoked_token_is_told_where_slack_is_not_needed_and_once(slack, told, looks, store, caplog):
    slack.token_error = "token_revoked"
    await sync_portal("acme", store)
    for _ in range(5):
        looks.clock.moment += 100
        await looks(1)
    (notice,) = await open_notices("acme")
    assert "Slack does not accept the app's token (token_revoked)" in notice.sentence
    assert len([record for record in caplog.records if "token_revoked" in record.getMessage()]) == 1
    slack.token_error = None
    looks.clock.moment += 100
    await is_all_there(slack, looks)
    assert await open_notices("acme") == []
    assert slack.messages("DUANN") == []


async def test_without_the_right_to_share_files_the_rest_is_told(slack, told, looks, store):
    slack.scopes -= {"files:write"}
    await sync_portal("acme", store)
    await looks(10)
    assert everything(slack) == (ENTIRE, 0)
    assert (await SlackPost.get(kind="file")).state == "parked"


async def test_without_the_right_to_read_the_history_it_comes_all_the_same(slack, told, looks, store):
    slack.scopes -= {"channels:history", "groups:history", "im:history"}
    await sync_portal("acme", store)
    slack.fail("chat.postMessage", CUT)
    await looks(1)
    looks.clock.moment += 300
    await is_all_there(slack, looks)


async def test_a_message_that_somebody_deletes_is_not_posted_again(slack, told, looks, store):
    await sync_portal("acme", store)
    slack.fail("files.completeUploadExternal", "ratelimited", retry_after=10)
    await looks(1)
    for message in slack.messages("C1"):
        message.deleted = True
    looks.clock.moment += 100
    await looks(10)
    assert texts(slack) == []


async def test_only_one_process_sends_at_a_time(slack, told, looks, settings, store):
    await sync_portal("acme", store)
    other = Sending(make_client(settings, retrying=False))
    with acting_as(AUTOMATION):
        async with slack_posts.sender() as first, slack_posts.sender() as second:
            assert await first.may_send()
            await other.look(second)
            assert everything(slack) == ([], 0)
    await is_all_there(slack, looks)


async def test_who_ended_without_a_word_is_succeeded_once_the_lease_is_over(store):
    await SlackSender.create(name="posts", holder="gone", host="elsewhere", pid=1, expires_at=0.0)
    async with slack_posts.sender() as sender:
        assert await sender.may_send()
        assert await sender.may_send()


async def test_several_that_want_to_send_agree_on_one(store):
    answers = await asyncio.gather(*(slack_posts.Sender(f"holder-{number}").may_send() for number in range(10)))
    assert sum(answers) == 1


async def test_told_to_end_it_ends_soon_and_another_goes_on(slack, told, looks, settings, store):
    await sync_portal("acme", store)
    stop = asyncio.Event()
    working = asyncio.create_task(Sending(make_client(settings, retrying=False)).work(stop, poll_seconds=0.01))
    await slack.wait_for(lambda: slack.messages("C1"))
    stop.set()
    await asyncio.wait_for(working, 20)
    assert await SlackSender.all().count() == 0
    await is_all_there(slack, looks)


async def test_one_message_that_slack_always_fails_on_does_not_keep_the_others_waiting(slack, told, looks, store):
    first = await sync_portal("acme", store)
    await looks(1)
    slack.fail("upload", "error", times=None)
    for _ in range(4):
        await sync_portal("acme", store)
        looks.clock.moment += 300
        await looks(2)
    assert len([text for text in texts(slack) if text.startswith("*The sync of acme is done.*")]) == 5
    assert first.id in texts(slack)[0]


async def test_what_always_meets_an_internal_error_goes_behind_the_others(slack, told, beta, looks, store):
    await sync_portal("acme", store)
    await sync_portal("acme", store)
    slack.fail("files.completeUploadExternal", INTERNAL, times=None)
    for _ in range(4):
        looks.clock.moment += 300
        await looks(1)
    assert len([text for text in texts(slack) if text.startswith("*The sync of acme is done.*")]) == 2


async def test_names_from_ukg_pro_are_never_read_as_mentions(slack, told, looks, store, sandbox):
    for person in sandbox.company.people[:2]:
        person["firstName"] = "<!channel>"
        person["emailAddress"] = "same@example.com"
    sandbox.company.touch()
    await sync_portal("acme", store)
    await looks(6)
    shown = "".join(text for message in slack.messages("C1") for text in (message.text, str(message.blocks)))
    assert "&lt;!channel&gt;" in shown
    assert "<!channel>" not in shown


async def test_nothing_of_a_person_is_logged_or_put_into_metadata(slack, told, looks, store, caplog):
    caplog.set_level(logging.DEBUG, logger="bot")
    slack.fail("chat.postMessage", "something_new")
    await sync_portal("acme", store)
    await looks(6)
    written = caplog.text + str([message.metadata for message in slack.messages("C1")])
    assert "something_new" in written
    assert "Pat" not in written
    assert "example.com" not in written
