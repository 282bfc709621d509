"""Plans: what a sync would change, what waits for a decision, what was decided."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from core.services.plan_list import PlanOverview, list_plans
from core.services.portals import list_portals
from core.services.requests import ask_for
from tui.dialogs.choosing import Choice, Choose
from tui.rows import Cell, Column, Row, Rows, Source, Tone
from tui.running import runners_of
from tui.screens.listing import ListScreen
from tui.words import changes_of, counted, counts_words, moment, toned

_OF = {"sync": "held by a sync", "read": "all of UKG Pro", "snapshot": "last snapshot", "run": "takes a run back"}


class PlansScreen(ListScreen):
    """Enter reviews a plan; n makes one."""

    PLACE = "Plans"
    ABOUT = (
        "A plan says person by person what would change; nothing is written before it is applied. Plans that hold "
        "changes the guard did not let through wait here for an admin. Enter reviews one: approve, apply or reject it "
        "there. n makes a new plan, of UKG Pro as it is now or of what was read last."
    )
    FILTER = "Words of a plan: open, a name …"
    EMPTY = "No plan yet. n makes one; nothing is written by it."
    COLUMNS = (
        Column("Made", 16),
        Column("State", 14),
        Column("What it changes", 26, share=3),
        Column("Of", 16),
        Column("Open until", 16, from_width=100),
        Column("By", 12, share=1, from_width=110),
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("n", "new", "New plan")]

    async def source(self, text: str) -> Source:
        """The plans with these words."""
        zone = next((each.timezone for each in await list_portals() if each.slug == self.slug), "UTC")
        return Rows([_row(plan, zone) for plan in await list_plans(self.slug)], text)

    def count_words(self, count: int) -> str:
        """How many."""
        return counted(count, "plan")

    def open(self, row: Row) -> None:
        """Review it."""
        from tui.screens.plan_review import PlanReviewScreen

        self.app.push_screen(PlanReviewScreen(self.slug, row.key))

    def action_new(self) -> None:
        """Make a plan, and open it once it is made."""
        from tui.screens.syncing import SyncScreen

        choices = [
            Choice("plan", "Of UKG Pro as it is now", "reads everyone"),
            Choice("offline", "Of what was read last", "no network needed"),
        ]

        async def make() -> None:
            what = await self.ask(Choose("Make a plan of what? Nothing is written to the portal.", choices))
            if what is not None:
                request = await ask_for(self.slug, what)
                runners_of(self.app).start()
                self.app.push_screen(SyncScreen(self.slug, request))

        self.do(make)


def _row(plan: PlanOverview, zone: str) -> Row:
    waits = plan.state == "open" and bool(plan.held)
    what = counts_words(changes_of(plan.counts))
    return Row(
        plan.plan,
        (
            moment(plan.created_at, zone),
            Cell("open, held", Tone.WARNING) if waits else toned(plan.state),
            what,
            _OF.get(plan.of, plan.of),
            moment(plan.expires_at, zone) if plan.state == "open" else "",
            plan.asked_by,
        ),
        plan,
    )
