"""Two thousand people and five days, onto LearnUpon and onto an embedded portal: the same state, at little cost."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from tortoise.expressions import F

from core.domain.custom_fields import FieldType
from core.domain.guard import Kind, Span
from core.domain.invite_settings import InviteHow
from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.invites import accept
from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.records import FieldType as TypeId
from core.sandbox.learnupon.records import UserType
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import UkgSandbox
from core.services import connections, fields, learnupon, mappings, people, portals
from core.services.guard import change_guard
from core.services.history import Report, report_run
from core.services.syncing import sync_portal
from core.store.connection import open_store
from core.store.models import Learner
from core.store.secrets import new_key
from tests.e2e.firm import Firm

PEOPLE = 2000
WRITTEN = ("created", "invited", "updated", "reactivated", "ended")


class Side:
    """A portal of one kind in a database of its own, and what an admin does there by hand."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def founded(self, ukg: UkgSandbox, kind: str) -> None:
        async with open_store(self.url):
            await portals.create_portal("acme", kind=kind)
            await portals.change_portal("acme", manual_sync_minutes=0, page_size=2500)
            await portals.set_invites("acme", when=None, how=InviteHow.ACTIVE)
            for span in (Span.RUN, Span.WEEK):
                await change_guard("acme", dict.fromkeys(Kind), span)
            await self.give_fields()
            await mappings.map_attributes("acme", ["work_phone=Phone", "department=Department"])
            credentials = connections.checked_credentials(
                url=ukg.url,
                user=ukg.settings.user,
                password=ukg.settings.password,
                customer_api_key=ukg.settings.customer_api_key,
                user_api_key=None,
            )
            await connections.connect("acme", credentials, self.url)

    async def sync(self, *, reconcile: bool = False) -> Report:
        async with open_store(self.url):
            run = await sync_portal("acme", self.url, reconcile=reconcile)
            return await report_run(run.id)

    async def everyone(self) -> dict[str, tuple[object, ...]]:
        """What a person would see of everyone, by e-mail."""
        async with open_store(self.url):
            found = {}
            async for one in people.learners("acme"):
                names = (one.first_name, one.last_name, one.user_type, one.status, one.source)
                custom = {label: value for label, value in one.custom.items() if value is not None}
                found[one.email] = (*names, one.employee_id, one.account_expires, custom)
            return found

    async def give_fields(self) -> None:
        raise NotImplementedError

    async def open_account(self, email: str, user_type: str = "learner") -> None:
        raise NotImplementedError

    async def edit(self, email: str, **values: Any) -> None:
        """Names, `phone`, `enabled`; `gone` removes the account."""
        raise NotImplementedError

    async def accept(self, email: str) -> None:
        raise NotImplementedError


class EmbeddedSide(Side):
    """In our own tables."""

    async def give_fields(self) -> None:
        for label in ("Phone", "Department"):
            await fields.add_field("acme", label, FieldType.STRING)

    async def open_account(self, email: str, user_type: str = "learner") -> None:
        async with open_store(self.url):
            portal = await portals.find_portal("acme")
            await Learner.create(
                portal_id=portal.id,
                email=email,
                email_key=email,
                first_name="Pat",
                last_name="Hand",
                user_type=user_type,
                status="active",
                accepted=True,
                source="manual",
                custom="{}",
                created_at=portal.created_at,
                created_by="an admin",
            )

    async def edit(self, email: str, **values: Any) -> None:
        async with open_store(self.url):
            row = await Learner.get(email_key=email)
            if values.pop("gone", False):
                await row.delete()
                return
            if "phone" in values:
                row.custom = row.custom.replace('"Phone":"', '"Phone":"' + values.pop("phone"))
            if "enabled" in values:
                enabled = values.pop("enabled")
                row.status, row.disabled_by = ("active", None) if enabled else ("disabled", "admin")
            row.update_from_dict(values)
            row.revision += 1
            await row.save()

    async def accept(self, email: str) -> None:
        async with open_store(self.url):
            await Learner.filter(email_key=email).update(accepted=True, status="active", revision=F("revision") + 1)


class LearnUponSide(Side):
    """In the stand-in of LearnUpon."""

    def __init__(self, url: str, sandbox: LearnUponSandbox) -> None:
        super().__init__(url)
        self.sandbox = sandbox
        self.portal = sandbox.realm.top

    async def give_fields(self) -> None:
        for label in ("Phone", "Department"):
            self.sandbox.realm.add_field(self.portal, label, TypeId.STRING)
        account = learnupon.checked_account(self.portal.url, self.portal.username, self.portal.password)
        await learnupon.give_keys("acme", account, self.url)

    async def open_account(self, email: str, user_type: str = "learner") -> None:
        self.sandbox.realm.add_user(self.portal, email, "Pat", "Hand", user_type=UserType(user_type))

    async def edit(self, email: str, **values: Any) -> None:
        realm = self.sandbox.realm
        member = realm.member(self.portal, email)
        assert member is not None
        if values.pop("gone", False):
            realm.leave(self.portal, member.account)
            return
        if "phone" in values:
            (phone,) = (field.id for field in self.portal.fields.values() if field.label == "Phone")
            member.values[phone] = values.pop("phone") + member.values[phone]
        if "enabled" in values:
            realm.enable(self.portal, member, values.pop("enabled"))
        for name, value in values.items():
            setattr(member.account, name, value)

    async def accept(self, email: str) -> None:
        invite, realm = self.portal.pending_invite(email, None), self.sandbox.realm
        if invite is None:
            member = realm.member(self.portal, email)
            assert member is not None
            realm.sign_in(member)
            return
        accept(Call(realm, self.portal, self.sandbox.settings, realm.clock(), {}, b""), invite)


@pytest.fixture
async def sides(
    migrated_file: Path, tmp_path: Path, set_clock: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Firm, list[Side]]]:
    """The firm in UKG Pro, and a portal of each kind."""
    monkeypatch.setenv("UKG_SECRET_KEY", new_key())
    set_clock("2026-03-10")
    async with _stand_ins() as (ukg, sandbox):
        made: list[Side] = []
        for name in ("embedded", "learnupon"):
            path = tmp_path / f"{name}.db"
            copy(migrated_file, path)
            url = f"sqlite://{path}"
            made.append(EmbeddedSide(url) if name == "embedded" else LearnUponSide(url, sandbox))
            await made[-1].founded(ukg, name)
        yield Firm(ukg), made


@asynccontextmanager
async def _stand_ins() -> AsyncIterator[tuple[UkgSandbox, LearnUponSandbox]]:
    settings = LearnUponSettings(rate_limit=1_000_000)
    async with UkgSandbox(Company.of([], [])) as ukg, LearnUponSandbox(settings, realm=Realm("top")) as sandbox:
        yield ukg, sandbox


async def test_five_days_end_alike_and_cost_little(sides, set_clock):
    firm, (embedded, distant) = sides
    reports: list[Report] = []

    async def by_hand(action: str, email: str, **values: Any) -> None:
        for side in (embedded, distant):
            await getattr(side, action)(email, **values)

    async def sync(day: str, *, reconcile: bool = False) -> Report:
        set_clock(day)
        one, other = await embedded.sync(), await distant.sync(reconcile=reconcile)
        # LearnUpon ends by itself whoever's expiry is over: once that is seen, there is nothing left to write.
        ended_there = {row.employee_id for row in one.outcomes if row.reason == "terminated"} if reconcile else set()
        assert [(row.employee_id, row.outcome, row.reason, row.changes) for row in other.outcomes] == [
            (row.employee_id, row.outcome, row.reason, row.changes)
            for row in one.outcomes
            if row.employee_id not in ended_there - {"E350"}
        ]
        assert other.counts.fetched == one.counts.fetched
        assert await distant.everyone() == await embedded.everyone()
        reports.append(other)
        return other

    firm.hire(*range(PEOPLE))
    for number in range(100):
        await by_hand("open_account", f"e{number}@example.com")
    for name, kind in (("boss", "admin"), ("chief", "admin"), ("lead", "manager")):
        await by_hand("open_account", f"{name}@example.com", user_type=kind)
    first = await sync("2026-03-10")
    assert (first.counts.created, first.counts.updated) == (PEOPLE - 100, 100)

    for number in range(300, 310):
        await by_hand("accept", f"e{number}@example.com")
    set_clock("2026-03-11")  # joiners, new names, other values
    for side in (embedded, distant):
        async with open_store(side.url):
            await portals.set_invites("acme", when=None, how=InviteHow.INVITE)
    firm.hire(*range(PEOPLE, PEOPLE + 20))
    for number in range(20, 35):
        firm.change(number, lastName=f"Married{number}")
    for number in range(40, 160):
        firm.change(number, workPhoneNumber=f"999{number}")
    day = await sync("2026-03-11")
    assert (day.counts.invited, day.counts.updated) == (20, 135)

    for number in range(PEOPLE, PEOPLE + 10):
        await by_hand("accept", f"e{number}@example.com")
    for one, other in ((200, 201), (202, 203), (204, 205)):  # exchanges, a ring, a chain with a newcomer, new addresses
        firm.change(one, emailAddress=f"e{other}@example.com")
        firm.change(other, emailAddress=f"e{one}@example.com")
    for taker, giver in ((210, 211), (211, 212), (212, 210)):
        firm.change(taker, emailAddress=f"e{giver}@example.com")
    firm.hire(3000, emailAddress="e220@example.com")
    firm.change(220, emailAddress="e220-new@example.com")
    firm.change(PEOPLE + 15, emailAddress="elsewhere@example.com")
    for number in range(230, 300):
        firm.change(number, emailAddress=f"new{number}@example.com")
    day = await sync("2026-03-12")
    assert (day.counts.updated, day.counts.invited) == (6 + 3 + 1 + 1 + 70, 1)

    for number in range(300, 400):  # leavers of yesterday, others to come, one who never accepted
        firm.leave(number, "2026-03-12")
    for number in range(400, 405):
        firm.leave(number, "2026-03-14")
    firm.leave(PEOPLE + 16, "2026-03-12")
    day = await sync("2026-03-13")
    assert day.counts.ended == 106

    for number in range(300, 304):  # back again, a withdrawn end, emptied values
        firm.change(number, employeeStatusCode="A", dateOfTermination=None, lastHireDate="2026-03-14T00:00:00")
    firm.change(404, employeeStatusCode="A", dateOfTermination=None)
    for number in range(500, 600):
        firm.change(number, workPhoneNumber=None)
    day = await sync("2026-03-14")
    assert (day.counts.reactivated, day.counts.updated) == (4, 101)

    await by_hand("edit", "e700@example.com", last_name="Scribbled")
    await by_hand("edit", "e701@example.com", phone="+1 ")
    await by_hand("edit", "e702@example.com", enabled=False)
    await by_hand("edit", "e350@example.com", enabled=True)
    await by_hand("edit", "e703@example.com", gone=True)
    await by_hand("edit", "boss@example.com", last_name="Changed")
    day = await sync("2026-03-15", reconcile=True)
    assert day.counts.ended == 1  # whoever was let in by hand again
    assert day.counts.updated == 2
    assert day.counts.invited == 1

    quiet = await sync("2026-03-16")
    assert quiet.counts.of(WRITTEN) == 0
    assert quiet.requests["portal"] <= 2
    costs = [(report.counts.of(WRITTEN), report.requests["portal"]) for report in reports]
    _, joiners, addresses, leavers, back, drift, _ = costs
    assert joiners[1] <= 1.05 * joiners[0] + 2
    assert leavers[1] <= 1.05 * leavers[0] + 2
    assert back[1] <= 1.05 * back[0] + 2
    assert (
        addresses[1] <= 1.05 * (addresses[0] + 4) + 2 + 10 + 2
    )  # moved out of the way; ten who accepted; one invited anew
    assert drift[1] <= 1.05 * drift[0] + 2 + 10  # a page of five hundred users each, and the invites
    assert costs[0][1] <= 1.05 * costs[0][0] + 2
