"""What tests ask of a LearnUpon portal: changes to people by their e-mail, as a plan would make them from what is
known of the portal."""

from collections.abc import Sequence
from typing import Any

from core.domain.change import AccountState, Change
from core.domain.email import email_key
from core.domain.learner import AccountStatus, Learner
from core.portals.base import Applied
from core.store import models
from tests.core.portals.conftest import Recorder
from tests.core.portals.harnesses import LearnUponHarness

ACTIVE, PENDING, DISABLED = AccountStatus.ACTIVE, AccountStatus.PENDING, AccountStatus.DISABLED


def new(email: str, **values: Any) -> Change:
    """Somebody who has no account yet."""
    defaults: dict[str, Any] = {"first_name": "Ann", "last_name": "Lee", "status": ACTIVE}
    return Change(None, AccountState(), AccountState(email=email, **defaults | values))


async def known(harness: LearnUponHarness, email: str) -> Learner:
    """The account as the port knows it; there must be one."""
    key = email_key(email)
    return (await harness.port.learners_by_email([key]))[key]


async def row_of(harness: LearnUponHarness, email: str) -> models.Learner:
    """The account as the tables have it."""
    return await models.Learner.get(portal_id=harness.row.id, email_key=email_key(email))


async def change(harness: LearnUponHarness, who: str, *, remove: bool = False, **after: Any) -> Change:
    """Give the account these values; what it has of them now is what the plan saw."""
    return as_planned(await known(harness, who), AccountState(**after), remove=remove)


def as_planned(learner: Learner, after: AccountState, *, remove: bool = False) -> Change:
    """The change that gives a learner these values, or takes the account away."""
    touched = {
        name: getattr(learner, name) for name in after.__struct_fields__ if name in _PLAIN and _touched(after, name)
    }
    custom = {label: learner.custom.get(label) for label in after.custom}
    return Change(learner.id, AccountState(**touched, custom=custom), after, remove=remove)


_PLAIN = {"email", "first_name", "last_name", "status", "account_expires"}


def _touched(after: AccountState, name: str) -> bool:
    return getattr(after, name) is not getattr(AccountState(), name)


async def apply(harness: LearnUponHarness, *changes: Change) -> list[Applied]:
    """Apply; every change must have been reported once, and nothing left begun."""
    recorder = Recorder()
    await harness.port.apply(changes, recorder)
    assert len(recorder.results) == len(changes)
    assert not recorder.begun
    return recorder.results


def refusals(results: Sequence[Applied]) -> list[str | None]:
    """Why each was refused."""
    return [None if result.refused is None else result.refused.value for result in results]
