"""A company in a stand-in of UKG Pro on two days, and a portal that is fed by it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from core.domain.custom_fields import FieldType
from core.domain.guard import Kind
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox
from core.services import connections, fields, mappings, portals
from core.services.guard import change_guard
from core.store.connection import open_store
from core.store.models import Learner


class Firm:
    """The people in a stand-in of UKG Pro."""

    def __init__(self, sandbox: UkgSandbox) -> None:
        self.company = sandbox.company

    def hire(self, *numbers: int, **values: Any) -> None:
        """People by number, `e7@example.com` and so on unless told otherwise."""
        for number in numbers:
            email = f"e{number}@example.com"
            self.company.people.append(
                person_row(employeeId=f"E{number}", firstName="Pat", lastName=f"No{number}", emailAddress=email)
            )
            self.company.employments.append(employment_row(employeeID=f"E{number}", workPhoneNumber=f"555{number}"))
            if values:  # to find someone's rows takes a while among thousands
                self.change(number, **values)
        self.company.touch()

    def change(self, number: int, **values: Any) -> None:
        """Change fields of somebody's rows."""
        for rows, key in ((self.company.people, "employeeId"), (self.company.employments, "employeeID")):
            for row in rows:
                if row[key] == f"E{number}":
                    row.update({name: value for name, value in values.items() if name in row})
        self.company.touch()

    def leave(self, number: int, day: str) -> None:
        """Somebody's last day."""
        self.change(number, employeeStatusCode="T", dateOfTermination=f"{day}T00:00:00")


def yesterday(firm: Firm) -> None:
    """The company as the first sync met it."""
    firm.hire(*range(1, 25))
    firm.hire(30, emailAddress=None)
    firm.hire(31, 32, emailAddress="both@example.com")


def today(firm: Firm) -> None:
    """Something of every kind has happened since."""
    firm.hire(40, 41)
    firm.hire(42, emailAddress="guest@example.com")  # an admin has added them already
    firm.hire(43, emailAddress="e1@example.com")
    firm.change(1, emailAddress="new1@example.com", lastName="Other")
    firm.change(2, emailAddress="e3@example.com")
    firm.change(3, emailAddress="e2@example.com")
    for taker, giver in ((4, 5), (5, 6), (6, 4)):
        firm.change(taker, emailAddress=f"e{giver}@example.com")
    firm.change(7, workPhoneNumber="999")
    firm.change(8, workPhoneNumber=None)
    firm.leave(9, "2026-03-05")
    firm.leave(10, "2026-03-06")
    firm.leave(11, "2026-04-30")
    firm.change(20, employeeStatusCode="A", dateOfTermination=None, lastHireDate="2026-03-09T00:00:00")
    firm.change(30, emailAddress="e30@example.com")
    firm.change(32, emailAddress="e32@example.com")
    firm.change(12, emailAddress=None)
    firm.change(13, employeeStatusCode="S")
    firm.company.people[:] = [row for row in firm.company.people if row["employeeId"] != "E14"]
    firm.company.employments[:] = [row for row in firm.company.employments if row["employeeID"] != "E14"]
    firm.company.touch()


def in_database(url: str, work: Callable[[], Awaitable[Any]]) -> Any:
    """Look at a database, or put something into it."""

    async def opened() -> Any:
        async with open_store(url):
            return await work()

    return asyncio.run(opened())


def connect(url: str, sandbox: UkgSandbox, *, page_size: int = 500) -> None:
    """A portal acme that is fed by the stand-in."""
    settings = sandbox.settings
    credentials = connections.checked_credentials(
        url=sandbox.url,
        user=settings.user,
        password=settings.password,
        customer_api_key=settings.customer_api_key,
        user_api_key=None,
    )

    async def work() -> None:
        await portals.create_portal("acme", timezone="UTC")
        await portals.change_portal("acme", manual_sync_minutes=0, page_size=page_size)
        await fields.add_field("acme", "Phone", FieldType.STRING)
        await mappings.map_attributes("acme", ["work_phone=Phone"])
        await change_guard("acme", {Kind.EMAIL_CHANGED: None})
        await connections.connect("acme", credentials, url)

    in_database(url, work)


async def people_at_work() -> None:
    """What people have done since the first sync: some accepted, an admin has added somebody."""
    portal = await portals.find_portal("acme")
    for row in await Learner.filter(email__in=["e2@example.com", "e9@example.com", "e20@example.com"]):
        row.accepted, row.status = True, row.status.replace("pending", "active")
        row.revision += 1
        await row.save()
    await Learner.create(
        portal_id=portal.id,
        email="guest@example.com",
        email_key="guest@example.com",
        first_name="",
        last_name="",
        user_type="learner",
        status="active",
        source="manual",
        custom="{}",
        created_at=portal.created_at,
        created_by="an admin",
    )
