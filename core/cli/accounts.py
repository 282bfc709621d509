"""`ukg learner`: what is done to people by hand."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.arguments import calendar_date, one_of, pairs_of, read_secret
from core.cli.session import in_store

if TYPE_CHECKING:
    from core.store.models import Learner

learner = typer.Typer(help="One person, by hand: add, edit, enable, disable, expire.", no_args_is_help=True)

Custom = Annotated[
    list[str] | None, typer.Option("--set", metavar="LABEL=VALUE", help="A custom user data field; repeat for each.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(learner, name="learner")


@learner.command("add")
def add(
    slug: str,
    email: str,
    first_name: Annotated[str, typer.Option()] = "",
    last_name: Annotated[str, typer.Option()] = "",
    how: Annotated[
        str, typer.Option(help="invite (pending), welcome (active, with a mail) or active (no mail).")
    ] = "invite",
    user_type: Annotated[str, typer.Option("--type", help="learner, instructor, manager or admin.")] = "learner",
    expires: Annotated[str | None, typer.Option(metavar="DATE", help="The last day of access (YYYY-MM-DD).")] = None,
    custom: Custom = None,
) -> None:
    """Add someone who is not from UKG Pro."""
    last_day = calendar_date(expires)

    async def work(url: str) -> "Learner":
        from core.domain.invite_settings import InviteHow
        from core.domain.learner import UserType
        from core.services.accounts import NewLearner, add_learner

        kind = one_of(UserType, user_type, "--type")
        new = NewLearner(email, first_name, last_name, kind, last_day, pairs_of(custom))
        return await add_learner(slug, new, one_of(InviteHow, how, "--how"))

    row = in_store(work)
    typer.echo(f"{row.email} is in {slug}: {row.status}.")


@learner.command("edit")
def edit(
    slug: str,
    email: str,
    new_email: Annotated[str | None, typer.Option("--email", help="The new e-mail.")] = None,
    first_name: Annotated[str | None, typer.Option()] = None,
    last_name: Annotated[str | None, typer.Option()] = None,
    custom: Custom = None,
) -> None:
    """Change name, e-mail or custom user data; what UKG Pro provides, the next sync puts right again."""

    async def work() -> "Learner":
        from core.services.accounts import Edits, edit_learner

        return await edit_learner(slug, email, Edits(new_email, first_name, last_name, pairs_of(custom)))

    if _do(work, "is changed").source == "ukg":
        typer.echo("UKG Pro provides this person: their name, e-mail and mapped values, the next sync puts right.")


@learner.command("type")
def change_type(
    slug: str, email: str, user_type: Annotated[str, typer.Argument(help="learner, instructor, manager or admin.")]
) -> None:
    """Change someone's user type."""

    async def work() -> "Learner":
        from core.domain.learner import UserType
        from core.services.accounts import set_user_type

        return await set_user_type(slug, email, one_of(UserType, user_type, "The type"))

    _do(work, f"is of type {user_type} now")


@learner.command("disable")
def disable(slug: str, email: str) -> None:
    """Take someone's access away; no sync gives it back."""

    async def work() -> "Learner":
        from core.services import accounts

        return await accounts.disable(slug, email)

    _do(work, "is disabled")


@learner.command("enable")
def enable(slug: str, email: str) -> None:
    """Give someone's access back."""

    async def work() -> "Learner":
        from core.services import accounts

        return await accounts.enable(slug, email)

    _do(work, "is enabled")


@learner.command("expire")
def expire(
    slug: str, email: str, day: Annotated[str, typer.Argument(help="The last day of access (YYYY-MM-DD), or never.")]
) -> None:
    """Set or clear the day on which someone's access ends."""
    last_day = None if day == "never" else calendar_date(day)

    async def work() -> "Learner":
        from core.services.accounts import set_expiry

        return await set_expiry(slug, email, last_day)

    _do(work, f"has access up to and including {day}" if last_day else "has access without an end")
    typer.echo("Where UKG Pro has a termination date, the next sync sets that one again.")


@learner.command("password")
def password(
    slug: str,
    email: str,
    from_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
) -> None:
    """Give someone a password to begin with, which they must change when they sign in."""
    chosen = read_secret("Password to begin with", from_stdin=from_stdin)

    async def work() -> "Learner":
        from core.services.accounts import set_password

        return await set_password(slug, email, chosen)

    _do(work, "has that password, and must change it on signing in")


def _do(work: "Callable[[], Awaitable[Learner]]", what: str) -> "Learner":
    async def with_store(url: str) -> "Learner":
        return await work()

    row = in_store(with_store)
    typer.echo(f"{row.email} {what}.")
    return row
