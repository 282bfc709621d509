"""Builders: Ann Lee, employee E1, and her account in the portal, in step with each other unless told otherwise."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import settings
from msgspec import UNSET

from core.domain.attributes import CATALOGUE
from core.domain.change import Decision
from core.domain.custom_fields import CHOICE_TYPES, CustomField, FieldType
from core.domain.decision import Rules, Situation, decide
from core.domain.employee import Employee, EmploymentStatus
from core.domain.invite_settings import InviteHow, InviteSettings, InviteWhen
from core.domain.learner import AccountStatus, Learner, UserType
from core.domain.mapping import Mapping

TODAY = date(2026, 3, 10)

settings.register_profile("no deadline", deadline=None)  # a busy machine is no failure
settings.load_profile("no deadline")

Build = Callable[..., Any]


@pytest.fixture(scope="session")
def day() -> Callable[[int], date]:
    """`day(0)` is today, `day(-1)` yesterday."""
    return lambda distance: TODAY + timedelta(days=distance)


@pytest.fixture(scope="session")
def employee() -> Build:
    """Ann Lee, employed; `status` may be a code."""

    def build(*, status: str = "A", **values: Any) -> Employee:
        defaults: dict[str, Any] = {
            "employee_id": "E1",
            "person_id": "P1",
            "other_ids": (),
            "first_name": "Ann",
            "last_name": "Lee",
            "email": "ann.lee@example.com",
            "status": EmploymentStatus.of(status),
            "status_code": status,
            "hire_date": date(2020, 1, 6),
            "termination_date": None,
            "attributes": {},
        }
        return Employee(**defaults | values)

    return build


@pytest.fixture(scope="session")
def learner() -> Build:
    """Ann Lee's account: active, accepted, linked to E1."""

    def build(**values: Any) -> Learner:
        defaults: dict[str, Any] = {
            "id": "7",
            "email": "ann.lee@example.com",
            "first_name": "Ann",
            "last_name": "Lee",
            "user_type": UserType.LEARNER,
            "status": AccountStatus.ACTIVE,
            "account_expires": None,
            "disabled_by_sync": False,
            "expiry_by_sync": False,
            "accepted": True,
            "custom": {},
            "linked_employee_id": "E1",
        }
        return Learner(**defaults | values)

    return build


@pytest.fixture(scope="session")
def rules() -> Build:
    """A portal's rules: by default people are invited when added, and nothing is mapped."""

    def build(
        *, when: str = "added", how: str = "invite", sso: bool = False, mappings: Any = (), today: date = TODAY
    ) -> Rules:
        return Rules(mappings, InviteSettings(InviteWhen(when), InviteHow(how), sso), today)

    return build


@pytest.fixture(scope="session")
def field() -> Build:
    """A custom field by type; choice fields need `choices`."""

    def build(kind: str, *choices: str, label: str = "Field") -> CustomField:
        assert bool(choices) == (FieldType(kind) in CHOICE_TYPES)
        return CustomField("f", label, FieldType(kind), choices)

    return build


@pytest.fixture(scope="session")
def job(field: Build) -> Mapping:
    """The job title fills a text field, Job."""
    return Mapping(CATALOGUE["job_title"], field("string", label="Job"))


@pytest.fixture(scope="session")
def site(field: Build) -> Mapping:
    """The location fills a choice field, Site: Dublin or Boston."""
    return Mapping(CATALOGUE["location"], field("string-choice", "Dublin", "Boston", label="Site"))


@pytest.fixture(scope="session")
def decided(rules: Build) -> Build:
    """The decision for an employee and their account: linked, unless there is none or `linked` says otherwise."""

    def build(
        employee: Employee,
        learner: Learner | None = None,
        *,
        linked: bool = True,
        under: Rules | None = None,
        **known: Any,
    ) -> Decision:
        situation = Situation(employee, learner, linked=linked and learner is not None, **known)
        return decide(situation, under or rules())

    return build


@pytest.fixture(scope="session")
def apply() -> Callable[[Decision, Learner | None], Learner | None]:
    """What becomes of the account when a decision is carried out, as every portal has to do it."""

    def applied(decision: Decision, learner: Learner | None) -> Learner | None:
        if decision.change is None:
            return learner
        after = decision.change.after
        if learner is None:
            assert decision.change.learner_id is None
            learner = Learner(
                id="9",
                email="",
                first_name="",
                last_name="",
                user_type=UserType.LEARNER,
                status=AccountStatus.ACTIVE,
                account_expires=None,
                disabled_by_sync=False,
                expiry_by_sync=False,
                accepted=False,
                custom={},
            )
        values: dict[str, Any] = {
            name: getattr(after, name)
            for name in ("email", "first_name", "last_name", "status", "account_expires")
            if getattr(after, name) is not UNSET
        }
        if "status" in values:
            values["disabled_by_sync"] = after.status is AccountStatus.DISABLED
        if "account_expires" in values:
            values["expiry_by_sync"] = after.account_expires is not None
        custom = {label: value for label, value in (learner.custom | after.custom).items() if value is not None}
        linked = decision.employee_id if decision.link else learner.linked_employee_id
        return msgspec.structs.replace(learner, **values, custom=custom, linked_employee_id=linked)

    return applied
