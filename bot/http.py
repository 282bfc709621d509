"""HTTP mode: Slack's requests come to an address of ours, signed; for several replicas behind one address."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.logs import slack_log
from core.domain.errors import SettingsError

PATH = "/slack/events"
_SECONDS_TO_END = 5


@asynccontextmanager
async def receive(app: AsyncApp, host: str, port: int) -> AsyncIterator[str]:
    """Take Slack's requests; gives the local address. A request that is not signed by Slack gets 401, unread.

    Raises `SettingsError` when the port cannot be used.
    """

    async def handle(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    server = web.Application()
    server.router.add_post(PATH, handle)
    runner = web.AppRunner(server, access_log=None, logger=slack_log(), shutdown_timeout=_SECONDS_TO_END)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such address"
            raise SettingsError(
                f"Port {port} of {host} cannot be used for Slack ({reason}); nothing was started. Choose another with "
                "--slack-port."
            ) from None
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{runner.addresses[0][1]}{PATH}"
    finally:
        await runner.cleanup()
