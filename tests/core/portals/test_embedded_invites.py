"""Invites of the embedded portal: links that are records, single-use, dead after 72 hours, never readable again."""

import re

import pytest

from core.clock import now
from core.domain.change import AccountState, Change
from core.domain.learner import AccountStatus
from core.portals.embedded.invites import token_hash, token_of
from core.store.models import Invite, Learner, Mail
from core.store.secrets import Keyring, new_key

pytestmark = pytest.mark.parametrize("harness", ["embedded"], indirect=True)

PENDING, ACTIVE, DISABLED = AccountStatus.PENDING, AccountStatus.ACTIVE, AccountStatus.DISABLED


async def test_someone_pending_gets_an_invitation_and_someone_active_a_welcome(apply, new_account):
    made = await apply(
        new_account("pending@example.com", status=PENDING, invite=True),
        new_account("welcome@example.com", status=ACTIVE, invite=True),
        new_account("silent@example.com", status=ACTIVE),
    )
    kinds = {str(invite.learner_id): (invite.kind, invite.status) for invite in await Invite.all()}
    assert kinds == {made[0].learner_id: ("invitation", "open"), made[1].learner_id: ("welcome", "open")}


async def test_a_links_life_begins_when_its_mail_is_sent_and_the_account_says_when_it_was_invited(apply, new_account):
    await apply(new_account("ann@example.com", status=PENDING, invite=True), new_account("silent@example.com"))
    invite = await Invite.get()
    assert (invite.created_at, invite.expires_at) == (now(), None)
    assert (await Learner.get(email="ann@example.com")).invited_at == now()
    assert (await Learner.get(email="silent@example.com")).invited_at is None


async def test_every_invite_has_a_seed_of_its_own_and_no_token_until_it_is_sent(apply, new_account):
    await apply(*(new_account(f"p{number}@example.com", status=PENDING, invite=True) for number in range(20)))
    invites = await Invite.all()
    assert len({invite.seed for invite in invites}) == 20
    assert all(re.fullmatch("[0-9a-f]{32}", invite.seed) and invite.token_hash is None for invite in invites)


async def test_the_mail_of_an_invite_is_in_the_outbox_with_it(harness, apply, new_account):
    await apply(
        new_account("ann@example.com", status=PENDING, invite=True),
        new_account("bea@example.com", status=ACTIVE, invite=True),
        new_account("silent@example.com"),
    )
    kinds = {mail.invite_id: mail.kind for mail in await Mail.all()}
    assert kinds == {invite.id: invite.kind for invite in await Invite.all()}
    assert {(mail.state, mail.attempts, mail.due_at, mail.sent_at) for mail in await Mail.all()} == {
        ("waiting", 0, now(), None)
    }
    assert len({mail.message_id for mail in await Mail.all()}) == 2


async def test_a_mail_whose_link_was_voided_is_not_sent_any_more(apply, new_account):
    (made,) = await apply(new_account("ann@example.com", status=PENDING, invite=True))
    await apply(Change(made.learner_id, AccountState(), AccountState(), invite=True))
    assert [mail.state for mail in await Mail.all().order_by("id")] == ["void", "waiting"]


async def test_a_token_is_made_from_seed_and_key_and_stays_the_same_after_a_rotation(apply, new_account):
    await apply(new_account("ann@example.com", status=PENDING, invite=True))
    invite = await Invite.get()
    old, new = new_key(), new_key()
    token = token_of(invite, Keyring([old]))
    assert len(token) == 43
    assert invite.seed not in token
    assert token_of(invite, Keyring([new])) != token
    invite.token_hash = token_hash(token)
    assert token_of(invite, Keyring([new, old])) == token


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
