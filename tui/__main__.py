"""`ukg-tui`: the terminal UI."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.session import finish

if TYPE_CHECKING:
    from tui.app import SyncApp
    from tui.made_up import Company

program = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@program.command()
def run(
    database: Annotated[
        str | None, typer.Option(help="A SQLite file or postgres://… (default: UKG_DATABASE_URL, or a file of yours).")
    ] = None,
    portal: Annotated[str | None, typer.Option(help="The portal to begin with.")] = None,
    acting: Annotated[
        str | None, typer.Option("--as", help="Act as this admin of the portals, with the role they have.")
    ] = None,
    company: Annotated[
        int | None,
        typer.Option(min=1, max=200_000, help="Serve the made-up company of 'ukg demo' meanwhile, of so many people."),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The day that company began; it is as of today.")
    ] = None,
    theme: Annotated[str | None, typer.Option(help="A theme; ansi-dark and ansi-light use your colours.")] = None,
) -> None:
    """Open the terminal UI; ? is help, Ctrl+P finds everything, q quits."""

    async def work() -> None:
        from core.services.acting import Actor, acting_as, current_actor
        from core.settings import load_settings
        from tui.app import SyncApp
        from tui.remembering import recall

        actor = Actor(acting, "tui") if acting else Actor(current_actor().name, "tui", owner=True)
        with acting_as(actor):
            url = database or load_settings().database_url
            app = SyncApp(url, portal, remembers=True, company=_company(company, since))
            _dress(app, theme, recall().theme)
            await app.run_async()

    finish(work)


def _company(people: int | None, since: str | None) -> "Company | None":
    from datetime import date

    from core.clock import now
    from core.domain.errors import SettingsError
    from tui.made_up import PORT, Company

    if people is None:
        return None
    today = now().date()
    try:
        begun = date.fromisoformat(since) if since is not None else today
    except ValueError:
        raise SettingsError(f"'{(since or '')[:40]}' is not a date; write YYYY-MM-DD.") from None
    return Company(people, begun, max(0, (today - begun).days), PORT)


def _dress(app: "SyncApp", wanted: str | None, remembered: str | None) -> None:
    from core.domain.errors import SettingsError

    if wanted is not None and wanted not in app.available_themes:
        raise SettingsError(f"'{wanted[:40]}' is no theme. There are: {', '.join(sorted(app.available_themes))}.")
    theme = wanted or remembered
    if theme in app.available_themes:
        app.theme = theme


def main() -> None:
    """Run the terminal UI."""
    program()


if __name__ == "__main__":
    main()
