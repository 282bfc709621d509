"""The port: what a sync needs of a portal, whatever its kind."""

from collections.abc import Collection, Sequence
from typing import Protocol

import msgspec

from core.domain.change import Change
from core.domain.custom_fields import CustomField
from core.domain.errors import OutsideError
from core.domain.learner import Learner
from core.domain.outcome import Outcome, Reason


class NoMoreToday(OutsideError):
    """The portal takes no more for now; what is left is done by the next run."""


class Applied(msgspec.Struct, frozen=True):
    """What came of one change. `position` is its place in the sequence given to `apply`.

    `revision` is the portal's mark of the account's state after the change. `refused` is the reason it was not made;
    `detail` then says so in a sentence. `outcome` is set where it came out as another than the planned one, and
    `detail` says why.
    """

    position: int
    learner_id: str | None
    revision: int = 0
    refused: Reason | None = None
    detail: str | None = None
    outcome: Outcome | None = None


class Journal(Protocol):
    """Keeps what becomes of each change; positions are places in the sequence given to `apply`."""

    async def begin(self, positions: Sequence[int]) -> None:
        """These are about to be asked of a portal outside the database: kept before the first of them is sent."""
        ...

    async def give_up(self, positions: Sequence[int]) -> None:
        """These were begun and it is certain that nothing of them was done."""
        ...

    async def record(self, applied: Sequence[Applied]) -> None:
        """What came of some; called inside the transaction in which the portal's tables change, so that both are kept
        or neither."""
        ...


class PortalPort(Protocol):
    """One portal. Learners are found by the portal's own id or by e-mail key; writing is done by `apply` alone."""

    @property
    def requests(self) -> int:
        """How many requests were sent over the network so far."""
        ...

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

    async def cost(self, changes: int) -> str:
        """What so many changes take, in a sentence for whoever waits for them; empty where it is not worth a word."""
        ...

    async def apply(self, changes: Sequence[Change], journal: Journal) -> None:
        """Make the changes, person by person: one that is refused never stops the others.

        `journal.record` is called, once or several times, until every change has been reported exactly once. Raises
        `NoMoreToday` when the portal takes no more, `OutsideError` when it cannot be reached or refuses us; then what
        was recorded is done, what was begun may be, and the rest is not.
        """
        ...

    async def look_again(self, changes: Sequence[Change], journal: Journal) -> None:
        """See what came of changes that an earlier run had begun and not ended. Whichever was made is recorded, the
        others are given up; what is known of the accounts is what the portal holds now."""
        ...
