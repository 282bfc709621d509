"""A run: how it ended, and what came of everyone."""

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from core.services.history import Report, report_run, summarise
from core.services.outcomes_csv import outcomes_csv
from core.services.portals import list_portals
from core.services.spreadsheet import whole_file
from tui.screens.files import ask_file
from tui.screens.outcomes import OutcomesScreen
from tui.screens.undo import take_back
from tui.summaries import people, why
from tui.words import lasted, moment


class RunDetailScreen(OutcomesScreen):
    """The run of the id `run`."""

    PLACE = "Run"
    ABOUT = (
        "Everyone for whom the run did something, or could not, with the reason. ← and → show one kind only, / looks "
        "for names, Enter explains the person. x writes those shown into a CSV file; u plans how the run is taken back."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "export", "Export CSV"),
        Binding("u", "undo", "Undo"),
    ]

    def __init__(self, slug: str | None, run: str) -> None:
        super().__init__(slug)
        self._run = run

    @property
    def place(self) -> str:
        """Which run."""
        return f"Run {self._run}"

    async def report(self) -> Report:
        """The run."""
        return await report_run(self._run, outcomes=False)

    async def head(self, report: Report) -> Text:
        """When, how long, by whom, how it ended and why."""
        zone = next((each.timezone for each in await list_portals() if each.slug == report.portal), "UTC")
        took = f", took {lasted(report.started_at, report.finished_at)}" if report.finished_at else ""
        lines = [f"{report.trigger}, {moment(report.started_at, zone)}{took}: {report.status}"]
        lines[0] += f", {people(report.counts.fetched)} looked at"
        if report.undoes:
            lines.append(f"It took {report.undoes} back.")
        return Text("\n".join([*lines, *why(await summarise(report))]))

    def action_undo(self) -> None:
        """Plan how the run is taken back."""
        self.do(lambda: take_back(self, self._run))

    def action_export(self) -> None:
        """Write those of the kind into a CSV file."""

        async def export() -> None:
            kind = self.kind.value if self.kind else None
            name = f"{self._run}-{kind}.csv" if kind else f"{self._run}.csv"
            explained = f"Everyone {kind}." if kind else "Everyone who is not unchanged."
            path = await ask_file(self, "Write the people of this run", name, explained)
            if path is None:
                return
            content, number = await outcomes_csv(await self.report(), only=kind)
            with whole_file(path) as file:
                file.write(content.decode("utf-8-sig"))
            self.say(f"{people(number)} written to {path}.")

        self.do(export)
