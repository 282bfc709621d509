"""Listening on an address: all that is served over HTTP is opened and closed alike, the learners' door too."""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from core.domain.errors import SettingsError
from core.settings import Settings, load_settings
from core.store.keys import load_keyring
from core.web.app import LinkState, make_app

_SECONDS_TO_END = 10

# What aiohttp says of a request that it cannot read holds parts of it, tokens too. Pages report their own troubles.
_unheard = logging.getLogger("core.web.unheard")
_unheard.disabled = True


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int, *, instead: str) -> AsyncIterator[str]:
    """Serve the application; gives its local address, like `http://127.0.0.1:8080`. Port 0 picks a free one. At the end
    requests in hand have ten seconds.

    Raises `SettingsError` when the port cannot be used; `instead` names the options with which another is chosen.
    """
    runner = web.AppRunner(app, access_log=None, logger=_unheard, shutdown_timeout=_SECONDS_TO_END)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "no such address"
            raise SettingsError(
                f"Port {port} of {host} cannot be used ({reason}); nothing was started. Choose another with {instead}."
            ) from None
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def open_door(
    database_url: str,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    settings: Settings | None = None,
    slack: LinkState | None = None,
) -> AsyncIterator[str]:
    """The learners' door, open; gives its local address, like `http://127.0.0.1:8080`. Port 0 picks a free one.

    `settings` are those of the process unless given. `slack` tells for `/health` how the link to Slack stands, in a
    process that has one.

    The store at `database_url` must be open. Raises `SettingsError` when the port cannot be used.
    """
    app = make_app(await load_keyring(database_url), settings or load_settings(), database_url, slack=slack)
    async with listening(app, host, port, instead="--port or UKG_WEB_PORT") as address:
        yield address
