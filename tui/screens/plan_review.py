"""A plan, person by person, to be decided: approved, applied, rejected."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from core.domain.errors import SettingsError
from core.domain.outcome import Outcome
from core.services.approving import ToDecide, approve_and_apply, reject, to_decide
from core.services.history import Report, ReportedOutcome, report_plan
from core.services.plan_list import to_be_written
from core.services.plans import WHOLE, Part
from core.services.portals import list_portals
from core.services.requests import ask_for, newest_for_plan
from tui.dialogs.choosing import Choice, Choose
from tui.dialogs.confirming import Confirm
from tui.running import runners_of
from tui.screens.outcomes import OutcomesScreen
from tui.screens.syncing import SyncScreen
from tui.summaries import people
from tui.widgets.kind_tabs import KindTabs
from tui.words import counted, counts_words, moment

_ALL = "all"
_TYPED = "end"
_FEW_REASONS, _WIDE = 2, 100
_OVER = {
    "replaced": "A newer look at everyone took its place.",
    "expired": "It has expired: nothing of it can be applied any more.",
}


class PlanReviewScreen(OutcomesScreen):
    """The plan of the id `plan`."""

    PLACE = "Plan"
    ABOUT = (
        "What the plan does to whom, before and after, as it was when it was made: what a sync did not hold is written "
        "already. ← and → show one kind only, space marks people. a approves what is held: all of it, one kind, or the "
        "marked people, and applies the plan. l applies what is not held. x rejects the plan. It is applied exactly as "
        "shown: if people or settings moved since, it is refused."
    )
    MARKS = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "approve", "Approve"),
        Binding("l", "apply", "Apply"),
        Binding("x", "reject", "Reject"),
    ]

    def __init__(self, slug: str | None, plan: str) -> None:
        super().__init__(slug)
        self._plan = plan
        self._hash = ""
        self._waits: bool | None = None  # whether something of it can be approved, once that is read

    @property
    def place(self) -> str:
        """Which plan."""
        return f"Plan {self._plan}"

    async def report(self) -> Report:
        """The plan; its hash is that of what is looked at."""
        report = await report_plan(self._plan, outcomes=False)
        self._hash = report.hash
        return report

    async def head(self, report: Report) -> Text:
        """How it stands, why something is held, what was decided."""
        zone = next((each.timezone for each in await list_portals() if each.slug == report.portal), "UTC")
        plan = await to_decide(self._plan)
        waits = plan.state == "open" and bool(plan.number)
        if waits and self._waits is None:
            self.query_one(KindTabs).kind = Outcome.HELD  # what is to be decided comes first
        self._waits = waits
        text = Text(f"Made {moment(report.started_at, zone)}" + (f" by {plan.asked_by}" if plan.asked_by else ""))
        text.append(f", {plan.state}", style="bold")
        if plan.state in ("open", "approved") and plan.expires_at:
            text.append(f" until {moment(plan.expires_at, zone)}")
        text.append(f". {people(report.counts.fetched)} looked at.")
        if waits:
            text.append(f"\nWaits for an approval: {counts_words(plan.held)}.", style="bold")
        elif plan.state == "open" and plan.why:
            text.append("\nUKG Pro's answer has to be vouched for before anything follows from it.", style="bold")
        lines = [_OVER.get(plan.state, "")]
        lines += [_decided(each.by, each.decision, each.part, moment(each.at, zone)) for each in plan.decisions]
        if report.undoes:
            lines.append(f"It takes {report.undoes} back; whoever was edited since is left alone (skipped).")
        for line in filter(None, [*lines, *self._reasons(plan.why, len(plan.decisions)), report.cost]):
            text.append(f"\n{line}")
        return text

    def _reasons(self, why: Sequence[str], lines_above: int) -> list[str]:
        """Why something is held; on a narrow terminal a few of them, for each person under the list has their own."""
        few = max(1, _FEW_REASONS - lines_above)
        more = len(why) - few
        if more <= 0 or self.size.width >= _WIDE:
            return [*why]
        return [*why[:few], f"and {counted(more, 'more reason')}, told beside whom it holds"]

    def count_words(self, count: int) -> str:
        """How many there are, and how many are marked."""
        words, marked = super().count_words(count), len(self.list.marked)
        if marked:
            return f"{words}; {marked:,} marked: a lets only them through"
        return f"{words}; Space marks those to be let through" if self._waits and not self.text else words

    def action_approve(self) -> None:
        """Let held changes through, and apply the plan."""
        marked, seen = [row.item for row in self.list.marked.values()], self._hash

        async def approve() -> None:
            plan = await to_decide(self._plan)
            if plan.state != "open":
                raise SettingsError(f"Plan {plan.plan} is {plan.state} already; nothing was done.")
            chosen = await self._chosen(plan, [each for each in marked if isinstance(each, ReportedOutcome)])
            if chosen is None:
                return
            part, counts = chosen
            lines = [f"Let through, in your name: {counts_words(counts, 'what UKG Pro answered')}."]
            beside = await to_be_written(self._plan)
            if beside:
                lines.append(f"Written with it, since it is not held: {counts_words(beside)}.")
            if plan.second_approver:
                lines.append("Another admin than who asked for the plan has to decide.")
            if await self._agreed(f"Approve and apply {plan.plan}?", lines, "Approve", counts, beside):
                await approve_and_apply(self._plan, seen, parts=(part,))
                self._follow(await newest_for_plan(self._plan))

        self.do(approve)

    def action_apply(self) -> None:
        """Ask for a run that does exactly what the plan says, but for what is held."""

        async def apply() -> None:
            counts = await to_be_written(self._plan)
            plan = await to_decide(self._plan)
            if plan.state not in ("open", "approved"):
                raise SettingsError(f"Plan {plan.plan} is {plan.state} already; nothing was done.")
            let_through = any(each.decision == "approved" for each in plan.decisions)
            if not counts and not let_through:
                raise SettingsError("All that is not held is written already; nothing was done. a approves the rest.")
            lines = [f"Written: {counts_words(counts, 'what was let through and is not written yet')}."]
            if plan.number:
                lines.append(f"Stays held: {counts_words(plan.held)}.")
            if await self._agreed(f"Apply {self._plan}?", lines, "Apply", counts):
                self._follow(await ask_for(self.slug, "apply", plan_id=self._plan))

        self.do(apply)

    def action_reject(self) -> None:
        """Close the plan."""
        seen = self._hash

        async def close() -> None:
            lines = ["Nothing more of this plan can be applied then. The next sync or plan looks afresh."]
            if await self.ask(Confirm(f"Reject {self._plan}?", lines, "Reject")):
                decided = await reject(self._plan, seen)
                self.say(f"Plan {decided.plan} is rejected; nothing more of it can be applied.")

        self.do(close)

    async def _chosen(self, plan: ToDecide, marked: Sequence[ReportedOutcome]) -> tuple[Part, dict[str, int]] | None:
        """The part of the plan that is to be let through, with its counts; None when that was left."""
        if marked:
            held = [each for each in marked if each.held_as is not None]
            if not held:
                raise SettingsError(
                    "Of those marked nobody is held; nothing was done. Mark who is, or take marks away."
                )
            counts: dict[str, int] = {}
            for each in held:
                counts[str(each.held_as)] = counts.get(str(each.held_as), 0) + 1
            return Part(people=tuple(each.employee_id for each in held)), counts
        if len(plan.held) < 2:
            return WHOLE, plan.held
        choices = [Choice(_ALL, "All that is held", counts_words(plan.held))]
        choices += [Choice(kind, f"Only {kind}", people(number)) for kind, number in plan.held.items()]
        kind = await self.ask(Choose("Let through what? (Space in the list marks single people.)", choices))
        if kind is None:
            return None
        return (WHOLE, plan.held) if kind == _ALL else (Part(kinds=(kind,)), {kind: plan.held[kind]})

    async def _agreed(self, title: str, lines: list[str], act: str, *counts: dict[str, int]) -> bool:
        """Whether the person wants it; the word is typed when anybody's access ends."""
        ended = sum(each.get("ended", 0) for each in counts)
        if ended:
            lines = [*lines, f"{people(ended)} {'loses' if ended == 1 else 'lose'} access."]
        return await self.ask(Confirm(title, lines, act, typed=_TYPED if ended else None)) is True

    def _follow(self, request: int) -> None:
        self.list.unmark()
        runners_of(self.app).start()
        self.app.push_screen(SyncScreen(self.slug, request))


def _decided(by: str, decision: str, part: str, when: str) -> str:
    verb = "released some" if part and decision == "approved" else decision
    return f"{by} {verb}{f' ({part})' if part else ''}, {when}."
