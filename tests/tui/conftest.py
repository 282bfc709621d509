"""The terminal UI on a database with the portal acme, and a stand-in of UKG Pro behind it."""

from collections.abc import AsyncIterator, Callable

import pytest

from core.services.portals import create_portal
from tests.companies import account, connected, sandbox, synced  # noqa: F401
from tests.tui.terminal import Terminal, terminal

TODAY = "2026-03-10"


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing moves by itself, and what happens elsewhere is seen soon."""
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr("tui.app._PULSE_SECONDS", 0.2)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path, migrated_file) -> str:
    """An empty database in a file: what differs between the two kinds is tested below the faces."""
    import shutil

    shutil.copy(migrated_file, tmp_path / "test.db")
    return f"sqlite://{tmp_path / 'test.db'}"


@pytest.fixture
async def acme(store: str, set_clock: Callable[[str], None]) -> str:
    """The portal acme on 10 March 2026; gives the database's URL."""
    set_clock(TODAY)
    await create_portal("acme", name="Acme Ltd")
    return store


@pytest.fixture
async def at_acme(synced: str) -> AsyncIterator[Terminal]:  # noqa: F811
    """The dashboard of acme after its first sync: Ann, Bea, Cleo and Dan are invited."""
    async with terminal(synced) as there:
        yield there
