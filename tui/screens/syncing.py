"""Syncing now: what will happen, a run while it is at work whoever began it, and what came of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from core.domain.errors import SettingsError
from core.domain.progress import Progress, Pulse
from core.services.following import follow_request, progress_of
from core.services.history import RunOverview, list_runs, report_run, summarise
from core.services.portals import PortalOverview, list_portals
from core.services.requests import OpenRequest, ask_for, open_requests
from core.services.stopping import stop
from core.services.waiting import Waiting, what_waits
from tui.dialogs.confirming import Confirm
from tui.running import runners_of
from tui.screens.base import PortalScreen
from tui.screens.sync_words import KINDS, asked_words, drawn_at_work, drawn_standing, ended_words, title_words
from tui.summaries import drawn_summary

_OVER = ("done", "failed", "skipped")


class SyncScreen(PortalScreen):
    """`follow` is the number of a request whose end is told here; if that is a plan, it is opened."""

    PLACE = "Sync now"
    ABOUT = (
        "A sync reads everyone from UKG Pro, works out what has to change, holds back what is more than the guard "
        "allows, and writes the rest. It is carried out by a process of its own, so it goes on when you leave this "
        "screen or quit; a run that was begun elsewhere is shown here too. c stops it: what was written stays, and the "
        "next sync goes on from there."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "stop", "Stop"),
        Binding("o", "outcomes", "Who and why"),
        Binding("d", "decide", "Held plan"),
        Binding("u", "undo", "Undo", show=False),
    ]
    DEFAULT_CSS = """
    SyncScreen #sync { height: 1fr; padding: 0 1; }
    SyncScreen #choices { height: auto; max-height: 7; margin: 1 0; border: none; }
    SyncScreen #work { border: round $primary; padding: 0 1; height: auto; margin-bottom: 1; }
    SyncScreen #told { height: auto; text-style: bold; margin-bottom: 1; }
    SyncScreen #came-to-title { text-style: bold; }
    """

    def __init__(self, slug: str | None = None, follow: int | None = None) -> None:
        super().__init__(slug)
        self._follow = follow
        self._requests: list[OpenRequest] = []
        self._last: RunOverview | None = None
        self._held: str | None = None
        self._begun: datetime | None = None
        self._progress: Progress | None = None
        self._timezone = "UTC"

    def body(self) -> Iterable[Widget]:
        """How it stands, what can be done, what is at work, what came of it."""
        with VerticalScroll(id="sync"):
            yield Static("Loading …", id="standing", markup=False)
            yield OptionList(id="choices", markup=False)
            told, work = Static(id="told", markup=False), Static(id="work", markup=False)
            told.display = work.display = False
            yield told
            yield work
            yield Static(id="came-to-title", markup=False)
            yield Static(id="came-to", markup=False)

    def on_mount(self) -> None:
        """The choices have the keys."""
        super().on_mount()
        self.query_one("#choices").focus()

    async def load(self) -> None:
        """Read how it stands."""
        portal = next((each for each in await list_portals() if each.slug == self.slug), None)
        if portal is None:
            raise SettingsError("There is no portal to sync. Make one under Portal settings.")
        runs, waiting = await list_runs(self.slug, 2), await what_waits(self.slug)
        self._requests = await open_requests(self.slug)
        at_work = runs[0] if runs and runs[0].status == "running" else None
        self._begun = at_work.started_at if at_work else None
        self._progress = await progress_of(at_work.run) if at_work else None
        self._last = next((run for run in runs if run.status != "running"), None)
        self._held = waiting.plans[0].plan if waiting.plans else None
        self._timezone = portal.timezone
        self.query_one("#standing", Static).update(drawn_standing(portal, self._last))
        self._offer(portal, waiting)
        self._draw()
        await self._tell_how_it_ended()
        await self._show_last(portal.timezone)
        self.refresh_bindings()

    def pulse(self, pulse: Pulse) -> None:
        """Show how far it is."""
        super().pulse(pulse)
        ours = next((each for each in pulse.at_work if each.portal == self.slug), None)
        self._progress = ours.progress if ours else None
        self._draw()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Begin what was chosen."""
        what = str(event.option.id)

        async def begin() -> None:
            title, lines = asked_words(what, self.slug)
            if lines and not await self.ask(Confirm(title, lines, "Begin")):
                return
            self._tell("")
            self._follow = await ask_for(self.slug, what)
            runners_of(self.app).start()

        self.do(begin)

    def action_stop(self) -> None:
        """Stop what is at work, or what waits."""
        named = self._requests[0] if self._requests else None

        async def end() -> None:
            words = KINDS.get(named.what, named.what) if named else "run"
            lines = ["What was written stays, and the next sync goes on from there."]
            if await self.ask(Confirm(f"Stop the {words} of {self.slug}?", lines, "Stop it")):
                stopped = await stop(self.slug, named.request if named else None)
                over = all(each.over for each in stopped)
                self._tell("It will not begin." if over else "It is asked to stop and ends within a moment.")

        self.do(end)

    def action_outcomes(self) -> None:
        """Everyone of the last run."""
        from tui.screens.run_detail import RunDetailScreen

        if self._last is not None:
            self.app.push_screen(RunDetailScreen(self.slug, self._last.run))

    def action_decide(self) -> None:
        """The newest plan that waits for a decision."""
        from tui.screens.plan_review import PlanReviewScreen

        if self._held is not None:
            self.app.push_screen(PlanReviewScreen(self.slug, self._held))

    def action_undo(self) -> None:
        """Take a run back."""
        from tui.screens.undo import UndoScreen

        self.app.push_screen(UndoScreen(self.slug))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what there is something for."""
        match action:
            case "stop":
                return bool(self._requests) or self._begun is not None
            case "outcomes":
                return self._last is not None
            case "decide":
                return self._held is not None
        return True

    # What is shown

    def _offer(self, portal: PortalOverview, waiting: Waiting) -> None:
        rows = [
            ("sync", "Sync now", "read UKG Pro and write what changed"),
            ("plan", "Only plan", "nothing is written"),
        ]
        if portal.learnupon is not None:
            rows.append(("reconcile", "Sync and compare", "also with all that LearnUpon really holds"))
        if waiting.people:
            rows.append(("retry", "Try again", f"{len(waiting.people):,} refused before, as far as they are due"))
        choices = self.query_one("#choices", OptionList)
        if [option.id for option in choices.options] != [key for key, _, _ in rows]:
            choices.clear_options()
            choices.add_options(
                Option(Text.assemble(f"{words:<18}", (more, "dim")), id=key) for key, words, more in rows
            )
            choices.highlighted = 0

    def _draw(self) -> None:
        work = self.query_one("#work", Static)
        text = drawn_at_work(self._requests, self._progress, self._begun, self._timezone)
        fault = runners_of(self.app).fault
        if fault is not None and self._requests and (self._progress is None or not self._progress.cut_off):
            text = Text.assemble(text, "\n" if text else "", f"✗ {fault}")
        work.display = bool(text)
        work.update(text)

    def _tell(self, sentence: str) -> None:
        told = self.query_one("#told", Static)
        told.display = bool(sentence)
        told.update(sentence)

    async def _tell_how_it_ended(self) -> None:
        if self._follow is None:
            return
        followed = await follow_request(self._follow)
        if followed.state not in _OVER:
            return
        self._follow = None
        if followed.state == "done" and followed.makes_plan and followed.plan and self.app.screen is self:
            from tui.screens.plan_review import PlanReviewScreen

            self.app.switch_screen(PlanReviewScreen(self.slug, followed.plan))
            return
        left_some = self._held is not None and self._last is not None and self._last.status == "held"
        self._tell(ended_words(followed, held=left_some))

    async def _show_last(self, timezone: str) -> None:
        title, came_to = self.query_one("#came-to-title", Static), self.query_one("#came-to", Static)
        if self._last is None:
            title.update("")
            came_to.update("")
            return
        summary = await summarise(await report_run(self._last.run, outcomes=False))
        title.update(title_words(summary, timezone))
        came_to.update(drawn_summary(summary))
