"""`/ukg invites`, `schedule`, `guard`, `scope` and `admins`: settings as modals over the services."""

import pytest

from core.domain.guard import Kind, Span
from core.domain.roles import Role
from core.services.admins import list_admins, set_admin
from core.services.guard import guard_settings
from core.services.portals import list_portals
from core.services.schedule import show_schedule
from core.services.scope import set_scope, show_scope
from core.services.slack_people import portals_of
from core.services.trail import trail
from tests.bot.companies import after, words


@pytest.fixture
async def bob(acme):
    """Bob may look."""
    await set_admin("acme", "Bob", Role.VIEWER, slack_user="UBOB")


async def actions():
    return {entry.action async for entry in trail("acme")}


@pytest.mark.parametrize("command", ["invites", "schedule", "guard", "scope", "admins", "groups"])
async def test_a_viewer_sees_what_is_set_and_can_change_nothing(opened, bot, bob, command):
    view = await opened(command, user="UBOB")
    assert "acme" in words(view)
    assert "submit" not in view.content
    assert not [block for block in view.content["blocks"] if block["type"] in ("actions", "input")]


async def test_invite_settings_are_tried_and_saved(opened, bot, click, synced):
    view = await opened("invites")
    bot.fill(view, "invites_how", "welcome")
    view = await click(view, "invites_try")
    assert "Nothing is saved yet." in words(view)
    (how,) = [block for block in view.content["blocks"] if block.get("block_id") == "invites_how"]
    assert how["element"]["initial_option"]["value"] == "welcome"
    view = await after(bot, view, bot.submit(view, {"invites_when": "hire-date"}))
    assert "Saved: the invite settings of acme." in words(view)
    (overview,) = await list_portals()
    assert overview.invites == {"when": "hire-date", "how": "welcome"}


async def test_the_schedule_is_set(opened, bot, synced):
    view = await opened("schedule")
    assert "The daily sync of *acme* is on." in words(view)
    assert "Next: <!date^" in words(view)
    view = await after(bot, view, bot.submit(view, {"schedule_at": "06:15"}))
    assert "Saved: the daily sync of acme is on, every day at 06:15 (UTC)." in words(view)
    view = await after(bot, view, bot.submit(view, {"schedule_on": "off"}))
    schedule = await show_schedule("acme")
    assert (schedule.on, schedule.at) == (False, "06:15")


async def test_what_stands_in_the_way_of_the_schedule_is_said(opened, acme):
    assert "It does not run now. acme is not connected to UKG Pro" in words(await opened("schedule"))


async def test_a_limit_that_is_none_is_said_beside_it_and_nothing_is_saved(opened, bot, acme):
    view = await opened("guard")
    before = await guard_settings("acme")
    acknowledged = await bot.submit(view, {"guard-run-ended": "many", "guard-run-created": "10"})
    assert list(acknowledged.errors) == ["guard-run-ended"]
    assert "'many' is not a limit" in acknowledged.errors["guard-run-ended"]
    assert await guard_settings("acme") == before


async def test_limits_are_set_for_the_span_that_is_shown(opened, bot, click, acme):
    view = await opened("guard")
    default = (await guard_settings("acme")).limits
    view = await click(view, "guard_span", "week")
    view = await after(bot, view, bot.submit(view, {"guard-week-ended": "7", "guard_second": "yes"}))
    settings = await guard_settings("acme")
    assert settings.limits[Span.WEEK][Kind.ENDED] == "7"
    assert settings.limits[Span.RUN] == default[Span.RUN]
    assert settings.second_approver
    assert "acme has one admin only, who may approve what they asked for." in words(view)
    view = await click(view, "guard_default")
    assert (await guard_settings("acme")).limits == default


async def test_a_guard_that_is_so_already_is_not_written_again(opened, bot, acme):
    view = await opened("guard")
    view = await after(bot, view, bot.submit(view))
    assert "Nothing is different, so nothing was saved." in words(view)
    assert "guard changed" not in await actions()


async def test_a_condition_of_the_scope_is_tried_and_saved(opened, bot, click, synced):
    view = await opened("scope")
    assert "*acme* takes: Everyone in UKG Pro." in words(view)
    assert "4 of 4 who are employed" in words(view)
    view = await click(view, "scope_kind", "person")
    bot.fill(view, "scope_exclude", "E3\n dan@example.com ")
    view = await click(view, "scope_try")
    assert "2 would be skipped (with the settings of now: 0)" in words(view)
    assert (await show_scope("acme")).everyone
    view = await after(bot, view, bot.submit(view))
    assert "Never: dan@example.com and E3." in words(view)
    assert "2 of 4 who are employed" in words(view)
    view = await click(view, "scope_everyone")
    assert (await show_scope("acme")).everyone


async def test_a_condition_that_cannot_be_stays_written_in_the_form(opened, bot, click, acme):
    view = await click(await opened("scope"), "scope_kind", "status")
    view = await after(bot, view, bot.submit(view, {"scope_include": "X"}))
    assert "'X' is not a status of UKG Pro; the scope was not changed." in words(view)
    (written,) = [block for block in view.content["blocks"] if block.get("block_id") == "scope_include"]
    assert written["element"]["initial_value"] == "X"


async def test_people_of_a_condition_do_not_travel_in_what_slack_carries_back(opened, click, acme):
    await set_scope("acme", include={}, exclude={"person": ["dan@example.com"]})
    view = await click(await opened("scope"), "scope_kind", "person")
    assert "dan@example.com" not in view.content["private_metadata"]


async def test_somebody_gets_a_role_by_their_slack_user(opened, bot, click, acme):
    view = await click(await opened("admins"), "admins_add")
    values = {"admins_name": "Bob Ray", "admins_user": "UBOB", "admins_role": "operator"}
    view = await after(bot, view, bot.submit(view, values))
    assert "Bob Ray is operator in acme now." in words(view)
    assert await portals_of("UBOB") == {"acme": Role.OPERATOR}
    lines = [entry async for entry in trail("acme") if entry.subject == "Bob Ray"]
    assert [(line.actor, line.face, line.action) for line in lines] == [("Ann Lee", "slack", "role given")]


async def test_a_role_is_changed_and_taken(opened, bot, click, bob):
    view = await opened("admins")
    rows = [block for block in view.content["blocks"] if "accessory" in block]
    assert [row["text"]["text"] for row in rows] == ["*Ann Lee* (<@UANN>): admin", "*Bob* (<@UBOB>): viewer"]
    edit = next(row for row in rows if "Bob" in row["text"]["text"])["accessory"]
    assert "Bob" not in edit["value"] + view.content["private_metadata"]
    view.content["blocks"] = [block for block in view.content["blocks"] if block.get("accessory") in (None, edit)]
    view = await click(view, "admins_edit")
    view = await after(bot, view, bot.submit(view, {"admins_role": "admin"}))
    assert "Bob is admin in acme now." in words(view)
    view = await click(view, "admins_edit")  # the first in the list: herself
    view = await click(view, "admins_remove")
    assert "Ann Lee has no role in acme any more." in words(view)
    assert [admin.name for admin in await list_admins("acme")] == ["Bob"]


async def test_the_last_admin_stays(opened, bot, click, acme):
    view = await click(await opened("admins"), "admins_edit")
    view = await click(view, "admins_remove")
    assert "Ann Lee is the last admin of acme and cannot be removed; nothing was changed." in words(view)
    view = await after(bot, view, bot.submit(view, {"admins_role": "viewer"}))
    assert "is the last admin of acme" in words(view)
    assert await portals_of("UANN") == {"acme": Role.ADMIN}


@pytest.mark.parametrize(
    ("command", "values"),
    [
        ("invites", {"invites_how": "active"}),
        ("schedule", {"schedule_on": "off"}),
        ("guard", {"guard-run-ended": "99"}),
    ],
)
async def test_the_role_is_looked_up_when_the_form_is_sent(opened, bot, acme, command, values):
    await set_admin("acme", "Bob", Role.ADMIN, slack_user="UBOB")
    view = await opened(command, user="UBOB")
    await set_admin("acme", "Bob", Role.OPERATOR)
    before = await actions()
    view = await after(bot, view, bot.submit(view, values))
    assert "You are operator in acme, and this takes admin; nothing was done." in words(view)
    assert await actions() == before


async def test_a_form_of_an_earlier_version_is_said_to_be_old(opened, bot, acme):
    view = await opened("schedule")
    view.content["private_metadata"] = '{"portal":"acme","v":0}'
    view = await after(bot, view, bot.submit(view, {"schedule_on": "off"}))
    assert "This is out of date; nothing was done. Type the command again." in words(view)
    assert (await show_schedule("acme")).on
