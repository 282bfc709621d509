"""Which e-mails several people in UKG Pro have."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import date

from core.domain.email import email_key
from core.domain.employee import Employee
from core.domain.lifecycle import is_terminated

_AT_ONCE = 2500


class Emails:
    """E-mail keys that several people have: of those still employed (`shared_keys`), and of all (`repeated_keys`)."""

    def __init__(self, shared_keys: Collection[str], repeated_keys: Collection[str]) -> None:
        self.shared_keys = frozenset(shared_keys)
        self.repeated_keys = frozenset(repeated_keys)

    def joined(self, others: "Emails") -> "Emails":
        """What either of the two knows."""
        return Emails(self.shared_keys | others.shared_keys, self.repeated_keys | others.repeated_keys)

    def shared(self, key: str | None) -> bool:
        """Whether several employees who are still employed have this e-mail."""
        return key in self.shared_keys

    def sole_user(self, key: str) -> bool:
        """Whether at most one person in UKG Pro has this e-mail."""
        return key not in self.repeated_keys


async def count_emails(employees: Sequence[Employee], today: date) -> Emails:
    """The e-mails of everyone, counted as of this day."""
    employed: set[str] = set()
    known: set[str] = set()
    shared: set[str] = set()
    repeated: set[str] = set()
    for position, employee in enumerate(employees):
        if employee.email:
            key = email_key(employee.email)
            (repeated if key in known else known).add(key)
            if not is_terminated(employee, today):
                (shared if key in employed else employed).add(key)
        if position % _AT_ONCE == 0:
            await asyncio.sleep(0)
    return Emails(shared, repeated)
