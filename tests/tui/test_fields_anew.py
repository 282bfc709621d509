"""LearnUpon's fields are read anew once for a screen, which is loaded again and again meanwhile."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.sandbox.learnupon.records import FieldType
from core.sandbox.learnupon.server import LearnUponSandbox
from core.services.fields import list_fields
from core.services.learnupon import checked_account, give_keys
from core.services.portals import create_portal
from tui.screens.fields_anew import FieldsAnew


@pytest.fixture
async def learnupon(acme: str) -> AsyncIterator[LearnUponSandbox]:
    """LearnUpon behind the portal remote, in which a field was made since its keys were given."""
    async with LearnUponSandbox() as there:
        top = there.realm.top
        await create_portal("remote", kind="learnupon")
        await give_keys("remote", checked_account(top.url, top.username, top.password), acme)
        there.realm.add_field(top, "Grade", FieldType.STRING)
        there.counts.clear()
        there.settings.latency = 0.5
        yield there


async def test_a_load_that_is_broken_off_neither_loses_what_is_read_nor_has_it_read_twice(acme, learnupon) -> None:
    anew = FieldsAnew()
    first = asyncio.create_task(anew.read("remote", acme))
    await asyncio.sleep(0)  # it has begun
    first.cancel()
    await asyncio.wait({first})
    assert first.cancelled()
    assert not anew.are_read
    assert await anew.read("remote", acme) == ""
    assert anew.are_read
    assert sum(learnupon.counts.values()) == 1
    assert [field.label for field in await list_fields("remote")] == ["Grade"]


async def test_nothing_is_read_any_more_once_the_screen_is_gone(acme, learnupon) -> None:
    anew = FieldsAnew()
    waiting = asyncio.create_task(anew.read("remote", acme))
    await asyncio.sleep(0)
    anew.give_up()
    await asyncio.wait({waiting})
    assert waiting.cancelled()
    assert [field.label for field in await list_fields("remote")] == []
