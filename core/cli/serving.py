"""`ukg serve`."""

from collections.abc import Awaitable, Callable
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

        from core.jobs.outbox import deliver_forever
        from core.jobs.schedule import look_forever
        from core.services.acting import require_owner
        from core.services.due import put_what_is_due
        from core.services.runner import carry_out_requests
        from core.settings import load_settings
        from core.web.serving import open_door

        require_owner("Serving every portal")
        settings = load_settings()
        tell_notices = _teller()

        async def look() -> None:
            await put_what_is_due()
            await tell_notices()

        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with open_door(url, host=host, port=settings.ukg_web_port if port is None else port) as address:
            typer.echo(f"The learners' door is open at {address}/PORTAL/. Close it: Ctrl+C", err=True)
            if not settings.ukg_public_url:
                typer.echo(f"Links in mails will say {settings.public_url}; set UKG_PUBLIC_URL to change it.", err=True)
            typer.echo(await _described_schedule(), err=True)
            jobs = [
                asyncio.create_task(job)
                for job in (deliver_forever(url, stop), look_forever(look, stop), carry_out_requests(url, stop))
            ]
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait({*jobs, stopped}, return_when=asyncio.FIRST_COMPLETED)
            stop.set()
            await stopped
            await asyncio.wait(jobs)  # each ends by itself, soon
            for job in jobs:
                job.result()  # what made it fail is told
            await tell_notices()
        typer.echo("The learners' door is closed.", err=True)

    in_store(work)


async def _described_schedule() -> str:
    """For how many portals the schedule runs, and when next."""
    from core.clock import now
    from core.services.schedule import running_schedules

    running = await running_schedules()
    if not running:
        return "The schedule runs for no portal yet: it begins with a portal's first sync."
    slug, moment = running[0]
    when = f"at {moment:%Y-%m-%d %H:%M} UTC" if moment > now() else "at once"
    return f"The schedule runs for {len(running)} portal{'s' if len(running) > 1 else ''}; next is {slug}, {when}."


def _teller() -> Callable[[], Awaitable[None]]:
    """What tells each notice raised from now on, once."""
    from core.clock import now
    from core.services.notices import raised_since

    beginning, told = now(), set[int]()

    async def tell() -> None:
        for notice in await raised_since(beginning):
            if notice.id not in told:
                told.add(notice.id)
                typer.echo(" ".join(f"Notice: {notice.sentence}".split()), err=True)

    return tell
