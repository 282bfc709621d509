"""The portal acme, connected to a stand-in of UKG Pro with four people, and what the tests of its flows ask for."""

from collections.abc import AsyncIterator, Callable
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
from tests.bot.fake_slack import FakeSlack, View

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


@pytest.fixture
def opened(bot: FakeSlack) -> Callable[..., Any]:
    """Call with what follows `/ukg` to type it and have the modal, once it is filled."""

    async def type_and_wait(text: str, *, user: str = "UANN") -> View:
        await bot.command("/ukg", text, user=user, channel="C1")
        return await bot.wait_for(lambda: filled(bot, user))

    return type_and_wait


@pytest.fixture
def click(bot: FakeSlack) -> Callable[..., Any]:
    """Call with a modal, an action and a value to click and have what it shows then."""

    async def click_and_wait(view: View, action_id: str, value: Any = None) -> View:
        return await after(bot, view, bot.click(view, action_id, value, user=view.user))

    return click_and_wait


def filled(bot: FakeSlack, user: str = "UANN") -> View | None:
    """The modal that somebody sees, unless it says that it is working."""
    view = bot.modal(user)
    return view if view is not None and "_Working…_" not in words(view) else None


def words(view: View) -> str:
    """Everything a modal says, in lines."""
    return "\n".join(said(view.content["blocks"]))


def said(value: Any) -> list[str]:
    """All texts in there."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for part in value.values() if isinstance(part, dict | list) for text in said(part)]
    return [text for part in value if isinstance(part, dict | list) for text in said(part)]


async def after(bot: FakeSlack, view: View, act: Any) -> View:
    """What the modal shows once what was done in it is done."""
    version = view.hash
    acknowledged = await act
    assert not acknowledged.errors, acknowledged.errors
    return await bot.wait_for(lambda: view if view.hash != version and filled(bot, view.user) is view else None)
