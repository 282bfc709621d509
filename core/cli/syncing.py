"""`ukg sync`, `stop`, `runs`, `run show`."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.reports import end_with_run, show_changes, show_summary
from core.cli.session import in_store, print_json

if TYPE_CHECKING:
    from core.services.history import Report, RunOverview, Summary
    from core.services.stopping import Stopped
    from core.store.models import Run
    from core.sync.progress import Watcher

run = typer.Typer(help="One run.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(sync)
    app.command()(stop)
    app.command()(runs)
    app.add_typer(run, name="run")


def sync(
    slug: str,
    reconcile: Annotated[
        bool, typer.Option("--reconcile", help="Compare with all that LearnUpon really holds, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Sync a portal with UKG Pro, now."""

    async def work(url: str, watcher: "Watcher") -> "Run":
        from core.services.syncing import sync_portal

        return await sync_portal(slug, url, reconcile=reconcile, watcher=watcher)

    end_with_run(work, as_json=as_json)


def stop(slug: str, as_json: AsJson = False) -> None:
    """Stop what was asked to run in a portal: what waits never begins, what runs is broken off."""

    async def work(url: str) -> "list[Stopped]":
        from core.services.stopping import stop as stop_it

        return await stop_it(slug)

    stopped = in_store(work, as_json=as_json)
    if as_json:
        print_json(stopped)
        return
    for each in stopped:
        how = "will not begin" if each.over else "ends within a moment; what it wrote stays"
        typer.echo(f"The {each.what} of {slug} that {each.asked_by} asked for {how}.")


_KEYS_OF_RUNS = ("run", "plan", "trigger", "status", "started_at", "finished_at", "counts", "error")  # a contract


def runs(slug: str, as_json: AsJson = False) -> None:
    """List a portal's runs, newest first."""

    async def work(url: str) -> "list[RunOverview]":
        from core.services.history import list_runs

        return await list_runs(slug)

    rows = in_store(work, as_json=as_json)
    if as_json:
        from msgspec.structs import asdict

        print_json([{name: value for name, value in asdict(row).items() if name in _KEYS_OF_RUNS} for row in rows])
        return
    from core.cli.tables import show_table

    show_table(
        ("Run", "Started (UTC)", "Trigger", "Status", "What"),
        [
            (row.run, f"{row.started_at:%Y-%m-%d %H:%M}", row.trigger, row.status, row.error or _what(row))
            for row in rows
        ],
    )


def _what(row: "RunOverview") -> str:
    named = ("created", "invited", "updated", "reactivated", "ended", "held", "conflict", "failed")
    parts = [f"{getattr(row.counts, name)} {name}" for name in named if getattr(row.counts, name)]
    return ", ".join(parts) or f"nothing to do for {row.counts.fetched}"


@run.command()
def show(run_id: str, as_json: AsJson = False) -> None:
    """Show a run: every outcome with its reason."""

    async def work(url: str) -> "tuple[Report, Summary]":
        from core.services.history import report_run, summarise

        report = await report_run(run_id)
        return report, await summarise(report)

    report, summary = in_store(work, as_json=as_json)
    if as_json:
        print_json(report)
        return
    show_changes(report, most=None)
    show_summary(summary)
