"""Answers that never come: nothing is made twice, and nothing is lost."""

import pytest

from core.domain.custom_fields import FieldType
from core.portals.learnupon.errors import Unsure
from core.sandbox.learnupon.faults import Kind, cut, html, lost, status
from tests.core.portals.conftest import Recorder
from tests.core.portals.learnupon_port.people import ACTIVE, DISABLED, PENDING, apply, change, known, new, refusals
from tests.core.portals.learnupon_port.scenario import AFTERWARDS, play
from tests.core.store.databases import on_sqlite

pytestmark = on_sqlite

WRITES = ["POST users", "PUT users/#", "DELETE users/#", "POST portal_invite", "DELETE group_invites/#"]


async def _all_made(harness, *changes):
    assert refusals(await apply(harness, *changes)) == [None] * len(changes)


@pytest.mark.parametrize("kind", [lost, cut, html, status(500)], ids=lambda kind: kind.name)
async def test_the_first_answer_to_every_kind_of_write_may_be_lost(portal, kind):
    for call in WRITES:
        portal.sandbox.faults.add(kind, call)
    await play(portal, _all_made)
    assert len(portal.sandbox.faults) == 0
    assert portal.users() == AFTERWARDS
    await portal.check()


@pytest.mark.parametrize("settings", [{}, {"update": "replace", "deleted_invite": "gone"}], ids=str)
async def test_every_answer_to_a_write_may_be_lost(open_portal, settings):
    harness = await open_portal(**settings)
    harness.sandbox.faults.add(lost, "writes", times=None)
    await play(harness, _all_made)
    assert harness.users() == AFTERWARDS
    answered = {seen.status for seen in harness.sandbox.requests if not seen.call.startswith("GET ")}
    assert answered == {0}
    await harness.check()


async def _ann(harness, **values):
    await harness.add_account("ann@example.com", first_name="Ann", last_name="Lee", **values)


async def _prepare(harness, call):
    """The one change that takes this call, and how the stand-in looks once it is made."""
    if call == "POST users":
        return new("ann@example.com"), lambda: "ann@example.com" in harness.users()
    if call == "PUT users/#":
        await _ann(harness)
        made = await change(harness, "ann@example.com", last_name="Stone")
        return made, lambda: harness.users()["ann@example.com"]["names"] == ("Ann", "Stone")
    if call == "DELETE users/#":
        await _ann(harness, accepted=False)
        return await change(harness, "ann@example.com", remove=True), lambda: not harness.users()
    invited = new("ann@example.com", status=PENDING)
    if call == "POST portal_invite":
        return invited, lambda: harness.invited() == ["ann@example.com"]
    await apply(harness, invited)
    return await change(harness, "ann@example.com", status=DISABLED), lambda: not harness.invited()


@pytest.mark.parametrize("second", [cut, lost, html], ids=lambda kind: kind.name)
@pytest.mark.parametrize("call", WRITES)
async def test_what_is_lost_twice_stays_begun_until_it_was_looked_at(portal, call, second):
    wanted, is_made = await _prepare(portal, call)
    portal.sandbox.faults.add(cut, call)
    portal.sandbox.faults.add(second, call)
    recorder = Recorder()
    with pytest.raises(Unsure, match="looks at what the portal holds|looks before it writes"):
        await portal.port.apply([wanted], recorder)
    assert (recorder.begun, recorder.reported) == ({0}, [])
    assert is_made() is (second is lost)

    portal.begin_anew(killed=True)
    writes = _writes(portal)
    await portal.port.look_again([wanted], recorder)
    assert _writes(portal) == writes
    assert recorder.begun == set()
    if second is lost:
        (result,) = recorder.results
        assert result.refused is None
    else:
        assert recorder.reported == []
        await _all_made(portal, wanted)
        assert _writes(portal) == writes + 1
    assert is_made()
    await portal.check()


def _writes(harness):
    return sum(number for call, number in harness.sandbox.counts.items() if not call.startswith("GET "))


@pytest.mark.parametrize("call", WRITES)
async def test_a_lost_answer_that_cannot_be_looked_up_is_not_taken_for_a_write_that_failed(portal, call):
    wanted, is_made = await _prepare(portal, call)
    portal.sandbox.faults.add(lost, call)
    for read in ("GET users/#", "GET users/search", "GET group_invites"):
        skipped = 1 if (read, call) in _READ_BEFORE else 0
        portal.sandbox.faults.add(Kind("slow"), read, times=skipped) if skipped else None
        portal.sandbox.faults.add(html, read, times=None)
    recorder = Recorder()
    with pytest.raises(Unsure):
        await portal.port.apply([wanted], recorder)
    assert recorder.begun == {0}
    assert is_made()
    portal.sandbox.faults.clear()
    portal.begin_anew(killed=True)
    await portal.port.look_again([wanted], recorder)
    assert refusals(recorder.results) == [None]
    await portal.check()


# What is read of somebody before the write.
_READ_BEFORE = {
    ("GET users/#", "PUT users/#"),
    ("GET users/#", "DELETE users/#"),
    ("GET users/search", "DELETE group_invites/#"),
}


async def test_an_update_that_empties_others_and_cannot_be_looked_at_is_mended_when_looked_at_again(open_portal):
    """The one moment at which values of somebody may be missing: the first update of all, in a portal that empties
    what an update leaves out."""
    harness = await open_portal(update="replace")
    await harness.add_field("Job", FieldType.STRING)
    await _ann(harness, custom={"Job": "Cook"})
    wanted = await change(harness, "ann@example.com", last_name="Stone")
    harness.sandbox.faults.add(Kind("slow"), "GET users/#")
    harness.sandbox.faults.add(html, "GET users/#", times=None)
    recorder = Recorder()
    with pytest.raises(Unsure):
        await harness.port.apply([wanted], recorder)
    assert harness.users()["ann@example.com"]["custom"] == {}
    assert recorder.begun == {0}
    harness.sandbox.faults.clear()
    harness.begin_anew(killed=True)
    await harness.port.look_again([wanted], recorder)
    assert refusals(recorder.results) == [None]
    assert harness.users()["ann@example.com"]["names"] == ("Ann", "Stone")
    assert harness.users()["ann@example.com"]["custom"] == {"Job": "Cook"}
    await harness.check()


async def test_somebody_gone_from_our_tables_is_no_trouble_when_looked_at_again(portal):
    await _ann(portal)
    wanted = await change(portal, "ann@example.com", last_name="Stone")
    await portal.remove((await known(portal, "ann@example.com")).id)
    await portal.look()
    recorder = Recorder()
    await recorder.begin([0])
    before = portal.client.requests
    await portal.port.look_again([wanted], recorder)
    assert (recorder.begun, recorder.reported) == (set(), [])
    assert portal.client.requests == before


async def test_an_invitation_withdrawn_by_a_sync_that_was_cut_off_is_not_taken_for_an_admins(portal):
    await apply(portal, new("ann@example.com", status=PENDING))
    wanted = await change(portal, "ann@example.com", email="new@example.com")
    portal.sandbox.faults.add(cut, "POST portal_invite", times=2)
    recorder = Recorder()
    with pytest.raises(Unsure):
        await portal.port.apply([wanted], recorder)
    assert portal.invited() == []
    portal.begin_anew(killed=True)
    await portal.port.look_again([wanted], recorder)
    assert recorder.begun == set()
    await portal.glance()
    assert (await known(portal, "ann@example.com")).status is PENDING
    await _all_made(portal, await change(portal, "ann@example.com", email="new@example.com"))
    assert portal.invited() == ["new@example.com"]
    portal.accept("new@example.com")
    await portal.glance()
    assert (await known(portal, "new@example.com")).status is ACTIVE
    await portal.check()


async def test_a_newcomer_never_gets_the_account_of_whoever_has_not_given_the_address_up(portal):
    """Nothing of either was sent; what is found at the address is still the other's."""
    await _ann(portal)
    await apply(portal, new("pat@example.com", status=PENDING))
    newcomers = [new("ann@example.com", first_name="Bea"), new("pat@example.com", status=PENDING)]
    recorder = Recorder()
    await recorder.begin([0, 1])
    await portal.port.look_again(newcomers, recorder)
    assert (recorder.begun, recorder.reported) == (set(), [])
    assert (await known(portal, "ann@example.com")).first_name == "Ann"
    await portal.check()


async def test_an_expiry_that_cannot_be_seen_is_not_taken_for_written(open_portal, day):
    harness = await open_portal()
    await _ann(harness)
    wanted = await change(harness, "ann@example.com", account_expires=day("2026-06-30"))
    recorder = Recorder()
    await recorder.begin([0])
    harness.begin_anew(killed=True)
    assert not harness.looking.habits.shows_expiry
    await harness.port.look_again([wanted], recorder)
    assert (recorder.begun, recorder.reported) == (set(), [])
    await _all_made(harness, wanted)
    assert harness.users()["ann@example.com"]["expires"] == day("2026-06-30")
    await harness.check()
