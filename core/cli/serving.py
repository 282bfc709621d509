"""`ukg serve`."""

from typing import Annotated

import typer

from core.cli.session import in_store


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(serve)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="The port (default: UKG_WEB_PORT; 0 picks a free one).")
    ] = None,
) -> None:
    """Run the daily syncs, keep the learners' web door open and send the mails that wait; ends with Ctrl+C."""

    async def work(url: str) -> None:
        import asyncio
        import signal

        from core.services.acting import require_owner
        from core.services.serving import described_schedules, serve_until
        from core.settings import load_settings
        from core.web.serving import open_door

        require_owner("Serving every portal")
        settings = load_settings()
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with open_door(url, host=host, port=settings.ukg_web_port if port is None else port) as address:
            _say(f"The learners' door is open at {address}/PORTAL/. Close it: Ctrl+C")
            if not settings.ukg_public_url:
                _say(f"Links in mails will say {settings.public_url}; set UKG_PUBLIC_URL to change it.")
            _say(await described_schedules())
            await serve_until(stop, url, _say)
        _say("The learners' door is closed.")

    in_store(work)


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)
