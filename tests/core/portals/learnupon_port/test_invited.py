"""People who were invited and are no users yet."""

import pytest

from core.domain.outcome import Reason
from tests.core.portals.learnupon_port.people import ACTIVE, DISABLED, PENDING, apply, change, known, new, row_of
from tests.core.store.databases import on_sqlite

pytestmark = on_sqlite

ANN = "ann@example.com"


@pytest.fixture
async def invited(portal):
    """The portal, which has invited Ann."""
    await portal.look()
    await apply(portal, new(ANN, status=PENDING))
    return portal


async def _made(harness, *changes):
    results = await apply(harness, *changes)
    assert [result.refused for result in results] == [None] * len(changes)
    return results


def _writes(harness):
    return {call: number for call, number in harness.sandbox.counts.items() if not call.startswith("GET ")}


async def test_whoever_was_invited_by_hand_before_the_first_reading_is_pending(portal):
    portal.invite_by_hand("Ann@example.com")
    await portal.look()
    account = await known(portal, ANN)
    assert (account.status, account.email, account.first_name) == (PENDING, "Ann@example.com", "")
    await portal.check()


async def test_whoever_accepts_is_active_at_the_next_look_which_reads_one_page_and_one_user(invited):
    invited.accept(ANN)
    before = invited.client.requests
    seen = await invited.glance()
    assert invited.client.requests - before == 3
    assert (seen.edited, seen.everyone) == (1, False)
    account = await known(invited, ANN)
    assert (account.status, account.accepted) == (ACTIVE, True)
    await invited.check()


async def test_while_nobody_is_pending_no_invites_are_read(portal):
    await portal.look()
    before = portal.sandbox.counts["GET group_invites"]
    await portal.glance()
    assert portal.sandbox.counts["GET group_invites"] == before


async def test_a_long_list_of_invites_is_gone_through_page_by_page(open_portal):
    harness = await open_portal(page_size=2)
    await harness.look()
    names = [f"p{number}@example.com" for number in range(7)]
    await _made(harness, *(new(name, status=PENDING) for name in names))
    harness.accept(names[6])
    order = [(each.email or "") for each in harness.portal.invites.values()]
    page = order.index(names[6]) // 2 + 1
    for number in range(1, 5):
        before = harness.client.requests
        await harness.glance()
        assert harness.client.requests - before == (3 if number == page else 2)
    assert (await known(harness, names[6])).status is ACTIVE
    await harness.glance()
    harness.accept(order[0])
    for _ in range(4):
        await harness.glance()
    assert (await known(harness, order[0])).status is ACTIVE
    await harness.check()


async def test_a_list_of_invites_that_grew_shorter_begins_anew(open_portal):
    harness = await open_portal(page_size=2, deleted_invite="gone")
    await harness.look()
    names = [f"p{number}@example.com" for number in range(4)]
    await _made(harness, *(new(name, status=PENDING) for name in names))
    await harness.glance()
    for email in harness.invited()[:2]:
        harness.withdraw_by_hand(email)
    for email in harness.invited():
        harness.accept(email)
    for _ in range(2):
        before = harness.client.requests
        await harness.glance()
    assert harness.client.requests - before <= 4
    statuses = [(await known(harness, name)).status for name in names]
    assert statuses.count(ACTIVE) == 2
    await harness.look()
    statuses = [(await known(harness, name)).status for name in names]
    assert sorted(statuses) == [ACTIVE, ACTIVE, DISABLED, DISABLED]
    await harness.check()


async def test_many_who_accepted_are_read_with_everyone(portal):
    await portal.look()
    names = [f"p{number}@example.com" for number in range(41)]
    await _made(portal, *(new(name, status=PENDING) for name in names))
    for name in names:
        portal.accept(name)
    searches = portal.sandbox.counts["GET users/search"]
    seen = await portal.glance()
    assert (seen.everyone, seen.edited) == (True, 41)
    assert portal.sandbox.counts["GET users/search"] == searches
    await portal.check()


@pytest.mark.parametrize("fully", [False, True])
async def test_an_invitation_withdrawn_by_hand_is_an_admins_no(invited, fully):
    invited.withdraw_by_hand(ANN)
    await invited.looking.look(fully=fully)
    row = await row_of(invited, ANN)
    assert (row.status, row.disabled_by) == ("disabled", "admin")
    await invited.check()


async def test_an_invitation_withdrawn_by_hand_that_leaves_the_list_is_noticed_when_everyone_is_read(open_portal):
    harness = await open_portal(deleted_invite="gone")
    await harness.look()
    await _made(harness, new(ANN, status=PENDING), new("bea@example.com", status=PENDING))
    harness.withdraw_by_hand(ANN)
    await harness.look()
    assert (await row_of(harness, ANN)).disabled_by == "admin"
    assert (await known(harness, "bea@example.com")).status is PENDING
    await harness.check()


async def test_a_list_without_any_of_our_invitations_takes_nobody_theirs(open_portal):
    """Whether invitations to a portal are in the list of those to groups is not established (facts, section 4)."""
    harness = await open_portal(deleted_invite="gone")
    await harness.look()
    await _made(harness, new(ANN, status=PENDING))
    harness.withdraw_by_hand(ANN)
    harness.invite_by_hand("bea@example.com").group_id = 7
    await harness.look()
    assert (await known(harness, ANN)).status is PENDING


async def test_whoever_is_invited_again_by_hand_is_pending_again(invited):
    await _made(invited, await change(invited, ANN, status=DISABLED))
    assert (await known(invited, ANN)).status is DISABLED
    invited.invite_by_hand(ANN)
    seen = await invited.looking.look(fully=True)
    assert seen.edited == 1
    assert (await known(invited, ANN)).status is PENDING
    await invited.check()


async def test_a_new_name_waits_for_the_acceptance_and_arrives_after_it(invited):
    writes = _writes(invited)
    await _made(invited, await change(invited, ANN, first_name="Anna"))
    assert _writes(invited) == writes
    assert (await known(invited, ANN)).first_name == "Anna"
    invited.accept(ANN)
    seen = await invited.glance()
    assert seen.edited == 1
    assert (await known(invited, ANN)).first_name == "Ann"
    await _made(invited, await change(invited, ANN, first_name="Anna"))
    assert invited.users()[ANN]["names"] == ("Anna", "Lee")
    await invited.check()


async def test_a_new_address_is_invited_anew_exactly_once(invited):
    writes = _writes(invited)
    await _made(invited, await change(invited, ANN, email="new@example.com"))
    assert invited.invited() == ["new@example.com"]
    after = _writes(invited)
    assert {call: after[call] - writes.get(call, 0) for call in after} == {
        "POST portal_invite": 1,
        "DELETE group_invites/#": 1,
    }
    await invited.glance()
    assert (await known(invited, "new@example.com")).status is PENDING
    await invited.check()


async def test_ending_somebody_invited_withdraws_the_invitation(invited):
    await _made(invited, await change(invited, ANN, status=DISABLED))
    assert (invited.invited(), invited.users()) == ([], {})
    row = await row_of(invited, ANN)
    assert (row.status, row.disabled_by) == ("disabled", "sync")
    await invited.check()


@pytest.mark.parametrize("status", [PENDING, ACTIVE])
async def test_whoever_returns_after_that_is_invited_or_created_again(invited, status):
    await _made(invited, await change(invited, ANN, status=DISABLED))
    await _made(invited, await change(invited, ANN, status=status, first_name="Anna"))
    assert (await known(invited, ANN)).status is status
    assert (invited.invited() == [ANN]) is (status is PENDING)
    assert (ANN in invited.users()) is (status is ACTIVE)
    await invited.check()


async def test_whoever_accepted_a_moment_before_is_ended_as_a_user(invited):
    invited.accept(ANN)
    await _made(invited, await change(invited, ANN, status=DISABLED))
    assert invited.users()[ANN]["enabled"] is False
    row = await row_of(invited, ANN)
    assert (row.status, row.disabled_by) == ("disabled", "sync")
    await invited.check()


async def test_whoever_accepted_a_moment_before_gets_the_new_name_and_address_as_a_user(invited):
    invited.accept(ANN)
    await _made(invited, await change(invited, ANN, first_name="Anna", email="new@example.com"))
    assert invited.users()["new@example.com"]["names"] == ("Anna", "Lee")
    assert invited.invited() == []
    assert (await known(invited, "new@example.com")).status is ACTIVE
    await invited.check()


async def test_whoever_accepted_a_moment_before_is_not_removed(invited):
    invited.accept(ANN)
    (refused,) = await apply(invited, await change(invited, ANN, remove=True))
    assert refused.refused is Reason.CHANGED_MEANWHILE
    assert (await known(invited, ANN)).status is ACTIVE
    await invited.check()


async def test_removing_somebody_invited_withdraws_the_invitation(invited):
    await _made(invited, await change(invited, ANN, remove=True))
    assert invited.invited() == []
    assert await invited.port.learners_by_email([ANN]) == {}
    await invited.check()


async def test_somebody_invited_and_a_user_exchange_their_addresses(invited):
    await invited.add_account("bea@example.com", first_name="Bea", last_name="Lee")
    await _made(
        invited,
        await change(invited, ANN, email="bea@example.com"),
        await change(invited, "bea@example.com", email=ANN),
    )
    assert invited.invited() == ["bea@example.com"]
    assert invited.users()[ANN]["names"] == ("Bea", "Lee")
    assert (await known(invited, "bea@example.com")).status is PENDING
    await invited.check()


async def test_somebody_who_accepted_a_moment_before_exchanges_addresses_as_a_user(invited):
    await invited.add_account("bea@example.com", first_name="Bea", last_name="Lee")
    changes = [
        await change(invited, ANN, email="bea@example.com"),
        await change(invited, "bea@example.com", email=ANN),
    ]
    invited.accept(ANN)
    await _made(invited, *changes)
    assert invited.invited() == []
    assert {email: state["names"][0] for email, state in invited.users().items()} == {
        ANN: "Bea",
        "bea@example.com": "Ann",
    }
    await invited.check()


async def test_a_new_invitation_that_is_refused_is_tried_again_and_no_admins_no(open_portal):
    harness = await open_portal(bad_value="reject")
    await harness.look()
    await _made(harness, new(ANN, status=PENDING))
    (refused,) = await apply(harness, await change(harness, ANN, email="not an address"))
    assert refused.refused is Reason.PORTAL_REFUSED
    await harness.glance()
    account = await known(harness, ANN)
    assert account.status is PENDING
    assert harness.invited() == []
    await _made(harness, await change(harness, ANN, email="new@example.com"))
    assert harness.invited() == ["new@example.com"]
    await harness.check()


async def test_an_open_invitation_is_not_doubled_where_a_created_account_was_asked_for(open_portal):
    harness = await open_portal(create_for_invited="refuses")
    await harness.look()
    harness.invite_by_hand(ANN)
    (made,) = await _made(harness, new(ANN))
    assert (made.outcome, "open invitation" in made.detail) == ("invited", True)
    assert harness.invited() == [ANN]
    await harness.check()
