"""`ukg resend`, `cancel-invite`, `invite-link`, `outbox …`, `mail …`: invitations, and the mails that carry them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.own_lists import show_own_list
from core.cli.session import Exit, fail, in_store, print_json

if TYPE_CHECKING:
    from core.jobs.mail_text import Letter
    from core.jobs.outbox import Delivered
    from core.services.invite_outcomes import InviteOutcome
    from core.services.invites import HandedLink
    from core.services.mail import KindOfMail, OutboxEntry

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]
Emails = Annotated[list[str], typer.Argument(metavar="EMAIL...")]
Kind = Annotated[str, typer.Argument(help="invitation, welcome or reset.")]

outbox = typer.Typer(help="Mails that wait, were sent, or were refused.", no_args_is_help=True)
mail = typer.Typer(help="The wording of a portal's mails.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(resend)
    app.command("cancel-invite")(cancel_invite)
    app.command("invite-link")(invite_link)
    app.add_typer(outbox, name="outbox")
    app.add_typer(mail, name="mail")


def resend(slug: str, emails: Emails, as_json: AsJson = False) -> None:
    """Send people a new link; their earlier ones are dead."""

    async def work(url: str) -> "list[InviteOutcome]":
        from core.services import invites

        return await invites.resend(slug, emails, url)

    _show_outcomes(in_store(work, as_json=as_json), as_json=as_json)


def cancel_invite(slug: str, emails: Emails, as_json: AsJson = False) -> None:
    """Take invitations back: their links are dead, and no sync sends others."""

    async def work(url: str) -> "list[InviteOutcome]":
        from core.services import invites

        return await invites.cancel_invites(slug, emails, url)

    _show_outcomes(in_store(work, as_json=as_json), as_json=as_json)


def invite_link(slug: str, email: str, as_json: AsJson = False) -> None:
    """Show one person's link, to pass on yourself; whoever has it can take up the account."""

    async def work(url: str) -> "HandedLink":
        from core.services import invites

        return await invites.hand_out_link(slug, email, url)

    handed = in_store(work, as_json=as_json)
    if as_json:
        print_json(handed)
    else:
        typer.echo(handed.link)
        typer.echo(f"It works once, until {handed.expires_at:%Y-%m-%d %H:%M} UTC, while 'ukg serve' runs.", err=True)


def _show_outcomes(outcomes: "list[InviteOutcome]", *, as_json: bool) -> None:
    if as_json:
        print_json(outcomes)
    else:
        from core.cli.tables import printable

        for outcome in outcomes:
            typer.echo(f"{outcome.outcome:<9} {printable(outcome.email)}: {outcome.detail}")
    if any(outcome.outcome == "refused" for outcome in outcomes):
        raise typer.Exit(Exit.SOME_FAILED)


@outbox.command("list")
def list_outbox(
    slug: str,
    state: Annotated[list[str] | None, typer.Option(help="waiting, sent, parked or void; may be repeated.")] = None,
    as_json: AsJson = False,
) -> None:
    """List a portal's mails, oldest first."""

    async def rows() -> "list[OutboxEntry]":
        from core.services.mail import STATES
        from core.services.mail import outbox as entries

        return [entry async for entry in entries(slug, states=state or STATES)]

    columns = ("Kind", "To", "State", "Attempts", "Next try (UTC)", "Error")
    shown = show_own_list(slug, "MAILS", rows, columns, _cells, as_json=as_json)
    if shown is not None:
        typer.echo(f"{shown} mail{'s' if shown != 1 else ''}.")


def _cells(row: "OutboxEntry") -> tuple[str, ...]:
    next_try = f"{row.next_try:%Y-%m-%d %H:%M}" if row.next_try else ""
    return row.kind, row.to, row.state, str(row.attempts or ""), next_try, row.error or ""


@outbox.command("send")
def send(as_json: AsJson = False) -> None:
    """Send the mails that are due, of every portal, once."""

    async def work(url: str) -> "Delivered":
        from core.jobs.outbox import deliver_due
        from core.services.acting import require_owner

        require_owner("Sending the mails of every portal")
        return await deliver_due(url)

    delivered = in_store(work, as_json=as_json)
    if as_json:
        print_json(delivered)
    else:
        typer.echo(f"{delivered.sent} sent, {delivered.waiting} waiting, {delivered.parked} parked.")
    if delivered.trouble:
        typer.echo(delivered.trouble, err=True)
        raise typer.Exit(Exit.OUTSIDE)
    if delivered.parked:
        raise typer.Exit(Exit.SOME_FAILED)


@outbox.command("retry")
def retry(slug: str, as_json: AsJson = False) -> None:
    """Let parked mails be sent again."""

    async def work(url: str) -> int:
        from core.services.mail import retry_parked

        return await retry_parked(slug)

    number = in_store(work, as_json=as_json)
    if as_json:
        print_json({"portal": slug, "retried": number})
    else:
        typer.echo(f"{number} mail{'s wait' if number != 1 else ' waits'} for delivery again.")


@mail.command("show")
def show(slug: str, kind: Kind, as_json: AsJson = False) -> None:
    """Show the wording, as it can be edited."""

    async def work(url: str) -> "KindOfMail":
        from core.services.mail import wording

        return await wording(slug, kind)

    found = in_store(work, as_json=as_json)
    if as_json:
        print_json(found)
        return
    typer.echo("The portal's own wording." if found.own else "The program's wording.")
    _show_parts(found)


@mail.command("set")
def set_(
    slug: str,
    kind: Kind,
    subject: Annotated[str | None, typer.Option(help="The subject, one line.")] = None,
    text: Annotated[
        Path | None, typer.Option("--text-file", metavar="FILE", help="The plain text (- is stdin).")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html-file", metavar="FILE", help="The HTML (- is stdin).")] = None,
    as_json: AsJson = False,
) -> None:
    """Give a portal its own wording; what is not given stays.

    Variables, written {{ link }}: first_name, last_name, email, portal, link, expires_hours.
    """
    parts = {"text": _read(text, as_json=as_json), "html": _read(html, as_json=as_json)}

    async def work(url: str) -> "KindOfMail":
        from core.services.mail import set_wording

        return await set_wording(slug, kind, subject=subject, **parts)

    found = in_store(work, as_json=as_json)
    if as_json:
        print_json(found)
    else:
        typer.echo(f"The {kind} of {slug} has its own wording now. See it with: ukg mail preview {slug} {kind}")


def _read(path: Path | None, *, as_json: bool) -> str | None:
    if path is None:
        return None
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        fail(f"{path} cannot be read ({error.strerror}); nothing was changed.", Exit.USAGE, as_json=as_json)
    except UnicodeDecodeError:
        fail(f"{path} is not UTF-8; nothing was changed. Save it as UTF-8.", Exit.USAGE, as_json=as_json)


@mail.command("reset")
def reset(slug: str, kind: Kind, as_json: AsJson = False) -> None:
    """Take the program's wording again."""

    async def work(url: str) -> "KindOfMail":
        from core.services.mail import reset_wording

        return await reset_wording(slug, kind)

    found = in_store(work, as_json=as_json)
    if as_json:
        print_json(found)
    else:
        typer.echo(f"The {kind} of {slug} has the program's wording.")


@mail.command("preview")
def preview(slug: str, kind: Kind, as_json: AsJson = False) -> None:
    """Show a mail as someone would get it, with made-up values."""

    async def work(url: str) -> "Letter":
        from core.services.mail import preview as letter

        return await letter(slug, kind)

    letter = in_store(work, as_json=as_json)
    if as_json:
        print_json(letter)
    else:
        _show_parts(letter)


def _show_parts(found: "KindOfMail | Letter") -> None:
    typer.echo(f"Subject: {found.subject}\n\n{found.text}\n{found.html}")
