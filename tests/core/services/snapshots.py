"""People as a last read of UKG Pro left them behind."""

from datetime import date
from typing import Any

from core.domain.employee import AttributeValue, Employee, EmploymentStatus
from core.store.models import Portal
from core.sync.emails import count_emails
from core.sync.snapshot import save_snapshot

TODAY = date(2026, 3, 10)


def someone(employee_id: str, *, status: str = "A", left: date | None = None, **attributes: AttributeValue) -> Employee:
    """An employee with these attributes."""
    email = f"{employee_id.lower()}@example.com"
    known: dict[str, Any] = dict(attributes)
    return Employee(
        employee_id, None, (), "Pat", employee_id, email, EmploymentStatus.of(status), status, None, left, known
    )


async def remember(portal: Portal, *people: Employee, read: set[str] | None = None) -> None:
    """Keep these people as the portal's last read, which asked for the attributes `read` (default: those they have)."""
    asked = {name for person in people for name in person.attributes} if read is None else read
    await save_snapshot(portal.id, people, 0, asked, await count_emails(people, TODAY))
