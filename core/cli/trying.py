"""`--try`: what changed settings would do, before they are saved."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.session import print_json

if TYPE_CHECKING:
    from core.services.trying import Tried

Try = Annotated[bool, typer.Option("--try", help="Only show how outcomes would differ; nothing is saved.")]


def show_tried(tried: "Tried", *, as_json: bool) -> None:
    """How outcomes would differ."""
    if as_json:
        print_json(tried)
        return
    from core.cli.tables import printable

    read_at = tried.difference.read_at
    when = "as read just now" if read_at is None else f"as last read ({read_at:%Y-%m-%d %H:%M} UTC)"
    typer.echo(f"{tried.portal}: nothing was saved. With everyone {when}, the next sync would differ like this:")
    for sentence in tried.sentences:
        typer.echo(f"  {printable(sentence, 300)}")
    for moved in tried.difference.moved[:5]:
        some = ", ".join(printable(name) for name in moved.examples[:3])
        typer.echo(f"  {' '.join(moved.after)}: {some}{', …' if moved.people > 3 else ''}")
