"""`ukg rule`: dynamic rules, drafted, looked at, run, stopped."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.own_lists import show_own_list
from core.cli.session import in_store, print_json

if TYPE_CHECKING:
    from core.services.rules import Preview, RuleRun, ShownRule

rule = typer.Typer(help="Dynamic rules: draft, preview, run, stop.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
_SHOWN_PEOPLE = 20


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(rule, name="rule")


@rule.command("set")
def rule_set(
    slug: str,
    title: Annotated[str, typer.Argument(metavar="GROUP", help="The group it fills.")],
    everyone: Annotated[bool, typer.Option("--all", help="All users, without a condition.")] = False,
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar='"LABEL OPERATOR VALUE [and …]"',
            help="Conditions; given several times, any of them is enough. Labels: email domain, created, a field. "
            "Operators: is, is not, contains, does not contain, starts with, ends with, at least, at most, more than, "
            "less than, between X and Y, before, after, any of A, B, none of A, B, is empty, is not empty. Dates are "
            "written YYYY-MM-DD; a value that holds the word 'and' stands in quotes.",
        ),
    ] = None,
    members_of: Annotated[str | None, typer.Option(metavar="GROUP", help="Only members of this other group.")] = None,
) -> None:
    """Write the draft of a group's rule."""

    async def work(url: str) -> "ShownRule":
        from core.services import rules

        return await rules.set_rule(slug, title, where=where or [], everyone=everyone, members_of=members_of)

    shown = in_store(work)
    typer.echo(f"The draft for {shown.group}: {_words(shown.draft, shown.draft_population)}")
    typer.echo(f"Next: ukg rule preview {slug} '{shown.group}', then ukg rule run {slug} '{shown.group}'")


def _words(blocks: list[str] | None, population: str | None) -> str:
    if blocks is None:
        return ""
    from core.cli.tables import printable

    words = printable(" or ".join(blocks) or "all users", longest=2000)
    return f"{words} (members of {population})" if population else words


@rule.command("preview")
def rule_preview(
    slug: str,
    title: Annotated[str, typer.Argument(metavar="GROUP")],
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write everyone concerned as CSV.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show whom the draft (or else the running rule) matches, who would join and who would leave."""

    async def work(url: str) -> "Preview":
        from core.services import rules

        return await rules.preview_rule(slug, title, csv_path=csv, most=None if as_json else _SHOWN_PEOPLE)

    preview = in_store(work, as_json=as_json)
    if as_json:
        print_json(preview)
    else:
        _show_preview(preview)
    if csv is not None:
        typer.echo(f"Everyone concerned is in {csv}.", err=True)


def _show_preview(preview: "Preview") -> None:
    from core.cli.tables import show_table, source_mark

    typer.echo(f"{preview.group}, {preview.which}: {_words(preview.where, preview.population)}")
    typer.echo(
        f"{preview.matching} match, {preview.joining} would join, {preview.leaving} would leave; "
        f"{preview.members} members now, {preview.members_after} then."
    )
    if preview.pending:
        typer.echo(f"{preview.pending} more match and have not accepted their invitation; they join once they do.")
    if preview.empties:
        typer.echo(f"CAUTION: this would empty {preview.group}: all {preview.members} members would leave.")
    for sentence in preview.troubles:
        typer.echo(sentence)
    if preview.people:
        show_table(
            ("E-mail", "Name", "Status", "Source", "Effect"),
            [(row.email, row.name, row.status, source_mark(row.source), row.effect) for row in preview.people],
        )
    if preview.more:
        typer.echo(f"… and {preview.more} more; --csv FILE writes everyone.")


@rule.command("run")
def rule_run(
    slug: str,
    title: Annotated[str, typer.Argument(metavar="GROUP")],
    keep_enrolments: Annotated[
        bool | None,
        typer.Option("--keep-enrolments/--unenrol", help="What becomes of the courses of those who leave."),
    ] = None,
    empty: Annotated[bool, typer.Option("--empty", help="Even if it leaves nobody in the group.")] = False,
) -> None:
    """Let the draft run: now, and whenever a learner is created or changed."""

    async def work(url: str) -> "RuleRun":
        from core.services import rules

        return await rules.run_rule(slug, title, keep_enrolments=keep_enrolments, may_empty=empty)

    run = in_store(work)
    typer.echo(f"The rule of {run.group} is running: {run.joined} joined, {run.left} left, {run.members} members.")


@rule.command("stop")
def rule_stop(slug: str, title: Annotated[str, typer.Argument(metavar="GROUP")]) -> None:
    """Evaluate the rule no longer; its members stay."""

    async def work(url: str) -> int:
        from core.services import rules

        return await rules.stop_rule(slug, title)

    number = in_store(work)
    typer.echo(f"The rule of {title} is stopped; its {number} member{'s' if number != 1 else ''} stay.")


@rule.command("show")
def rule_show(slug: str, title: Annotated[str, typer.Argument(metavar="GROUP")], as_json: AsJson = False) -> None:
    """Show the rule of a group."""

    async def work(url: str) -> "ShownRule":
        from core.services import rules

        return await rules.show_rule(slug, title)

    shown = in_store(work, as_json=as_json)
    if as_json:
        print_json(shown)
        return
    if shown.running is not None:
        typer.echo(f"Running: {_words(shown.running, shown.running_population)}")
        courses = "stay on its courses" if shown.keep_enrolments else "are taken off its courses, unless finished"
        typer.echo(f"People who leave the group {courses}.")
    if shown.draft is not None:
        typer.echo(f"Draft: {_words(shown.draft, shown.draft_population)}")
    for sentence in shown.troubles:
        typer.echo(sentence)


@rule.command("list")
def rule_list(slug: str, as_json: AsJson = False) -> None:
    """List the rules of a portal."""

    async def rows() -> "list[ShownRule]":
        from core.services import rules

        return await rules.list_rules(slug)

    show_own_list(slug, "GROUPS", rows, ("Group", "State", "Running", "Draft", "Trouble"), _cells, as_json=as_json)


def _cells(row: "ShownRule") -> tuple[str, ...]:
    running = _words(row.running, row.running_population)
    return row.group, row.state, running, _words(row.draft, row.draft_population), " ".join(row.troubles)
