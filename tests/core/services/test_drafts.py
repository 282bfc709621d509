"""Drafts: kept for a while, their owner's alone, known by an id that says nothing."""

import pytest

from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.admins import remove_admin, set_admin
from core.services.drafts import Kind, People, change, drop, find, keep
from core.services.portals import create_portal
from core.store.models import Draft

ANN, BOB = (Actor(name, "slack", slack_user=user) for name, user in (("Ann", "UANN"), ("Bob", "UBOB")))
THREE = People(("ann@example.com", "E2", "E3"))


@pytest.fixture
async def people(acme):
    """Ann and Bob, who may both look; a draft of Ann's."""
    await set_admin("acme", "Ann", Role.OPERATOR, slack_user="UANN")
    await set_admin("acme", "Bob", Role.VIEWER, slack_user="UBOB")
    with acting_as(ANN):
        return await keep("acme", Kind.PEOPLE, THREE)


async def found(draft_id, actor=ANN, **more):
    with acting_as(actor):
        return await find(draft_id, Kind.PEOPLE, People, **more)


async def test_what_is_kept_is_found_as_it_was_and_as_it_was_changed(people):
    kept = await found(people)
    assert (kept.id, kept.portal, kept.content) == (people, "acme", THREE)
    await change(people, People(THREE.who, (0, 2)))
    assert (await found(people)).content.chosen == (0, 2)
    assert "example" not in people


@pytest.mark.parametrize("draft_id", ["", "nonsense", "0" * 32])
async def test_what_is_not_kept_and_what_is_somebody_elses_are_said_alike(people, draft_id):
    for wanted, actor in ((draft_id, ANN), (people, BOB)):
        with pytest.raises(SettingsError, match="This is no longer kept; nothing was done"):
            await found(wanted, actor)


async def test_it_is_found_under_its_own_kind_alone(people):
    with acting_as(ANN), pytest.raises(SettingsError, match="no longer kept"):
        await find(people, Kind.MAPPING, People)


async def test_the_role_is_asked_for_when_it_is_found(people):
    await found(people, role=Role.OPERATOR)
    await set_admin("acme", "Ann", Role.VIEWER)
    with pytest.raises(NotAllowed):
        await found(people, role=Role.OPERATOR)
    await found(people)


async def test_who_has_no_role_any_more_finds_nothing(people):
    await remove_admin("acme", "Ann")
    with pytest.raises(SettingsError):
        await found(people)


async def test_it_is_forgotten_two_weeks_after_its_last_change(people, set_clock):
    set_clock("2026-03-23")
    await change(people, THREE)
    set_clock("2026-04-05")
    await found(people)
    set_clock("2026-04-07")
    with pytest.raises(SettingsError):
        await found(people)
    with acting_as(BOB):
        await keep("acme", Kind.PEOPLE, THREE)
    assert not await Draft.exists(id=people)


async def test_it_can_be_dropped(people):
    await drop(people)
    with pytest.raises(SettingsError):
        await found(people)


async def test_an_admin_of_the_portal_above_has_drafts_of_their_own_below(people):
    await create_portal("below", parent="acme")
    with acting_as(ANN):
        draft_id = await keep("below", Kind.PEOPLE, THREE)
    assert (await found(draft_id)).portal == "below"
    with pytest.raises(SettingsError, match="no longer kept"):
        await found(draft_id, BOB)
