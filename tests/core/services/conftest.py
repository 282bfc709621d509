"""A portal, a stand-in of UKG Pro to connect it to, and learners made by hand."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

import msgspec
import pytest

from core.clock import now
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox
from core.services import connections
from core.services.portals import create_portal
from core.store.models import Learner, Portal
from core.ukg.client import Credentials

TODAY = "2026-03-10"


@pytest.fixture
async def acme(store: str, set_clock: Callable[[str], None]) -> Portal:
    """A portal in New York, on 10 March 2026."""
    set_clock(TODAY)
    return await create_portal("acme", timezone="America/New_York")


@pytest.fixture
def add_learner(acme: Portal) -> Callable[..., Any]:
    """Call with an e-mail and values of the row to put a learner into the portal by hand."""

    async def add(email: str, **values: Any) -> Learner:
        defaults: dict[str, Any] = {
            "first_name": "",
            "last_name": "",
            "user_type": "learner",
            "status": "active",
            "source": "manual",
            "custom": {},
            "created_at": now(),
            "created_by": "an admin",
        }
        row = defaults | values
        row["custom"] = msgspec.json.encode(row["custom"]).decode()
        return await Learner.create(portal_id=acme.id, email=email, email_key=email.casefold(), **row)

    return add


@pytest.fixture
async def sandbox() -> AsyncIterator[UkgSandbox]:
    """UKG Pro with three people: Ann, Bea and Cleo."""
    names = {"E1": "Ann", "E2": "Bea", "E3": "Cleo"}
    people = [
        person_row(employeeId=key, firstName=name, lastName="Lee", emailAddress=f"{name.lower()}@example.com")
        for key, name in names.items()
    ]
    async with UkgSandbox(Company.of(people, [employment_row(employeeID=key) for key in names])) as running:
        yield running


@pytest.fixture
def credentials(sandbox: UkgSandbox) -> Credentials:
    """The right credentials of the stand-in."""
    return connections.checked_credentials(
        url=sandbox.url,
        user=sandbox.settings.user,
        password=sandbox.settings.password,
        customer_api_key=sandbox.settings.customer_api_key,
        user_api_key=None,
    )


@pytest.fixture
async def connected(acme: Portal, credentials: Credentials, store: str) -> Portal:
    """The portal, connected to the stand-in."""
    await connections.connect("acme", credentials, store)
    return acme


@pytest.fixture
def moment() -> Callable[[str], datetime]:
    """`moment("2026-03-10T12:00:00Z")`."""
    return datetime.fromisoformat
