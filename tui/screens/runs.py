"""Every run of a portal, newest first."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from core.domain.errors import SettingsError
from core.services.history import RunOverview, list_runs
from core.services.portals import list_portals
from tui.rows import Cell, Column, Row, Rows, Source, Tone
from tui.screens.listing import ListScreen
from tui.words import changes_of, counted, counts_words, lasted, moment, toned

_LATEST = 500


class RunsScreen(ListScreen):
    """Enter shows who was in a run and why; u takes one back."""

    PLACE = "Runs"
    ABOUT = (
        "Every sync, and every plan that was applied: when, why it began, how it ended, what it did. / looks for words "
        "of a line, Enter shows everyone of a run with the reason, u plans how it is taken back. A run that is at work "
        "is watched under Sync now."
    )
    FILTER = "Words of a run: failed, schedule, a name …"
    EMPTY = "No run yet. Choose Sync now."
    COLUMNS = (
        Column("Begun", 16),
        Column("Trigger", 8),
        Column("Status", 9),
        Column("What it did", 30, share=3),
        Column("Lasted", 10, from_width=90),
        Column("By", 12, share=1, from_width=100),
        Column("Run", 14, from_width=118),
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("u", "undo", "Undo")]

    async def source(self, text: str) -> Source:
        """The runs with these words."""
        zone = next((each.timezone for each in await list_portals() if each.slug == self.slug), "UTC")
        runs = [run for run in await list_runs(self.slug, _LATEST) if self.wanted(run)]
        return Rows([_row(run, zone) for run in runs], text)

    def wanted(self, run: RunOverview) -> bool:
        """Whether the run is listed."""
        return True

    def count_words(self, count: int) -> str:
        """How many."""
        return f"the latest {count:,} runs" if count == _LATEST else counted(count, "run")

    def open(self, row: Row) -> None:
        """Show everyone of the run; one that is at work is watched."""
        from tui.screens.run_detail import RunDetailScreen
        from tui.screens.syncing import SyncScreen

        if isinstance(row.item, RunOverview) and row.item.status == "running":
            self.app.push_screen(SyncScreen(self.slug))
        else:
            self.app.push_screen(RunDetailScreen(self.slug, row.key))

    def action_undo(self) -> None:
        """Plan how the run under the cursor is taken back."""
        from tui.screens.undo import take_back

        row = self.list.row
        if row is None or not isinstance(row.item, RunOverview):
            return
        if not row.item.counts.written:
            self.tell(SettingsError(f"Run {row.key} wrote nothing, so there is nothing to take back."))
            return
        self.do(lambda: take_back(self, row.key))


def _row(run: RunOverview, zone: str) -> Row:
    did = run.error or counts_words(changes_of(run.counts))
    return Row(
        run.run,
        (
            moment(run.started_at, zone),
            run.trigger,
            toned(run.status),
            Cell(did, Tone.BAD) if run.error else did,
            lasted(run.started_at, run.finished_at),
            run.asked_by,
            run.run,
        ),
        run,
    )
