"""`ukg group`: groups, and who is in them."""

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.own_lists import show_own_list
from core.cli.session import Exit, fail, in_store, print_json

if TYPE_CHECKING:
    from core.services.groups import ChangedMembers, GroupMember, ListedGroup

group = typer.Typer(help="Groups: add, list, members, remove.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(group, name="group")


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

    async def rows() -> "list[ListedGroup]":
        from core.services import groups

        return await groups.list_groups(slug)

    columns = ("Group", "Members", "By rule", "By hand", "Rule", "Courses")
    show_own_list(slug, "GROUPS", rows, columns, _cells, as_json=as_json)


def _cells(row: "ListedGroup") -> tuple[str, ...]:
    return row.title, str(row.members), str(row.automatic), str(row.manual), row.rule, ", ".join(row.courses)


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
    from core.cli.tables import show_table, source_mark

    if changed is not None:
        added = len(changed.added) + len(changed.made_manual)
        typer.echo(f"{added} added, {len(changed.removed)} removed; {title} has {len(rows)} members.")
        return
    show_table(
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
