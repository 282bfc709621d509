"""The embedded portal keeps a change and its record together, or neither; and what it keeps about whom."""

import pytest

from core.domain.change import AccountState, Change
from core.domain.errors import BusyError
from core.domain.learner import AccountStatus
from core.store.models import Invite, Learner
from tests.core.portals.conftest import Recorder

pytestmark = pytest.mark.parametrize("harness", ["embedded"], indirect=True)


async def test_a_record_that_fails_takes_its_changes_back(harness, new_account):
    ann = await harness.add_account("ann@example.com", last_name="Lee")

    class Failing(Recorder):
        async def record(self, applied):
            raise BusyError("taken over")

    changes = [
        new_account("new@example.com", status=AccountStatus.PENDING, invite=True),
        Change(ann, AccountState(last_name="Lee"), AccountState(last_name="Stone")),
    ]
    with pytest.raises(BusyError):
        await harness.port.apply(changes, Failing())
    assert [(row.email, row.last_name) for row in await Learner.all()] == [("ann@example.com", "Lee")]
    assert await Invite.all().count() == 0


async def test_a_record_sees_the_change_it_is_about(harness, new_account):
    seen = []

    class Looking(Recorder):
        async def record(self, applied):
            seen.extend([(row.email, str(row.id)) for row in await Learner.filter(id=int(applied[0].learner_id))])

    await harness.port.apply([new_account("new@example.com")], Looking())
    assert [email for email, _ in seen] == ["new@example.com"]


async def test_an_account_of_a_sync_says_so_and_one_made_by_hand_becomes_ukg_pros_when_written_to(
    harness, apply, new_account
):
    by_hand = await harness.add_account("hand@example.com", last_name="Lee")
    await apply(new_account("made@example.com"))
    made = await Learner.get(email="made@example.com")
    assert (made.source, made.created_by) == ("ukg", "UKG Pro sync")
    assert (await Learner.get(id=int(by_hand))).source == "manual"
    await apply(Change(by_hand, AccountState(last_name="Lee"), AccountState(last_name="Stone")))
    row = await Learner.get(id=int(by_hand))
    assert (row.source, row.created_by) == ("ukg", "an admin")


async def test_nothing_leaves_the_database(harness, apply, new_account):
    await apply(new_account("ann@example.com"))
    assert harness.port.requests == 0
