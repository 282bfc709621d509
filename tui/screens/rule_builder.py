"""Writing the rule of a group, with a count of whom it matches that follows what is written."""

import asyncio
from collections.abc import Iterable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widget import Widget
from textual.widgets import Static

from core.services.rules import EditedRule, Preview, preview_conditions, rule_to_edit, run_rule, set_rule, stop_rule
from tui.background import in_background
from tui.dialogs.choosing import Choice, Choose
from tui.dialogs.confirming import Confirm
from tui.screens.base import PortalScreen
from tui.screens.rule_conditions import ask_condition
from tui.screens.rule_match import RuleMatch
from tui.screens.rule_pieces import Pieces
from tui.screens.rule_words import WrittenRule, preview_in_words, rule_in_words
from tui.words import counted

_PAUSE_SECONDS = 0.15
_SHOWN_OF_EACH = 200
_ALL_USERS = " all users"  # no title begins with a space
_STATES = {
    "none": "nothing yet",
    "draft": "a draft, which does nothing until it is run",
    "running": "what runs",
    "running, draft": "a draft, which does nothing until it is run",
}


class RuleScreen(PortalScreen):
    """The rule of the group of that title. Nothing of it is kept before it is kept as a draft or run."""

    ABOUT = (
        "A rule says who belongs to the group. Conditions joined by “and” must all hold; with “or” another set of them "
        "is enough. Enter changes a line, a adds an “and”, o an “or”, d removes a condition. The count follows what is "
        "written. Ctrl+S keeps it as a draft, which does nothing; x runs it: now over everyone, and from then on "
        "whenever somebody is created or changed. t stops a running rule; its members stay."
    )
    DEFAULT_CSS = """
    RuleScreen #running { padding: 0 1; height: auto; max-height: 3; }
    RuleScreen #state { padding: 0 1; height: 1; }
    RuleScreen #panes { layout: vertical; height: 1fr; }
    RuleScreen Pieces { height: auto; max-height: 10; border: none; border-top: solid $primary; }
    RuleScreen Pieces:focus { border: none; border-top: solid $accent; }
    RuleScreen #match { height: 1fr; border-top: solid $primary; }
    RuleScreen.-wide #panes { layout: horizontal; }
    RuleScreen.-wide Pieces { width: 1fr; height: 1fr; max-height: 100%; border-right: solid $primary; }
    RuleScreen.-wide Pieces:focus { border-right: solid $primary; }
    RuleScreen.-wide #match { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add_and", "And"),
        Binding("o", "add_or", "Or"),
        Binding("d,delete", "remove", "Remove", key_display="d"),
        Binding("ctrl+s", "keep", "Keep draft", key_display="^s"),
        Binding("x", "run", "Run"),
        Binding("t", "stop", "Stop"),
    ]

    def __init__(self, slug: str, title: str) -> None:
        super().__init__(slug)
        self._title = title
        self._stored: EditedRule | None = None
        self._rule = WrittenRule()
        self._keep_enrolments = False
        self._changed = self._changed_courses = False
        self._at_work = ""

    @property
    def place(self) -> str:
        """The group, and its rule."""
        return f"Groups › {self._title} › Rule"

    @property
    def unsaved(self) -> bool:
        """Whether there are conditions that are kept nowhere."""
        return self._changed or bool(self._at_work)

    def body(self) -> Iterable[Widget]:
        """What runs, what is written, whom it matches."""
        yield Static("", id="running", markup=False)
        yield Static("", id="state", classes="muted", markup=False)
        with Container(id="panes"):
            yield Pieces()
            yield RuleMatch(id="match")

    def on_mount(self) -> None:
        """The conditions have the keys."""
        super().on_mount()
        self.query_one(Pieces).focus()

    # Reading

    async def load(self) -> None:
        """Read what is kept; what is being written is left alone."""
        if self._at_work:
            return
        self._stored = await rule_to_edit(self.slug, self._title)
        if not self._changed:
            self._rule = WrittenRule(self._stored.blocks, self._stored.members_of)
        if not self._changed_courses:
            self._keep_enrolments = self._stored.keep_enrolments
        self._draw()
        self._count()

    def _draw(self) -> None:
        if self._stored is None:
            return
        running = self._stored.running
        words = rule_in_words(running, self._stored.running_members_of) if running is not None else "nothing"
        self.query_one("#running", Static).update(Text(f"Running: {words}"))
        state = "changed, not kept yet" if self._changed else _STATES.get(self._stored.state, _STATES["draft"])
        self.query_one("#state", Static).update(f"Written: {state}")
        self.query_one(Pieces).draw(self._rule, keep_enrolments=self._keep_enrolments)
        self.refresh_bindings()

    def _count(self) -> None:
        """Count anew what is written now; a count that is under way for what was written before is given up."""
        in_background(self, self._counted, group="count", exclusive=True)

    async def _counted(self) -> None:
        match = self.query_one(RuleMatch)
        await asyncio.sleep(_PAUSE_SECONDS)
        match.begin()
        try:
            preview = await self._preview(_SHOWN_OF_EACH)
        except Exception as error:
            self.tell(error)
            return
        match.show(preview)

    async def _preview(self, most: int = 0) -> Preview:
        rule = self._rule
        return await preview_conditions(self.slug, self._title, rule.blocks, members_of=rule.members_of, most=most)

    # Writing

    def _write(self, rule: WrittenRule) -> None:
        if rule != self._rule:
            self._rule, self._changed = rule, True
            self._draw()
            self._count()

    def on_option_list_option_selected(self, event: Pieces.OptionSelected) -> None:
        """Change the line."""
        lit = self.query_one(Pieces).lit
        match lit.what if lit is not None else "":
            case "condition":
                self._change()
            case "and":
                self.action_add_and()
            case "or":
                self.action_add_or()
            case "members_of":
                self._choose_members_of()
            case "courses":
                self._keep_enrolments, self._changed_courses = not self._keep_enrolments, True
                self._draw()

    def on_option_list_option_highlighted(self) -> None:
        """What can be removed is another line now."""
        self.refresh_bindings()

    def _change(self) -> None:
        lit = self.query_one(Pieces).lit
        if lit is None or self._stored is None:
            return
        labels, before = self._stored.labels, self._rule.blocks[lit.block][lit.place]

        async def change() -> None:
            condition = await ask_condition(self, labels, before)
            if condition is not None:
                self._write(self._rule.replaced(lit.block, lit.place, condition))

        self.do(change)

    def action_add_and(self) -> None:
        """Another condition that must hold as well: with that under the cursor, else with the last."""
        lit = self.query_one(Pieces).lit
        block = lit.block if lit is not None and lit.what == "condition" else len(self._rule.blocks) - 1
        self._add(block if self._rule.blocks else None)

    def action_add_or(self) -> None:
        """Another condition that is enough by itself."""
        self._add(None)

    def _add(self, block: int | None) -> None:
        if self._stored is None:
            return
        labels = self._stored.labels

        async def add() -> None:
            condition = await ask_condition(self, labels)
            if condition is not None:
                self._write(self._rule.added(condition, block))

        self.do(add)

    def action_remove(self) -> None:
        """Remove the condition under the cursor from what is written."""
        lit = self.query_one(Pieces).lit
        if lit is not None and lit.what == "condition":
            self._write(self._rule.replaced(lit.block, lit.place, None))

    def _choose_members_of(self) -> None:
        if self._stored is None:
            return
        titles = self._stored.groups

        async def choose() -> None:
            choices = [Choice(_ALL_USERS, "All users"), *(Choice(each, each, "its members only") for each in titles)]
            chosen = await self.ask(Choose("Of whom?", choices, now=self._rule.members_of or _ALL_USERS))
            if chosen is not None:
                self._write(WrittenRule(self._rule.blocks, None if chosen == _ALL_USERS else chosen))

        self.do(choose)

    # Keeping, running, stopping

    def action_keep(self) -> None:
        """Keep it as a draft."""

        async def keep() -> None:
            await self._keep()
            self.say(f"The draft of {self._title} is kept. It does nothing until it is run.")

        self.do(keep)

    async def _keep(self) -> None:
        where = self._rule.where
        await set_rule(self.slug, self._title, where=where, everyone=not where, members_of=self._rule.members_of)
        self._changed = False

    def action_run(self) -> None:
        """Run what is written, asked first with its counts."""
        if not self._at_work:
            self.do(self._run)

    async def _run(self) -> None:
        preview = await self._preview()
        lines = preview_in_words(preview)
        if preview.leaving:
            courses = "stay on its courses" if self._keep_enrolments else "go off its courses, unless finished"
            lines.append(f"Those who leave {courses}.")
        lines.append("From now on whoever is created or changed is judged by it.")
        typed = "empty" if preview.empties else None
        if not await self.ask(Confirm(f"Run the rule of {self._title}?", lines, "Run", typed=typed)):
            return
        self._at_work = "running it over everyone …"
        self.query_one("#state", Static).update(f"Written: {self._at_work}")
        try:
            if self._changed or self._stored is None or self._stored.state == "none":
                await self._keep()
            keep = self._keep_enrolments
            ran = await run_rule(self.slug, self._title, keep_enrolments=keep, may_empty=preview.empties)
        finally:
            self._at_work = ""
        self._changed_courses = False
        members = counted(ran.members, "member")
        self.say(f"The rule of {self._title} runs: {ran.joined} joined, {ran.left} left, {members} now.")

    def action_stop(self) -> None:
        """Stop what runs."""

        async def stop() -> None:
            lines = ["Its members stay; nobody joins or leaves by it any more. It is kept as a draft."]
            if await self.ask(Confirm(f"Stop the rule of {self._title}?", lines, "Stop")):
                members = await stop_rule(self.slug, self._title)
                self.say(f"The rule of {self._title} is stopped; its {counted(members, 'member')} stay.")

        self.do(stop)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done just now."""
        if action == "stop":
            return self._stored is not None and self._stored.running is not None
        if action == "remove":
            lit = self.query_one(Pieces).lit if self.is_mounted else None
            return lit is not None and lit.what == "condition"
        return True

    def action_back(self) -> None:
        """Leave; asked first where something would be lost."""
        if self._at_work:
            self.say("The rule is being run over everyone; this stays open until that is through.")
        elif self._changed:
            self.do(self._leave)
        else:
            super().action_back()

    async def _leave(self) -> None:
        lines = ["What was changed here is kept nowhere. Ctrl+S keeps it as a draft."]
        if await self.ask(Confirm("Leave the rule as it was?", lines, "Leave without keeping")):
            self._changed = False
            self.app.pop_screen()
