"""Resending and cancelling invites."""

# ruff: noqa: F811

import asyncio
from datetime import date, timedelta

import pytest

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteHow
from core.jobs.outbox import deliver_due
from core.portals.embedded.invites import add_invites, add_reset
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.invites import cancel_invites, resend
from core.services.people import pending_users
from core.services.portals import change_portal, set_invites
from core.services.syncing import sync_portal
from core.store.connection import open_store
from core.store.models import Admin, AuditLine, Invite, Learner, Mail
from core.store.transactions import write_transaction
from tests.core.jobs.mail_server import smtp, start_mail_server, use_mail_server  # noqa: F401
from tests.core.store.databases import on_sqlite

URL = "sqlite://nowhere"  # the invites of an embedded portal take no key, which is all that it is wanted for


def lines():
    """The audit lines of what a test did."""
    return AuditLine.exclude(action__startswith="portal ")


@pytest.fixture
def invited(acme, add_learner, set_clock):
    """Call with an e-mail to put someone pending into the portal, invited an hour ago."""

    async def add(email: str, **values) -> Learner:
        row = await add_learner(email, **{"status": "pending", "revision": 7} | values)
        async with write_transaction():
            await add_invites(acme.id, [(row.id, row.status)], now() - timedelta(hours=1))
        return row

    return add


async def only(work) -> tuple[str, str]:
    (outcome,) = await work
    return outcome.outcome, outcome.detail


async def test_a_resend_makes_a_new_link_and_mail_and_the_old_ones_are_dead(invited):
    await invited("ann@example.com")
    assert (await only(resend("acme", ["Ann@Example.com "], URL)))[0] == "resent"
    old, new = await Invite.all().order_by("id")
    assert [(invite.kind, invite.status) for invite in (old, new)] == [("invitation", "voided"), ("invitation", "open")]
    assert old.seed != new.seed
    assert [mail.state for mail in await Mail.all().order_by("id")] == ["void", "waiting"]
    assert [(user.resent, user.invited_at) for user in await pending_users("acme")] == [(1, now())]


async def test_a_resend_says_who_invited_and_when_and_does_not_touch_what_a_sync_looks_at(invited, acme):
    await invited("ann@example.com")
    await Admin.create(portal=acme, name="Olga", name_key="olga", role="operator", created_at=now())
    with acting_as(Actor("Olga", "tui")):
        await resend("acme", ["ann@example.com"], URL)
    ann = await Learner.get()
    assert (ann.invited_at, ann.invited_by, ann.revision) == (now(), "Olga", 7)
    line = await lines().get()
    assert (line.actor, line.face, line.action, line.subject) == ("Olga", "tui", "invite resent", "ann@example.com")


async def test_only_the_new_link_is_mailed(invited, smtp, store):
    await invited("ann@example.com")
    await resend("acme", ["ann@example.com"], URL)
    assert (await deliver_due(store)).sent == 1
    assert await Invite.filter(expires_at=now() + timedelta(hours=72), status="open").count() == 1


async def test_a_link_is_made_out_once_a_minute_at_most(invited, set_clock):
    await invited("ann@example.com")
    set_clock("2026-03-10T12:00:00Z")
    await resend("acme", ["ann@example.com"], URL)
    set_clock("2026-03-10T12:00:59Z")
    outcome, detail = await only(resend("acme", ["ann@example.com"], URL))
    assert (outcome, "the next may be at 08:01:00 (America/New_York)" in detail) == ("refused", True)
    assert await Invite.all().count() == 2
    set_clock("2026-03-10T12:01:00Z")
    assert (await only(resend("acme", ["ann@example.com"], URL)))[0] == "resent"


async def test_someone_active_without_a_password_gets_a_welcome_one_with_a_password_nothing(add_learner):
    await add_learner("new@example.com")
    await add_learner("old@example.com", password_hash="a hash")
    outcomes = await resend("acme", ["new@example.com", "old@example.com"], URL)
    assert [(one.email, one.outcome) for one in outcomes] == [
        ("new@example.com", "resent"),
        ("old@example.com", "refused"),
    ]
    assert "has chosen a password already" in outcomes[1].detail.lower()
    assert [invite.kind for invite in await Invite.all()] == ["welcome"]


async def test_a_bad_address_does_not_stop_the_others_and_each_is_told_in_the_order_given(invited):
    await invited("ann@example.com")
    await invited("gone@example.com", status="disabled")
    await invited("late@example.com", account_expires=date(2026, 3, 9))
    await invited("zoe@example.com")
    emails = ["nobody@example.com", "zoe@example.com", "gone@example.com", "late@example.com", "ann@example.com"]
    outcomes = await resend("acme", emails, URL)
    assert [(one.email, one.outcome) for one in outcomes] == list(
        zip(emails, ["refused", "resent", "refused", "refused", "resent"], strict=True)
    )
    assert outcomes[0].detail == "Nobody in acme has this address."
    assert [one.detail for one in outcomes[2:4]] == [
        "The account is disabled, so no link would open it; enable it first.",
        "The account's last day was 2026-03-09; enable it first, which clears that day.",
    ]


@on_sqlite
async def test_an_address_given_twice_is_one(invited):
    await invited("ann@example.com")
    assert len(await resend("acme", ["ann@example.com", "ANN@example.com"], URL)) == 1


@on_sqlite
async def test_people_of_another_portal_are_nobody_here(invited, store):
    from core.services.portals import create_portal

    await invited("ann@example.com")
    await create_portal("other")
    assert (await only(resend("other", ["ann@example.com"], URL)))[0] == "refused"
    assert (await only(cancel_invites("other", ["ann@example.com"], URL)))[0] == "refused"


@on_sqlite
async def test_a_portal_with_single_sign_on_resends_nothing(invited, acme):
    await invited("ann@example.com")
    await change_portal("acme", sso=True)
    with pytest.raises(SettingsError, match="single sign-on"):
        await resend("acme", ["ann@example.com"], URL)
    assert await Invite.all().count() == 1


@on_sqlite
@pytest.mark.parametrize("flow", [resend, cancel_invites])
async def test_a_viewer_may_not(invited, acme, flow):
    await invited("ann@example.com")
    await Admin.create(portal=acme, name="Vic", name_key="vic", role="viewer", created_at=now())
    with acting_as(Actor("Vic", "tui")), pytest.raises(NotAllowed):
        await flow("acme", ["ann@example.com"], URL)


@on_sqlite
@pytest.mark.parametrize("flow", [resend, cancel_invites])
async def test_without_an_address_nothing_is_done(acme, flow):
    with pytest.raises(SettingsError, match="No e-mail address"):
        await flow("acme", [], URL)


async def test_a_cancelled_link_is_dead_its_mail_void_and_the_person_stays_pending(invited, smtp, store):
    await invited("ann@example.com")
    assert (await only(cancel_invites("acme", ["ann@example.com"], URL)))[0] == "cancelled"
    assert ((await Invite.get()).status, (await Mail.get()).state) == ("cancelled", "void")
    assert (await deliver_due(store)).sent == 0
    (user,) = await pending_users("acme")
    assert (user.cancelled, (await Learner.get()).revision) == (True, 7)
    line = await lines().get()
    assert (line.action, line.subject) == ("invite cancelled", "ann@example.com")


@on_sqlite
async def test_what_has_no_open_link_cannot_be_cancelled(invited, add_learner, acme):
    await invited("ann@example.com")
    await cancel_invites("acme", ["ann@example.com"], URL)
    active = await add_learner("active@example.com", password_hash="a hash")
    await add_reset(acme.id, active.id, now())
    for email in ("ann@example.com", "active@example.com", "nobody@example.com"):
        assert (await only(cancel_invites("acme", [email], URL)))[0] == "refused"
    assert await lines().count() == 1
    assert (await Invite.get(kind="reset")).status == "open"


async def test_after_a_cancellation_a_resend_invites_again(invited, set_clock):
    await invited("ann@example.com")
    await cancel_invites("acme", ["ann@example.com"], URL)
    set_clock("2026-03-10T13:00:00Z")
    assert (await only(resend("acme", ["ann@example.com"], URL)))[0] == "resent"
    assert [invite.status for invite in await Invite.all().order_by("id")] == ["cancelled", "open"]


async def test_cancelling_and_delivering_at_once_do_not_get_in_each_others_way(invited, smtp, store):
    emails = [f"p{number}@example.com" for number in range(15)]
    for email in emails:
        await invited(email)

    async def deliver() -> int:
        async with open_store(store):
            return (await deliver_due(store)).sent

    async def cancel() -> int:
        async with open_store(store):
            return sum(one.outcome == "cancelled" for one in await cancel_invites("acme", emails[::-1], URL))

    sent, cancelled = await asyncio.gather(asyncio.create_task(deliver()), asyncio.create_task(cancel()))
    assert (cancelled, await Invite.filter(status="cancelled").count()) == (15, 15)
    assert sent == len(set(smtp.recipients)) == len(smtp.recipients) == await Mail.filter(state="sent").count()
    assert await Mail.filter(state="void").count() == 15 - sent


async def test_no_sync_invites_again_who_was_cancelled(connected, store):
    await set_invites("acme", when=None, how=InviteHow.INVITE)
    await sync_portal("acme", store, trigger="schedule")
    assert {one.outcome for one in await cancel_invites("acme", ["ann@example.com"], URL)} == {"cancelled"}
    await sync_portal("acme", store, trigger="schedule")
    states = {invite.learner_id: invite.status for invite in await Invite.all()}
    ann = await Learner.get(email="ann@example.com")
    assert (len(states), ann.status, states[ann.id]) == (3, "pending", "cancelled")
