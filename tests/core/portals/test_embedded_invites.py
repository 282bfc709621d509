"""Invites of the embedded portal: links that are records, single-use, dead after 72 hours, never readable again."""

import re
from datetime import timedelta

from core.clock import now
from core.domain.change import AccountState, Change
from core.domain.learner import AccountStatus
from core.portals.embedded.invites import token_hash
from core.store.models import Invite, Learner

PENDING, ACTIVE, DISABLED = AccountStatus.PENDING, AccountStatus.ACTIVE, AccountStatus.DISABLED


async def test_someone_pending_gets_an_invitation_and_someone_active_a_welcome(apply, new_account):
    made = await apply(
        new_account("pending@example.com", status=PENDING, invite=True),
        new_account("welcome@example.com", status=ACTIVE, invite=True),
        new_account("silent@example.com", status=ACTIVE),
    )
    kinds = {str(invite.learner_id): (invite.kind, invite.status) for invite in await Invite.all()}
    assert kinds == {made[0].learner_id: ("invitation", "open"), made[1].learner_id: ("welcome", "open")}


async def test_a_link_lives_72_hours_and_the_account_says_since_when(apply, new_account):
    await apply(new_account("ann@example.com", status=PENDING, invite=True), new_account("silent@example.com"))
    invite = await Invite.get()
    assert (invite.created_at, invite.expires_at - invite.created_at) == (now(), timedelta(hours=72))
    assert (await Learner.get(email="ann@example.com")).invited_at == now()
    assert (await Learner.get(email="silent@example.com")).invited_at is None


async def test_only_a_hash_is_kept_and_every_link_is_another(apply, new_account):
    await apply(*(new_account(f"p{number}@example.com", status=PENDING, invite=True) for number in range(20)))
    hashes = [invite.token_hash for invite in await Invite.all()]
    assert len(set(hashes)) == 20
    assert all(re.fullmatch("[0-9a-f]{64}", found) for found in hashes)
    assert set(Invite._meta.fields_map) == {
        "id",
        "learner",
        "learner_id",
        "kind",
        "status",
        "token_hash",
        "created_at",
        "expires_at",
    }


def test_the_hash_of_a_token_does_not_show_it_and_is_always_the_same():
    assert token_hash("secret-token") == token_hash("secret-token") != token_hash("secret-tokem")
    assert "secret-token" not in token_hash("secret-token")


async def test_a_new_link_voids_the_earlier_one(harness, apply, new_account, set_clock):
    (made,) = await apply(new_account("ann@example.com", status=PENDING, invite=True))
    set_clock("2026-03-12")
    await apply(Change(made.learner_id, AccountState(), AccountState(), invite=True))
    assert [invite.status for invite in await Invite.all().order_by("id")] == ["voided", "open"]
    assert (await Learner.get()).invited_at == now()


async def test_ending_someone_pending_cancels_their_link_and_nobody_elses(apply, new_account):
    made = await apply(*(new_account(f"p{at}@example.com", status=PENDING, invite=True) for at in range(2)))
    before, after = AccountState(status=PENDING), AccountState(status=DISABLED)
    await apply(Change(made[0].learner_id, before, after, cancel_invite=True))
    found = {str(invite.learner_id): invite.status for invite in await Invite.all()}
    assert found == {made[0].learner_id: "cancelled", made[1].learner_id: "open"}


async def test_a_link_that_was_used_is_neither_cancelled_nor_voided(apply, new_account):
    (made,) = await apply(new_account("ann@example.com", status=PENDING, invite=True))
    await Invite.all().update(status="accepted")
    before, after = AccountState(status=PENDING), AccountState(status=DISABLED)
    await apply(Change(made.learner_id, before, after, cancel_invite=True))
    await apply(Change(made.learner_id, AccountState(), AccountState(), invite=True))
    assert [invite.status for invite in await Invite.all().order_by("id")] == ["accepted", "open"]


async def test_a_change_that_is_refused_leaves_links_alone(apply, new_account):
    (made,) = await apply(new_account("ann@example.com", status=PENDING, invite=True))
    stale = AccountState(status=ACTIVE)
    (refused,) = await apply(
        Change(made.learner_id, stale, AccountState(status=DISABLED), invite=True, cancel_invite=True)
    )
    assert refused.refused is not None
    assert [invite.status for invite in await Invite.all()] == ["open"]


async def test_someone_refused_gets_no_link(apply, new_account):
    await apply(
        new_account("ann@example.com", status=PENDING, invite=True),
        new_account("Ann@example.com", status=PENDING, invite=True),
    )
    assert await Invite.all().count() == 1
