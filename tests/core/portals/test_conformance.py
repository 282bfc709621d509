"""What every kind of portal must do with the changes it is given (`core.portals.base.PortalPort`)."""

from datetime import date

import pytest

from core.domain.change import AccountState, Change
from core.domain.custom_fields import FieldType
from core.domain.learner import AccountStatus, UserType
from core.domain.outcome import Reason

FIELDS = {
    "Job": FieldType.STRING,
    "Site": FieldType.STRING,
    "Badge": FieldType.STRING,
    "Grade": FieldType.INTEGER,
}
ACTIVE, PENDING, DISABLED = AccountStatus.ACTIVE, AccountStatus.PENDING, AccountStatus.DISABLED


@pytest.fixture(autouse=True)
async def custom_fields(harness):
    for label, kind in FIELDS.items():
        await harness.add_field(label, kind)


def change(learner_id: str, before: dict, after: dict, **options: bool) -> Change:
    return Change(learner_id, AccountState(**before), AccountState(**after), **options)


async def test_a_new_account_holds_what_it_was_given(apply, new_account, learner, day):
    (made,) = await apply(
        new_account("Ann.Lee@example.com", status=PENDING, account_expires=day("2026-06-30"), custom={"Job": "Cook"})
    )
    assert made.refused is None
    account = await learner(made.learner_id)
    assert (account.email, account.first_name, account.last_name) == ("Ann.Lee@example.com", "Ann", "Lee")
    assert (account.status, account.account_expires, account.expiry_by_sync) == (PENDING, day("2026-06-30"), True)
    assert (account.accepted, account.custom, account.linked_employee_id) == (False, {"Job": "Cook"}, None)


async def test_new_accounts_are_always_learners(apply, new_account, everyone):
    await apply(*(new_account(f"{status}@example.com", status=status) for status in (ACTIVE, PENDING)))
    accounts = await everyone("active@example.com", "pending@example.com")
    assert {account.user_type for account in accounts.values()} == {UserType.LEARNER}
    assert len(accounts) == 2


async def test_nothing_to_apply_is_no_trouble(apply):
    assert await apply() == []


async def test_what_is_not_named_in_a_change_stays(harness, apply, learner, day):
    learner_id = await harness.add_account(
        "boss@example.com", first_name="Bo", last_name="Ss", user_type="admin", account_expires=day("2030-01-01")
    )
    (done,) = await apply(change(learner_id, {"last_name": "Ss"}, {"last_name": "Stone"}))
    account = await learner(learner_id)
    assert done.refused is None
    assert (account.first_name, account.last_name, account.email) == ("Bo", "Stone", "boss@example.com")
    assert (account.user_type, account.status, account.accepted) == (UserType.ADMIN, ACTIVE, True)
    assert (account.account_expires, account.expiry_by_sync) == (day("2030-01-01"), False)


async def test_a_new_address_is_found_by_its_new_key_only(harness, apply, everyone):
    learner_id = await harness.add_account("old@example.com")
    await apply(change(learner_id, {"email": "old@example.com"}, {"email": "New@Example.com"}))
    found = await everyone("old@example.com", "new@example.com")
    assert [(key, account.id) for key, account in found.items()] == [("new@example.com", learner_id)]


async def test_custom_values_are_merged_and_none_clears(harness, apply, learner):
    learner_id = await harness.add_account("ann@example.com", custom={"Job": "Cook", "Site": "Plant", "Badge": "7"})
    (done,) = await apply(
        change(
            learner_id,
            {"custom": {"Job": "Cook", "Site": "Plant", "Grade": None}},
            {"custom": {"Job": "Chef", "Site": None, "Grade": 3}},
        )
    )
    assert done.refused is None
    assert (await learner(learner_id)).custom == {"Job": "Chef", "Badge": "7", "Grade": 3}


async def test_ending_and_giving_back_access_is_remembered_as_done_by_a_sync(harness, apply, learner, day):
    learner_id = await harness.add_account("ann@example.com")
    last_day = day("2026-03-01")
    before = {"status": ACTIVE, "account_expires": None}
    await apply(change(learner_id, before, {"status": DISABLED, "account_expires": last_day}))
    account = await learner(learner_id)
    assert (account.status, account.disabled_by_sync) == (DISABLED, True)
    assert (account.account_expires, account.expiry_by_sync) == (last_day, True)
    before = {"status": DISABLED, "account_expires": last_day}
    await apply(change(learner_id, before, {"status": ACTIVE, "account_expires": None}))
    account = await learner(learner_id)
    assert (account.status, account.disabled_by_sync) == (ACTIVE, False)
    assert (account.account_expires, account.expiry_by_sync) == (None, False)


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"first_name": "Anna"},
        {"last_name": "Stone"},
        {"status": "disabled"},
        {"email": "else@example.com"},
        {"custom": {"Job": "Chef"}},
    ],
    ids=lambda values: next(iter(values)),
)
async def test_an_account_edited_since_the_plan_is_left_alone(harness, apply, learner, meanwhile):
    learner_id = await harness.add_account("ann@example.com", first_name="Ann", last_name="Lee", custom={"Job": "Cook"})
    seen = {
        "email": "ann@example.com",
        "first_name": "Ann",
        "last_name": "Lee",
        "status": ACTIVE,
        "custom": {"Job": "Cook"},
    }
    wanted = {"email": "x@example.com", "first_name": "X", "last_name": "X", "custom": {"Job": "X"}}
    await harness.edit(learner_id, **meanwhile)
    edited = await learner(learner_id)
    (refused,) = await apply(change(learner_id, seen, wanted))
    assert (refused.refused, refused.learner_id) == (Reason.CHANGED_MEANWHILE, learner_id)
    assert refused.detail == ("Someone changed this account while the sync was at work; the next sync looks again.")
    assert await learner(learner_id) == edited


async def test_an_edit_of_something_the_change_does_not_touch_is_no_obstacle(harness, apply, learner):
    learner_id = await harness.add_account("ann@example.com", last_name="Lee", custom={"Job": "Cook"})
    await harness.edit(learner_id, first_name="Anna", custom={"Job": "Cook", "Badge": "7"})
    (done,) = await apply(change(learner_id, {"last_name": "Lee"}, {"last_name": "Stone"}))
    account = await learner(learner_id)
    assert done.refused is None
    assert (account.first_name, account.last_name, account.custom["Badge"]) == ("Anna", "Stone", "7")


async def test_an_account_that_is_gone_is_refused(harness, apply):
    learner_id = await harness.add_account("ann@example.com", last_name="Lee")
    await harness.remove(learner_id)
    (refused,) = await apply(change(learner_id, {"last_name": "Lee"}, {"last_name": "Stone"}))
    assert refused.refused is Reason.CHANGED_MEANWHILE


async def test_an_address_that_is_taken_is_refused_and_the_rest_goes_through(harness, apply, new_account, everyone):
    await harness.add_account("Taken@example.com", first_name="First")
    mover = await harness.add_account("mover@example.com")
    results = await apply(
        new_account("a@example.com"),
        new_account("TAKEN@example.com"),
        change(mover, {"email": "mover@example.com"}, {"email": "taken@example.com"}),
        new_account("b@example.com"),
    )
    assert [result.refused for result in results] == [None, Reason.EMAIL_TAKEN, Reason.EMAIL_TAKEN, None]
    assert [bool(result.detail) for result in results] == [False, True, True, False]
    found = await everyone("a@example.com", "b@example.com", "taken@example.com", "mover@example.com")
    assert len(found) == 4
    assert (found["taken@example.com"].first_name, found["mover@example.com"].id) == ("First", mover)


async def test_two_of_a_batch_with_one_address_are_one_account_and_one_refusal(apply, new_account, everyone):
    results = await apply(
        new_account("first@example.com"),
        new_account("both@example.com", first_name="One"),
        new_account("Both@example.com", first_name="Two"),
        new_account("last@example.com"),
    )
    assert [result.refused for result in results] == [None, None, Reason.EMAIL_TAKEN, None]
    found = await everyone("first@example.com", "both@example.com", "last@example.com")
    assert found["both@example.com"].first_name == "One"
    assert {key.partition("@")[0]: account.id for key, account in found.items()} == {
        "first": results[0].learner_id,
        "both": results[1].learner_id,
        "last": results[3].learner_id,
    }


async def test_addresses_may_be_passed_on_within_a_batch(harness, apply, everyone):
    one = await harness.add_account("one@example.com")
    two = await harness.add_account("two@example.com")
    results = await apply(
        change(one, {"email": "one@example.com"}, {"email": "three@example.com"}),
        change(two, {"email": "two@example.com"}, {"email": "one@example.com"}),
    )
    assert [result.refused for result in results] == [None, None]
    found = await everyone("one@example.com", "two@example.com", "three@example.com")
    assert {key: account.id for key, account in found.items()} == {"one@example.com": two, "three@example.com": one}


@pytest.mark.parametrize("value", ["\ud800", "a\x00b", "x" * 1000], ids=["half a letter", "a null letter", "too long"])
async def test_a_value_that_cannot_be_stored_never_stops_the_others(apply, new_account, everyone, value):
    results = await apply(
        new_account("a@example.com"), new_account("odd@example.com", first_name=value), new_account("b@example.com")
    )
    assert [results[0].refused, results[2].refused] == [None, None]
    assert results[1].refused in (None, Reason.PORTAL_REFUSED)
    found = await everyone("a@example.com", "odd@example.com", "b@example.com")
    assert ("odd@example.com" in found) == (results[1].refused is None)
    assert {"a@example.com", "b@example.com"} <= found.keys()


async def test_every_change_moves_the_revision_and_reports_the_new_one(harness, apply, new_account, learner):
    (made,) = await apply(new_account("ann@example.com"))
    revisions = [made.revision, (await learner(made.learner_id)).revision]
    for old, new in (("Lee", "Stone"), ("Stone", "Lee")):
        (done,) = await apply(change(made.learner_id, {"last_name": old}, {"last_name": new}))
        revisions += [done.revision, (await learner(made.learner_id)).revision]
    (linked,) = await apply(change(made.learner_id, {}, {}))
    revisions += [linked.revision, (await learner(made.learner_id)).revision]
    assert revisions[::2] == revisions[1::2]
    assert len(set(revisions)) == 4
    assert revisions == sorted(revisions)


async def test_what_is_refused_leaves_the_revision(harness, apply, learner):
    learner_id = await harness.add_account("ann@example.com", last_name="Lee")
    before = await learner(learner_id)
    await apply(change(learner_id, {"last_name": "Stale"}, {"last_name": "Stone"}))
    assert await learner(learner_id) == before


async def test_hundreds_of_changes_are_each_reported_once(apply, new_account, everyone):
    made = await apply(*(new_account(f"p{number}@example.com", first_name=str(number)) for number in range(600)))
    found = await everyone(*(f"p{number}@example.com" for number in range(600)))
    assert [found[f"p{number}@example.com"].id for number in range(600)] == [result.learner_id for result in made]
    assert all(account.first_name == key[1:].partition("@")[0] for key, account in found.items())


@pytest.mark.parametrize("end", [{"status": DISABLED}, {"account_expires": date(2026, 4, 30)}], ids=["now", "some day"])
async def test_one_admin_keeps_access_whatever_a_batch_asks_for(harness, apply, learner, end):
    ids = [await harness.add_account(f"boss{number}@example.com", user_type="admin") for number in range(3)]
    before = {"status": ACTIVE} if "status" in end else {"account_expires": None}
    results = await apply(*(change(learner_id, before, end) for learner_id in ids))
    assert sorted(str(result.refused) for result in results) == ["None", "None", "last_admin"]
    staying = [await learner(learner_id) for learner_id in ids]
    assert [(each.status, each.account_expires) for each in staying].count((ACTIVE, None)) == 1


async def test_admins_may_go_while_another_stays(harness, apply):
    ids = [await harness.add_account(f"boss{number}@example.com", user_type="admin") for number in range(3)]
    results = await apply(*(change(each, {"status": ACTIVE}, {"status": DISABLED}) for each in ids[:2]))
    assert [result.refused for result in results] == [None, None]


async def test_the_last_day_of_admins_may_be_moved_to_a_later_one(harness, apply, day):
    ids = [
        await harness.add_account(f"boss{number}@example.com", user_type="admin", account_expires=day("2026-04-01"))
        for number in range(2)
    ]
    moved = {"account_expires": day("2026-04-30")}
    results = await apply(*(change(each, {"account_expires": day("2026-04-01")}, moved) for each in ids))
    assert [result.refused for result in results] == [None, None]
