"""Writes that LearnUpon answers well and does not make (facts/learnupon-api.md, section 1.5), or makes otherwise."""

import pytest

from core.domain.custom_fields import FieldType
from core.portals.learnupon.errors import Unsure
from core.portals.learnupon.habits import Leaving
from core.sandbox.learnupon.faults import silent
from tests.core.portals.conftest import Recorder
from tests.core.portals.learnupon_port.people import DISABLED, PENDING, apply, change, known, new, refusals
from tests.core.store.databases import on_sqlite

pytestmark = on_sqlite

ANN = "ann@example.com"


@pytest.fixture
async def people(open_portal):
    """Call with settings for a portal with fields and twelve people, p0 to p11."""

    async def opened(*, learnt=True, **settings):
        harness = await open_portal(**settings)
        harness.declare("Job", FieldType.STRING)
        harness.declare("Site", FieldType.STRING_CHOICE, ("North", "South"))
        for number in range(12):
            harness.put_in(
                f"p{number}@example.com", first_name="Ann", last_name="Lee", custom={"Job": "Cook", "Site": "North"}
            )
        await harness.look()
        if learnt:
            harness.looking.habits.fields = harness.looking.habits.custom = Leaving.KEPT
        return harness

    return opened


async def _renames(harness, *numbers):
    return [await change(harness, f"p{number}@example.com", last_name="Stone") for number in numbers]


@pytest.mark.parametrize("learnt", [True, False])
async def test_a_write_that_does_nothing_is_told_to_the_one_person_and_tried_again(people, learnt):
    harness = await people(learnt=learnt)
    harness.sandbox.faults.add(silent, "PUT users/#")
    results = await apply(harness, *await _renames(harness, *range(6)))
    assert sorted(refusals(results), key=str) == [None] * 5 + ["portal_refused"]
    refused = next(result for result in results if result.refused is not None)
    assert "accepted the change and did not make it" in refused.detail
    assert (await known(harness, f"p{refused.position}@example.com")).last_name == "Lee"
    again = await apply(harness, *await _renames(harness, refused.position))
    assert refusals(again) == [None]
    await harness.check()


async def test_a_kind_of_write_that_never_does_anything_is_told_for_everyone_and_the_others_go_on(people):
    harness = await people()
    harness.sandbox.settings.silent = {"PUT users/#"}
    results = await apply(harness, *await _renames(harness, 0, 1, 2), new(ANN))
    assert refusals(results) == ["portal_refused"] * 3 + [None]
    await harness.check()


async def test_what_a_silent_write_seems_to_keep_is_no_proof(people):
    """The first update of all does nothing, in a portal that empties what an update leaves out."""
    harness = await people(learnt=False, update="replace")
    harness.sandbox.faults.add(silent, "PUT users/#")
    assert refusals(await apply(harness, *await _renames(harness, 0))) == ["portal_refused"]
    assert harness.looking.habits.fields is Leaving.UNKNOWN
    assert refusals(await apply(harness, *await _renames(harness, *range(12)))) == [None] * 12
    for state in harness.users().values():
        assert state["names"] == ("Ann", "Stone")
        assert state["custom"] == {"Job": "Cook", "Site": "North"}
    await harness.check()


async def test_a_portals_own_language_is_no_proof_that_it_keeps_what_is_left_out(people):
    """Both names change, so a language is all there is to see; emptied, it may be the portal's own again."""
    harness = await people(learnt=False, update="replace")
    await apply(harness, await change(harness, "p0@example.com", first_name="Bea", last_name="Stone"))
    await apply(harness, await change(harness, "p1@example.com", custom={"Job": "Chef"}))
    assert harness.users()["p0@example.com"]["custom"] == {"Job": "Cook", "Site": "North"}
    assert harness.users()["p1@example.com"]["names"] == ("Ann", "Lee")
    assert harness.users()["p1@example.com"]["custom"] == {"Job": "Chef", "Site": "North"}
    await harness.check()


async def test_an_expiry_that_the_portal_never_shows_is_kept_beside_other_changes(people, day):
    harness = await people(learnt=False, update="replace", account_expires_format="null")
    await apply(harness, await change(harness, "p0@example.com", account_expires=day("2026-06-30")))
    await apply(harness, *await _renames(harness, 0))
    assert harness.users()["p0@example.com"]["expires"] == day("2026-06-30")
    await harness.check()


async def test_a_kind_proved_by_newcomers_is_not_proved_for_updates(people):
    harness = await people()
    assert refusals(await apply(harness, new(ANN))) == [None]
    harness.sandbox.settings.silent = {"PUT users/#"}
    assert refusals(await apply(harness, *await _renames(harness, 0))) == ["portal_refused"]
    await harness.check()


async def test_a_proved_kind_is_looked_at_again_after_a_hundred_writes(people):
    """The control: between the samples a silent write is not seen, and the next reading of everyone finds it."""
    harness = await people()
    await apply(harness, *await _renames(harness, 0))
    harness.sandbox.faults.add(silent, "PUT users/#")
    assert refusals(await apply(harness, *await _renames(harness, 1))) == [None]
    assert (await known(harness, "p1@example.com")).last_name == "Stone"
    seen = await harness.looking.look(fully=True)
    assert seen.edited == 1
    assert (await known(harness, "p1@example.com")).last_name == "Lee"


async def test_a_kind_is_looked_at_again_after_a_week(people, set_clock):
    harness = await people()
    await apply(harness, *await _renames(harness, 0))
    harness.sandbox.settings.silent = {"PUT users/#"}
    set_clock("2026-03-18")
    harness.begin_anew()
    assert refusals(await apply(harness, *await _renames(harness, 1))) == ["portal_refused"]


@pytest.mark.parametrize("call", ["POST users", "POST portal_invite"])
async def test_an_account_or_invitation_that_was_not_made_is_made_at_the_second_try(people, call):
    harness = await people()
    harness.sandbox.faults.add(silent, call)
    status = {"status": PENDING} if call == "POST portal_invite" else {}
    assert refusals(await apply(harness, new(ANN, **status))) == [None]
    assert (ANN in harness.users()) is not (ANN in harness.invited())
    await harness.check()


async def test_an_account_that_is_never_made_is_not_taken_for_one(people):
    harness = await people()
    harness.sandbox.settings.silent = {"POST users"}
    recorder = Recorder()
    with pytest.raises(Unsure):
        await harness.port.apply([new(ANN)], recorder)
    await harness.port.look_again([new(ANN)], recorder)
    assert (recorder.begun, recorder.reported) == (set(), [])
    await harness.check()


async def test_an_account_that_was_not_removed_is_told(people):
    harness = await people()
    await apply(harness, new(ANN))
    harness.sandbox.settings.silent = {"DELETE users/#"}
    (refused,) = await apply(harness, await change(harness, ANN, remove=True))
    assert refused.refused is not None
    assert "did not remove" in refused.detail
    assert (await known(harness, ANN)).last_name == "Lee"
    await harness.check()


async def test_an_invitation_that_was_not_withdrawn_is_told(people):
    """Whoever has it could still come in."""
    harness = await people()
    await apply(harness, new(ANN, status=PENDING))
    harness.sandbox.settings.silent = {"DELETE group_invites/#"}
    (refused,) = await apply(harness, await change(harness, ANN, status=DISABLED))
    assert "did not withdraw" in refused.detail
    assert (await known(harness, ANN)).status is PENDING
    await harness.check()


@pytest.mark.parametrize("settings", [{"unknown_label": "drop"}, {"unknown_label": "reject"}], ids=str)
async def test_a_value_of_a_field_that_has_just_gone_is_told_and_not_taken_for_kept(people, settings):
    harness = await people(**settings)
    wanted = await change(harness, "p0@example.com", last_name="Stone", custom={"Job": "Chef"})
    await harness.client.definitions()
    harness.portal.drop_field(harness.portal.field_labelled("Job"))
    (refused,) = await apply(harness, wanted)
    assert refused.refused is not None
    account = await known(harness, "p0@example.com")
    assert "Job" not in account.custom
    assert account.last_name == harness.users()["p0@example.com"]["names"][1]
    await harness.glance()
    await harness.check()


@pytest.mark.parametrize("bad_value", ["drop", "reject"])
async def test_a_choice_that_has_just_gone_is_told_and_not_taken_for_kept(people, bad_value):
    harness = await people(bad_value=bad_value)
    wanted = await change(harness, "p0@example.com", last_name="Stone", custom={"Site": "South"})
    harness.portal.field_labelled("Site").choices.remove("South")
    (refused,) = await apply(harness, wanted)
    assert refused.refused is not None
    account = await known(harness, "p0@example.com")
    assert account.custom["Site"] == "North"
    assert account.last_name == ("Stone" if bad_value == "drop" else "Lee")
    await harness.check()


async def test_an_account_made_without_one_of_its_values_is_known_as_it_is(people):
    harness = await people(bad_value="drop")
    await harness.client.definitions()
    harness.portal.field_labelled("Site").choices.remove("South")
    (made,) = await apply(harness, new(ANN, custom={"Job": "Cook", "Site": "South"}))
    assert made.refused is None
    account = await known(harness, ANN)
    assert account.custom == {"Job": "Cook"}
    assert account.revision != made.revision
    await harness.check()


async def test_a_ring_with_somebody_who_is_refused_leaves_nobody_without_an_address(people):
    harness = await people(bad_value="reject")
    harness.portal.field_labelled("Site").choices.remove("South")
    bad = {"email": "p1@example.com", "custom": {"Site": "South"}}
    results = await apply(
        harness,
        await change(harness, "p0@example.com", **bad),
        await change(harness, "p1@example.com", email="p0@example.com"),
    )
    assert refusals(results) == ["portal_refused", None]
    assert harness.users().keys() == {f"p{number}@example.com" for number in range(12)}
    await harness.check()


async def test_a_value_that_one_person_cannot_have_is_no_obstacle_for_others(people):
    harness = await people()
    results = await apply(harness, new("not an address"), *await _renames(harness, 0), new(ANN))
    assert refusals(results) == ["portal_refused", None, None]
    assert "not an address" not in results[0].detail
    await harness.check()
