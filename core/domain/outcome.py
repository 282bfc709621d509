"""Outcomes and reasons: what happened to each employee in a run, exactly one each, and the counts that add up."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    """What a run did (or a plan would do) for one employee."""

    CREATED = "created"
    INVITED = "invited"
    UPDATED = "updated"
    REACTIVATED = "reactivated"
    ENDED = "ended"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    HELD = "held"
    CONFLICT = "conflict"
    FAILED = "failed"

    @property
    def words(self) -> str:
        """What is said of people with this outcome: "3 brought back"."""
        return _WORDS.get(self, self.value)


_WORDS = {Outcome.REACTIVATED: "brought back", Outcome.CONFLICT: "in conflict"}
WRITTEN = (Outcome.CREATED, Outcome.INVITED, Outcome.UPDATED, Outcome.REACTIVATED, Outcome.ENDED)
"""The outcomes with which something was written to the portal."""


class Reason(StrEnum):
    """Why: a closed set. `SENTENCES` says each in plain words, with what would resolve it."""

    NEW = "new"
    LINKED_EXISTING = "linked_existing"
    RENAMED = "renamed"
    EMAIL_CHANGED = "email_changed"
    DATA_CHANGED = "data_changed"
    RECORD_MOVED = "record_moved"
    TERMINATED = "terminated"
    TERMINATION_SCHEDULED = "termination_scheduled"
    TERMINATION_CLEARED = "termination_cleared"
    REHIRED = "rehired"
    UP_TO_DATE = "up_to_date"
    INACTIVE = "inactive"
    STATUS_UNKNOWN = "status_unknown"
    DISABLED_BY_ADMIN = "disabled_by_admin"
    NO_EMAIL = "no_email"
    BAD_EMAIL = "bad_email"
    DUPLICATE_EMAIL = "duplicate_email"
    EMAIL_TAKEN = "email_taken"
    HIRE_DATE_FUTURE = "hire_date_future"
    HIRE_DATE_MISSING = "hire_date_missing"
    NAME_TOO_LONG = "name_too_long"
    NO_PERSON_DETAILS = "no_person_details"
    NO_EMPLOYMENT_DETAILS = "no_employment_details"
    LAST_ADMIN = "last_admin"
    LICENCE_LIMIT = "licence_limit"
    OUT_OF_SCOPE = "out_of_scope"
    VANISHED = "vanished"
    NOT_AN_EMPLOYEE = "not_an_employee"
    GUARD = "guard"
    SOURCE_INCOMPLETE = "source_incomplete"
    SOURCE_DOUBTFUL = "source_doubtful"
    NOT_RELEASED = "not_released"
    NOT_REACHED = "not_reached"
    NOT_TODAY = "not_today"
    NOT_KNOWN = "not_known"
    UNDONE = "undone"
    EDITED_SINCE = "edited_since"
    CHANGED_MEANWHILE = "changed_meanwhile"
    PORTAL_REFUSED = "portal_refused"


SENTENCES: dict[Reason, str] = {
    Reason.NEW: "New in UKG Pro.",
    Reason.LINKED_EXISTING: "The account with this e-mail was linked to the employee.",
    Reason.RENAMED: "The name changed in UKG Pro.",
    Reason.EMAIL_CHANGED: "The e-mail changed in UKG Pro.",
    Reason.DATA_CHANGED: "Mapped values changed in UKG Pro.",
    Reason.RECORD_MOVED: "UKG Pro keeps this person under another employee id now; the account follows.",
    Reason.TERMINATED: "No longer employed; access ends with the termination date.",
    Reason.TERMINATION_SCHEDULED: "The termination date is set; access ends when that day is over.",
    Reason.TERMINATION_CLEARED: "The termination was withdrawn in UKG Pro.",
    Reason.REHIRED: "Back in employment; the same account works again.",
    Reason.UP_TO_DATE: "Nothing to change.",
    Reason.INACTIVE: "Not active in UKG Pro (on strike, released or suspended); the account is left as it is.",
    Reason.STATUS_UNKNOWN: "UKG Pro's status code is not one we know; nothing is done until it is.",
    Reason.DISABLED_BY_ADMIN: "An admin disabled this account by hand; only an admin can enable it again.",
    Reason.NO_EMAIL: "There is no e-mail in UKG Pro; add one there.",
    Reason.BAD_EMAIL: "The e-mail in UKG Pro is not an address; correct it there.",
    Reason.DUPLICATE_EMAIL: "Several employees share this e-mail in UKG Pro; give each their own there.",
    Reason.EMAIL_TAKEN: "This e-mail belongs to another person's account in the portal; free one of the two.",
    Reason.HIRE_DATE_FUTURE: "Gets an account on the hire date.",
    Reason.HIRE_DATE_MISSING: "There is no readable hire date in UKG Pro, and accounts are made on the hire date.",
    Reason.NAME_TOO_LONG: "The name is longer than a portal takes (255 characters); shorten it in UKG Pro.",
    Reason.NO_PERSON_DETAILS: "UKG Pro lists an employment but no person details; correct the record there.",
    Reason.NO_EMPLOYMENT_DETAILS: "UKG Pro lists a person but no employment; correct the record there.",
    Reason.LAST_ADMIN: "This is the portal's last active admin; make another admin first.",
    Reason.LICENCE_LIMIT: "The portal has no licence left for another account; free one, or raise the limit.",
    Reason.OUT_OF_SCOPE: "Outside the scope of this portal; widen the scope to have them synced.",
    Reason.VANISHED: "No longer in UKG Pro; the account is left as it is. Mark them terminated there to end access.",
    Reason.NOT_AN_EMPLOYEE: "Not in UKG Pro; the account is an admin's own, and no sync touches it.",
    Reason.GUARD: "More changes of this kind than the guard lets through; an admin may approve them.",
    Reason.SOURCE_DOUBTFUL: "The answer of UKG Pro is whole but hard to believe; an admin may approve what follows.",
    Reason.NOT_RELEASED: "Not part of what was applied; the next sync or plan takes it up.",
    Reason.NOT_REACHED: "The run broke off before this person's turn, so nothing was written; the next sync does it.",
    Reason.NOT_KNOWN: "The run broke off while this was being written; the next sync looks at what came of it.",
    Reason.NOT_TODAY: "The portal takes no more requests for now; the next sync goes on with this person.",
    Reason.UNDONE: "A change of an earlier run is taken back.",
    Reason.EDITED_SINCE: "Edited since that run, so it is left as it is; change it by hand if need be.",
    Reason.SOURCE_INCOMPLETE: "The answer of UKG Pro could not be proved whole, so nobody's access is ended by it.",
    Reason.CHANGED_MEANWHILE: "Someone changed this account while the sync was at work; the next sync looks again.",
    Reason.PORTAL_REFUSED: "The portal refused the change; nothing was written for this person.",
}


class Counts(msgspec.Struct):
    """How many people had each outcome; `fetched` is their sum, always."""

    fetched: int = 0
    created: int = 0
    invited: int = 0
    updated: int = 0
    reactivated: int = 0
    ended: int = 0
    unchanged: int = 0
    skipped: int = 0
    held: int = 0
    conflict: int = 0
    failed: int = 0

    def add(self, outcome: Outcome, number: int = 1) -> None:
        """Count `number` people more with this outcome."""
        setattr(self, outcome.value, getattr(self, outcome.value) + number)

    def move(self, before: Outcome, after: Outcome) -> None:
        """One person planned as `before` came out as `after`."""
        self.add(before, -1)
        self.add(after)

    def of(self, outcomes: Iterable[str]) -> int:
        """How many people had one of these outcomes."""
        return sum(getattr(self, outcome) for outcome in outcomes)

    @property
    def written(self) -> int:
        """For how many people something was written, or would be."""
        return self.of(WRITTEN)

    def check(self) -> None:
        """Raise when people were lost or counted twice: a fault of ours that must stop a run."""
        total = self.of(Outcome)
        if total != self.fetched:
            raise AssertionError(f"{self.fetched} people were fetched, yet {total} have an outcome")
