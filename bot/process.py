"""The process of `ukg-bot`: the link to Slack, the learners' door, mails, the schedule and the runs, side by side."""

import asyncio
import signal
from contextlib import AsyncExitStack

import typer

from bot.app import make_app, make_client
from bot.commands import all_flows
from bot.dispatch import Dispatcher
from bot.http import PATH, taking_requests
from bot.link import check_tokens, hold_link
from bot.linked import Linked
from bot.posts.sending import Sending
from bot.settings import over_http
from bot.work import Work
from core.services.acting import require_owner
from core.services.serving import Job, described_schedules, serve_until
from core.settings import Settings, load_settings
from core.web.serving import listening, open_door


async def run_bot(database_url: str, slack: Settings, *, host: str, port: int | None, slack_port: int) -> None:
    """Run until told to end. Raises `SettingsError` for what Slack will not take, `SlackLost` when it is gone."""
    require_owner("Serving every portal")
    settings = load_settings()
    known = await check_tokens(make_client(slack), slack)
    if not known:
        _say("Slack cannot be reached now and is tried again; syncs and mails go on.")
    stop, work = asyncio.Event(), Work()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    linked = Linked(over_http=over_http(slack))
    app = make_app(slack, Dispatcher(all_flows(), database_url, linked), work)
    async with AsyncExitStack() as stack:
        port = settings.ukg_web_port if port is None else port
        door = open_door(database_url, host=host, port=port, slack=linked.state)
        _say(f"The learners' door is open at {await stack.enter_async_context(door)}/PORTAL/. Close it: Ctrl+C")
        if not settings.ukg_public_url:
            _say(f"Links in mails will say {settings.public_url}; set UKG_PUBLIC_URL to change it.")
        _say(await described_schedules())
        stack.push_async_callback(work.end)
        beside: tuple[Job, ...] = (Sending(make_client(slack, retrying=False)).work(stop),)
        if over_http(slack):
            server = listening(taking_requests(app), host, slack_port, instead="--slack-port")
            _say(f"Slack's requests are taken at {await stack.enter_async_context(server)}{PATH}, signed.")
        else:
            beside = (*beside, hold_link(app, slack, stop, linked))
        await serve_until(stop, database_url, _say, beside=beside)
    _say("The Slack app and the learners' door are closed.")


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)
