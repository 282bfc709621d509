"""`ukg person`: one person in five steps, and why."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.reports import end_with_run
from core.cli.session import in_store, print_json

if TYPE_CHECKING:
    from core.services.person import Explanation
    from core.store.models import Run
    from core.sync.progress import Watcher


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(person)


def person(
    slug: str,
    who: Annotated[str, typer.Argument(metavar="EMAIL_OR_ID", help="An e-mail or an employee id.")],
    apply: Annotated[bool, typer.Option("--apply", help="Also write it, for this person alone.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="As last read, without asking UKG Pro.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Explain one person: found, linked, mapped, decided, would write; only their records are read."""
    if apply:
        _apply(slug, who, as_json)

    async def work(url: str) -> "Explanation":
        from core.services.person import explain_person

        return await explain_person(slug, who, url, offline=offline)

    explanation = in_store(work, as_json=as_json)
    if as_json:
        print_json(explanation)
        return
    _show(explanation)


def _apply(slug: str, who: str, as_json: bool) -> None:
    async def work(url: str, watcher: "Watcher") -> "Run":
        from core.services.person import sync_person

        return await sync_person(slug, who, url)

    end_with_run(work, as_json=as_json)


def _show(explanation: "Explanation") -> None:
    from core.cli.tables import printable, show_table
    from core.services.history import plain_value

    found, linked, decided = explanation.found, explanation.linked, explanation.decided
    typer.echo(f"1 Found    {printable(found.sentence, 400)}")
    if found.employee_id is not None:
        dates = f"hired {plain_value(found.hire_date)}, termination date {plain_value(found.termination_date)}"
        typer.echo(f"           {printable(found.name or '')} ({found.employee_id}), {found.email or 'no e-mail'}")
        typer.echo(f"           {found.status}; {dates}")
    for problem in found.problems:
        typer.echo(f"           {printable(problem, 400)}")
    typer.echo(f"2 Linked   {printable(linked.sentence, 400)}")
    if linked.email is not None:
        ends = f", access until {linked.account_expires}" if linked.account_expires else ""
        typer.echo(f"           {printable(linked.name or '')}, {linked.email}: {linked.status}{ends}")
    nothing_mapped = "No field is mapped." if found.employee_id or linked.email else "There is nothing to map."
    typer.echo("3 Mapped   " + ("" if explanation.mapped else nothing_mapped))
    if explanation.mapped:
        show_table(
            ("Field", "From", "UKG Pro says", "Holds now", "Would hold", "Note"),
            [
                (
                    row.field,
                    row.attribute,
                    plain_value(row.value),
                    plain_value(row.holds),
                    plain_value(row.would_hold),
                    row.note or "",
                )
                for row in explanation.mapped
            ],
        )
    typer.echo(f"4 Decided  {decided.outcome} ({decided.reason.replace('_', ' ')}): {printable(decided.sentence, 400)}")
    for sentence in [*decided.warnings, *([decided.held] if decided.held else [])]:
        typer.echo(f"           {printable(sentence, 400)}")
    writes = [
        f"{what}: {plain_value(old)} -> {plain_value(new)}" for what, (old, new) in explanation.would_write.items()
    ]
    typer.echo(f"5 Writes   {printable(writes[0], 400) if writes else 'Nothing.'}")
    for line in writes[1:]:
        typer.echo(f"           {printable(line, 400)}")
    last = explanation.last_change
    if last is not None:
        typer.echo(f"Last changed by {last.run} on {last.at:%Y-%m-%d %H:%M} UTC: {last.reason.replace('_', ' ')}.")
    if writes:
        typer.echo(f"Write it now: ukg person {explanation.portal} {explanation.asked} --apply")
