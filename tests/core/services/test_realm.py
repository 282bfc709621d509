"""A realm: a top-level portal and its sub-portals."""

import asyncio

import pytest

from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteHow
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox
from core.services import accounts, connections
from core.services.accounts import NewLearner
from core.services.history import report_run
from core.services.portals import change_portal, create_portal, set_invites
from core.services.syncing import sync_portal
from core.services.trail import trail
from core.store.models import Learner, Portal
from core.store.transactions import write_transaction


@pytest.fixture
async def sub(acme) -> Portal:
    """A sub-portal of acme."""
    return await create_portal("sub", parent="acme", timezone="America/New_York")


async def add(slug: str, email: str, how: InviteHow = InviteHow.ACTIVE) -> Learner:
    return await accounts.add_learner(slug, NewLearner(email), how)


async def status(slug: str, email: str) -> str:
    return (await Learner.get(portal__slug=slug, email_key=email)).status


async def synced(slug: str, store: str, sandbox: UkgSandbox):
    settings = sandbox.settings
    credentials = connections.checked_credentials(
        url=sandbox.url,
        user=settings.user,
        password=settings.password,
        customer_api_key=settings.customer_api_key,
        user_api_key=None,
    )
    await connections.connect(slug, credentials, store)
    await change_portal(slug, manual_sync_minutes=0)
    report = await report_run((await sync_portal(slug, store)).id)
    return {row.email: (row.outcome, row.reason) for row in report.outcomes}


async def test_someone_with_an_account_elsewhere_in_the_realm_is_invited_by_the_second_one(acme, sub, sandbox, store):
    await add("acme", "Ann@example.com")
    await set_invites("sub", when=None, how=InviteHow.ACTIVE)
    outcomes = await synced("sub", store, sandbox)
    assert outcomes["ann@example.com"] == ("invited", "new")
    assert outcomes["bea@example.com"] == ("created", "new")
    assert (await status("sub", "ann@example.com"), await status("sub", "bea@example.com")) == ("pending", "active")


async def test_the_second_portal_may_be_allowed_to_create_such_an_account(acme, sub, sandbox, store):
    await add("acme", "ann@example.com")
    await set_invites("sub", when=None, how=InviteHow.ACTIVE)
    await change_portal("sub", allow_existing=True)
    assert (await synced("sub", store, sandbox))["ann@example.com"] == ("created", "new")


async def test_portals_of_other_realms_have_nothing_to_do_with_it(acme, sub, sandbox, store):
    await create_portal("other")
    await add("other", "ann@example.com")
    await set_invites("sub", when=None, how=InviteHow.ACTIVE)
    assert (await synced("sub", store, sandbox))["ann@example.com"] == ("created", "new")


async def test_by_hand_it_is_the_same(acme, sub):
    await add("sub", "ann@example.com")
    await add("acme", "ann@example.com")
    assert (await status("sub", "ann@example.com"), await status("acme", "ann@example.com")) == ("active", "pending")


async def test_disabling_in_the_top_level_portal_goes_down_and_never_up(acme, sub):
    await add("acme", "ann@example.com")
    await add("sub", "ann@example.com", InviteHow.INVITE)
    await add("sub", "bea@example.com")
    await change_portal("acme", allow_existing=True)
    await add("acme", "bea@example.com")
    await accounts.disable("sub", "bea@example.com")
    assert await status("acme", "bea@example.com") == "active"
    await accounts.disable("acme", "ann@example.com")
    assert await status("sub", "ann@example.com") == "disabled"


async def test_enabling_in_the_top_level_portal_gives_back_what_it_took_and_nothing_else(acme, sub):
    await change_portal("sub", allow_existing=True)
    for email in ("ann@example.com", "bea@example.com"):
        await add("acme", email)
        await add("sub", email)
    await accounts.disable("sub", "bea@example.com")
    for email in ("ann@example.com", "bea@example.com"):
        await accounts.disable("acme", email)
        await accounts.enable("acme", email)
    assert await status("sub", "ann@example.com") == "active"
    assert await status("sub", "bea@example.com") == "disabled"


@pytest.mark.parametrize(
    ("how", "given_back"),
    [(InviteHow.ACTIVE, "active"), (InviteHow.WELCOME, "active"), (InviteHow.INVITE, "pending")],
)
async def test_who_has_no_password_yet_is_given_back_what_they_had(acme, sub, how, given_back):
    await change_portal("sub", allow_existing=True)
    await add("acme", "ann@example.com")
    await add("sub", "ann@example.com", how)
    await accounts.disable("acme", "ann@example.com")
    await accounts.enable("acme", "ann@example.com")
    assert await status("sub", "ann@example.com") == given_back


async def test_what_goes_down_leaves_lines_in_the_trail_of_the_sub_portal(acme, sub):
    await add("acme", "ann@example.com")
    await add("sub", "ann@example.com", InviteHow.INVITE)
    await accounts.disable("acme", "ann@example.com")
    await accounts.enable("acme", "ann@example.com")
    lines = [line async for line in trail("sub", most=2)]
    assert [(line.actor, line.action, line.subject, line.before, line.after) for line in lines] == [
        ("Automation", "enabled", "ann@example.com", {"status": "disabled"}, {"status": "pending"}),
        ("Automation", "disabled", "ann@example.com", {"status": "pending"}, {"status": "disabled"}),
    ]


async def test_what_is_ended_below_at_the_same_time_is_not_given_back(acme, sub):
    await change_portal("sub", allow_existing=True)
    for slug in ("acme", "sub"):
        await add(slug, "ann@example.com")
    begun = asyncio.Event()

    async def disable_below() -> None:
        async with write_transaction():
            await Learner.filter(portal_id=sub.id).update(status="disabled", disabled_by="admin")
            begun.set()
            await asyncio.sleep(0.3)

    async def disable_above() -> None:
        await begun.wait()
        await accounts.disable("acme", "ann@example.com")

    await asyncio.gather(disable_below(), disable_above())
    await accounts.enable("acme", "ann@example.com")
    assert await status("sub", "ann@example.com") == "disabled"


async def test_a_termination_in_the_top_level_portal_ends_access_below_and_the_sub_portals_sync_leaves_it_so(
    acme, sub, sandbox, store
):
    await change_portal("sub", allow_existing=True)
    await set_invites("acme", when=None, how=InviteHow.ACTIVE)
    await synced("acme", store, sandbox)
    await add("sub", "ann@example.com")
    for row in sandbox.company.employments:
        if row["employeeID"] == "E1":
            row.update(employeeStatusCode="T", dateOfTermination="2026-03-01T00:00:00")
    sandbox.company.touch()
    await sync_portal("acme", store)
    ended = await Learner.get(portal__slug="sub", email_key="ann@example.com")
    assert (await status("acme", "ann@example.com"), ended.status, ended.disabled_by) == (
        "disabled",
        "disabled",
        "top_level",
    )


async def test_a_service_account_feeds_one_portal(acme, sub, sandbox, store):
    await synced("acme", store, sandbox)
    with pytest.raises(SettingsError, match="This service account feeds the portal acme already"):
        await synced("sub", store, sandbox)
    await connections.disconnect("acme")
    await synced("sub", store, sandbox)


async def test_without_a_licence_people_fail_one_by_one_and_the_run_goes_on(acme, sub, store):
    await set_invites("sub", when=None, how=InviteHow.ACTIVE)
    await change_portal("sub", licence_limit=4)
    await add("sub", "hand@example.com")
    keys = [f"E{number}" for number in range(1, 8)]
    people = [
        person_row(employeeId=key, firstName="P", lastName=key, emailAddress=f"{key}@example.com") for key in keys
    ]
    async with UkgSandbox(Company.of(people, [employment_row(employeeID=key) for key in keys])) as sandbox:
        outcomes = await synced("sub", store, sandbox)
        assert sorted(outcomes.values()) == [("created", "new")] * 3 + [("failed", "licence_limit")] * 4
        assert await Learner.filter(portal__slug="sub").count() == 4
        await change_portal("sub", licence_limit=0)
        assert set((await synced("sub", store, sandbox)).values()) == {("created", "new")}


async def test_an_invitation_takes_no_licence_yet(acme, sub, store, sandbox):
    await change_portal("sub", licence_limit=1)
    assert set((await synced("sub", store, sandbox)).values()) == {("invited", "new")}
    await add("sub", "hand@example.com")
    with pytest.raises(SettingsError, match="sub has no licence left; one@example.com was not added"):
        await add("sub", "one@example.com")


async def test_the_last_licence_is_taken_once_however_many_want_it_at_once(acme, sub):
    await change_portal("sub", licence_limit=3)
    emails = [f"p{number}@example.com" for number in range(6)]
    added = await asyncio.gather(*(add("sub", email) for email in emails), return_exceptions=True)
    assert sum(isinstance(one, Learner) for one in added) == 3
    assert await Learner.filter(portal_id=sub.id).count() == 3


async def test_only_sub_portals_have_licences(acme):
    with pytest.raises(SettingsError, match="only sub-portals have licences"):
        await change_portal("acme", licence_limit=5)


async def test_the_integration_can_be_switched_off_per_portal(acme, sub, sandbox, store):
    await synced("sub", store, sandbox)
    await change_portal("sub", integration_enabled=False)
    with pytest.raises(SettingsError, match="The integration of sub is switched off; nothing was done"):
        await sync_portal("sub", store)
