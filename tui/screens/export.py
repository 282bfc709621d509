"""Everyone in the portal, or some of them, into a CSV file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from textual.widget import Widget
from textual.widgets import Static

from core.clock import today_in
from core.domain.learner import AccountStatus
from core.domain.roles import Role
from core.services.export import export_users
from core.services.groups import list_groups
from core.services.people import EVERYONE, Wanted, count_learners
from core.services.portals import portal_for
from core.services.spreadsheet import whole_file
from tui.background import in_background
from tui.dialogs.choosing import Choice
from tui.faults import sentence_of
from tui.fields import Field, Heading, OneOf
from tui.screens.days import check_day, day_of
from tui.screens.files import may_write, path_of
from tui.screens.form import Form, FormScreen, Values
from tui.words import counted

_STATES = (Choice("", "Any"), *(Choice(state.value, state.value.capitalize()) for state in AccountStatus))
_SOURCES = (Choice("", "Any"), Choice("ukg", "From UKG Pro"), Choice("manual", "By hand"))

_LONG = 5000  # people, from which on it takes some seconds


class ExportScreen(FormScreen):
    """Which file, and who; how many fit is counted while it is filled in."""

    PLACE = "Export"
    SAVE = "Write the file"
    SAVES_UNCHANGED = True
    ABOUT = (
        "Writes people into a CSV file that a spreadsheet opens safely: names, state, groups, courses, dates and every "
        "custom user data field. Only your own user may read the file. Nothing in the portal is changed. Ctrl+S writes."
    )
    DEFAULT_CSS = """
    ExportScreen .form-state { display: none; }
    ExportScreen #fitting { width: 1fr; height: 1; padding: 0 2; }
    """

    def __init__(self, slug: str | None = None, wanted: Wanted = EVERYONE) -> None:
        super().__init__(slug)
        self._wanted = wanted

    def body(self) -> Iterable[Widget]:
        """The form, and how many fit."""
        yield from super().body()
        yield Static(id="fitting", markup=False)

    @property
    def unsaved(self) -> bool:
        """What is chosen here is for this time only."""
        return False

    async def read(self) -> Form:
        """A name with today's date, and whoever was shown where one came from."""
        portal = await portal_for(self.slug, Role.VIEWER)
        wanted = self._wanted
        groups = [Choice(group.title, group.title) for group in await list_groups(self.slug)]
        return Form(
            fields=[
                Field(name="file", label="File", required=True, about=f"From the folder {Path.cwd()}"),
                Heading(name="", label="Who"),
                OneOf(name="status", label="State", choices=_STATES),
                OneOf(name="source", label="Source", choices=_SOURCES),
                OneOf(name="group", label="Group", choices=[Choice("", "Any"), *groups]),
                Field(name="text", label="Name or e-mail with", hint="words, empty: any"),
                Field(name="since", label="Added since", hint="YYYY-MM-DD, empty: any", check=check_day),
            ],
            values={
                "file": f"{self.slug}-{today_in(portal.timezone)}.csv",
                "status": wanted.status.value if wanted.status else "",
                "source": wanted.source or "",
                "group": wanted.group or "",
                "text": wanted.text or "",
                "since": wanted.created_after.isoformat() if wanted.created_after else "",
            },
        )

    def typed(self, values: Values) -> None:
        """Count anew."""
        in_background(self, self._count, group="counting", exclusive=True)

    async def load(self) -> None:
        """Read the form, and count."""
        await super().load()
        await self._count()

    async def _count(self) -> None:
        words = ""
        try:
            number = await count_learners(self.slug, _wanted(self.values))
            words = f"{counted(number, 'person fits', 'people fit')}."
        except Exception as error:
            words = sentence_of(error)
        self.query_one("#fitting", Static).update(words)

    async def save(self, values: Values) -> str | None:
        """Write the file."""
        path = path_of(values.text("file"))
        if not await may_write(self, path):
            return None
        fitting = await count_learners(self.slug, _wanted(values))
        if fitting > _LONG:
            self.say(f"Writing {counted(fitting, 'person', 'people')} …")
        with whole_file(path) as file:
            number = await export_users(self.slug, file, _wanted(values))
        return f"{counted(number, 'person is', 'people are')} in {path}."


def _wanted(values: Values) -> Wanted:
    typed: dict[str, Any] = {name: values.text(name) or None for name in ("source", "group", "text")}
    status = values.text("status")
    return Wanted(day_of(values.text("since")), status=AccountStatus(status) if status else None, **typed)
