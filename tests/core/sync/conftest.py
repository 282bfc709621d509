"""A small town: hand-made employees in a UKG Pro stand-in, and a portal connected to it, on both databases."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from core.domain.custom_fields import FieldType
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox
from core.services import connections, fields, mappings, people, plans, portals
from core.services.history import Report, ReportedOutcome, report_plan, report_run
from core.services.syncing import plan_portal, sync_portal
from core.store.models import Invite, Learner, Link, Note, PlanItem

TODAY = "2026-03-10"


class Town:
    """The company, the portal, and what an admin would look at."""

    def __init__(self, sandbox: UkgSandbox, database_url: str, set_clock: Callable[[str], None]) -> None:
        self.sandbox = sandbox
        self.company = sandbox.company
        self.database_url = database_url
        self.day = set_clock

    def hire(self, employee_id: str, name: str = "Ann Lee", email: str | None = "", **employment: Any) -> None:
        """One more employee; the e-mail follows from the id unless given."""
        first, _, last = name.partition(" ")
        address = f"{employee_id.lower()}@example.com" if email == "" else email
        self.company.people.append(
            person_row(employeeId=employee_id, firstName=first, lastName=last, emailAddress=address)
        )
        values = {"employeeStatusCode": "A", "lastHireDate": "2020-01-06T00:00:00", "dateOfTermination": None}
        self.company.employments.append(employment_row(employeeID=employee_id, **values | employment))
        self.company.touch()

    def change(self, employee_id: str, **values: Any) -> None:
        """Change fields of someone's rows, whichever of the two lists holds them."""
        for rows, key in ((self.company.people, "employeeId"), (self.company.employments, "employeeID")):
            for row in rows:
                if row[key] == employee_id:
                    row.update({name: value for name, value in values.items() if name in row})
        self.company.touch()

    def forget(self, employee_id: str) -> None:
        """Take someone out of UKG Pro altogether."""
        self.company.people[:] = [row for row in self.company.people if row["employeeId"] != employee_id]
        self.company.employments[:] = [row for row in self.company.employments if row["employeeID"] != employee_id]
        self.company.touch()

    async def sync(self) -> Report:
        """A manual sync."""
        run = await sync_portal("acme", self.database_url)
        return await report_run(run.id)

    async def plan(self) -> Report:
        """A dry run."""
        plan = await plan_portal("acme", self.database_url)
        return await report_plan(plan.id)

    async def apply(self, plan_id: str, **part: Any) -> Report:
        """What was planned, or a part of it (see `core.services.plans.Part`)."""
        run = await plans.apply_saved_plan(plan_id, self.database_url, part=plans.Part(**part))
        return await report_run(run.id)

    async def undo(self, run_id: str) -> Report:
        """A plan that takes a run back."""
        plan = await plans.undo_run(run_id, self.database_url)
        return await report_plan(plan.id)

    def leave(self, *employee_ids: str, on: str = "2026-03-09") -> None:
        """People who have left, on this day."""
        for employee_id in employee_ids:
            self.change(employee_id, employeeStatusCode="T", dateOfTermination=f"{on}T00:00:00")

    async def learners(self) -> dict[str, people.ListedLearner]:
        """Everyone in the portal, by e-mail."""
        return {learner.email: learner async for learner in people.learners("acme")}

    async def map(self, label: str, attribute: str, kind: FieldType = FieldType.STRING, choices: Any = ()) -> None:
        """A field, filled from an attribute."""
        await fields.add_field("acme", label, kind, choices)
        await mappings.map_attributes("acme", [f"{attribute}={label}"])

    async def manual_learner(self, email: str, **values: Any) -> Learner:
        """An account that was there before any sync."""
        portal = await portals.find_portal("acme")
        defaults: dict[str, Any] = {
            "first_name": "",
            "last_name": "",
            "user_type": "learner",
            "status": "active",
            "accepted": True,
            "source": "manual",
            "custom": "{}",
            "created_at": portal.created_at,
            "created_by": "an admin",
        }
        return await Learner.create(portal_id=portal.id, email=email, email_key=email.casefold(), **defaults | values)

    async def accept(self, email: str) -> None:
        """Someone takes up their invitation."""
        learner = await Learner.get(email=email)
        learner.status, learner.accepted, learner.revision = "active", True, learner.revision + 1
        await learner.save()

    @staticmethod
    def outcome(report: Report, employee_id: str) -> ReportedOutcome:
        """The one outcome of an employee."""
        (found,) = [row for row in report.outcomes if row.employee_id == employee_id]
        return found

    @staticmethod
    async def everything() -> dict[str, list[dict[str, Any]]]:
        """All that a sync may write but the record of the run itself."""
        tables = (Learner, Invite, Link, PlanItem, Note)
        return {table.__name__: await table.all().order_by("id").values() for table in tables}


@pytest.fixture
async def town(store: str, set_clock: Callable[[str], None]) -> AsyncIterator[Town]:
    """An empty town on 10 March 2026; invitations on, no limit on manual syncs."""
    set_clock(TODAY)
    async with UkgSandbox(Company.of([], [])) as sandbox:
        await portals.create_portal("acme", timezone="UTC")
        await portals.change_portal("acme", manual_sync_minutes=0)
        credentials = connections.checked_credentials(
            url=sandbox.url,
            user=sandbox.settings.user,
            password=sandbox.settings.password,
            customer_api_key=sandbox.settings.customer_api_key,
            user_api_key=None,
        )
        await connections.connect("acme", credentials, store)
        yield Town(sandbox, store, set_clock)
