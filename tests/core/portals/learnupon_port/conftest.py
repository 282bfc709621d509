"""A LearnUpon portal in the stand-in, thrown the way a test wants it."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.core.portals.conftest import TODAY
from tests.core.portals.harnesses import LearnUponHarness, learnupon


@pytest.fixture
async def open_portal(store: str, set_clock: Callable[[str], None]) -> AsyncIterator[Callable[..., Any]]:
    """Call with settings of the stand-in for a portal in New York on 10 March 2026, with nobody in it."""
    set_clock(TODAY)
    async with AsyncExitStack() as stack:

        async def opened(**settings: Any) -> LearnUponHarness:
            return await learnupon(stack, **settings)

        yield opened


@pytest.fixture
async def portal(open_portal: Callable[..., Any]) -> LearnUponHarness:
    """A portal as the stand-in's defaults have it."""
    return await open_portal()
