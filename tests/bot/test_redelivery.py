"""What Slack sends again, since it did not hear that it arrived, is done once, and answered as the first time."""

import asyncio
import json
import logging

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import make_app
from bot.commands import all_flows
from bot.commands.disconnect import DISCONNECT
from bot.dispatch import Dispatcher
from bot.http import PATH, taking_requests
from bot.modals import mapping_pages as pages
from bot.once import Once, key_of
from bot.picker import PICK
from bot.work import Work
from core.services.mappings import list_mappings
from core.services.trail import trail
from core.settings import Settings
from core.store.models import RunRequest
from core.web.serving import listening
from tests.bot.companies import after, words
from tests.bot.fake_slack import BOT_TOKEN, FakeSlack, NotAcknowledged


async def actions(slug="acme"):
    return [line.action async for line in trail(slug) if line.face == "slack"]


async def test_a_command_is_carried_out_and_answered_once(bot, connected):
    bot.links.losing = 3
    await bot.command("/ukg", "sync", user="UANN", channel="C1")
    assert len(bot.links.sent) == 4
    assert len({each["envelope_id"] for each in bot.links.sent}) == 1
    await bot.wait_for(lambda: bot.messages("C1", to="UANN"))
    await bot.command("/ukg", "help", user="UANN", channel="C1")
    first, second = await bot.wait_for(lambda: found if len(found := bot.messages("C1", to="UANN")) > 1 else None)
    assert "is asked for" in first.text
    assert second.text.startswith("*Commands*")
    assert await RunRequest.all().count() == 1


async def test_the_same_command_typed_twice_is_carried_out_twice(bot, ask, acme):
    first = await ask("status")
    second = await ask("status")
    assert first is not second


async def test_a_click_is_carried_out_once(bot, ask, connected):
    answer = await ask("disconnect")
    bot.links.losing = 1
    await bot.click(answer, DISCONNECT, user="UANN")
    await bot.wait_for(lambda: answer.edits)
    await ask("help")
    assert answer.edits == 1
    assert "is disconnected" in answer.text
    assert not [message for message in bot.messages("C1", to="UANN") if "is not connected" in message.text]
    assert (await actions()).count("disconnected") == 1


async def test_a_portal_is_picked_once(bot, ask, beta):
    answer = await ask("runs")
    bot.links.losing = 1
    await bot.click(answer, PICK, "beta", user="UANN")
    await bot.wait_for(lambda: bot.messages("C1", to="UANN")[1:])
    await ask("help")
    assert len([each for each in bot.messages("C1", to="UANN") if "no run of beta" in each.text]) == 1


async def test_a_portal_is_picked_once_in_a_modal(bot, ask, opened, click, beta):
    view = await opened("guard")
    bot.links.losing = 1
    await click(view, PICK, "beta")
    await ask("help")
    assert len(bot.called("views.open")) == 1
    shown = [call.arguments["view"]["private_metadata"] for call in bot.called("views.update")]
    assert [each for each in shown if "beta" in each] == ['{"portal":"beta","subject":"run"}']


@pytest.mark.parametrize("patience", [1.0, 0.0])
async def test_a_form_is_saved_once_and_shows_what_came_of_it(bot, opened, click, synced, monkeypatch, patience):
    monkeypatch.setattr("bot.interacting._PATIENCE", patience)
    view = await click(await opened("map"), pages.MORE, "Take it out")
    bot.links.losing = 2
    view = await after(bot, view, bot.submit(view))
    assert "Saved: 1 field of acme." in words(view)
    assert await list_mappings("acme") == []
    assert (await actions()).count("mapping changed") == 1


async def test_suggestions_are_given_again(bot, opened, click, synced):
    view = await click(await opened("map"), pages.ADD)
    bot.links.losing = 1
    assert [option["value"] for option in await bot.suggest(view, pages.FIELD, "", user="UANN")] == ["Job"]


async def test_the_home_tab_is_shown_once_for_one_opening(bot, acme):
    bot.links.losing = 3
    await bot.open_home("UANN")
    attempts = [(each["retry_attempt"], each["retry_reason"]) for each in bot.links.sent]
    assert attempts == [(0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]
    await bot.wait_for(lambda: bot.home("UANN"))
    await bot.command("/ukg", "help", user="UANN", channel="C1")
    await bot.wait_for(lambda: bot.messages("C1", to="UANN"))
    assert len(bot.called("views.publish")) == 1


@pytest.mark.parametrize(
    "event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}}]
)
async def test_what_befalls_the_app_is_logged_once(bot, event, caplog):
    bot.links.losing = 2
    await bot.event(event)
    await bot.event({"type": "app_home_opened", "user": "UANN", "tab": "messages"})
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1


async def test_an_event_that_is_never_acknowledged_comes_four_times_in_all():
    async with FakeSlack(acknowledge_within=0.05) as slack, aiohttp.ClientSession() as session:
        slack.add_user("UANN")
        seen = []
        async with session.ws_connect(f"{slack.url}/link?ticket={slack.links.ticket()}") as link:
            assert json.loads((await link.receive()).data)["type"] == "hello"
            with pytest.raises(NotAcknowledged):
                await slack.open_home("UANN")
            for _ in range(4):
                seen.append(json.loads((await link.receive()).data))
            with pytest.raises(NotAcknowledged):
                await slack.command("/ukg", user="UANN")
            assert json.loads((await link.receive()).data)["type"] == "slash_commands"
            with pytest.raises(TimeoutError):
                await link.receive(timeout=0.1)
        assert [each["retry_attempt"] for each in seen] == [0, 1, 2, 3]
        assert len({each["payload"]["event_id"] for each in seen}) == 1


@pytest.fixture
async def over_http(slack, store, acme):
    """Slack with the app over HTTP."""
    settings = Settings(
        slack_bot_token=BOT_TOKEN, slack_signing_secret=slack.signing_secret, slack_api_url=slack.api_url
    )
    work = Work()
    app = make_app(settings, Dispatcher(all_flows(), store), work)
    async with listening(taking_requests(app), "127.0.0.1", 0, instead="--slack-port") as address:
        slack.http_url = f"{address}{PATH}"
        yield slack
        await work.end()


async def test_over_http_an_event_that_comes_again_is_heeded_once(over_http):
    over_http.links.losing = 3
    await over_http.open_home("UANN")
    await over_http.wait_for(lambda: over_http.home("UANN"))
    over_http.links.losing = 4
    with pytest.raises(NotAcknowledged):
        await over_http.open_home("UANN")
    await over_http.wait_for(lambda: len(over_http.called("views.publish")) == 2)


async def test_what_is_not_signed_keeps_nothing_genuine_away(over_http):
    body = {"type": "event_callback", "event_id": "Ev00000001", "event": {"type": "app_home_opened"}}
    for number in range(1, 20):
        forged = json.dumps(body | {"event_id": f"Ev{number:08}"})
        assert (await over_http.post_signed(forged, "application/json", secret="another"))[0] == 401
    await over_http.open_home("UANN")
    await over_http.wait_for(lambda: over_http.home("UANN"))


async def test_two_at_once_get_the_answer_of_the_first():
    once, made = Once(), []

    async def make():
        made.append(1)
        await asyncio.sleep(0)
        return {"number": len(made)}

    assert await asyncio.gather(*(once.answer("a", make) for _ in range(5))) == [{"number": 1}] * 5
    assert await once.answer("b", make) == {"number": 2}


async def test_what_failed_is_tried_anew_when_it_comes_again():
    once = Once()

    async def fail():
        raise LookupError

    async def make():
        return {"made": True}

    with pytest.raises(LookupError):
        await once.answer("a", fail)
    assert await once.answer("a", make) == {"made": True}


async def test_what_slack_gives_no_key_is_always_new():
    once = Once()
    assert key_of({"type": "block_suggestion", "value": "a"}) is None
    assert once.is_new(None)
    assert once.is_new(None)


@given(st.lists(st.integers(0, 8), max_size=60), st.integers(1, 9))
def test_what_is_kept_is_bounded_and_the_newest_is_never_new_twice(keys, most):
    async def arrive():
        once, seen = Once(most), []
        for key in keys:
            recent = list(dict.fromkeys(reversed(seen)))
            new = once.is_new(str(key))
            if key in seen and recent.index(key) == 0:
                assert not new
            if key not in seen:
                assert new
            seen.append(key)
        assert len(once._answers) <= most

    asyncio.run(arrive())
