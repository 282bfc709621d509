"""An open door, as `tests.core.web.doors` makes it."""

import pytest
from argon2 import PasswordHasher

from core.services.door import passwords
from tests.core.web.doors import acme, add_learner, browser, door, guessing, make_link, other_browser  # noqa: F401


@pytest.fixture
def costly_hashes() -> None:
    """For tests of how strong a hash is; all others make them at the least cost."""


@pytest.fixture(autouse=True)
def _cheap_hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "costly_hashes" not in request.fixturenames:
        monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
