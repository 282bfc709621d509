"""The people of the stand-in: what they do reaches an app over its link, and the app's answer is held to Slack's rules.

The app here is the real client of slack_sdk with a function for an app.
"""

import asyncio
import json

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.bot.fake_slack import APP_TOKEN, BOT_TOKEN, NotAcknowledged, Unacceptable

WRITTEN = {"type": "plain_text_input", "action_id": "name", "max_length": 10}
CHOSEN = {
    "type": "static_select",
    "action_id": "role",
    "options": [{"text": {"type": "plain_text", "text": word.title()}, "value": word} for word in ("viewer", "admin")],
}
LABEL = {"type": "plain_text", "text": "Label"}
FORM = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Save"},
    "notify_on_close": True,
    "blocks": [
        {"type": "input", "block_id": "name-block", "label": LABEL, "element": WRITTEN},
        {"type": "input", "block_id": "role-block", "label": LABEL, "element": CHOSEN, "optional": True},
    ],
}
BUTTONS = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {"type": "button", "action_id": "go", "value": "7", "text": {"type": "plain_text", "text": "Go"}},
            {**CHOSEN, "action_id": "pick"},
        ],
    }
]


class App:
    """An app that remembers what came and answers with what it is told to."""

    def __init__(self, slack):
        self.web = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url)
        self.client = SocketModeClient(APP_TOKEN, web_client=self.web, ping_interval=0.2)
        self.client.socket_mode_request_listeners.append(self._listen)
        self.came, self.answers, self.silent = [], [], False

    async def _listen(self, client, request):
        self.came.append(request)
        if not self.silent:
            payload = self.answers.pop(0) if self.answers else None
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    @property
    def payload(self):
        return self.came[-1].payload


@pytest.fixture
async def app(slack):
    running = App(slack)
    await running.client.connect()
    yield running
    await running.client.close()


@pytest.fixture
async def form(slack, app):
    """A form that Ann sees."""
    await slack.command("/ukg", user="UANN")
    await app.web.views_open(trigger_id=app.payload["trigger_id"], view=FORM)
    return slack.modal("UANN")


async def test_a_command_reaches_the_app_with_who_and_where(slack, app):
    acknowledged = await slack.command("/ukg", "sync acme", user="UANN", channel="C1")
    assert acknowledged.payload == {}
    assert acknowledged.seconds > 0
    assert app.came[-1].type == "slash_commands"
    assert [app.payload[name] for name in ("command", "text", "user_id", "channel_id")] == [
        "/ukg",
        "sync acme",
        "UANN",
        "C1",
    ]


async def test_text_in_the_acknowledgement_is_seen_by_who_typed(slack, app):
    app.answers.append({"text": "hello"})
    await slack.command("/ukg", user="UANN", channel="C1")
    assert [message.text for message in slack.messages("C1", to="UANN")] == ["hello"]
    app.answers.append({"text": "x", "blocks": [{"type": "section"}]})
    with pytest.raises(Unacceptable, match="invalid_blocks"):
        await slack.command("/ukg", user="UANN", channel="C1")


async def test_no_acknowledgement_in_time_is_a_failure(slack, app):
    slack.acknowledge_within, app.silent = 0.1, True
    with pytest.raises(NotAcknowledged, match="/ukg was not acknowledged"):
        await slack.command("/ukg", user="UANN")


async def test_a_click_carries_the_button_and_its_message(slack, app):
    await app.web.chat_postMessage(channel="C1", text="x", blocks=BUTTONS)
    (message,) = slack.messages("C1")
    await slack.click(message, "go", user="UBOB")
    (action,) = app.payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("go", "row", "7")
    assert (app.payload["user"]["id"], app.payload["message"]["ts"]) == ("UBOB", message.ts)
    await slack.click(message, "pick", "admin", user="UBOB")
    assert app.payload["actions"][0]["selected_option"]["value"] == "admin"


async def test_nobody_clicks_what_is_not_there(slack, app):
    await app.web.chat_postMessage(channel="C1", text="x", blocks=BUTTONS)
    (message,) = slack.messages("C1")
    with pytest.raises(AssertionError, match="there is no stop; there are: go, pick"):
        await slack.click(message, "stop", user="UANN")
    with pytest.raises(AssertionError, match="does not offer owner"):
        await slack.click(message, "pick", "owner", user="UANN")
    await app.web.chat_delete(channel="C1", ts=message.ts)
    with pytest.raises(AssertionError, match="deleted"):
        await slack.click(message, "go", user="UANN")


async def test_of_an_ephemeral_message_the_app_is_told_only_where_it_is(slack, app):
    await app.web.chat_postEphemeral(channel="C1", user="UANN", text="x", blocks=BUTTONS)
    (message,) = slack.messages("C1", to="UANN")
    with pytest.raises(AssertionError, match="only somebody else"):
        await slack.click(message, "go", user="UBOB")
    await slack.click(message, "go", user="UANN")
    assert app.payload["container"]["is_ephemeral"] is True
    assert "message" not in app.payload


async def test_a_form_is_submitted_with_all_its_values(slack, app, form):
    await slack.submit(form, {"name": "Ann", "role": "Admin"})
    values = app.payload["view"]["state"]["values"]
    assert values["name-block"]["name"] == {"type": "plain_text_input", "value": "Ann"}
    assert values["role-block"]["role"]["selected_option"]["value"] == "admin"
    assert slack.modal("UANN") is None


async def test_a_form_is_not_submitted_as_nobody_could_fill_it_in(slack, form):
    with pytest.raises(AssertionError, match="name must be filled in"):
        await slack.submit(form, {})
    with pytest.raises(AssertionError, match="0 to 10 characters"):
        await slack.submit(form, {"name": "x" * 11})
    with pytest.raises(AssertionError, match="there is no input age"):
        await slack.submit(form, {"name": "x", "age": "7"})


async def test_errors_keep_the_form_open_and_belong_to_its_inputs(slack, app, form):
    app.answers.append({"response_action": "errors", "errors": {"name-block": "Another name, please."}})
    acknowledged = await slack.submit(form, {"name": "Ann"})
    assert acknowledged.errors == {"name-block": "Another name, please."}
    assert slack.modal("UANN") is form
    app.answers.append({"response_action": "errors", "errors": {"name": "No such block."}})
    with pytest.raises(Unacceptable, match="no inputs: name"):
        await slack.submit(form)


async def test_an_answer_updates_pushes_or_clears(slack, app, form):
    other = {**FORM, "title": {"type": "plain_text", "text": "Other"}}
    app.answers.append({"response_action": "update", "view": other})
    await slack.submit(form, {"name": "Ann"})
    assert (slack.modal("UANN").title, slack.modal("UANN").values["name-block"]["name"]["value"]) == ("Other", "Ann")
    app.answers.append({"response_action": "push", "view": FORM})
    await slack.submit(form)
    assert [view.title for view in slack.workspace.stacks["UANN"]] == ["Other", "Form"]
    app.answers.append({"response_action": "clear"})
    await slack.submit(slack.modal("UANN"), {"name": "Ann"})
    assert slack.modal("UANN") is None


async def test_an_answer_with_a_view_that_slack_would_refuse_fails(slack, app, form):
    app.answers.append({"response_action": "update", "view": {**FORM, "title": None}})
    with pytest.raises(Unacceptable, match="json-pointer:/view/title"):
        await slack.submit(form, {"name": "Ann"})


async def test_what_was_written_stays_only_where_the_input_stays(slack, app, form):
    app.answers.append({"response_action": "errors", "errors": {"name-block": "No."}})
    await slack.submit(form, {"name": "Ann", "role": "admin"})
    changed = {**FORM, "blocks": [FORM["blocks"][0], {**FORM["blocks"][1], "block_id": "new"}]}
    await app.web.views_update(view_id=form.id, view=changed)
    assert list(form.values) == ["name-block"]


async def test_the_app_hears_of_a_closed_form_if_it_wants_to(slack, app, form):
    (acknowledged,) = await slack.close(form)
    assert (acknowledged.payload, app.payload["type"], app.payload["is_cleared"]) == ({}, "view_closed", False)


async def test_options_come_from_the_app(slack, app):
    menu = {"type": "external_select", "action_id": "who"}
    await app.web.chat_postMessage(channel="C1", text="x", blocks=[{"type": "actions", "elements": [menu]}])
    (message,) = slack.messages("C1")
    app.answers.append({"options": CHOSEN["options"]})
    assert await slack.suggest(message, "who", "a", user="UANN") == CHOSEN["options"]
    assert (app.payload["type"], app.payload["value"]) == ("block_suggestion", "a")
    app.answers.append({"options": CHOSEN["options"] * 51})
    with pytest.raises(Unacceptable, match="no more than 100"):
        await slack.suggest(message, "who", "b", user="UANN")


async def test_events_reach_the_app(slack, app):
    await slack.open_home("UANN")
    assert (app.came[-1].type, app.payload["event"]["type"], app.payload["event"]["tab"]) == (
        "events_api",
        "app_home_opened",
        "home",
    )
    await slack.event({"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}})
    assert app.payload["event"]["tokens"] == {"bot": ["U0BOT"]}


async def test_a_link_that_is_refreshed_or_dropped_is_opened_anew(slack, app):
    await slack.links.ask_to_refresh()
    await slack.wait_for(lambda: slack.links.opened == 2)
    await slack.wait_for(lambda: slack.links.number_open == 1)
    assert (await slack.command("/ukg", user="UANN")).payload == {}
    await slack.links.drop()
    await slack.wait_for(lambda: slack.links.opened == 3)
    await slack.command("/ukg", user="UANN")
    assert len(app.came) == 2


async def test_a_link_is_opened_with_a_ticket_that_is_good_once(slack, app):
    url = (await app.web.apps_connections_open(app_token=APP_TOKEN))["url"]
    first = await app.client.aiohttp_client_session.ws_connect(url)
    assert (await first.receive_json())["type"] == "hello"
    with pytest.raises(Exception, match="401"):
        await app.client.aiohttp_client_session.ws_connect(url)
    await first.close()


async def test_over_http_requests_are_signed_and_carry_the_same(slack):
    heads = []

    async def answer(reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(next(line for line in head.splitlines() if line.lower().startswith("content-length")).split()[1])
        heads.append((head.lower(), (await reader.readexactly(length)).decode()))
        body = json.dumps({"text": "hello"})
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        slack.http_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/slack/events"
        await slack.command("/ukg", "help", user="UANN", channel="C1")
    ((head, body),) = heads
    assert "x-slack-signature: v0=" in head
    assert "x-slack-request-timestamp: " in head
    assert "command=%2Fukg&text=help" in body
    assert [message.text for message in slack.messages("C1", to="UANN")] == ["hello"]
