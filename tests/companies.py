"""A company of four people behind a stand-in of UKG Pro, and the portal acme connected to it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from core.domain.custom_fields import FieldType
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox
from core.services import connections
from core.services.fields import add_field
from core.services.mappings import map_attributes
from core.services.portals import change_portal
from core.services.syncing import sync_portal

JOBS = {"E1": ("Ann", "Nurse"), "E2": ("Bea", "Nursing"), "E3": ("Cleo", "Cook"), "E4": ("Dan", "Nursing")}


def company(jobs: dict[str, tuple[str, str]] = JOBS) -> Company:
    """People by employee id, each with a first name and a job title."""
    people = [
        person_row(employeeId=key, firstName=name, lastName="Lee", emailAddress=f"{name.lower()}@example.com")
        for key, (name, _) in jobs.items()
    ]
    return Company.of(people, [employment_row(employeeID=key, jobTitle=job) for key, (_, job) in jobs.items()])


@pytest.fixture
async def sandbox() -> AsyncIterator[UkgSandbox]:
    """UKG Pro with Ann, Bea, Cleo and Dan."""
    async with UkgSandbox(company()) as running:
        yield running


@pytest.fixture
def account(sandbox: UkgSandbox) -> dict[str, Any]:
    """What an admin types to connect."""
    known = sandbox.settings
    return {
        "url": sandbox.url,
        "user": known.user,
        "password": known.password,
        "customer_api_key": known.customer_api_key,
        "user_api_key": None,
    }


@pytest.fixture
async def connected(acme: None, account: dict[str, Any], store: str) -> str:
    """The portal, connected; gives the database's URL."""
    await change_portal("acme", manual_sync_minutes=0)
    await connections.connect("acme", connections.checked_credentials(**account), store)
    return store


@pytest.fixture
async def synced(connected: str) -> str:
    """The portal after its first sync: everyone is invited, and their job titles were read."""
    await add_field("acme", "Job", FieldType.STRING_CHOICE, ["Nurse", "Cook"])
    await map_attributes("acme", ["job_title=Job"])
    await sync_portal("acme", connected)
    return connected
