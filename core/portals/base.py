"""The port: what a sync needs of a portal, whatever its kind."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol

import msgspec

from core.domain.change import Change
from core.domain.custom_fields import CustomField
from core.domain.learner import Learner
from core.domain.outcome import Reason


class Applied(msgspec.Struct, frozen=True):
    """What came of one change. `position` is its place in the sequence given to `apply`.

    `revision` is the portal's mark of the account's state after the change. `refused` is the reason it was not made;
    `detail` then says so in a sentence.
    """

    position: int
    learner_id: str | None
    revision: int = 0
    refused: Reason | None = None
    detail: str | None = None


# Called with what was done, inside the portal's transaction where it has one: both are kept or neither.
Record = Callable[[Sequence[Applied]], Awaitable[None]]


class PortalPort(Protocol):
    """One portal. Learners are found by the portal's own id or by e-mail key; writing is done by `apply` alone."""

    requests: int

    async def custom_fields(self) -> list[CustomField]:
        """The custom user data fields that there are."""
        ...

    async def learners_by_id(self, ids: Collection[str]) -> dict[str, Learner]:
        """The learners with these ids, by id; those that are gone are left out."""
        ...

    async def learners_by_email(self, keys: Collection[str]) -> dict[str, Learner]:
        """The learners with these e-mails, by e-mail key (see `core.domain.email`)."""
        ...

    async def known_elsewhere(self, keys: Collection[str]) -> set[str]:
        """Those of the e-mail keys that have an account in another portal of the same realm."""
        ...

    async def unlinked_emails(self) -> set[str]:
        """The e-mail keys of the accounts that no employee is linked to."""
        ...

    async def sole_admin(self) -> str | None:
        """The id of the only admin who can sign in, if there is exactly one."""
        ...

    async def apply(self, changes: Sequence[Change], record: Record) -> None:
        """Make the changes, person by person: one that is refused never stops the others.

        `record` is called, once or several times, until every change has been reported exactly once.
        """
        ...
