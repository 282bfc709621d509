"""Portals: their names, their settings, and sentences for what cannot be."""

import pytest

from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteHow, InviteWhen
from core.services.portals import change_portal, create_portal, find_portal, list_portals, set_invites
from core.store.models import Portal
from tests.core.store.databases import on_sqlite


@on_sqlite
@pytest.mark.parametrize("slug", ["a", "7", "acme", "acme-2", "a-b-c", "x" * 63])
async def test_a_slug_is_lower_case_letters_digits_and_hyphens(store, slug):
    await create_portal(slug)
    assert (await find_portal(slug)).slug == slug


@on_sqlite
@pytest.mark.parametrize(
    "slug", ["", "Acme", "-acme", "acme-", "ac me", "acmé", "a_b", "a/b", "a.b", "x" * 64, "acme\n", "٣"]
)
async def test_anything_else_is_refused_and_nothing_created(store, slug):
    with pytest.raises(SettingsError, match="cannot name a portal; nothing was created"):
        await create_portal(slug)
    assert await Portal.all().count() == 0


async def test_a_name_can_be_given_once(acme):
    with pytest.raises(SettingsError, match="There is a portal acme already; nothing was created"):
        await create_portal("acme", timezone="UTC")
    assert [(portal.slug, portal.timezone) for portal in await Portal.all()] == [("acme", "America/New_York")]


async def test_an_unknown_portal_is_told_with_those_there_are(store):
    with pytest.raises(SettingsError, match=r"There is no portal 'acme'.+ Create one first: ukg portal create SLUG"):
        await find_portal("acme")
    await create_portal("north")
    await create_portal("south")
    with pytest.raises(SettingsError, match=r"There is no portal 'acme'; nothing was done\. There are: north, south\."):
        await find_portal("acme")


async def test_a_new_portal_has_the_documented_settings(acme):
    (listed,) = await list_portals()
    assert (listed.slug, listed.name, listed.kind, listed.timezone) == ("acme", "acme", "embedded", "America/New_York")
    assert (listed.sso, listed.parent, listed.integration_enabled) == (False, None, True)
    assert (listed.manual_sync_interval, listed.invites) == (60, {"when": "added", "how": "invite"})
    assert (listed.connection, listed.last_run) == ("none", None)
    assert acme.field_limit == 10


@on_sqlite
@pytest.mark.parametrize("timezone", ["", "Nowhere", "Europe", "../UTC", "/etc/localtime", "UTC+1\n", "x" * 500])
async def test_a_time_zone_that_is_none_is_refused(acme, timezone):
    with pytest.raises(SettingsError, match=r"is not a time zone; nothing was changed\. Write one like Europe/Dublin"):
        await create_portal("other", timezone=timezone)
    with pytest.raises(SettingsError, match="is not a time zone"):
        await change_portal("acme", timezone=timezone)
    assert [(row.slug, row.timezone) for row in await list_portals()] == [("acme", "America/New_York")]


async def test_a_sub_portal_stands_under_a_top_level_portal(acme):
    await create_portal("north", parent="acme")
    assert {row.slug: row.parent for row in await list_portals()} == {"acme": None, "north": "acme"}
    with pytest.raises(SettingsError, match="north is a sub-portal itself; nothing was created"):
        await create_portal("far-north", parent="north")
    with pytest.raises(SettingsError, match="There is no portal 'nobody'"):
        await create_portal("orphan", parent="nobody")
    assert await Portal.all().count() == 2


async def test_a_kind_that_there_is_not_is_refused(store):
    with pytest.raises(SettingsError, match="'paper' is no kind of portal; nothing was created"):
        await create_portal("acme", kind="paper")


@on_sqlite
@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
async def test_a_name_for_people_is_neither_empty_nor_endless(acme, name):
    with pytest.raises(SettingsError, match="A portal's name has 1 to 200 characters"):
        await create_portal("other", name=name)
    with pytest.raises(SettingsError, match="A portal's name has 1 to 200 characters"):
        await change_portal("acme", name=name)
    assert [row.name for row in await list_portals()] == ["acme"]


@on_sqlite
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("manual_sync_minutes", -1),
        ("manual_sync_minutes", 10_081),
        ("field_limit", 201),
        ("page_size", 0),
        ("page_size", 10_001),
        ("requests_per_minute", 0),
    ],
)
async def test_settings_are_changed_all_or_none(acme, setting, value):
    with pytest.raises(SettingsError, match=r"must be from .+; nothing was changed"):
        await change_portal("acme", name="New name", **{setting: value})
    assert (await find_portal("acme")).name == "acme"


async def test_only_what_is_given_is_changed_and_giving_nothing_is_told(acme):
    await change_portal("acme", name="Academy", sso=None, manual_sync_minutes=0, integration_enabled=False)
    portal = await find_portal("acme")
    assert (portal.name, portal.sso, portal.manual_sync_minutes) == ("Academy", False, 0)
    assert (portal.integration_enabled, portal.timezone) == (False, "America/New_York")
    with pytest.raises(SettingsError, match="Nothing was given to change"):
        await change_portal("acme", name=None)


async def test_invite_settings_are_changed_apart(acme):
    await set_invites("acme", when=InviteWhen.HIRE_DATE, how=None)
    await set_invites("acme", when=None, how=InviteHow.WELCOME)
    assert (await list_portals())[0].invites == {"when": "hire-date", "how": "welcome"}
