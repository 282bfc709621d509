"""Everyone is read: what was done by hand in LearnUpon is known afterwards, and nothing else has changed."""

from datetime import date

import pytest

from core.domain.custom_fields import FieldType
from core.portals.learnupon.client import LearnUponClient
from core.portals.learnupon.errors import LearnUponError, UnreadableAnswer
from core.portals.learnupon.looking import Looking
from core.sandbox.learnupon.faults import html
from core.store import models
from tests.core.portals.learnupon_port.people import DISABLED, PENDING, apply, change, known, new, row_of
from tests.core.store.databases import on_sqlite

ANN = "ann@example.com"


@pytest.fixture
async def ann(portal):
    """The portal, with Ann in it."""
    await portal.add_field("Job", FieldType.STRING)
    await portal.add_account(ANN, first_name="Ann", last_name="Lee", custom={"Job": "Cook"})
    return portal


@on_sqlite
@pytest.mark.parametrize(
    ("by_hand", "seen_as"),
    [
        ({"first_name": "Anna"}, {"first_name": "Anna"}),
        ({"last_name": "Stone"}, {"last_name": "Stone"}),
        ({"email": "new@example.com"}, {"email": "new@example.com"}),
        ({"email": "ANN@example.com"}, None),
        ({"custom": {"Job": "Chef"}}, {"custom": '{"Job":"Chef"}'}),
        ({"custom": {}}, {"custom": "{}"}),
        ({"user_type": "manager"}, {"user_type": "manager"}),
        ({"status": "disabled"}, {"status": "disabled", "disabled_by": "admin"}),
        ({"account_expires": date(2026, 5, 1)}, {"account_expires": date(2026, 5, 1), "expiry_by": "admin"}),
        ({"language": "de"}, None),
    ],
    ids=lambda values: next(iter(values)) if values else "no matter",
)
async def test_an_edit_by_hand_is_seen_once_and_moves_the_revision(ann, by_hand, seen_as):
    before = await row_of(ann, ANN)
    ann.set(ann.named(ANN), **by_hand)
    seen = await ann.looking.look(fully=True)
    after = await models.Learner.get(id=before.id)
    assert (seen.users, seen.new, seen.edited, seen.gone) == (1, 0, 1 if seen_as else 0, 0)
    assert (after.revision > before.revision) is (seen_as is not None)
    values = dict(after)
    assert {name: values[name] for name in seen_as or {}} == (seen_as or {})
    assert (await ann.looking.look(fully=True)).edited == 0


@on_sqlite
async def test_what_was_disabled_by_hand_and_enabled_again_is_active(ann):
    ann.set(ann.named(ANN), status="disabled")
    await ann.look()
    ann.set(ann.named(ANN), status="active")
    seen = await ann.looking.look(fully=True)
    row = await row_of(ann, ANN)
    assert (seen.edited, row.status, row.disabled_by) == (1, "active", None)


@on_sqlite
@pytest.mark.parametrize("by_sync", [True, False])
async def test_an_account_that_expired_was_ended_by_whoever_set_the_day(ann, set_clock, by_sync):
    last_day = date(2026, 3, 20)
    if by_sync:
        await apply(ann, await change(ann, ANN, account_expires=last_day))
    else:
        await ann.edit((await known(ann, ANN)).id, account_expires=last_day)
    ann.sandbox.realm.watch_expiry(ann.portal, ann.named(ANN))
    set_clock("2026-03-22")
    await ann.look()
    row = await row_of(ann, ANN)
    assert (row.status, row.disabled_by) == ("disabled", "sync" if by_sync else "admin")
    await ann.check()


@on_sqlite
async def test_an_account_disabled_before_its_day_was_so_by_an_admin(ann):
    await apply(ann, await change(ann, ANN, account_expires=date(2026, 6, 30)))
    ann.set(ann.named(ANN), status="disabled")
    await ann.look()
    assert (await row_of(ann, ANN)).disabled_by == "admin"


async def test_who_was_removed_by_hand_is_gone_and_who_is_new_is_known(ann):
    for name in ("bea", "cat"):
        await ann.add_account(f"{name}@example.com")
    await ann.remove((await known(ann, "bea@example.com")).id)
    ann.put_in("dan@example.com", first_name="Dan")
    seen = await ann.looking.look(fully=True)
    assert (seen.users, seen.new, seen.edited, seen.gone) == (3, 1, 0, 1)
    keys = {row.email_key for row in await models.Learner.filter(portal_id=ann.row.id)}
    assert keys == {ANN, "cat@example.com", "dan@example.com"}
    await ann.check()


async def test_addresses_exchanged_by_hand_stay_with_their_accounts(open_portal):
    harness = await open_portal(page_size=2)
    names = ["ann", "bea", "cat", "dan"]
    ids = {name: await harness.add_account(f"{name}@example.com", first_name=name) for name in names}
    members = {name: harness.named(f"{name}@example.com") for name in names}
    harness.set(members["ann"], email="parked@example.com")
    for giver, taker in (("bea", "ann"), ("cat", "bea"), ("dan", "cat")):
        harness.set(members[giver], email=f"{taker}@example.com")
    harness.set(members["ann"], email="dan@example.com")
    seen = await harness.looking.look(fully=True)
    assert (seen.new, seen.edited, seen.gone) == (0, 4, 0)
    now_at = {name: (await known(harness, f"{name}@example.com")).id for name in names}
    assert now_at == {"ann": ids["bea"], "bea": ids["cat"], "cat": ids["dan"], "dan": ids["ann"]}
    await harness.check()


@on_sqlite
async def test_an_address_taken_over_by_a_new_account_leaves_the_old_one_its_new_address(ann):
    old = (await known(ann, ANN)).id
    ann.set(ann.named(ANN), email="former@example.com")
    ann.put_in(ANN, first_name="Another")
    await ann.look()
    assert (await known(ann, "former@example.com")).id == old
    assert (await known(ann, ANN)).first_name == "Another"
    await ann.check()


@on_sqlite
async def test_whoever_was_invited_and_whose_address_a_user_got_is_that_user_or_gone(ann):
    await apply(ann, new("bea@example.com", status=PENDING))
    ann.withdraw_by_hand("bea@example.com")
    ann.set(ann.named(ANN), email="bea@example.com")
    await ann.look()
    assert (await known(ann, "bea@example.com")).first_name == "Ann"
    assert await models.Learner.filter(portal_id=ann.row.id).count() == 1
    await ann.check()


@on_sqlite
async def test_users_without_an_email_or_with_anothers_but_for_case_are_left_out(open_portal):
    harness = await open_portal(email_uniqueness="sensitive")
    realm = harness.sandbox.realm
    realm.join(harness.portal, realm.open_account("Ann@example.com", None))
    realm.join(harness.portal, realm.open_account("ann@example.com", None))
    realm.join(harness.portal, realm.open_account(None, "nameless"))
    seen = await harness.looking.look(fully=True)
    assert (seen.users, seen.new) == (3, 1)
    assert (await known(harness, ANN)).email == "Ann@example.com"
    assert (await harness.looking.look(fully=True)).edited == 0


@on_sqlite
async def test_the_one_who_is_known_by_an_address_keeps_it_when_another_spelling_turns_up(open_portal):
    harness = await open_portal(email_uniqueness="sensitive")
    realm = harness.sandbox.realm
    earlier = realm.open_account("other@example.com", None)
    realm.join(harness.portal, earlier)
    learner_id = await harness.add_account(ANN)
    realm.rename(earlier, email="ANN@example.com")
    await harness.look()
    assert (await known(harness, ANN)).id == learner_id
    assert await harness.port.learners_by_email(["other@example.com"]) != {}
    assert (await harness.looking.look(fully=True)).edited == 0


@on_sqlite
async def test_a_user_who_lost_their_address_to_another_never_blocks_the_reading(ann):
    """Where people are known by username, an e-mail can be taken away."""
    member = ann.named(ANN)
    ann.sandbox.realm.rename(member.account, email="x@example.com")
    member.account.email = ""
    ann.put_in(ANN, first_name="Another")
    seen = await ann.looking.look(fully=True)
    assert (seen.users, seen.new) == (2, 1)
    assert (await known(ann, ANN)).first_name == "Another"
    assert (await ann.looking.look(fully=True)).new == 0


async def test_twelve_hundred_users_are_read_over_pages(portal):
    for number in range(1200):
        portal.put_in(f"p{number}@example.com", first_name=str(number))
    seen = await portal.looking.look(fully=True)
    assert (seen.users, seen.new) == (1200, 1200)
    assert portal.sandbox.counts["GET users"] == 3
    portal.set(portal.named("p700@example.com"), last_name="Stone")
    seen = await portal.looking.look(fully=True)
    assert (seen.users, seen.new, seen.edited, seen.gone) == (1200, 0, 1, 0)
    await portal.check()


@on_sqlite
async def test_the_keys_of_another_portal_take_nobody_away_and_bring_nobody_in(portal):
    for number in range(30):
        portal.put_in(f"p{number}@example.com")
    await portal.look()
    kept = await models.Learner.filter(portal_id=portal.row.id).order_by("id").values()
    other = portal.sandbox.portal("sub")
    for number in range(20, 60):
        portal.sandbox.realm.add_user(other, f"q{number}@example.com")
    portal.portal, right = other, portal.portal
    portal.begin_anew()
    with pytest.raises(UnreadableAnswer, match="LearnUpon lists 40 users, and 30 of the 30 .* --start-afresh"):
        await portal.look()
    assert await models.Learner.filter(portal_id=portal.row.id).order_by("id").values() == kept
    portal.portal = right
    portal.begin_anew()
    await portal.check()


@on_sqlite
@pytest.mark.parametrize(("removed", "believed"), [(5, True), (6, False)])
async def test_a_handful_of_a_small_portal_may_be_gone(portal, removed, believed):
    for number in range(10):
        portal.put_in(f"p{number}@example.com")
    await portal.look()
    for number in range(removed):
        portal.sandbox.realm.leave(portal.portal, portal.named(f"p{number}@example.com").account)
    if believed:
        assert (await portal.looking.look(fully=True)).gone == removed
        await portal.check()
    else:
        with pytest.raises(UnreadableAnswer):
            await portal.look()
        assert await models.Learner.filter(portal_id=portal.row.id).count() == 10


@on_sqlite
async def test_a_reading_broken_off_in_the_middle_harms_nothing(open_portal):
    harness = await open_portal(page_size=3)
    for number in range(10):
        harness.put_in(f"p{number}@example.com")
    await harness.look()
    kept = await models.Learner.filter(portal_id=harness.row.id).order_by("id").values()
    for number in (0, 9):
        harness.set(harness.named(f"p{number}@example.com"), last_name="Stone")
    harness.put_in("new@example.com")
    for _ in range(2):
        harness.sandbox.faults.add(html, "GET users", times=None)
        with pytest.raises(LearnUponError):
            await harness.look()
        harness.sandbox.faults.clear()
        assert await models.Learner.filter(portal_id=harness.row.id).order_by("id").values() == kept
    seen = await harness.looking.look(fully=True)
    assert (seen.new, seen.edited, seen.gone) == (1, 2, 0)
    await harness.check()


@on_sqlite
async def test_a_reading_that_breaks_off_between_pages_harms_nothing(open_portal):
    harness = await open_portal(page_size=3)
    for number in range(10):
        harness.put_in(f"p{number}@example.com")
    await harness.look()
    for number in range(10):
        harness.set(harness.named(f"p{number}@example.com"), last_name="Stone")

    class BreaksOff(LearnUponClient):
        async def everyone(self, **options):
            pages = 0
            async for page in super().everyone(**options):
                yield page
                pages += 1
                if pages == 2:
                    raise UnreadableAnswer("The connection broke off.")

    harness.client.__class__ = BreaksOff
    with pytest.raises(UnreadableAnswer):
        await harness.look()
    assert await models.Learner.filter(portal_id=harness.row.id, last_name="Stone").count() == 0
    account = await models.LearnUponAccount.get(portal_id=harness.row.id)
    harness.client.__class__ = LearnUponClient
    assert (await harness.looking.look(fully=True)).edited == 10
    assert (await models.LearnUponAccount.get(portal_id=harness.row.id)).reconciled_at >= account.reconciled_at


@on_sqlite
async def test_somebody_skipped_by_a_list_that_grew_shorter_while_it_was_read_is_not_gone(open_portal):
    harness = await open_portal(page_size=3)
    ids = {number: await harness.add_account(f"p{number}@example.com") for number in range(7)}
    first = harness.named("p0@example.com").account

    class Shrinks(LearnUponClient):
        async def everyone(self, **options):
            pages = 0
            async for page in super().everyone(**options):
                yield page
                pages += 1
                if pages == 1:
                    harness.sandbox.realm.leave(harness.portal, first)

    harness.client.__class__ = Shrinks
    seen = await harness.looking.look(fully=True)
    harness.client.__class__ = LearnUponClient
    assert seen.gone == 0
    assert (await known(harness, "p3@example.com")).id == ids[3]
    assert (await harness.looking.look(fully=True)).gone == 1
    await harness.check()


@on_sqlite
@pytest.mark.parametrize(("days", "everyone"), [(6, False), (7, True)])
async def test_everyone_is_read_once_a_week(ann, set_clock, days, everyone):
    set_clock(f"2026-03-{10 + days}")
    assert (await ann.glance()).everyone is everyone


@on_sqlite
async def test_after_an_address_was_found_with_another_everyone_is_read_next(ann):
    """Ann was given another address by hand, and Bea hers: a change of Bea's account shows it."""
    await ann.add_account("bea@example.com", first_name="Bea")
    wanted = await change(ann, "bea@example.com", last_name="Stone", email="free@example.com")
    ann.set(ann.named(ANN), email="away@example.com")
    ann.set(ann.named("bea@example.com"), email=ANN)
    ann.sandbox.settings.silent = {"PUT users/#"}
    results = await apply(ann, wanted)
    ann.sandbox.settings.silent = set()
    assert [result.refused for result in results] == ["portal_refused"]
    seen = await ann.glance()
    assert seen.everyone
    assert (await known(ann, "away@example.com")).first_name == "Ann"
    assert (await known(ann, ANN)).first_name == "Bea"
    await ann.check()


@on_sqlite
async def test_a_first_reading_links_nobody_and_keeps_what_admins_did(portal):
    portal.put_in("gone@example.com", status="disabled", account_expires=date(2025, 1, 1))
    portal.put_in("boss@example.com", user_type="admin")
    assert (await portal.looking.look(fully=False)).everyone
    row = await row_of(portal, "gone@example.com")
    assert (row.status, row.disabled_by, row.expiry_by, row.source) == (DISABLED.value, "admin", "admin", "manual")
    assert await portal.port.sole_admin() == str((await row_of(portal, "boss@example.com")).id)


@on_sqlite
async def test_two_portals_are_read_into_their_own_accounts(portal):
    portal.put_in(ANN, first_name="Above")
    neighbour = await portal.neighbour()
    member = portal.named(ANN)
    portal.sandbox.realm.join(neighbour.portal, member.account)
    assert isinstance(neighbour.looking, Looking)
    for harness in (portal, neighbour):
        await harness.look()
    assert await models.Learner.filter(email_key=ANN).count() == 2
    await neighbour.remove((await known(neighbour, ANN)).id)
    await neighbour.look()
    assert await models.Learner.filter(email_key=ANN, portal_id=portal.row.id).exists()
    assert not await models.Learner.filter(email_key=ANN, portal_id=neighbour.row.id).exists()
    await portal.check()
