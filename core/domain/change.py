"""Change: what would be written for one person, with before, after and why. A plan is an ordered list of them."""

from datetime import date

import msgspec

from core.domain.custom_fields import CustomValue
from core.domain.learner import AccountStatus
from core.domain.mapping import ValueWarning
from core.domain.outcome import Outcome, Reason


class AccountState(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Values of an account; UNSET means "not touched", None means "empty". `custom` is keyed by field label.

    `expiry_by_admin` tells that it was an admin who had set `account_expires`, and nobody else.
    """

    email: str | msgspec.UnsetType = msgspec.UNSET
    first_name: str | msgspec.UnsetType = msgspec.UNSET
    last_name: str | msgspec.UnsetType = msgspec.UNSET
    status: AccountStatus | msgspec.UnsetType = msgspec.UNSET
    account_expires: date | None | msgspec.UnsetType = msgspec.UNSET
    custom: dict[str, CustomValue] = {}
    expiry_by_admin: bool = False


class Change(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One person's change. `learner_id` is None for an account that does not exist yet.

    `invite` asks for a new link (invitation or welcome), `cancel_invite` voids an open one. An empty `after` is
    a change of the link alone. `remove` deletes an account that an earlier run made and nobody has used; `relink` ties
    the account to another employee id, or with an empty one to nobody.
    """

    learner_id: str | None
    before: AccountState
    after: AccountState
    invite: bool = False
    cancel_invite: bool = False
    remove: bool = False
    relink: str | None = None


class Decision(msgspec.Struct, frozen=True, gc=False):
    """What one employee comes to in a plan: exactly one outcome, one reason, and the change if there is one.

    `due_on` is the day on which dates alone would change the decision; `link` tells that the employee and the
    learner belong together from now on. `held_outcome` and `held_reason` are what a held decision would have been.
    """

    employee_id: str
    name: str
    email: str | None
    outcome: Outcome
    reason: Reason
    detail: str | None = None
    change: Change | None = None
    warnings: tuple[ValueWarning, ...] = ()
    due_on: date | None = None
    link: bool = False
    held_outcome: Outcome | None = None
    held_reason: Reason | None = None


def readable_changes(change: Change | None) -> dict[str, tuple[object, object]]:
    """`{"last_name": ("Old", "New")}`: every value that a change touches, custom fields by their label. An account that
    is removed is one such value, `account`."""
    if change is None:
        return {}
    if change.remove:
        return {"account": ("in the portal", "removed")}
    pairs: dict[str, tuple[object, object]] = {}
    for name in ("email", "first_name", "last_name", "status", "account_expires"):
        after = getattr(change.after, name)
        if after is not msgspec.UNSET:
            before = getattr(change.before, name)
            pairs[name] = (None if before is msgspec.UNSET else before, after)
    for label, value in change.after.custom.items():
        pairs[label] = (change.before.custom.get(label), value)
    return pairs
