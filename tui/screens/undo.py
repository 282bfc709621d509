"""Taking a run back: a plan of it is made first, and looked at like any other."""

from core.services.history import RunOverview
from core.services.requests import ask_for
from tui.dialogs.confirming import Confirm
from tui.rows import Row
from tui.running import runners_of
from tui.screens.base import PortalScreen
from tui.screens.runs import RunsScreen
from tui.screens.syncing import SyncScreen
from tui.words import counted


class UndoScreen(RunsScreen):
    """The runs that wrote something."""

    PLACE = "Undo a run"
    ABOUT = (
        "Choose a run that wrote something. A plan is made of how it is taken back, person by person: whoever was "
        "edited since is left alone, and says so. Nothing changes before you apply that plan. The next sync does again "
        "what is taken back, unless mapping, scope or UKG Pro itself change before it."
    )
    EMPTY = "No run wrote anything yet, so there is nothing to take back."

    def wanted(self, run: RunOverview) -> bool:
        """Only what can be taken back."""
        return bool(run.counts.written) and run.status != "running"

    def count_words(self, count: int) -> str:
        """How many."""
        return f"{counted(count, 'run')} that wrote something; Enter plans how one is taken back"

    def open(self, row: Row) -> None:
        """Plan how it is taken back."""
        self.do(lambda: take_back(self, row.key))


async def take_back(screen: PortalScreen, run: str) -> None:
    """Ask for the plan that takes the run back, and follow it; it is opened once it is made."""
    lines = [
        "Works out what each person was before. Whoever was edited since is left alone.",
        "Nothing is written yet.",
    ]
    if await screen.ask(Confirm(f"Plan how {run} is taken back?", lines, "Make the plan")):
        request = await ask_for(screen.slug, "undo", undoes=run)
        runners_of(screen.app).start()
        screen.app.push_screen(SyncScreen(screen.slug, request))
