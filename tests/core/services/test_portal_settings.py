"""A portal's settings as a form shows them: those that can be changed, under the names they are changed by."""

import msgspec
import pytest

from core.services.acting import Actor, NotAllowed, acting_as
from core.services.portal_settings import portal_settings
from core.services.portals import change_portal, create_portal
from core.store.models import Portal


async def test_what_was_changed_is_what_is_shown(acme: Portal) -> None:
    changes = {"name": "Acme", "timezone": "Europe/Dublin", "end_vanished": True, "page_size": 50, "field_limit": 7}
    await change_portal("acme", **changes)
    held = msgspec.to_builtins(await portal_settings("acme"))
    assert {name: held[name] for name in changes} == changes
    assert (held["kind"], held["sub_portal"], held["licence_limit"]) == ("embedded", False, 0)


async def test_every_setting_that_is_shown_can_be_given_back_as_it_is(acme: Portal) -> None:
    await create_portal("below", parent="acme")
    held = msgspec.to_builtins(await portal_settings("below"))
    del held["kind"], held["sub_portal"]
    await change_portal("below", **held)
    again = msgspec.to_builtins(await portal_settings("below"))
    assert {name: again[name] for name in held} == held
    assert again["sub_portal"]


async def test_whoever_has_no_role_does_not_see_them(acme: Portal) -> None:
    with acting_as(Actor("somebody", "tui")), pytest.raises(NotAllowed):
        await portal_settings("acme")
