"""Those who were invited and have not accepted."""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.binding import Binding, BindingType

from core.domain.roles import Role
from core.services.invite_outcomes import REFUSED, InviteOutcome
from core.services.invites import cancel_invites, resend
from core.services.people import PendingUser, count_pending, pending_page
from core.services.portals import portal_for
from tui.dialogs.confirming import Confirm
from tui.dialogs.telling import Tell
from tui.rows import Cell, Column, Paged, Row, Source, Tone
from tui.screens.listing import ListScreen
from tui.words import counted, moment

_AT_ONCE = 1000
_NAMED = 5
_LONG = 50  # people, from which on it takes a while


class PendingScreen(ListScreen):
    """Marked with the space bar; s sends a new link, c takes the invitation back."""

    PLACE = "Pending users"
    ABOUT = (
        "Those who were invited and have not accepted yet. A link lives for 72 hours from the sending of its mail. "
        "Space marks people, * all in view, m everyone who fits the filter. s sends a new link to those marked, or to "
        "the one under the cursor; c takes the invitation back. Either asks first."
    )
    FILTER = "Words of a name or e-mail address"
    EMPTY = "Nobody is pending: everyone who was invited has accepted."
    MARKS = True
    COLUMNS = (
        Column("E-mail", 26, share=2),
        Column("Name", 16, share=1),
        Column("Link", 13),
        Column("Sent", 16),
        Column("Dies", 16, from_width=98),
        Column("Again", 5, from_width=106),
        Column("UKG", 3, from_width=112),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "everyone", "Mark all"),
        Binding("s", "resend", "New link"),
        Binding("c", "cancel", "Take back"),
    ]

    def __init__(self, slug: str | None = None) -> None:
        super().__init__(slug)
        self._timezone = "UTC"

    async def source(self, text: str) -> Source:
        """In the order their accounts were made."""
        self._timezone = (await portal_for(self.slug, Role.VIEWER)).timezone

        async def page(offset: int, limit: int) -> Sequence[Row]:
            return [self._row(user) for user in await pending_page(self.slug, text, offset, limit)]

        return Paged(lambda: count_pending(self.slug, text), page)

    def count_words(self, count: int) -> str:
        """How many, and how many are marked."""
        marked = len(self.list.marked)
        words = f"{counted(count, 'person', 'people')} invited, not accepted yet"
        return f"{words}; {marked:,} marked" if marked else words

    def _row(self, user: PendingUser) -> Row:
        cells = (
            user.email,
            f"{user.last_name}, {user.first_name}".strip(", "),
            _state(user),
            moment(user.sent_at, self._timezone),
            moment(user.expires_at, self._timezone),
            str(user.resent or ""),
            "UKG" if user.source == "ukg" else "–",
        )
        return Row(user.email, cells, user)

    def open(self, row: Row) -> None:
        """Open the person."""
        from tui.screens.person import PersonScreen

        self.app.push_screen(PersonScreen(self.slug, row.key))

    def on_paged_list_moved(self) -> None:
        """A mark may have come or gone."""
        self.recount()

    def action_everyone(self) -> None:
        """Mark everyone who fits the filter; when all are marked, take the marks away."""

        async def mark() -> None:
            shown = await self.source(self.text)
            number = await shown.count()
            if len(self.list.marked) >= number:
                self.list.unmark()
                return
            for offset in range(0, number, _AT_ONCE):
                self.list.marked.update({row.key: row for row in await shown.page(offset, _AT_ONCE)})

        self.do(mark)

    def action_resend(self) -> None:
        """A new link for those marked."""
        lines = ["Each gets a new link by mail; the links they have are dead then."]
        self._carry_out("Send a new link to", lines, "Send", resend)

    def action_cancel(self) -> None:
        """Take the invitations of those marked back."""
        lines = [
            "Their links are dead then, and no mail brings another.",
            "They stay pending; no sync invites them anew.",
        ]
        self._carry_out("Take back the invitation of", lines, "Take back", cancel_invites)

    def _carry_out(
        self,
        what: str,
        lines: Sequence[str],
        act: str,
        work: Callable[[str, Sequence[str], str], Awaitable[list[InviteOutcome]]],
    ) -> None:
        emails = [row.key for row in self.list.chosen]
        if not emails:
            return

        async def carry_out() -> None:
            named = [*emails[:_NAMED], *([f"{len(emails) - _NAMED:,} more"] if len(emails) > _NAMED else [])]
            title = f"{what} {counted(len(emails), 'person', 'people')}?"
            if await self.ask(Confirm(title, [", ".join(named), *lines], act)):
                if len(emails) > _LONG:
                    self.say(f"At work for {len(emails):,} people …")
                outcomes = await work(self.slug, emails, self.database_url)
                self.list.unmark()
                await self.ask(told(outcomes))

        self.do(carry_out)


def told(outcomes: Sequence[InviteOutcome]) -> Tell:
    """What came of each, those refused first."""
    refused = [each for each in outcomes if each.outcome == REFUSED]
    done = [each for each in outcomes if each.outcome != REFUSED]
    words = [f"{len(done):,} {done[0].outcome}"] if done else []
    words += [f"{len(refused):,} refused"] if refused else []
    table = Table.grid(padding=(0, 2))
    for each in [*refused, *done]:
        table.add_row(Text(each.email), Text(each.outcome), Text(each.detail))
    return Tell(", ".join(words).capitalize(), [table])


def _state(user: PendingUser) -> Cell:
    if user.cancelled:
        return Cell("cancelled", Tone.MUTED)
    if user.expired:
        return Cell("link is dead", Tone.BAD)
    if user.sent_at is None:
        return Cell("not sent yet", Tone.WARNING)
    return Cell("open", Tone.GOOD)
