"""People who come through Slack: which portals are theirs, and how admins hear of those without a role."""

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.roles import Role
from core.services.acting import Actor, role_of
from core.services.admins import set_admin
from core.services.portals import create_portal
from core.services.slack_people import actor_of, portals_of, record_stranger
from core.services.trail import trail
from core.store.models import Admin, Portal
from tests.core.store.databases import on_sqlite

STRANGER = Actor("Slack user UEVE", "slack", slack_user="UEVE")


async def told(slug):
    return [(entry.subject, entry.actor) async for entry in trail(slug) if entry.action == "refused a stranger"]


async def test_someone_with_a_role_acts_under_the_name_their_admin_gave_them(acme):
    await set_admin("acme", "Ann Lee", Role.ADMIN, slack_user="UANN")
    assert await actor_of("UANN") == Actor("Ann Lee", "slack", slack_user="UANN")
    assert await actor_of("UEVE") == STRANGER


_ROLES = st.none() | st.sampled_from(Role)


@on_sqlite
@given(top=_ROLES, first=_ROLES, second=_ROLES, other=_ROLES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_portals_of_someone_are_those_in_which_each_service_would_find_a_role(
    database_url, top, first, second, other
):
    from core.store.connection import open_store

    async def work():
        async with open_store(database_url):
            if not await Portal.exists():
                await create_portal("top")
                await create_portal("first", parent="top")
                await create_portal("second", parent="top")
                await create_portal("other")
            await Admin.all().delete()
            for slug, role in {"top": top, "first": first, "second": second, "other": other}.items():
                if role is not None:
                    await set_admin(slug, "Ann", role, slack_user="UANN")
            found = {portal.slug: await role_of(await actor_of("UANN"), portal) for portal in await Portal.all()}
            assert await portals_of("UANN") == {slug: role for slug, role in found.items() if role is not None}
            assert await portals_of("UEVE") == {}

    asyncio.run(work())


async def test_the_admins_of_the_portal_that_was_named_are_told(acme):
    await create_portal("beta")
    await record_stranger(STRANGER, "/ukg status", "beta")
    assert await told("beta") == [("/ukg status", "Slack user UEVE")]
    assert await told("acme") == []


async def test_without_a_portal_the_admins_of_every_top_level_portal_are_told(acme):
    await create_portal("beta")
    await create_portal("gamma", parent="beta")
    await record_stranger(STRANGER, "/ukg", "no-such-portal")
    assert (len(await told("acme")), len(await told("beta")), len(await told("gamma"))) == (1, 1, 0)


async def test_they_are_told_once_a_day_of_each_person(acme, set_clock):
    await asyncio.gather(*(record_stranger(STRANGER, "/ukg", None) for _ in range(5)))
    assert len(await told("acme")) == 1
    await record_stranger(Actor("Slack user UMAL", "slack", slack_user="UMAL"), "/ukg", None)
    assert len(await told("acme")) == 2
    set_clock("2026-03-11T12:00:01Z")
    await record_stranger(STRANGER, "/ukg", None)
    assert len(await told("acme")) == 3
