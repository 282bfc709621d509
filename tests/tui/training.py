"""A portal with people to train: fixtures for groups, rules and courses."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from core.clock import now
from core.domain.custom_fields import FieldType
from core.services.courses import add_course, assign_course
from core.services.fields import add_field
from core.services.groups import add_group, change_members
from core.services.rules import run_rule, set_rule
from core.store.models import Learner, Portal
from tests.tui.terminal import Terminal, terminal

PEOPLE = {
    "ann": {"Job": "Nurse", "Grade": 3, "Team": "Ward"},
    "bea": {"Job": "Nurse", "Grade": 5, "Team": "Ward"},
    "cleo": {"Job": "Cook", "Grade": 2, "Team": "Kitchen"},
    "dan": {"Job": "Cook", "Grade": 4},
}


@pytest.fixture
async def staff(acme: str) -> str:
    """Ann and Bea are nurses, Cleo and Dan cooks, Eve is a nurse who is still pending; gives the database's URL."""
    await add_field("acme", "Job", FieldType.STRING_CHOICE, ["Nurse", "Cook", "Porter"])
    await add_field("acme", "Grade", FieldType.INTEGER)
    await add_field("acme", "Team", FieldType.STRING)
    await add_field("acme", "Hired", FieldType.DATE)
    portal = await Portal.get(slug="acme")
    for name, custom in (PEOPLE | {"eve": {"Job": "Nurse"}}).items():
        await Learner.create(
            portal_id=portal.id,
            email=f"{name}@example.com",
            email_key=f"{name}@example.com",
            first_name=name.title(),
            last_name="Lee",
            user_type="learner",
            status="pending" if name == "eve" else "active",
            source="manual",
            custom=msgspec.json.encode(custom).decode(),
            created_at=now(),
            created_by="an admin",
        )
    return acme


@pytest.fixture
async def nurses(staff: str) -> str:
    """`Nurses` has Ann and Bea by its rule, Dan by hand, and the course `Hygiene`; `Kitchen` has nobody and no rule."""
    for title in ("Nurses", "Kitchen"):
        await add_group("acme", title)
    await set_rule("acme", "Nurses", where=["Job is Nurse"])
    await run_rule("acme", "Nurses")
    await change_members("acme", "Nurses", add=["dan@example.com"])
    await add_course("acme", "Hygiene")
    await assign_course("acme", "Hygiene", "Nurses")
    return staff


@pytest.fixture
async def at_nurses(nurses: str) -> AsyncIterator[Terminal]:
    """The dashboard of that portal."""
    async with terminal(nurses) as there:
        yield there
