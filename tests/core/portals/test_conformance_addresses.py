"""What every kind of portal must do with addresses that change hands within a batch, and with accounts that go."""

import pytest

from core.domain.change import AccountState, Change
from core.domain.learner import AccountStatus
from core.domain.outcome import Reason

ACTIVE = AccountStatus.ACTIVE


def readdress(learner_id: str, before: str, after: str, **more: str) -> Change:
    return Change(learner_id, AccountState(email=before), AccountState(email=after, **more))


@pytest.fixture
def add(harness):
    """Call with names to have accounts with their addresses; returns the ids."""

    async def several(*names: str) -> list[str]:
        return [await harness.add_account(f"{name}@example.com") for name in names]

    return several


@pytest.fixture
def holders(everyone):
    """Call with names for the ids of the accounts that have their addresses."""

    async def look(*names: str) -> dict[str, str]:
        found = await everyone(*(f"{name}@example.com" for name in names))
        return {key.partition("@")[0]: account.id for key, account in found.items()}

    return look


async def test_two_accounts_exchange_their_addresses(apply, add, holders):
    ann, bea = await add("ann", "bea")
    results = await apply(
        readdress(ann, "ann@example.com", "bea@example.com"), readdress(bea, "bea@example.com", "ann@example.com")
    )
    assert [result.refused for result in results] == [None, None]
    assert await holders("ann", "bea") == {"bea": ann, "ann": bea}


async def test_addresses_go_round_among_many(apply, add, holders):
    names = [f"no{number}" for number in range(60)]
    ids = await add(*names)
    after = [*names[1:], names[0]]
    changes = [
        readdress(each, f"{old}@example.com", f"{new}@example.com")
        for each, old, new in zip(ids, names, after, strict=True)
    ]
    results = await apply(*changes)
    assert {result.refused for result in results} == {None}
    assert await holders(*names) == dict(zip(after, ids, strict=True))


async def test_a_new_account_takes_an_address_that_is_given_up_in_the_same_batch(apply, add, holders, new_account):
    (ann,) = await add("ann")
    results = await apply(readdress(ann, "ann@example.com", "lee@example.com"), new_account("ann@example.com"))
    assert [result.refused for result in results] == [None, None]
    assert await holders("ann", "lee") == {"lee": ann, "ann": results[1].learner_id}


async def test_a_refusal_elsewhere_in_the_batch_does_not_part_those_who_exchange(apply, add, holders, new_account):
    ann, bea, _, cleo = await add("ann", "bea", "taken", "cleo")
    results = await apply(
        readdress(ann, "ann@example.com", "bea@example.com"),
        new_account("taken@example.com"),
        readdress(bea, "bea@example.com", "ann@example.com"),
        readdress(cleo, "cleo@example.com", "free@example.com"),
    )
    assert [result.refused for result in results] == [None, Reason.EMAIL_TAKEN, None, None]
    assert await holders("ann", "bea", "free") == {"bea": ann, "ann": bea, "free": cleo}


async def test_when_the_giver_changed_meanwhile_the_taker_is_refused_and_both_keep_theirs(
    harness, apply, add, holders, new_account
):
    ann, bea, cleo = await add("ann", "bea", "cleo")
    await harness.edit(bea, first_name="Bee")
    giver = Change(bea, AccountState(email="bea@example.com", first_name=""), AccountState(email="free@example.com"))
    results = await apply(
        readdress(ann, "ann@example.com", "bea@example.com"),
        giver,
        readdress(cleo, "cleo@example.com", "other@example.com"),
    )
    assert results[0].refused is Reason.EMAIL_TAKEN
    assert results[1].refused is Reason.CHANGED_MEANWHILE
    assert results[2].refused is None
    assert await holders("ann", "bea", "free", "other") == {"ann": ann, "bea": bea, "other": cleo}


async def test_an_exchange_with_a_value_that_cannot_be_stored_is_whole_or_not_at_all(apply, add, holders):
    ann, bea, cleo = await add("ann", "bea", "cleo")
    results = await apply(
        readdress(ann, "ann@example.com", "bea@example.com", last_name="\ud800"),
        readdress(bea, "bea@example.com", "ann@example.com"),
        readdress(cleo, "cleo@example.com", "free@example.com"),
    )
    assert results[2].refused is None
    kept = {"ann": ann, "bea": bea, "free": cleo}
    exchanged = {"bea": ann, "ann": bea, "free": cleo}
    refused = [result.refused is not None for result in results[:2]]
    assert await holders("ann", "bea", "free") == (kept if all(refused) else exchanged)
    assert refused in ([True, True], [False, False])


async def test_an_account_is_removed_with_its_links(harness, apply, new_account, everyone):
    (made,) = await apply(new_account("ann@example.com", invite=True, status=AccountStatus.PENDING))
    before = AccountState(email="ann@example.com", status=AccountStatus.PENDING)
    (gone,) = await apply(Change(made.learner_id, before, AccountState(), remove=True))
    assert (gone.refused, gone.learner_id) == (None, None)
    assert await everyone("ann@example.com") == {}


async def test_the_address_of_an_account_that_is_removed_is_free_in_the_same_batch(apply, add, holders, new_account):
    (bea,) = await add("bea")
    (made,) = await apply(new_account("ann@example.com"))
    results = await apply(
        readdress(bea, "bea@example.com", "ann@example.com"),
        Change(made.learner_id, AccountState(email="ann@example.com"), AccountState(), remove=True),
    )
    assert [result.refused for result in results] == [None, None]
    assert await holders("ann", "bea") == {"ann": bea}


async def test_an_account_in_use_or_edited_since_is_never_removed(harness, apply, new_account, everyone):
    used, edited = await apply(new_account("ann@example.com"), new_account("bea@example.com"))
    await harness.edit(used.learner_id, accepted=True)
    await harness.edit(edited.learner_id, last_name="Stone")
    results = await apply(
        *(
            Change(each.learner_id, AccountState(email=email, last_name="Lee"), AccountState(), remove=True)
            for each, email in ((used, "ann@example.com"), (edited, "bea@example.com"))
        )
    )
    assert [result.refused for result in results] == [Reason.CHANGED_MEANWHILE] * 2
    assert len(await everyone("ann@example.com", "bea@example.com")) == 2


async def test_an_account_given_back_to_its_admin_is_theirs_again(harness, apply, learner, day):
    learner_id = await harness.add_account("ann@example.com", last_name="Lee", account_expires=None)
    await apply(Change(learner_id, AccountState(last_name="Lee"), AccountState(last_name="Stone")))
    back = AccountState(last_name="Lee", account_expires=day("2030-01-01"), expiry_by_admin=True)
    before = AccountState(last_name="Stone", account_expires=None)
    (done,) = await apply(Change(learner_id, before, back, relink=""))
    account = await learner(learner_id)
    assert done.refused is None
    assert (account.last_name, account.account_expires) == ("Lee", day("2030-01-01"))
    assert account.expiry_by_sync is False
