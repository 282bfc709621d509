"""`ukg plan`, `apply`, `approve`, `reject`, `undo`, `held`: changes looked at before they are made."""

import re
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from core.cli.reports import end_with_run, exit_code, show_changes, show_summary
from core.cli.session import in_store, print_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from core.services.history import Report, Summary
    from core.services.plans import Decided, Part
    from core.services.waiting import Waiting
    from core.store.models import Run
    from core.sync.progress import Watcher

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Everyone = Annotated[bool, typer.Option("--all", help="Show everyone, not 50.")]
Only = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KIND",
        help="Only these changes: created, invited, updated, reactivated, ended, email-changed, blanked.",
    ),
]
Person = Annotated[list[str] | None, typer.Option(metavar="WHO", help="Only these people: e-mails or employee ids.")]

_PLAN_ID = re.compile(r"plan-[0-9a-f]{10}")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (plan, apply, approve, reject, undo, held):
        app.command()(command)


def plan(
    slug: Annotated[str, typer.Argument(metavar="SLUG|PLAN_ID", help="A portal; or a saved plan, to see it again.")],
    offline: Annotated[
        bool, typer.Option("--offline", help="Take people as last read, without asking UKG Pro.")
    ] = False,
    everyone: Everyone = False,
    as_json: AsJson = False,
) -> None:
    """Show what a sync would do, person by person; nothing is written to the portal."""

    async def work(url: str, watcher: "Watcher") -> str:
        from core.services.syncing import plan_portal

        return (await plan_portal(slug, url, offline=offline, watcher=watcher)).id

    async def saved(url: str, watcher: "Watcher") -> str:
        return slug

    _end_with_plan(saved if _PLAN_ID.fullmatch(slug) else work, everyone=everyone, as_json=as_json)


def apply(plan_id: str, only: Only = None, person: Person = None, as_json: AsJson = False) -> None:
    """Do exactly what a saved plan says, or a part of it; refused if people or settings moved since."""

    async def work(url: str, watcher: "Watcher") -> "Run":
        from core.services.plans import apply_saved_plan

        return await apply_saved_plan(plan_id, url, part=_part(only, person), watcher=watcher)

    end_with_run(work, as_json=as_json)


def approve(plan_id: str, only: Only = None, person: Person = None, as_json: AsJson = False) -> None:
    """Let changes through that the guard holds, all or a part; 'ukg apply' then makes them."""

    async def work(url: str) -> "Decided":
        from core.services.plans import approve_plan

        return await approve_plan(plan_id, _part(only, person))

    decided = in_store(work, as_json=as_json)
    if as_json:
        print_json(decided)
        return
    changes = "1 held change is" if decided.people == 1 else f"{decided.people} held changes are"
    typer.echo(f"{changes} approved by {decided.decided_by}, for 24 hours. Make them: ukg apply {decided.plan}")


def reject(plan_id: str, as_json: AsJson = False) -> None:
    """Close a plan: nothing more of it can be applied."""

    async def work(url: str) -> "Decided":
        from core.services.plans import reject_plan

        return await reject_plan(plan_id)

    decided = in_store(work, as_json=as_json)
    if as_json:
        print_json(decided)
    else:
        typer.echo(f"Plan {decided.plan} is rejected by {decided.decided_by}; nothing more of it can be applied.")


def undo(run_id: str, everyone: Everyone = False, as_json: AsJson = False) -> None:
    """Plan how a run is taken back, leaving alone whoever was edited since; 'ukg apply' then does it."""

    async def work(url: str, watcher: "Watcher") -> str:
        from core.services.plans import undo_run

        return (await undo_run(run_id, url, watcher=watcher)).id

    _end_with_plan(work, everyone=everyone, as_json=as_json)


def held(slug: str, as_json: AsJson = False) -> None:
    """List what waits: changes for an approval, and people whom the portal refused."""

    async def work(url: str) -> "Waiting":
        from core.services.waiting import what_waits

        return await what_waits(slug)

    waiting = in_store(work, as_json=as_json)
    if as_json:
        print_json(waiting)
        return
    if not waiting.plans and not waiting.people:
        typer.echo(f"Nothing waits in {slug}.")
    from core.cli.tables import printable

    for each in waiting.plans:
        numbers = ", ".join(f"{number} {outcome}" for outcome, number in each.held.items()) or "no change"
        typer.echo(f"Plan {each.plan} of {each.created_at:%Y-%m-%d %H:%M} UTC holds {numbers}.")
        for sentence in each.why:
            typer.echo(f"  {printable(sentence, 500)}")
        typer.echo(
            f"  Look: ukg plan {each.plan}. Let it through: ukg approve {each.plan}. Close it: ukg reject {each.plan}."
        )
    for person in waiting.people:
        typer.echo(f"{printable(person.name) or person.employee_id} ({person.employee_id}): {person.sentence}")


def _part(only: list[str] | None, person: list[str] | None) -> "Part":
    from core.domain.errors import SettingsError
    from core.services.plans import KINDS, Part

    for kind in only or []:
        if kind not in KINDS:
            raise SettingsError(f"--only is one of {', '.join(KINDS)}, not '{kind[:40]}'; nothing was done.")
    return Part(tuple(only or ()), tuple(person or ()))


def _end_with_plan(work: "Callable[[str, Watcher], Awaitable[str]]", *, everyone: bool, as_json: bool) -> NoReturn:
    """Make a plan, show what it says, and end the process with its exit code; `work` gives the id of the plan."""

    async def reported(url: str) -> "tuple[Report, Summary]":
        from core.cli.tables import progress_bar
        from core.services.history import report_plan, summarise

        with progress_bar(quiet=as_json) as watcher:
            plan_id = await work(url, watcher)
        report = await report_plan(plan_id)
        return report, await summarise(report)

    report, summary = in_store(reported, as_json=as_json)
    if as_json:
        print_json(report)
    else:
        show_changes(report, most=None if everyone else 50)
        show_summary(summary, planned=True)
    raise typer.Exit(exit_code(report))
