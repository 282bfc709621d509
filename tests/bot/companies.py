"""The portal acme, connected to a stand-in of UKG Pro with four people, and what the tests of its flows ask for."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.bot.fake_slack import FakeSlack, View
from tests.companies import JOBS, account, company, connected, sandbox, synced  # noqa: F401


@pytest.fixture
def opened(bot: FakeSlack) -> Callable[..., Any]:
    """Call with what follows `/ukg` to type it and have the modal, once it is filled."""

    async def type_and_wait(text: str, *, user: str = "UANN") -> View:
        before = bot.modal(user)
        await bot.command("/ukg", text, user=user, channel="C1")

        def another() -> View | None:
            view = filled(bot, user)
            return view if view is not before else None

        return await bot.wait_for(another)

    return type_and_wait


@pytest.fixture
def click(bot: FakeSlack) -> Callable[..., Any]:
    """Call with a modal, an action and a value to click and have what it shows then."""

    async def click_and_wait(view: View, action_id: str, value: Any = None) -> View:
        return await after(bot, view, bot.click(view, action_id, value, user=view.user))

    return click_and_wait


def filled(bot: FakeSlack, user: str = "UANN") -> View | None:
    """The modal that somebody sees, unless it says that it is working."""
    view = bot.modal(user)
    return view if view is not None and "_Working…_" not in words(view) else None


def words(view: View) -> str:
    """Everything a modal says, in lines."""
    return "\n".join(said(view.content["blocks"]))


def said(value: Any) -> list[str]:
    """All texts in there."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for part in value.values() if isinstance(part, dict | list) for text in said(part)]
    return [text for part in value if isinstance(part, dict | list) for text in said(part)]


async def after(bot: FakeSlack, view: View, act: Any) -> View:
    """What the modal shows once what was done in it is done."""
    version = view.hash
    acknowledged = await act
    assert not acknowledged.errors, acknowledged.errors
    return await bot.wait_for(lambda: view if view.hash != version and filled(bot, view.user) is view else None)
