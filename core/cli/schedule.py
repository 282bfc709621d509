"""`ukg schedule`."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.session import in_store, print_json

if TYPE_CHECKING:
    from core.services.schedule import LastRun, Schedule


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(schedule)


def schedule(
    slug: str,
    at: Annotated[str | None, typer.Option(metavar="HH:MM", help="When it runs, in the portal's time zone.")] = None,
    on: Annotated[bool | None, typer.Option("--on/--off", help="Whether it runs by itself.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show or change when a portal is synced every day; 'ukg serve' runs it."""

    async def work(url: str) -> "Schedule":
        from core.services.schedule import set_schedule, show_schedule

        if at is None and on is None:
            return await show_schedule(slug)
        return await set_schedule(slug, at=at, on=on)

    found = in_store(work, as_json=as_json)
    if as_json:
        print_json(found)
        return
    if found.on:
        typer.echo(f"{slug} is synced every day at {found.at} ({found.timezone}), while 'ukg serve' runs.")
    else:
        typer.echo(f"The daily sync of {slug} is off. Switch it on with: ukg schedule {slug} --on")
    if found.paused is not None:
        typer.echo(f"It does not run now. {found.paused}")
    if found.next_run is not None:
        typer.echo(f"Next: {_next(found.next_run, found.timezone)}")
    typer.echo(f"Last: {_last(found.last_run)}")
    for notice in found.notices:
        times = f", {notice.times} times" if notice.times > 1 else ""
        typer.echo(f"Notice of {_local(notice.raised_at, found.timezone)}{times}: {notice.sentence}")


def _next(moment: datetime, timezone: str) -> str:
    from core.clock import now

    local = _local(moment, timezone)
    return local if moment > now() else f"as soon as 'ukg serve' runs (it was due on {local})"


def _last(run: "LastRun | None") -> str:
    if run is None:
        return "none yet."
    words = f"{run.date}, {run.status if run.run and run.state == 'done' else run.state}"
    if run.run:
        words += f" ({run.run})"
    return f"{words}. {run.error}" if run.error else f"{words}."


def _local(moment: datetime, timezone: str) -> str:
    from core.clock import zone

    return f"{moment.astimezone(zone(timezone)):%Y-%m-%d %H:%M}"
