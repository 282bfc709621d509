"""Portals under test: each kind behind one face, so that one suite judges them all."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Protocol

import msgspec
import pytest

from core.clock import now
from core.domain.change import AccountState, Change
from core.domain.custom_fields import FieldType
from core.domain.email import email_key
from core.domain.learner import AccountStatus, Learner
from core.portals.base import Applied, PortalPort
from core.portals.embedded.portal import EmbeddedPortal
from core.services.fields import add_field
from core.services.portals import create_portal
from core.store import models
from tests.core.store.databases import database_url, migrated_file, shared_postgresql, store  # noqa: F401

TODAY = "2026-03-10"


class Harness(Protocol):
    """A portal of one kind, and what an admin could do in it by hand."""

    port: PortalPort

    async def add_field(self, label: str, kind: FieldType, choices: Sequence[str] = ()) -> None:
        """A custom user data field."""

    async def add_account(self, email: str, **values: Any) -> str:
        """An account made by hand, active unless `values` say otherwise; returns its id."""

    async def edit(self, learner_id: str, **values: Any) -> None:
        """Somebody edits an account by hand."""

    async def remove(self, learner_id: str) -> None:
        """Somebody removes an account."""

    async def link(self, learner_id: str, employee_id: str) -> None:
        """Tie an employee to an account, as a run does."""


class EmbeddedHarness:
    """The embedded portal, over its tables."""

    def __init__(self, row: models.Portal) -> None:
        self.row = row
        self.port: PortalPort = EmbeddedPortal(row)

    async def add_field(self, label: str, kind: FieldType, choices: Sequence[str] = ()) -> None:
        await add_field(self.row.slug, label, kind, choices)

    async def add_account(self, email: str, **values: Any) -> str:
        defaults: dict[str, Any] = {
            "first_name": "",
            "last_name": "",
            "user_type": "learner",
            "status": "active",
            "accepted": True,
            "source": "manual",
            "custom": {},
            "created_at": now(),
            "created_by": "an admin",
        }
        given = _columns(defaults | values)
        row = await models.Learner.create(portal_id=self.row.id, email=email, email_key=email_key(email), **given)
        return str(row.id)

    async def edit(self, learner_id: str, **values: Any) -> None:
        row = await models.Learner.get(id=int(learner_id))
        await row.update_from_dict(_columns(values) | {"revision": row.revision + 1}).save()

    async def remove(self, learner_id: str) -> None:
        await models.Learner.filter(id=int(learner_id)).delete()

    async def link(self, learner_id: str, employee_id: str) -> None:
        await models.Link.create(
            portal_id=self.row.id,
            employee_id=employee_id,
            learner_id=int(learner_id),
            digest="",
            settled_revision=1,
            linked_at=now(),
        )


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    return {name: msgspec.json.encode(value).decode() if name == "custom" else value for name, value in values.items()}


@pytest.fixture(params=["embedded"])
async def harness(store: str, set_clock: Callable[[str], None]) -> Harness:  # noqa: F811
    """A portal in New York on 10 March 2026, with nobody in it. A further kind of portal is a further parameter."""
    set_clock(TODAY)
    return EmbeddedHarness(await create_portal("acme", timezone="America/New_York"))


class Recorder:
    """Takes what a portal reports; `results` is in the order of the changes, each reported exactly once."""

    def __init__(self) -> None:
        self.reported: list[Applied] = []

    async def __call__(self, applied: Sequence[Applied]) -> None:
        self.reported += applied

    @property
    def results(self) -> list[Applied]:
        assert sorted(result.position for result in self.reported) == list(range(len(self.reported)))
        return sorted(self.reported, key=lambda result: result.position)


@pytest.fixture
def apply(harness: Harness) -> Callable[..., Any]:
    """Call with changes to have them applied; returns what came of each, in their order."""

    async def run(*changes: Change) -> list[Applied]:
        recorder = Recorder()
        await harness.port.apply(changes, recorder)
        assert len(recorder.reported) == len(changes)
        return recorder.results

    return run


@pytest.fixture
def new_account() -> Callable[..., Change]:
    """The change that makes an account; keywords are values of it, `invite` asks for a link."""

    def build(email: str, *, invite: bool = False, **values: Any) -> Change:
        defaults: dict[str, Any] = {"first_name": "Ann", "last_name": "Lee", "status": AccountStatus.ACTIVE}
        return Change(None, AccountState(), AccountState(email=email, **defaults | values), invite=invite)

    return build


@pytest.fixture
def learner(harness: Harness) -> Callable[[str], Any]:
    """Call with an id for the account as the portal gives it; there must be one."""

    async def look(learner_id: str) -> Learner:
        return (await harness.port.learners_by_id([learner_id]))[learner_id]

    return look


@pytest.fixture
def everyone(harness: Harness) -> Callable[..., Any]:
    """Call with e-mail keys for those of them that the portal has, by key."""

    async def look(*emails: str) -> dict[str, Learner]:
        return await harness.port.learners_by_email([email_key(email) for email in emails])

    return look


@pytest.fixture
def day() -> Callable[[str], date]:
    """`day("2026-03-10")`."""
    return date.fromisoformat
