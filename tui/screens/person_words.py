"""One person in words: the five steps, the values, the account."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from core.domain.mapping import Owner
from core.services.history import plain_value
from core.services.people import ListedLearner
from core.services.person import Explanation, MappedValue
from core.services.person.record import Record, SentLink
from tui.rows import Cell, Tone
from tui.screens.change_words import change_lines, value_words
from tui.widgets.step import Line
from tui.words import counted, moment, toned

STEPS = ("1 Found", "2 Linked", "3 Mapped", "4 Decided", "5 Would write")
_OWNERS = {
    Owner.HR: "UKG Pro, {}",
    Owner.LEAVE_IF_BLANK: "UKG Pro, {}, unless blank there",
    Owner.FIRST: "by hand, after the first {}",
}
_BY_HAND = "by hand"


def headline(name: str, account: ListedLearner | None, employee_id: str | None) -> Sequence[str | Cell]:
    """Who it is, on one line."""
    pieces: list[str | Cell] = [name]
    if account is None:
        pieces += ["  ", Cell("not in the portal", Tone.WARNING)]
    else:
        pieces += [f"  {account.email}  ", toned(account.status)]
        pieces += ["  ", Cell("UKG", Tone.GOOD) if account.source == "ukg" else Cell("added by hand", Tone.MUTED)]
    return [*pieces, f"  {employee_id}"] if employee_id else pieces


def steps(explanation: Explanation, timezone: str) -> list[list[Line]]:
    """The lines of each of the five steps."""
    return [
        _found(explanation),
        _linked(explanation),
        _mapped(explanation),
        _decided(explanation),
        _writes(explanation, timezone),
    ]


def _found(explanation: Explanation) -> list[Line]:
    found = explanation.found
    lines: list[Line] = [found.sentence]
    if found.employee_id is not None:
        leaves = f"termination date {found.termination_date}" if found.termination_date else "no termination date"
        lines.append(f"{found.name or '(no name)'} ({found.employee_id}), {found.email or 'no e-mail'}")
        lines.append(f"{found.status}; hired {plain_value(found.hire_date)}, {leaves}")
    if found.other_ids:
        lines.append(f"Also known as: {', '.join(found.other_ids)}")
    return [*lines, *(Cell(f"! {problem}", Tone.WARNING) for problem in found.problems)]


def _linked(explanation: Explanation) -> list[Line]:
    linked = explanation.linked
    if linked.email is None:
        return [linked.sentence]
    ends = f", access until {linked.account_expires}" if linked.account_expires else ""
    return [linked.sentence, [f"{linked.name or '(no name)'}, {linked.email}: ", toned(linked.status or ""), ends]]


def _mapped(explanation: Explanation) -> list[Line]:
    rows = explanation.mapped
    if not rows:
        return ["No field is mapped."]
    other = sum(row.field in explanation.would_write for row in rows)
    words = f"{other} of them would be written" if other else "none of them would be written"
    lines: list[Line] = [f"{counted(len(rows), 'field')}; {words}"]
    return [*lines, *(Cell(f"! {row.field}: {row.note}", Tone.WARNING) for row in rows if row.note)]


def _decided(explanation: Explanation) -> list[Line]:
    decided = explanation.decided
    lines: list[Line] = [[toned(decided.outcome), f" ({decided.reason.replace('_', ' ')})"], decided.sentence]
    told = "\n".join(row.note or "" for row in explanation.mapped)
    lines += [Cell(f"! {warning}", Tone.WARNING) for warning in decided.warnings if warning not in told]
    return [*lines, *([Cell(f"! {decided.held}", Tone.WARNING)] if decided.held else [])]


def _writes(explanation: Explanation, timezone: str) -> list[Line]:
    lines: list[Line] = list(change_lines(explanation.would_write)) or ["Nothing."]
    last = explanation.last_change
    if last is not None:
        words = f"Last written {moment(last.at, timezone)}: {last.outcome} ({last.reason.replace('_', ' ')})"
        lines.append(Cell(words, Tone.MUTED))
    return lines


def values(explanation: Explanation | None, account: ListedLearner | None) -> Table:
    """Every value of the person, what UKG Pro has for it, and whose word counts."""
    table = Table(box=None, padding=(0, 2, 0, 0), expand=True)
    for title, share in (("Field", 3), ("In the portal", 5), ("UKG Pro has", 3), ("Comes from", 4)):
        table.add_column(title, ratio=share, overflow="fold")
    in_ukg = explanation is not None and explanation.found.employee_id is not None
    if explanation is not None:
        found, linked = explanation.found, explanation.linked
        source = "UKG Pro" if in_ukg else _BY_HAND
        _add(table, "Name", linked.name, found.name, source)
        _add(table, "E-mail", linked.email, found.email, source)
        for row in explanation.mapped:
            _add_mapped(table, row, in_ukg=in_ukg)
    elif account is not None:
        source = "UKG Pro" if account.source == "ukg" else _BY_HAND
        _add(table, "Name", f"{account.first_name} {account.last_name}".strip(), "", source)
        _add(table, "E-mail", account.email, "", source)
    mapped = {row.field for row in explanation.mapped} if explanation is not None else set()
    for label, value in (account.custom if account is not None else {}).items():
        if label not in mapped:
            _add(table, label, value, "", _BY_HAND)
    return table


def _add(table: Table, field: str, holds: object, has: object, source: str) -> None:
    held, there = value_words(holds), value_words(has) if has else ""
    table.add_row(Text(field), Text(held), _beside(held, there), Text(source))


def _add_mapped(table: Table, row: MappedValue, *, in_ukg: bool) -> None:
    now, then = value_words(row.holds), value_words(row.would_hold)
    held = now if now == then else f"{now} → {then}"
    source = _OWNERS[Owner(row.owner)].format(row.attribute)
    note = f"\n! {row.note}" if row.note else ""
    there = _beside(held, value_words(row.value)) if in_ukg else Text("")
    table.add_row(Text(row.field), Text(held), there, Text(f"{source}{note}"))


def _beside(held: str, there: str) -> Text:
    """What UKG Pro has; what is no other is not said twice."""
    return Text("the same", style="dim") if held == there else Text(there)


def account_table(record: Record, kept_there: str | None, timezone: str) -> Table | Text:
    """The account: type, dates, groups, courses, and the links made out for it."""
    account = record.account
    if account is None:
        return Text("No account in the portal.")
    table = Table.grid(padding=(0, 2))
    table.add_column(width=14, style="bold")
    table.add_column(overflow="fold")
    for name, words in (
        ("E-mail", account.email),
        ("Name", f"{account.first_name} {account.last_name}".strip()),
        ("State", account.status),
        ("Type", account.user_type),
        ("Access ends", f"{account.account_expires}, after that day" if account.account_expires else "never"),
        ("Source", "UKG Pro" if account.source == "ukg" else "added by hand"),
        ("Employee id", account.employee_id or "(linked to none)"),
        ("Added", f"{moment(account.created_at, timezone)} by {account.created_by}"),
        ("Invited", _invited(account, timezone)),
        ("Groups", kept_there or ", ".join(account.groups) or "(none)"),
        ("Courses", "there, too" if kept_there else ", ".join(account.courses) or "(none)"),
    ):
        table.add_row(name, Text(words))
    for place, link in enumerate(record.links):
        table.add_row("" if place else "Links", Text(_link(link, timezone)))
    return table


def _invited(account: ListedLearner, timezone: str) -> str:
    if account.invited_at is None:
        return "never"
    by = f" by {account.invited_by}" if account.invited_by else ""
    return f"{moment(account.invited_at, timezone)}{by}"


def _link(link: SentLink, timezone: str) -> str:
    until = f", until {moment(link.expires_at, timezone)}" if link.expires_at and link.state == "open" else ""
    unsent = ", its mail is not sent yet" if link.expires_at is None and link.state == "open" else ""
    return f"{link.kind} of {moment(link.created_at, timezone)}: {link.state}{until}{unsent}"
