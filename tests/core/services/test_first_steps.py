"""First steps: which of them a portal has behind it, from what the database says."""

from typing import Any

import pytest

from core.domain.custom_fields import FieldType
from core.services import connections
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.connected import connected_to
from core.services.fields import add_field
from core.services.first_steps import NOTHING_YET, first_steps
from core.services.mappings import map_attributes
from core.services.portals import create_portal
from core.services.syncing import sync_portal
from core.store.models import Connection, Portal


async def test_without_a_portal_nothing_is_done(store: str) -> None:
    assert await first_steps("") == NOTHING_YET
    assert not NOTHING_YET.all_done


async def test_each_step_counts_once_it_is_done(acme: Portal, credentials: Any, store: str) -> None:
    found = await first_steps("acme")
    assert (found.portal, found.connected, found.keys, found.mapped, found.synced) == (True, False, None, 0, False)
    await connections.connect("acme", credentials, store)
    await add_field("acme", "Job", FieldType.STRING)
    await map_attributes("acme", ["job_title=Job"])
    found = await first_steps("acme")
    assert (found.connected, found.mapped, found.all_done) == (True, 1, False)
    await sync_portal("acme", store)
    assert (await first_steps("acme")).all_done


async def test_an_account_that_was_refused_is_a_step_again(acme: Portal, credentials: Any, store: str) -> None:
    await connections.connect("acme", credentials, store)
    await Connection.filter(portal_id=acme.id).update(status="refused")
    assert not (await first_steps("acme")).connected
    held = await connected_to("acme")
    assert held.ukg_pro is not None
    assert (held.ukg_pro.status, held.complete) == ("refused", False)


async def test_a_portal_of_learnupon_needs_keys_besides(store: str) -> None:
    await create_portal("remote", kind="learnupon")
    assert (await first_steps("remote")).keys is False
    held = await connected_to("remote")
    assert (held.needs_keys, held.ukg_pro, held.learnupon) == (True, None, None)


async def test_whoever_has_no_role_sees_nothing_of_it(acme: Portal) -> None:
    with acting_as(Actor("somebody", "tui")):
        for look in (first_steps, connected_to):
            with pytest.raises(NotAllowed):
                await look("acme")
