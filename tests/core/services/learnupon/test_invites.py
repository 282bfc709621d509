"""Resending and cancelling the invitations that LearnUpon sends."""

import asyncio
from datetime import date
from random import Random

import pytest

from core.clock import now
from core.domain.errors import BusyError, SettingsError
from core.domain.roles import Role
from core.portals.learnupon.errors import KeysRefused, TryAgainLater
from core.sandbox.learnupon.faults import cut, lost, slow, status
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.admins import set_admin
from core.services.invites import cancel_invites, resend
from core.services.people import pending_users
from core.services.syncing import sync_portal
from core.store.models import AuditLine, Learner, LearnUponAccount
from core.store.run_lock import hold_run_lock
from tests.core.store.databases import on_sqlite

ANN, BEA, CLEO = "ann@example.com", "bea@example.com", "cleo@example.com"
EVERYONE = [ANN, BEA, CLEO]


@pytest.fixture
async def invited(connected, store, set_clock):
    """Ann, Bea and Cleo were invited by a sync an hour ago."""
    await sync_portal("acme", store)
    set_clock("2026-03-10T13:00:00Z")


async def only(work) -> tuple[str, str]:
    (outcome,) = await work
    return outcome.outcome, outcome.detail


def lines(action: str):
    return AuditLine.filter(action=action)


async def test_a_resend_voids_the_invitation_and_sends_another(invited, there, store, person):
    assert (await only(resend("acme", ["Ann@Example.com "], store)))[0] == "resent"
    old, new = there.invites(ANN)
    assert (old.status, new.status) == ("canceled", "sent")
    assert (new.first_name, new.last_name, new.values) == (old.first_name, old.last_name, old.values)
    assert [len(there.invites(email)) for email in (BEA, CLEO)] == [1, 1]
    ann = await person(ANN)
    assert (ann.status, ann.remote_invite_id, ann.invited_at) == ("pending", str(new.id), now())
    ((line,), users) = (await lines("invite resent"), await pending_users("acme"))
    assert line.subject == ANN
    assert {user.email: (user.resent, user.cancelled) for user in users} == {
        ANN: (1, False),
        BEA: (0, False),
        CLEO: (0, False),
    }


async def test_a_sync_after_a_resend_has_nothing_to_do(invited, there, store, person):
    before = (await person(ANN)).revision
    await resend("acme", [ANN], store)
    assert (await person(ANN)).revision == before
    for reconcile in (False, True):
        run = await sync_portal("acme", store, reconcile=reconcile)
        assert (run.status, run.requests_portal) == ("succeeded", 3 if reconcile else 2)
    assert [len(there.invites(email)) for email in EVERYONE] == [2, 1, 1]
    assert (await person(ANN)).status == "pending"


async def test_who_accepted_meanwhile_is_said_so_and_known_as_active(invited, there, store, person):
    for flow, email in ((resend, ANN), (cancel_invites, BEA)):
        there.accept(email)
        outcome, detail = await only(flow("acme", [email], store))
        assert (outcome, "Has accepted meanwhile" in detail) == ("refused", True)
        row = await person(email)
        assert (row.status, row.accepted, row.remote_invite_id) == ("active", True, None)
        assert int(row.remote_id) in there.portal.members
        assert len(there.invites(email)) == 1
        outcome, detail = await only(flow("acme", [email], store))
        assert outcome == "refused"
    assert await lines("invite found accepted").count() == 2
    assert await lines("invite resent").count() == 0
    run = await sync_portal("acme", store, reconcile=True)
    assert run.status == "succeeded"


async def test_a_cancelled_invitation_is_void_and_no_sync_sends_another(invited, there, store, person):
    assert (await only(cancel_invites("acme", [ANN], store)))[0] == "cancelled"
    assert [invite.status for invite in there.invites(ANN)] == ["canceled"]
    assert [user.email for user in await pending_users("acme")] == [BEA, CLEO]
    assert await lines("invite cancelled").count() == 1
    for reconcile in (False, True):
        await sync_portal("acme", store, reconcile=reconcile)
    assert (await person(ANN)).status == "disabled"
    assert len(there.invites(ANN)) == 1
    outcome, detail = await only(cancel_invites("acme", [ANN], store))
    assert (outcome, detail) == ("refused", "Is disabled and has no open invitation; there is nothing to cancel.")


@pytest.mark.parametrize("by_hand", [False, True])
async def test_after_a_cancellation_a_resend_invites_again(invited, there, store, person, by_hand):
    if by_hand:
        there.withdraw(ANN)
        await sync_portal("acme", store)
    else:
        await cancel_invites("acme", [ANN], store)
    assert (await person(ANN)).status == "disabled"
    assert (await only(resend("acme", [ANN], store)))[0] == "resent"
    assert (await person(ANN)).status == "pending"
    there.accept(ANN)
    await sync_portal("acme", store, reconcile=True)
    ann = await person(ANN)
    assert (ann.status, ann.disabled_by, ann.accepted) == ("active", None, True)


@on_sqlite
async def test_each_address_stands_for_itself_in_the_order_given(invited, there, store, person):
    await Learner.filter(email=BEA).update(status="disabled", disabled_by="sync")
    await Learner.filter(email=CLEO).update(account_expires=date(2026, 3, 9))
    there.sandbox.realm.add_user(there.portal, "boss@example.com")
    await sync_portal("acme", store, reconcile=True)
    given = ["nobody@example.com", BEA, CLEO, "boss@example.com", ANN, "ANN@example.com"]
    outcomes = await resend("acme", given, store)
    assert [(one.email, one.outcome) for one in outcomes] == list(
        zip(given[:5], ["refused", "refused", "refused", "refused", "resent"], strict=True)
    )
    assert [one.detail.split(",")[0].split(";")[0] for one in outcomes[:4]] == [
        "Nobody in acme has this address.",
        "A sync ended the access",
        "The account's last day was 2026-03-09",
        "Has an account in LearnUpon",
    ]


@on_sqlite
async def test_another_is_sent_once_a_minute_at_most(invited, there, store, set_clock):
    await resend("acme", [ANN], store)
    set_clock("2026-03-10T13:00:59Z")
    outcome, detail = await only(resend("acme", [ANN], store))
    assert (outcome, "the next may be at 09:01:00 (America/New_York)" in detail) == ("refused", True)
    assert len(there.invites(ANN)) == 2
    set_clock("2026-03-10T13:01:00Z")
    assert (await only(resend("acme", [ANN], store)))[0] == "resent"


@on_sqlite
@pytest.mark.parametrize("fault", [lost, cut])
async def test_an_answer_that_was_lost_leaves_exactly_one_open_invitation(invited, there, store, person, fault):
    there.sandbox.faults.add(fault, "POST portal_invite")
    assert (await only(resend("acme", [ANN], store)))[0] == "resent"
    invites = there.invites(ANN)
    assert [invite.status for invite in invites] == ["canceled", "sent"]
    assert (await person(ANN)).remote_invite_id == str(invites[1].id)


@on_sqlite
async def test_when_no_other_can_be_sent_it_is_said_and_the_next_sync_sends_it(invited, there, store, person):
    there.sandbox.faults.add(status(400), "POST portal_invite")
    outcome, detail = await only(resend("acme", [ANN], store))
    assert (outcome, detail.startswith("LearnUpon sent no other invitation; the next sync tries.")) == ("refused", True)
    assert "Nothing was changed" not in detail
    assert there.open_invite(ANN) is None
    await sync_portal("acme", store)
    assert there.open_invite(ANN) is not None
    ann = await person(ANN)
    assert (ann.status, ann.remote_invite_id) == ("pending", str(there.open_invite(ANN).id))


@on_sqlite
@pytest.mark.parametrize("last_call", ["GET users/search", "DELETE group_invites/#", "POST portal_invite"])
async def test_a_resend_that_is_killed_anywhere_is_ended_by_the_next_sync(invited, there, store, person, last_call):
    there.sandbox.faults.add(slow(30), last_call)
    work = asyncio.ensure_future(resend("acme", [ANN], store))
    while len(there.sandbox.faults):  # until the call is under way
        await asyncio.sleep(0.01)
    work.cancel()
    await asyncio.wait({work})
    there.sandbox.faults.clear()
    await sync_portal("acme", store)
    ann = await person(ANN)
    assert ann.status == "pending"
    assert len([invite for invite in there.invites(ANN) if invite.status == "sent"]) == 1
    assert (await sync_portal("acme", store)).status == "succeeded"


@on_sqlite
async def test_what_the_fields_take_no_more_costs_nobody_their_invitation(invited, there, store, person):
    ann = await person(ANN)
    await Learner.filter(id=ann.id).update(custom='{"Department": "Ops", "Grade": "B"}')
    (grade,) = (field for field in there.portal.fields.values() if field.label == "Grade")
    grade.choices.remove("B")
    there.sandbox.settings.bad_value = "reject"
    assert (await only(resend("acme", [ANN], store)))[0] == "resent"
    assert list(there.open_invite(ANN).values.values()) == ["Ops"]


@on_sqlite
async def test_when_a_withdrawal_is_refused_nothing_was_changed(invited, there, store, person):
    before = await Learner.all().values()
    for flow in (resend, cancel_invites):
        there.sandbox.faults.add(status(400), "DELETE group_invites/#")
        outcome, detail = await only(flow("acme", [ANN], store))
        assert (outcome, "Nothing was changed for this person" in detail) == ("refused", True)
    assert await Learner.all().values() == before
    assert [invite.status for invite in there.invites(ANN)] == ["sent"]


@on_sqlite
async def test_an_account_that_appeared_while_it_was_sent_is_taken_for_what_it_is(invited, there, store, person):
    """Somebody makes an account by hand between the withdrawal and the new invitation."""
    there.sandbox.realm.add_user(there.portal, ANN, "Ann", "Lee")
    there.sandbox.faults.add(status(404), "GET users/search", times=1)  # the first look does not see it yet
    outcome, detail = await only(resend("acme", [ANN], store))
    assert (outcome, detail) == (
        "refused",
        "Has accepted meanwhile and has an account in LearnUpon now, so there is no invitation any more.",
    )
    assert ((await person(ANN)).status, there.open_invite(ANN)) == ("active", None)


@on_sqlite
async def test_where_learnupon_cannot_be_reached_nothing_was_done(invited, there, store):
    before = await Learner.all().values()
    there.sandbox.faults.add(status(503), "*", times=None)
    with pytest.raises(TryAgainLater):
        await resend("acme", EVERYONE, store)
    assert await Learner.all().values() == before
    account = await LearnUponAccount.get()
    assert (account.status, account.failures, account.retry_at) == ("active", 0, None)


@on_sqlite
async def test_where_it_fails_on_the_way_it_is_said_who_was_not_reached(invited, there, store):
    there.sandbox.faults.add(slow(0), "DELETE group_invites/#")
    there.sandbox.faults.add(status(503), "DELETE group_invites/#", times=None)
    outcomes = await resend("acme", EVERYONE, store)
    assert [(one.email, one.outcome) for one in outcomes] == [(ANN, "resent"), (BEA, "refused"), (CLEO, "refused")]
    assert {one.detail.split(",")[0] for one in outcomes[1:]} == {
        "LearnUpon failed inside (503) while cancelling an invite"
    }
    assert [len(there.invites(email)) for email in EVERYONE] == [2, 1, 1]


@on_sqlite
async def test_refused_keys_are_remembered(invited, there, store):
    there.sandbox.realm.rotate_keys(there.portal)
    with pytest.raises(KeysRefused):
        await resend("acme", [ANN], store)
    assert (await LearnUponAccount.get()).status == "refused"


@on_sqlite
async def test_while_the_portal_is_synced_it_waits(invited, acme, there, store):
    async with hold_run_lock(acme.id, "acme"):
        for flow in (resend, cancel_invites):
            with pytest.raises(BusyError):
                await flow("acme", [ANN], store)
    assert [invite.status for invite in there.invites(ANN)] == ["sent"]


@on_sqlite
@pytest.mark.parametrize("flow", [resend, cancel_invites])
async def test_an_operator_may_and_a_viewer_may_not(invited, there, store, flow):
    await set_admin("acme", "Olga", Role.OPERATOR)
    await set_admin("acme", "Vic", Role.VIEWER)
    with acting_as(Actor("Vic", "tui")), pytest.raises(NotAllowed):
        await flow("acme", [ANN], store)
    assert there.open_invite(ANN) is not None
    with acting_as(Actor("Olga", "tui")):
        assert (await only(flow("acme", [ANN], store)))[0] in ("resent", "cancelled")
    assert (await AuditLine.all().order_by("-id").first()).actor == "Olga"


@on_sqlite
@pytest.mark.parametrize("flow", [resend, cancel_invites])
async def test_without_an_address_nothing_is_done(acme, store, flow):
    with pytest.raises(SettingsError, match="No e-mail address"):
        await flow("acme", [], store)


@on_sqlite
@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_done_in_whatever_order_both_sides_agree(invited, there, store, person, set_clock, seed):
    """After every step that looks: pending here is an open invitation there, active here is a user there."""
    random = Random(seed)
    for step in range(20):
        set_clock(f"2026-03-10T14:{step:02}:00Z")
        email = random.choice(EVERYONE)
        match random.choice(["resend", "cancel", "accept", "withdraw", "sync"]):
            case "resend":
                await resend("acme", [email], store)
            case "cancel":
                await cancel_invites("acme", [email], store)
            case "accept" if there.open_invite(email):
                there.accept(email)
            case "withdraw" if there.open_invite(email):
                there.withdraw(email)
        await sync_portal("acme", store, reconcile=True)
        for each in EVERYONE:
            row, invite = await person(each), there.open_invite(each)
            user = there.sandbox.realm.member(there.portal, each)
            assert (row.status == "pending") == (invite is not None), (step, each)
            assert invite is None or row.remote_invite_id == str(invite.id), (step, each)
            assert (row.status == "active") == (user is not None), (step, each)
            assert row.remote_id == (str(user.account.id) if user else None)
