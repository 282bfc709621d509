"""Notices: said once for as long as it lasts."""

import asyncio

import pytest

from core.clock import now
from core.domain.roles import Role
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.admins import set_admin
from core.services.notices import Kind, open_notices, raise_notice, raised_since, resolve_notice
from core.services.portals import create_portal


async def test_what_happens_again_is_counted_and_not_said_anew(acme, set_clock):
    assert await raise_notice(acme, Kind.DAY_MISSED, "A day was missed.")
    first = now()
    set_clock("2026-03-11")
    assert not await raise_notice(acme, Kind.DAY_MISSED, "Another was.")
    (notice,) = await open_notices("acme")
    assert (notice.portal, notice.kind, notice.sentence) == ("acme", Kind.DAY_MISSED, "A day was missed.")
    assert (notice.times, notice.raised_at, notice.last_at) == (2, first, now())


async def test_of_many_that_say_it_at_the_same_moment_one_is_first(acme):
    raised = await asyncio.gather(*(raise_notice(acme, Kind.PLAN_HELD, "A plan is held.") for _ in range(5)))
    assert sorted(raised) == [False] * 4 + [True]
    assert [notice.times for notice in await open_notices("acme")] == [5]


async def test_what_is_over_is_no_longer_told_and_may_come_again(acme):
    assert not await resolve_notice(acme, Kind.DAY_SILENT)
    await raise_notice(acme, Kind.DAY_SILENT, "First.")
    assert await resolve_notice(acme, Kind.DAY_SILENT)
    assert await open_notices("acme") == []
    assert await raise_notice(acme, Kind.DAY_SILENT, "Second.")
    assert [notice.sentence for notice in await open_notices("acme")] == ["Second."]


async def test_portals_and_kinds_have_notices_of_their_own(acme):
    other = await create_portal("other")
    for portal in (acme, other):
        for kind in Kind:
            assert await raise_notice(portal, kind, f"{portal.slug} {kind}")
    await resolve_notice(acme, Kind.DAY_MISSED)
    assert {notice.kind for notice in await open_notices("acme")} == set(Kind) - {Kind.DAY_MISSED}
    assert [notice.sentence for notice in await open_notices("other")] == [f"other {kind}" for kind in Kind]


async def test_the_operators_log_is_of_every_portal_from_a_moment_on(acme, set_clock):
    await raise_notice(acme, Kind.DAY_MISSED, "Old.")
    set_clock("2026-03-11")
    await raise_notice(await create_portal("other"), Kind.DAY_SILENT, "New.")
    assert [(notice.portal, notice.sentence) for notice in await raised_since(now())] == [("other", "New.")]


async def test_whoever_may_look_may_read_them_and_nobody_else(acme):
    await set_admin("acme", "Vera", Role.VIEWER)
    with acting_as(Actor("Vera", "tui")):
        assert await open_notices("acme") == []
    with acting_as(Actor("Stranger", "tui")), pytest.raises(NotAllowed):
        await open_notices("acme")
