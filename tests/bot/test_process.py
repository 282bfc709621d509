"""`ukg-bot` as a process of its own, against Slack on loopback: what it says, how it ends, what goes on beside it."""

import asyncio
import signal

import aiohttp
import pytest

from core.store.connection import open_store
from core.store.models import RunRequest
from tests.bot.fake_slack import APP_TOKEN, BOT_TOKEN
from tests.bot.fake_slack.faults import CUT, SILENT
from tests.bot.processes import TOKENS

IMPATIENT = "import bot.link; bot.link.CHECK_SECONDS = 0.2; bot.link._PING_SECONDS = 0.2\n"
SIGNED = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": "fake-signing-secret"}


@pytest.mark.parametrize(
    ("environment", "named", "not_named"),
    [
        ({}, ["SLACK_BOT_TOKEN (xoxb-", "OAuth & Permissions", "SLACK_APP_TOKEN (xapp-", "Basic Information"], "?"),
        ({"SLACK_APP_TOKEN": APP_TOKEN}, ["SLACK_BOT_TOKEN"], "SLACK_APP_TOKEN"),
        ({"SLACK_BOT_TOKEN": BOT_TOKEN}, ["SLACK_APP_TOKEN"], "SLACK_BOT_TOKEN"),
        ({**TOKENS, "SLACK_BOT_TOKEN": APP_TOKEN}, ["SLACK_BOT_TOKEN holds something else"], APP_TOKEN),
        ({**TOKENS, "UKG_SLACK_CHANNEL": "#people"}, ["UKG_SLACK_CHANNEL is no channel's id"], "TOKEN"),
        ({**TOKENS, "SLACK_API_URL": "slack"}, ["SLACK_API_URL is no address"], "TOKEN"),
        ({**TOKENS, "SLACK_BOT_TOKEN": "xoxb-old"}, ["does not accept SLACK_BOT_TOKEN (invalid_auth)"], "xoxb-old"),
    ],
)
async def test_what_is_missing_or_wrong_is_one_sentence(start, environment, named, not_named):
    process = await start("--port", "0", **environment)
    assert await process.end(None) == 2
    (line,) = process.lines
    assert all(each in line for each in named)
    assert not_named not in line


async def test_what_is_missing_is_said_before_any_database_is_asked_for(start, tmp_path):
    process = await start("--database", str(tmp_path / "none.db"))
    assert await process.end(None) == 2
    assert "SLACK_BOT_TOKEN" in process.lines[0]
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_answers_from_slack_until_it_is_told_to_end(start, slack, number):
    process = await start("--port", "0", **TOKENS)
    line = await process.wait_for("The learners' door is open at http://127.0.0.1:")
    await slack.wait_for(lambda: slack.links.number_open)
    await slack.command("/ukg", user="UANN", channel="C1")
    (answer,) = await slack.wait_for(lambda: slack.messages("C1", to="UANN"))
    assert answer.text.startswith("*acme*")
    door = line.split()[6].removesuffix("/PORTAL/.")
    async with aiohttp.ClientSession() as session, session.get(f"{door}/health") as health:
        assert await health.json() == {"status": "ok", "slack": "linked"}
    assert await process.end(number) == 0
    assert process.lines[-1] == "The Slack app and the learners' door are closed.\n"
    await slack.wait_for(lambda: slack.links.number_open == 0)


async def test_told_to_end_it_still_answers_what_was_asked(start, slack):
    process = await start("--port", "0", **TOKENS)
    await slack.wait_for(lambda: slack.links.number_open)
    slack.fail("response_url", "error", times=None)
    slack.fail("chat.postEphemeral", SILENT)
    await slack.command("/ukg", user="UANN", channel="C1")
    await slack.wait_for(lambda: slack.silent)
    process.process.send_signal(signal.SIGTERM)
    await slack.wait_for(lambda: slack.links.number_open == 0)
    slack.mend("chat.postEphemeral")
    assert await process.end(None) == 0
    assert [message.text[:6] for message in slack.messages("C1", to="UANN")] == ["*acme*"]


async def test_it_carries_out_what_is_asked_for_beside_it(start, slack, database):
    process = await start("--port", "0", **TOKENS)
    await process.wait_for("The schedule runs for no portal yet")
    async with open_store(str(database)):
        from core.jobs.requests import RequestKind
        from core.services.requests import request_run

        request = await request_run("acme", RequestKind.SYNC)
        async with asyncio.timeout(60):
            while (await RunRequest.get(id=request.id)).state in ("waiting", "running"):
                await asyncio.sleep(0.2)
        done = await RunRequest.get(id=request.id)
    assert (done.state, "not connected" in (done.error or "")) == ("failed", True)
    assert await process.end() == 0


async def test_a_link_that_does_not_come_back_ends_it_with_one_line(start, slack):
    process = await start("--port", "0", before=IMPATIENT, **TOKENS)
    await slack.wait_for(lambda: slack.links.number_open)
    slack.links.refusing = True
    await slack.links.drop()
    assert await process.end(None) == 1
    (line,) = [line for line in process.lines if "Slack" in line]
    assert line.startswith("The link to Slack is lost and did not come back. The process ends")


async def test_without_slack_everything_else_begins_all_the_same(start, slack):
    slack.fail("auth.test", CUT, times=None)
    slack.fail("apps.connections.open", CUT, times=3)
    process = await start("--port", "0", before="import bot.link; bot.link._PING_SECONDS = 0.2\n", **TOKENS)
    await process.wait_for("Slack cannot be reached now and is tried again")
    await process.wait_for("The learners' door is open")
    await slack.wait_for(lambda: slack.links.number_open)
    slack.mend()
    await slack.command("/ukg", user="UANN", channel="C1")
    await slack.wait_for(lambda: slack.messages("C1", to="UANN"))
    assert await process.end() == 0


async def test_over_http_signed_requests_are_answered_and_others_refused(start, slack):
    process = await start("--port", "0", "--slack-port", "0", **SIGNED)
    line = await process.wait_for("Slack's requests are taken at ")
    slack.http_url = line.split()[5].rstrip(",")
    await slack.command("/ukg", "status", user="UANN", channel="C1")
    (answer,) = await slack.wait_for(lambda: slack.messages("C1", to="UANN"))
    assert answer.text.startswith("*acme*")
    await slack.open_home("UANN")
    await slack.wait_for(lambda: slack.home("UANN"))
    body = "command=%2Fukg&text=status&user_id=UANN&channel_id=C1&trigger_id=t"
    assert (await slack.post_signed(body, secret="another"))[0] == 401
    assert (await slack.post_signed(body, age=301))[0] == 401
    assert slack.links.opened == 0
    assert len(slack.messages("C1", to="UANN")) == 1
    assert await process.end() == 0


async def test_with_both_ways_set_up_it_holds_a_link(start, slack):
    process = await start("--port", "0", **(SIGNED | TOKENS))
    await slack.wait_for(lambda: slack.links.number_open)
    assert await process.end() == 0
    assert "Slack's requests are taken" not in "".join(process.lines)


async def test_a_port_that_is_in_use_is_one_sentence(start, slack):
    taken = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    process = await start("--port", "0", "--slack-port", str(port), **SIGNED)
    assert await process.end(None) == 2
    assert process.lines[-1].startswith(f"Port {port} of 127.0.0.1 cannot be used (")
    assert process.lines[-1].endswith("); nothing was started. Choose another with --slack-port.\n")
    taken.close()


async def test_nothing_secret_is_said(start, slack):
    process = await start("--port", "0", before=IMPATIENT, **TOKENS)
    await slack.wait_for(lambda: slack.links.number_open)
    slack.token_error = "token_revoked"
    await slack.links.drop()
    await process.end(None)
    said = "".join(process.lines)
    assert BOT_TOKEN not in said
    assert APP_TOKEN not in said
    assert "ticket" not in said
