"""The stand-in of Slack answers the real client as Slack would: messages, views, files, and its own errors."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.bot.fake_slack import BOT_TOKEN, FakeSlack
from tests.bot.fake_slack.faults import CUT, INTERNAL, LOST, SILENT
from tests.bot.fake_slack.workspace import Trigger

SECTION = {"type": "section", "block_id": "b", "text": {"type": "mrkdwn", "text": "hello"}}
HOME = {"type": "home", "blocks": [SECTION]}


def modal(title="Title", **more):
    return {"type": "modal", "title": {"type": "plain_text", "text": title}, "blocks": [SECTION], **more}


@pytest.fixture
def client(slack):
    return AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def trigger(slack):
    """Call with a name to have a trigger of that name, given to Ann just now."""

    def give(name, user="UANN"):
        slack.workspace.triggers[name] = Trigger(user, slack.now)
        return name

    return give


async def refused(call):
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_a_message_is_posted_updated_and_deleted(slack, client):
    posted = await client.chat_postMessage(channel="C1", text="one", blocks=[SECTION])
    (message,) = slack.messages("C1")
    assert (message.text, message.blocks, message.ts) == ("one", [SECTION], posted["ts"])
    await client.chat_update(channel="C1", ts=message.ts, text="two")
    assert (message.text, message.blocks, message.edits) == ("two", [SECTION], 1)
    await client.chat_update(channel="C1", ts=message.ts, text="three", blocks=[])
    assert message.blocks == []
    assert (
        message.ts.replace(".", "")
        in (await client.chat_getPermalink(channel="C1", message_ts=message.ts))["permalink"]
    )
    await client.chat_delete(channel="C1", ts=message.ts)
    assert slack.messages("C1") == []
    assert (await refused(client.chat_update(channel="C1", ts=message.ts, text="four")))["error"] == "message_not_found"


async def test_an_ephemeral_message_is_seen_by_one_person(slack, client):
    await client.chat_postEphemeral(channel="C1", user="UANN", text="only you")
    assert [message.text for message in slack.messages("C1", to="UANN")] == ["only you"]
    assert slack.messages("C1") == slack.messages("C1", to="UBOB") == []


async def test_answers_belong_to_their_thread(slack, client):
    posted = await client.chat_postMessage(channel="C1", text="one")
    await client.chat_postMessage(channel="C1", text="two", thread_ts=posted["ts"])
    assert slack.messages("C1")[1].thread_ts == posted["ts"]
    answer = await refused(client.chat_postMessage(channel="C1", text="two", thread_ts="1.1"))
    assert answer["error"] == "thread_not_found"


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"is_member": False}, "not_in_channel"),
        ({"is_archived": True}, "is_archived"),
        ({"is_private": True, "is_member": False}, "channel_not_found"),
    ],
)
async def test_a_channel_that_cannot_be_posted_to_says_why(slack, client, options, error):
    slack.add_channel("C2", **options)
    assert (await refused(client.chat_postMessage(channel="C2", text="x")))["error"] == error
    assert (await refused(client.chat_postMessage(channel="C9", text="x")))["error"] == "channel_not_found"
    assert slack.messages("C2") == []


async def test_the_app_joins_a_public_channel_by_itself(slack, client):
    slack.add_channel("C2", is_member=False)
    slack.add_channel("C3", is_member=False, is_private=True)
    await client.conversations_join(channel="C2")
    await client.chat_postMessage(channel="C2", text="x")
    error = (await refused(client.conversations_join(channel="C3")))["error"]
    assert error == "method_not_supported_for_channel_type"
    assert (await client.conversations_info(channel="C2"))["channel"]["is_member"] is True
    listed = (await client.conversations_list())["channels"]
    assert [channel["id"] for channel in listed] == ["C1", "C2"]


async def test_a_direct_message_reaches_one_person(slack, client):
    channel = (await client.conversations_open(users="UANN"))["channel"]["id"]
    await client.chat_postMessage(channel="UANN", text="hello")
    assert [message.text for message in slack.messages(channel)] == ["hello"]
    assert (await refused(client.conversations_open(users="UEVE")))["error"] == "user_not_found"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{**SECTION, "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 4}, "invalid_blocks"),
        (
            {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 4},
            "msg_blocks_too_long",
        ),
    ],
)
async def test_content_that_slack_would_not_take_is_refused(slack, client, content, error):
    answer = await refused(client.api_call("chat.postMessage", json={"channel": "C1", **content}))
    assert answer["error"] == error
    if error == "invalid_blocks":
        assert "json-pointer:/blocks" in answer["response_metadata"]["messages"][0]
    assert slack.messages("C1") == []


async def test_the_text_of_an_update_is_shorter(slack, client):
    posted = await client.chat_postMessage(channel="C1", text="x" * 5000)
    answer = await refused(client.chat_update(channel="C1", ts=posted["ts"], text="x" * 4001))
    assert answer["error"] == "msg_too_long"


async def test_a_modal_is_opened_pushed_on_and_updated(slack, client, trigger):
    opened = (await client.views_open(trigger_id=trigger("t1"), view=modal("One")))["view"]
    assert slack.modal("UANN").title == "One"
    await client.views_push(trigger_id=trigger("t2"), view=modal("Two"))
    await client.views_push(trigger_id=trigger("t3"), view=modal("Three"))
    answer = await refused(client.views_push(trigger_id=trigger("t4"), view=modal("Four")))
    assert answer["error"] == "push_limit_reached"
    await client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal("Other"))
    answer = await refused(client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal("Late")))
    assert answer["error"] == "hash_conflict"
    assert [view.title for view in slack.workspace.stacks["UANN"]] == ["Other", "Two", "Three"]


async def test_a_trigger_is_good_once_and_for_three_seconds(slack, client, trigger):
    await client.views_open(trigger_id=trigger("t1"), view=modal())
    assert (await refused(client.views_open(trigger_id="t1", view=modal())))["error"] == "exchanged_trigger_id"
    trigger("t2")
    trigger("t3")
    slack.pass_time(3)
    await client.views_open(trigger_id="t2", view=modal())
    slack.pass_time(0.1)
    assert (await refused(client.views_open(trigger_id="t3", view=modal())))["error"] == "expired_trigger_id"
    assert (await refused(client.views_open(trigger_id="t9", view=modal())))["error"] == "invalid_trigger_id"


async def test_a_refused_view_leaves_the_trigger_good(client, trigger):
    answer = await refused(client.views_open(trigger_id=trigger("t1"), view=modal("x" * 25)))
    assert answer["error"] == "invalid_arguments"
    assert "json-pointer:/view/title/text" in answer["response_metadata"]["messages"][0]
    assert (await client.views_open(trigger_id="t1", view=modal()))["ok"]


async def test_a_view_too_large_and_an_external_id_in_use_are_refused(client, trigger):
    text = {"type": "section", "text": {"type": "plain_text", "text": "x" * 2990}}
    large = {**modal(), "blocks": [text] * 90}
    assert (await refused(client.views_open(trigger_id=trigger("t1"), view=large)))["error"] == "view_too_large"
    await client.views_open(trigger_id=trigger("t2"), view=modal(external_id="e"))
    other = client.views_open(trigger_id=trigger("t3", "UBOB"), view=modal(external_id="e"))
    assert (await refused(other))["error"] == "duplicate_external_id"
    assert (await client.views_update(external_id="e", view=modal("New", external_id="e")))["ok"]


async def test_a_closed_modal_is_not_found(slack, client, trigger):
    opened = (await client.views_open(trigger_id=trigger("t1"), view=modal()))["view"]
    await slack.close(slack.modal("UANN"))
    assert (await refused(client.views_update(view_id=opened["id"], view=modal())))["error"] == "not_found"


async def test_the_home_tab_is_each_persons_own(slack, client):
    first = (await client.views_publish(user_id="UANN", view=HOME))["view"]
    assert slack.home("UANN").content["blocks"] == [SECTION]
    assert slack.home("UBOB") is None
    await client.views_publish(user_id="UANN", view=HOME, hash=first["hash"])
    answer = await refused(client.views_publish(user_id="UANN", view=HOME, hash=first["hash"]))
    assert answer["error"] == "hash_conflict"
    assert (await refused(client.views_publish(user_id="UEVE", view=HOME)))["error"] == "user_not_found"


async def test_a_file_is_uploaded_into_a_thread(slack, client):
    posted = await client.chat_postMessage(channel="C1", text="one")
    await client.files_upload_v2(
        channel="C1", thread_ts=posted["ts"], filename="people.csv", content="a,b\n", title="Everyone"
    )
    (file,) = slack.workspace.files.values()
    assert (file.body, file.title, file.shared_in, file.thread_ts) == (b"a,b\n", "Everyone", "C1", posted["ts"])


async def test_a_file_that_did_not_arrive_is_not_shared(slack, client):
    slack.fail("upload", "error")
    with pytest.raises(Exception, match="Failed to upload a file"):
        await client.files_upload_v2(channel="C1", filename="people.csv", content="a,b\n")
    (file,) = slack.workspace.files.values()
    assert file.shared_in is None
    answer = await refused(client.files_completeUploadExternal(files=[{"id": file.id}], channel_id="C1"))
    assert answer["error"] == "file_not_found"


@pytest.mark.parametrize("error", ["token_revoked", "invalid_auth", "account_inactive"])
async def test_a_token_that_is_no_good_any_more_is_refused_everywhere(slack, client, error):
    await client.auth_test()
    slack.token_error = error
    assert (await refused(client.auth_test()))["error"] == error
    assert (await refused(client.chat_postMessage(channel="C1", text="x")))["error"] == error


async def test_a_foreign_token_and_the_wrong_kind_of_token_are_refused(slack):
    foreign = AsyncWebClient("xoxb-other", base_url=slack.api_url, retry_handlers=[])
    assert (await refused(foreign.auth_test()))["error"] == "invalid_auth"
    bot = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])
    answer = await refused(bot.apps_connections_open(app_token=BOT_TOKEN))
    assert answer["error"] == "not_allowed_token_type"


async def test_a_scope_that_is_missing_is_named():
    async with FakeSlack(scopes=["chat:write"]) as slack:
        slack.add_channel("C1")
        client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])
        await client.chat_postMessage(channel="C1", text="x")
        answer = await refused(client.users_info(user="UANN"))
        assert (answer["error"], answer["needed"], answer["provided"]) == ("missing_scope", "users:read", "chat:write")


async def test_a_rate_limit_lasts_as_many_calls_as_asked_and_says_how_long_to_wait(slack):
    client = AsyncWebClient(
        BOT_TOKEN, base_url=slack.api_url, retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)]
    )
    slack.fail("chat.postMessage", "ratelimited", times=2, retry_after=0)
    await client.chat_postMessage(channel="C1", text="x")
    answers = [call.answer["ok"] for call in slack.called("chat.postMessage")]
    assert answers == [False, False, True]
    slack.fail("chat.postMessage", "ratelimited", times=None, retry_after=0)
    assert (await refused(client.chat_postMessage(channel="C1", text="y")))["error"] == "ratelimited"
    slack.mend("chat.postMessage")
    await client.chat_postMessage(channel="C1", text="z")
    assert [message.text for message in slack.messages("C1")] == ["x", "z"]


async def test_any_error_can_be_put_before_the_next_calls(slack, client):
    slack.fail("chat.postMessage", "is_archived", times=1)
    assert (await refused(client.chat_postMessage(channel="C1", text="x")))["error"] == "is_archived"
    await client.chat_postMessage(channel="C1", text="y")
    slack.fail("*", INTERNAL)
    assert (await refused(client.auth_test())).status_code == 500


async def test_an_answer_can_be_lost_before_or_after_the_work_is_done(slack, client):
    slack.fail("chat.postMessage", CUT)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C1", text="cut")
    slack.fail("chat.postMessage", LOST)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C1", text="lost")
    assert [message.text for message in slack.messages("C1")] == ["lost"]


async def test_silence_lasts_until_it_is_mended(slack, client):
    slack.fail("chat.postMessage", SILENT)
    posting = asyncio.create_task(client.chat_postMessage(channel="C1", text="unheard"))
    await slack.wait_for(lambda: slack.silent)
    assert not posting.done()
    slack.mend()
    with pytest.raises(aiohttp.ClientError):
        await posting
    assert slack.messages("C1") == []


async def test_a_response_url_is_good_five_times_and_for_half_an_hour(slack):
    async with aiohttp.ClientSession() as session:

        async def answer(url, **body):
            async with session.post(url, json=body) as response:
                return response.status

        url = slack.response_url("C1", "UANN")
        assert [await answer(url, text=f"{number}") for number in range(6)] == [200] * 5 + [404]
        assert [message.only_for for message in slack.messages("C1", to="UANN")] == ["UANN"] * 5
        other = slack.response_url("C1", "UANN")
        assert await answer(other, text="all", response_type="in_channel") == 200
        assert [message.text for message in slack.messages("C1")] == ["all"]
        assert await answer(other, text="", blocks=[]) == 400
        slack.pass_time(30 * 60 + 1)
        assert await answer(other, text="late") == 404


async def test_a_response_url_of_a_message_replaces_or_deletes_it(slack, client):
    await client.chat_postMessage(channel="C1", text="one", blocks=[SECTION])
    (message,) = slack.messages("C1")
    url = slack.response_url("C1", "UANN", message)
    async with aiohttp.ClientSession() as session:
        await session.post(url, json={"text": "two", "replace_original": True})
        assert (message.text, message.blocks) == ("two", [])
        await session.post(url, json={"delete_original": True})
    assert slack.messages("C1") == []
