"""Notes: who needs nothing written and why, kept from run to run for as long as it stays true."""

import asyncio
from collections.abc import Collection, Iterator

import msgspec

from core.domain.change import Decision
from core.domain.employee import Employee
from core.domain.mapping import ValueWarning
from core.domain.outcome import Outcome, Reason
from core.store.bulk import insert_rows, select_rows
from core.store.models import Note
from core.store.run_lock import Lease
from core.store.transactions import write_transaction
from core.sync.digests import digest_of_finding

# Findings that follow from the employee (and the date) alone, as long as nobody's account is involved.
_FROM_EMPLOYEE_ALONE = frozenset(
    {
        Reason.TERMINATED,
        Reason.INACTIVE,
        Reason.STATUS_UNKNOWN,
        Reason.NO_EMAIL,
        Reason.BAD_EMAIL,
        Reason.HIRE_DATE_FUTURE,
        Reason.HIRE_DATE_MISSING,
        Reason.OUT_OF_SCOPE,
    }
)
_COLUMNS = (
    "portal_id",
    "employee_id",
    "email",
    "name",
    "outcome",
    "reason",
    "detail",
    "warnings",
    "digest",
    "content",
    "due_on",
    "since",
)
_PAGE = 2000
_WRITTEN_AT_ONCE = 500
_PAGE_OF_NOTES = """
    SELECT id, employee_id, outcome, digest, content, due_on, warnings
      FROM note WHERE portal_id = ? AND until IS NULL AND id > ? ORDER BY id LIMIT ?
"""
_NO_WARNINGS = "[]"


class KnownNote(msgspec.Struct, frozen=True, gc=False):
    """A note as read for a run. `due_on` is written YYYY-MM-DD, `warnings` is JSON."""

    id: int
    outcome: Outcome
    digest: str
    content: str
    due_on: str | None
    warnings: str


class Notes:
    """The portal's open notes at the start of a run, and what the run finds different."""

    def __init__(self, portal_id: int, known: dict[str, KnownNote]) -> None:
        self._portal_id = portal_id
        self._known = known
        self._new: list[tuple[Decision, str, str]] = []
        self._outdated: list[int] = []

    @property
    def new(self) -> list[Decision]:
        """The findings that no earlier run noted in the same words."""
        return [decision for decision, _, _ in self._new]

    @property
    def outdated(self) -> list[int]:
        """The ids of notes that are no longer true, or are about people not met in this run; complete at its end."""
        return self._outdated + [note.id for note in self._known.values()]

    def still_true(self, employee_id: str, digest: str, today: str) -> KnownNote | None:
        """The employee's note, if nothing asks for a fresh look today (YYYY-MM-DD); it is kept."""
        note = self._known.get(employee_id)
        if note is None or note.digest != digest or (note.due_on is not None and note.due_on <= today):
            return None
        del self._known[employee_id]
        return note

    def take(self, decision: Decision, digest: str) -> None:
        """Note a finding; one that was noted before in the same words stays as it is."""
        content = digest_of_finding(decision)
        if decision.outcome is not Outcome.UNCHANGED and decision.reason not in _FROM_EMPLOYEE_ALONE:
            digest = ""
        known = self._known.pop(decision.employee_id, None)
        if known is not None:
            due = decision.due_on.isoformat() if decision.due_on else None
            if (known.content, known.digest, known.due_on) == (content, digest, due):
                return
            self._outdated.append(known.id)
        self._new.append((decision, digest, content))

    async def write(self, run_number: int, lease: Lease) -> None:
        """Close the outdated notes and add the new ones, as found by the run of that number."""
        outdated = self.outdated
        for start in range(0, len(outdated), _WRITTEN_AT_ONCE):
            async with write_transaction():
                await lease.renew()
                await Note.filter(id__in=outdated[start : start + _WRITTEN_AT_ONCE]).update(until=run_number)
            await asyncio.sleep(0)
        for start in range(0, len(self._new), _WRITTEN_AT_ONCE):
            rows = [self._row(run_number, *found) for found in self._new[start : start + _WRITTEN_AT_ONCE]]
            async with write_transaction():
                await lease.renew()
                await insert_rows(Note, _COLUMNS, rows)
            await asyncio.sleep(0)

    def _row(self, run_number: int, decision: Decision, digest: str, content: str) -> tuple[object, ...]:
        return (
            self._portal_id,
            decision.employee_id,
            decision.email,
            decision.name,
            decision.outcome.value,
            decision.reason.value,
            decision.detail,
            msgspec.json.encode(decision.warnings).decode() if decision.warnings else _NO_WARNINGS,
            digest,
            content,
            decision.due_on,
            run_number,
        )


async def read_notes(portal_id: int) -> Notes:
    """The open notes of a portal, read in pages so that nothing else waits long."""
    known: dict[str, KnownNote] = {}
    last_id = 0
    while True:
        rows = await select_rows(Note, _PAGE_OF_NOTES, [portal_id, last_id, _PAGE])
        for note_id, employee_id, outcome, digest, content, due_on, warnings in rows:
            known[employee_id] = KnownNote(
                note_id, Outcome(outcome), digest, content, due_on and str(due_on), _shared(warnings)
            )
        if len(rows) < _PAGE:
            return Notes(portal_id, known)
        last_id = rows[-1][0]
        await asyncio.sleep(0)


async def read_notes_of(portal_id: int, employees: Collection[Employee]) -> Notes:
    """The open notes about some employees."""
    known: dict[str, KnownNote] = {}
    wanted = [employee.employee_id for employee in employees]
    for start in range(0, len(wanted), _WRITTEN_AT_ONCE):
        some = wanted[start : start + _WRITTEN_AT_ONCE]
        for note in await Note.filter(portal_id=portal_id, until__isnull=True, employee_id__in=some):
            due_on = note.due_on.isoformat() if note.due_on else None
            known[note.employee_id] = KnownNote(
                note.id, Outcome(note.outcome), note.digest, note.content, due_on, note.warnings
            )
    return Notes(portal_id, known)


def _shared(warnings: str) -> str:
    return _NO_WARNINGS if warnings == _NO_WARNINGS else warnings


def unknown_values(note: KnownNote) -> Iterator[tuple[str, str]]:
    """The (field, value) pairs of choice values that no field knows, as noted."""
    if note.warnings != _NO_WARNINGS:
        for warning in msgspec.json.decode(note.warnings, type=list[ValueWarning]):
            if warning.field is not None and warning.value is not None:
                yield warning.field, warning.value
