"""`ukg group`, `ukg rule`, `ukg course`."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.session import Exit, fail, in_store, print_json

if TYPE_CHECKING:
    from core.services.courses import ListedCourse
    from core.services.groups import ChangedMembers, GroupMember, ListedGroup
    from core.services.rules import Preview, RuleRun, ShownRule

group = typer.Typer(help="Groups: add, list, members, remove.", no_args_is_help=True)
rule = typer.Typer(help="Dynamic rules: draft, preview, run, stop.", no_args_is_help=True)
course = typer.Typer(help="Courses: add, publish, give to groups.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
_SHOWN_PEOPLE = 20


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(group, name="group")
    app.add_typer(rule, name="rule")
    app.add_typer(course, name="course")


@group.command("add")
def group_add(slug: str, title: str) -> None:
    """Add a group."""

    async def work(url: str) -> None:
        from core.services import groups

        await groups.add_group(slug, title)

    in_store(work)
    name = shlex.quote(title)
    typer.echo(
        f"Group {title} is there. Next: ukg rule set {slug} {name} …, or ukg group members {slug} {name} --add …"
    )


@group.command("list")
def group_list(slug: str, as_json: AsJson = False) -> None:
    """List the groups of a portal."""

    async def work(url: str) -> "list[ListedGroup]":
        from core.services import groups

        return await groups.list_groups(slug)

    rows = in_store(work, as_json=as_json)
    if as_json:
        print_json(rows)
        return
    _show(
        ("Group", "Members", "By rule", "By hand", "Rule", "Courses"),
        [
            (row.title, str(row.members), str(row.automatic), str(row.manual), row.rule, ", ".join(row.courses))
            for row in rows
        ],
    )


@group.command("members")
def group_members(
    slug: str,
    title: str,
    add: Annotated[list[str] | None, typer.Option(metavar="EMAIL", help="Add this learner.")] = None,
    remove: Annotated[list[str] | None, typer.Option(metavar="EMAIL", help="Take this learner out.")] = None,
    unenrol: Annotated[
        bool, typer.Option("--unenrol", help="With --remove: also from the group's courses, unless finished.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the members of a group, or change them by hand."""
    if unenrol and not remove:
        fail("--unenrol goes with --remove; nothing was changed.", Exit.USAGE, as_json=as_json)

    async def work(url: str) -> "tuple[ChangedMembers | None, list[GroupMember]]":
        from core.services import groups

        changed = None
        if add or remove:
            changed = await groups.change_members(
                slug, title, add=add or [], remove=remove or [], unenrol_removed=unenrol
            )
        return changed, await groups.group_members(slug, title)

    changed, rows = in_store(work, as_json=as_json)
    if as_json:
        print_json(rows)
        return
    from core.cli.tables import source_mark

    if changed is not None:
        added = len(changed.added) + len(changed.made_manual)
        typer.echo(f"{added} added, {len(changed.removed)} removed; {title} has {len(rows)} members.")
        return
    _show(
        ("E-mail", "Name", "Status", "Source", "Origin", "Joined (UTC)"),
        [
            (row.email, row.name, row.status, source_mark(row.source), row.origin, f"{row.joined_at:%Y-%m-%d %H:%M}")
            for row in rows
        ],
    )
    typer.echo(f"{len(rows)} member{'s' if len(rows) != 1 else ''}.")


@group.command("sync-members")
def group_sync_members(slug: str, title: str) -> None:
    """Turn members added by hand into automatic ones, whom the group's rule may take out."""

    async def work(url: str) -> int:
        from core.services import groups

        return await groups.make_automatic(slug, title)

    number = in_store(work)
    typer.echo(f"{number} member{'s' if number != 1 else ''} of {title} made automatic.")


@group.command("remove")
def group_remove(
    slug: str, title: str, yes: Annotated[bool, typer.Option("--yes", help="Really remove it.")] = False
) -> None:
    """Remove a group and its rule; accounts and enrolments stay."""
    if not yes:
        fail(f"Removing {title} ends its members' membership; nothing was removed. Add --yes.", Exit.USAGE)

    async def work(url: str) -> int:
        from core.services import groups

        return await groups.remove_group(slug, title)

    number = in_store(work)
    typer.echo(f"Group {title} is removed; it had {number} member{'s' if number != 1 else ''}, whose accounts stay.")


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
    from core.cli.tables import source_mark

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
        _show(
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

    async def work(url: str) -> "list[ShownRule]":
        from core.services import rules

        return await rules.list_rules(slug)

    rows = in_store(work, as_json=as_json)
    if as_json:
        print_json(rows)
        return
    _show(
        ("Group", "State", "Running", "Draft", "Trouble"),
        [
            (
                row.group,
                row.state,
                _words(row.running, row.running_population),
                _words(row.draft, row.draft_population),
                " ".join(row.troubles),
            )
            for row in rows
        ],
    )


@course.command("add")
def course_add(
    slug: str, title: str, draft: Annotated[bool, typer.Option("--draft", help="Not published yet.")] = False
) -> None:
    """Add a course."""

    async def work(url: str) -> None:
        from core.services import courses

        await courses.add_course(slug, title, draft=draft)

    in_store(work)
    typer.echo(
        f"Course {title} is there{', unpublished' if draft else ''}. Next: ukg course assign {slug} '{title}' GROUP"
    )


@course.command("list")
def course_list(slug: str, as_json: AsJson = False) -> None:
    """List the courses of a portal."""

    async def work(url: str) -> "list[ListedCourse]":
        from core.services import courses

        return await courses.list_courses(slug)

    rows = in_store(work, as_json=as_json)
    if as_json:
        print_json(rows)
        return
    _show(
        ("Course", "Published", "Groups", "Enrolments"),
        [
            (
                row.title,
                "yes" if row.published else "no",
                ", ".join(row.groups),
                ", ".join(f"{number} {status.replace('_', ' ')}" for status, number in row.enrolments.items()),
            )
            for row in rows
        ],
    )


@course.command("publish")
def course_publish(slug: str, title: str) -> None:
    """Let a course take enrolments; the members of its groups are enrolled."""

    async def work(url: str) -> int:
        from core.services import courses

        return await courses.publish_course(slug, title)

    number = in_store(work)
    typer.echo(f"Course {title} is published; {_people(number)} enrolled on it.")


@course.command("unpublish")
def course_unpublish(slug: str, title: str) -> None:
    """Take no more enrolments; those there are stay."""

    async def work(url: str) -> int:
        from core.services import courses

        return await courses.unpublish_course(slug, title)

    number = in_store(work)
    typer.echo(f"Course {title} takes no more enrolments; {_people(number)} enrolled on it still.")


@course.command("assign")
def course_assign(slug: str, title: Annotated[str, typer.Argument(metavar="COURSE")], group: str) -> None:
    """Give a course to a group: its members, now and later, are enrolled."""

    async def work(url: str) -> int:
        from core.services import courses

        return await courses.assign_course(slug, title, group)

    number = in_store(work)
    typer.echo(f"{group} has the course {title}; {_people(number)} enrolled through this group.")


@course.command("withdraw")
def course_withdraw(
    slug: str,
    title: Annotated[str, typer.Argument(metavar="COURSE")],
    group: str,
    keep_enrolments: Annotated[
        bool, typer.Option("--keep-enrolments", help="Let those who are enrolled finish.")
    ] = False,
) -> None:
    """Take a course off a group."""

    async def work(url: str) -> int:
        from core.services import courses

        return await courses.withdraw_course(slug, title, group, keep_enrolments=keep_enrolments)

    number = in_store(work)
    typer.echo(f"{group} no longer has the course {title}; {number} enrolment{'s' if number != 1 else ''} removed.")


@course.command("mark")
def course_mark(
    slug: str,
    title: Annotated[str, typer.Argument(metavar="COURSE")],
    email: str,
    status: Annotated[
        str, typer.Argument(help="not_started, in_progress, completed, passed, failed or pending_review.")
    ],
) -> None:
    """Say how far someone is with a course."""

    async def work(url: str) -> None:
        from core.cli.arguments import one_of
        from core.domain.enrolment import EnrolmentStatus
        from core.services import courses

        await courses.set_enrolment_status(slug, email, title, one_of(EnrolmentStatus, status, "STATUS"))

    in_store(work)
    typer.echo(f"{email} on {title}: {status.replace('_', ' ')}.")


def _people(number: int) -> str:
    return "1 person is" if number == 1 else f"{number} people are"


def _show(headings: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    from core.cli.tables import show_table

    show_table(headings, rows)
