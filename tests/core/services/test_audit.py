"""The audit trail: every change leaves a line that says who, when, what, before and after, and through which face."""

import csv
import io
from datetime import date

import pytest

from core.clock import now
from core.domain.custom_fields import FieldType
from core.domain.errors import OutsideError, SettingsError
from core.domain.invite_settings import InviteHow, InviteWhen
from core.domain.learner import UserType
from core.domain.roles import Role
from core.services import accounts, admins, connections, fields, mappings, portals, syncing
from core.services.acting import Actor, acting_as
from core.services.trail import export_trail, trail

ADA = Actor("Ada", "slack", owner=True)


async def lines(**options):
    return [(row.action, row.subject, row.before, row.after) async for row in trail("acme", **options)]


async def test_settings_leave_lines_with_before_and_after(acme):
    with acting_as(ADA):
        await portals.change_portal("acme", name="Acme Academy", page_size=500)
        await portals.set_invites("acme", when=InviteWhen.HIRE_DATE, how=None)
    found = [row async for row in trail("acme")]
    assert [(row.actor, row.face, row.at) for row in found[:2]] == [("Ada", "slack", now())] * 2
    assert (await lines())[:2] == [
        ("settings changed", "acme", {"invite_when": "added"}, {"invite_when": "hire-date"}),
        ("settings changed", "acme", {"name": "acme"}, {"name": "Acme Academy"}),
    ]


async def test_what_changes_nothing_leaves_no_line(acme):
    before = await lines()
    await portals.change_portal("acme", page_size=500)
    with pytest.raises(SettingsError):
        await fields.add_field("acme", "email", FieldType.STRING)
    assert await lines() == before


async def test_fields_mapping_and_roles_leave_lines(acme):
    await fields.add_field("acme", "Job", FieldType.STRING)
    await mappings.map_attributes("acme", ["job_title=Job"])
    await mappings.map_attributes("acme", ["job_code=Job"])
    await mappings.remove_mapping("acme", "job")
    await admins.set_admin("acme", "Ada", Role.ADMIN)
    assert [line[0] for line in await lines()] == [
        "role given",
        "mapping removed",
        "mapping changed",
        "mapping changed",
        "field added",
        "portal created",
    ]
    assert (await lines())[2] == ("mapping changed", "Job", {"Job": "job_title"}, {"Job": "job_code"})


async def test_people_leave_lines(acme):
    await accounts.add_learner("acme", accounts.NewLearner("ann@example.com", "Ann"), InviteHow.ACTIVE)
    await accounts.set_user_type("acme", "ann@example.com", UserType.MANAGER)
    await accounts.disable("acme", "ann@example.com")
    found = await lines()
    assert found[0] == ("disabled", "ann@example.com", {"status": "active"}, {"status": "disabled"})
    assert found[1] == ("user type changed", "ann@example.com", {"user_type": "learner"}, {"user_type": "manager"})
    assert found[2][0] == "person added"
    assert found[2][3]["first_name"] == "Ann"


async def test_connection_and_runs_leave_lines_without_a_secret(connected, credentials, store):
    await syncing.sync_portal("acme", store)
    await connections.disconnect("acme")
    disconnected, run, connection = (await lines())[:3]
    assert (disconnected[0], disconnected[3]) == ("disconnected", {"status": "disconnected"})
    assert run[0] == "sync"
    assert (run[3]["status"], run[3]["counts"]["invited"]) == ("succeeded", 3)
    assert connection[0] == "connected"
    written = str(await lines())
    assert credentials.password not in written
    assert credentials.customer_api_key not in written


async def test_a_run_that_fails_leaves_a_line_with_its_sentence(connected, sandbox, store):
    sandbox.settings.password = "changed since"
    with pytest.raises(OutsideError) as failure:
        await syncing.sync_portal("acme", store)
    action, _, _, after = (await lines())[0]
    assert (action, after["error"]) == ("sync failed", str(failure.value))


async def test_the_trail_can_be_cut_by_day_and_number(acme, set_clock):
    set_clock("2026-03-12")
    await portals.change_portal("acme", name="Later")
    assert [line[0] for line in await lines(since=date(2026, 3, 11))] == ["settings changed"]
    assert [line[0] for line in await lines(most=1)] == ["settings changed"]


async def test_the_csv_is_safe_in_a_spreadsheet(acme):
    with acting_as(Actor("=cmd()", "cli", owner=True)):
        await portals.change_portal("acme", name="=HYPERLINK(1)")
    file = io.StringIO()
    assert await export_trail("acme", file) == 2
    heading, *rows = csv.reader(io.StringIO(file.getvalue()))
    assert heading == ["at (UTC)", "who", "through", "action", "subject", "before", "after"]
    assert rows[0] == [
        "2026-03-10 12:00:00",
        "'=cmd()",
        "cli",
        "settings changed",
        "acme",
        '{"name":"acme"}',
        '{"name":"=HYPERLINK(1)"}',
    ]
