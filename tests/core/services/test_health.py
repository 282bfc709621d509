"""The doctor: what is right, what is wrong, and what to do about it."""

from msgspec.structs import replace

from core.services.connections import connect
from core.services.health import examine
from core.services.notices import Kind, raise_notice
from core.services.portals import change_portal, create_portal
from core.services.schedule import schedule_begins, set_schedule
from core.services.standing import UKG_PRO, failed
from core.store.keys import key_file
from core.store.secrets import new_key
from core.ukg.errors import WrongCredentials


async def findings(store: str) -> dict[str, tuple[str, str]]:
    return {finding.subject: (finding.status, finding.sentence) for finding in await examine(store)}


async def test_with_everything_in_place_all_is_well(connected, store):
    found = await findings(store)
    assert list(found) == ["database", "secret key", "mail", "connection of acme"]
    assert {status for subject, (status, _) in found.items() if subject != "mail"} == {"ok"}


async def test_without_a_portal_it_says_how_to_make_one(store):
    assert (await findings(store))["portals"] == (
        "wrong",
        "There is no portal yet. Create one: ukg portal create SLUG.",
    )


async def test_a_portal_that_is_not_connected_is_told(acme, store):
    status, sentence = (await findings(store))["connection of acme"]
    assert (status, "ukg connect acme" in sentence) == ("wrong", True)


async def test_an_account_that_is_refused_is_told(connected, store, sandbox):
    sandbox.settings.password = "changed"
    status, sentence = (await findings(store))["connection of acme"]
    assert (status, "refused the service account (401)" in sentence) == ("wrong", True)


async def test_a_key_that_is_lost_or_wrong_is_told_and_the_rest_is_still_looked_at(connected, store):
    key_file(store).write_text(new_key())
    found = await findings(store)
    assert [status for status, _ in found.values()] == ["ok", "wrong", "note", "wrong"]
    assert "cannot be read with this secret key" in found["secret key"][1]
    key_file(store).unlink()
    assert "The secret key is missing" in (await findings(store))["secret key"][1]


async def test_every_portal_is_looked_at(connected, store, credentials):
    await create_portal("north")
    await create_portal("south")
    await connect("south", replace(credentials, user="another-account"), store)
    found = await findings(store)
    connections = {subject: status for subject, (status, _) in found.items() if subject.startswith("connection")}
    assert connections == {"connection of acme": "ok", "connection of north": "wrong", "connection of south": "wrong"}


async def test_open_notices_are_told_and_a_refused_account_is_wrong(connected, store):
    await raise_notice(connected, Kind.DAY_MISSED, "A day was missed.")
    assert (await findings(store))["notice of acme"] == ("note", "A day was missed.")
    await failed(UKG_PRO, connected, WrongCredentials("UKG Pro refused the service account (401)."))
    status, sentence = (await findings(store))["notice of acme"]
    assert (status, "refused the service account (401)" in sentence) == ("wrong", True)


async def test_a_schedule_that_runs_is_nothing_to_tell_of(connected, store):
    await schedule_begins(connected)
    assert "schedule of acme" not in await findings(store)


async def test_a_schedule_that_is_paused_is_told_with_the_reason(connected, store):
    await schedule_begins(connected)
    await change_portal("acme", integration_enabled=False)
    status, sentence = (await findings(store))["schedule of acme"]
    assert (status, "ukg portal set acme --enable-integration" in sentence) == ("note", True)
    await change_portal("acme", integration_enabled=True)
    await set_schedule("acme", on=False)
    assert "ukg schedule acme --on" in (await findings(store))["schedule of acme"][1]


async def test_a_daily_sync_that_nobody_started_is_told(connected, store, set_clock):
    await schedule_begins(connected)
    set_clock("2026-03-11T07:39:00Z")
    assert "schedule of acme" not in await findings(store)
    set_clock("2026-03-11T07:41:00Z")
    status, sentence = (await findings(store))["schedule of acme"]
    assert (status, sentence.startswith("The daily sync is due and has not been started")) == ("note", True)
