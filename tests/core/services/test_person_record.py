"""What is on record about a person: found by parts of a name, with the links and everything that happened to them."""

import pytest

from core.domain.roles import Role
from core.services import accounts, invites
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.admins import set_admin
from core.services.person.record import Person, count_history, history_page, person_record
from core.services.person.searching import NOT_THERE, search_people
from core.services.portals import change_portal
from core.services.syncing import plan_portal, sync_portal


@pytest.fixture
async def synced(connected, store, sandbox):
    """Ann and Bea are invited; Cleo has no e-mail in UKG Pro."""
    await change_portal("acme", manual_sync_minutes=0)
    sandbox.company.people[2]["emailAddress"] = None
    sandbox.company.touch()
    await sync_portal("acme", store)
    return store


async def found(text: str, most: int = 50) -> list[tuple[str, str, str]]:
    return [(person.who, person.name, person.state) for person in await search_people("acme", text, most)]


async def test_people_are_found_by_parts_of_a_name_an_e_mail_or_an_employee_id(synced):
    assert await found("ann") == [("E1", "Ann Lee", "pending")]
    assert await found("LEE bea@") == [("E2", "Bea Lee", "pending")]
    assert await found("e2") == [("E2", "Bea Lee", "pending")]
    assert await found("nobody") == []
    assert await found("  ") == []


async def test_employees_without_an_account_are_found_after_the_accounts_with_the_reason(synced, add_learner):
    await add_learner("hand@example.com", first_name="Zoe", last_name="Lee")
    assert [who for who, _, _ in await found("lee")] == ["E1", "E2", "hand@example.com", "E3"]
    (cleo,) = await search_people("acme", "cleo")
    assert (cleo.state, cleo.why) == (NOT_THERE, "There is no e-mail in UKG Pro; add one there.")
    assert [who for who, _, _ in await found("lee", most=2)] == ["E1", "E2"]


async def test_the_record_holds_the_account_and_its_links_newest_first(synced, set_clock):
    set_clock("2026-03-11")
    await invites.resend("acme", ["ann@example.com"], synced)
    record = await person_record("acme", "ANN@example.com")
    assert record.account is not None
    assert (record.account.email, record.account.employee_id) == ("ann@example.com", "E1")
    assert [(link.kind, link.state) for link in record.links] == [("invitation", "open"), ("invitation", "voided")]
    assert await person_record("acme", "nobody@example.com") == type(record)(None, [])


async def test_the_history_tells_runs_and_what_admins_did_newest_first(synced, set_clock, sandbox):
    ann = Person("ann@example.com", "E1")
    sandbox.company.people[0]["lastName"] = "Stone"
    sandbox.company.touch()
    set_clock("2026-03-11")
    await sync_portal("acme", synced)
    set_clock("2026-03-12")
    await accounts.disable("acme", "ann@example.com")
    await plan_portal("acme", synced)
    events = await history_page("acme", ann, 0, 10)
    assert [event.what for event in events] == ["disabled", "updated", "invited"]
    assert events[0].changes == {"status": ("pending", "disabled")}
    assert events[1].changes == {"last_name": ("Lee", "Stone")}
    assert events[1].sentence == "The name changed in UKG Pro."
    assert events[1].run is not None
    assert await count_history("acme", ann) == 3
    assert [event.what for event in await history_page("acme", ann, 1, 1)] == ["updated"]
    assert await count_history("acme", Person("bea@example.com", "E2")) == 1


async def test_what_runs_found_without_anything_to_write_is_told_once(synced, set_clock, sandbox):
    cleo = Person(None, "E3")
    set_clock("2026-03-11")
    await sync_portal("acme", synced)
    (event,) = await history_page("acme", cleo, 0, 10)
    assert (event.what, event.sentence) == ("skipped", "There is no e-mail in UKG Pro; add one there.")
    assert f"{event.at:%Y-%m-%d}" == "2026-03-10"
    sandbox.company.people[2]["emailAddress"] = "cleo@example.com"
    sandbox.company.touch()
    set_clock("2026-03-12")
    await sync_portal("acme", synced)
    assert [each.what for each in await history_page("acme", cleo, 0, 10)] == ["invited", "skipped"]
    assert await count_history("acme", cleo) == 2


async def test_it_takes_a_role_to_look(synced):
    await set_admin("acme", "Vic", Role.VIEWER)
    with acting_as(Actor("Vic", "slack")):
        assert await found("ann") == [("E1", "Ann Lee", "pending")]
    with acting_as(Actor("Mallory", "slack")), pytest.raises(NotAllowed):
        await search_people("acme", "ann")
    with acting_as(Actor("Mallory", "slack")), pytest.raises(NotAllowed):
        await history_page("acme", Person("ann@example.com", "E1"), 0, 10)
    with acting_as(Actor("Mallory", "slack")), pytest.raises(NotAllowed):
        await person_record("acme", "ann@example.com")
