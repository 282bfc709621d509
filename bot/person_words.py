"""One person in words: the five steps, and what a run did for them."""

from bot.content import Content, escaped, joined, paragraphs
from bot.terminal import for_slack
from core.services.history import Report, plain_value
from core.services.person import Explanation, MappedValue

_MOST = 15


def explained(explanation: Explanation) -> Content:
    """The five steps, each with why."""
    parts = [_found(explanation), _linked(explanation), _mapped(explanation.mapped), *_decided(explanation)]
    return joined(*(paragraphs(for_slack(part)) for part in parts))


def _found(explanation: Explanation) -> str:
    found = explanation.found
    lines = [f"*1 Found:* {escaped(found.sentence)}"]
    if found.employee_id is not None:
        dates = f"hired {plain_value(found.hire_date)}, termination date {plain_value(found.termination_date)}"
        lines.append(escaped(f"{found.name or ''} ({found.employee_id}), {found.email or 'no e-mail'}"))
        lines.append(escaped(f"{found.status}; {dates}"))
    return "\n".join([*lines, *map(escaped, found.problems)])


def _linked(explanation: Explanation) -> str:
    linked = explanation.linked
    lines = [f"*2 Linked:* {escaped(linked.sentence)}"]
    if linked.email is not None:
        ends = f", access until {linked.account_expires}" if linked.account_expires else ""
        lines.append(escaped(f"{linked.name or ''}, {linked.email}: {linked.status}{ends}"))
    return "\n".join(lines)


def _mapped(rows: list[MappedValue]) -> str:
    if not rows:
        return "*3 Mapped:* nothing."
    lines = [_mapped_line(row) for row in rows[:_MOST]]
    left = f"\n{len(rows) - _MOST} more fields." if len(rows) > _MOST else ""
    return "\n".join(["*3 Mapped:*", *lines]) + left


def _mapped_line(row: MappedValue) -> str:
    holds, would = plain_value(row.holds), plain_value(row.would_hold)
    value = f"{row.field} from {row.attribute}: {plain_value(row.value)}"
    becomes = f"holds {holds}" if holds == would else f"{holds} → {would}"
    return escaped(f"• {value}; {becomes}" + (f" ({row.note})" if row.note else ""))


def _decided(explanation: Explanation) -> list[str]:
    decided = explanation.decided
    lines = [f"*4 Decided:* {decided.outcome} ({_words(decided.reason)}). {escaped(decided.sentence)}"]
    lines += [escaped(sentence) for sentence in (*decided.warnings, *([decided.held] if decided.held else []))]
    return ["\n".join(lines), f"*5 Would write:* {changes_in_words(explanation.would_write)}"]


def changes_in_words(changes: dict[str, tuple[object, object]]) -> str:
    """What is written, before and after."""
    lines = [f"• {what}: {plain_value(old)} → {plain_value(new)}" for what, (old, new) in changes.items()]
    return escaped("\n" + "\n".join(lines)) if lines else "nothing."


def synced(report: Report) -> Content:
    """What came of syncing one person."""
    if report.error:
        return paragraphs(f"The sync failed. {escaped(report.error)}")
    if not report.outcomes:
        return paragraphs(f"Synced: everything was right already; nothing was written (`{report.run}`).")
    return paragraphs(
        *(
            f"Synced: *{row.outcome}* ({_words(row.reason)}), {escaped(row.detail or 'as decided')} (`{report.run}`)\n"
            f"Written: {changes_in_words(row.changes) if row.outcome != 'held' else 'nothing, it waits for approval.'}"
            for row in report.outcomes[:_MOST]
        )
    )


def _words(reason: str) -> str:
    return reason.replace("_", " ")
