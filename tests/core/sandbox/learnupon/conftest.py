from collections.abc import AsyncIterator

import aiohttp
import pytest

from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings
from tests.core.sandbox.learnupon.client import Client, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def realm(clock: Clock) -> Realm:
    """A top-level portal and two below it, all empty."""
    return Realm("top", "sales", "plant", clock=clock)


@pytest.fixture
def settings() -> LearnUponSettings:
    """No limit of requests; everything else as it comes."""
    return LearnUponSettings(rate_limit=None)


@pytest.fixture
async def sandbox(realm: Realm, settings: LearnUponSettings) -> AsyncIterator[LearnUponSandbox]:
    async with LearnUponSandbox(settings, realm=realm) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def top(sandbox: LearnUponSandbox, session: aiohttp.ClientSession) -> Client:
    return Client(sandbox.portal("top"), session)


@pytest.fixture
def sales(sandbox: LearnUponSandbox, session: aiohttp.ClientSession) -> Client:
    return Client(sandbox.portal("sales"), session)


@pytest.fixture
def plant(sandbox: LearnUponSandbox, session: aiohttp.ClientSession) -> Client:
    return Client(sandbox.portal("plant"), session)
