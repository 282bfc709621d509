"""A learner as the portal has them."""

from datetime import date
from enum import StrEnum

import msgspec

from core.domain.custom_fields import CustomValue

LONGEST_NAME = 255


class UserType(StrEnum):
    """What a person may do in the portal; new accounts are always learners."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    MANAGER = "manager"
    ADMIN = "admin"


class AccountStatus(StrEnum):
    """Whether a person can sign in: `pending` has been invited and not yet accepted."""

    ACTIVE = "active"
    PENDING = "pending"
    DISABLED = "disabled"


class Learner(msgspec.Struct, frozen=True):
    """One account of a portal.

    `id` is the portal's own. `accepted` tells whether the person ever had a working account; `disabled_by_sync`
    whether it was a sync that ended it (only then may a sync enable it again); `expiry_by_sync` whether a sync set
    the expiry (only then may a sync clear it). `custom` is keyed by field label. `revision` is the portal's mark of
    the account's state, which every change moves. `registered` tells that the portal, one outside the database, has a
    user for them, whom no invitation can be made out to.
    """

    id: str
    email: str
    first_name: str
    last_name: str
    user_type: UserType
    status: AccountStatus
    account_expires: date | None
    disabled_by_sync: bool
    expiry_by_sync: bool
    accepted: bool
    custom: dict[str, CustomValue]
    revision: int = 0
    linked_employee_id: str | None = None
    registered: bool = False

    @property
    def may_be_invited(self) -> bool:
        """Whether an invitation is still the way in for them."""
        return not self.accepted and not self.registered
