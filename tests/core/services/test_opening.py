"""Before a database is opened: whether its file is there, and whether the key to its secrets is."""

from pathlib import Path
from typing import Any

import pytest

from core.domain.errors import UkgSyncError
from core.services import connections
from core.services.opening import missing_file, missing_key
from core.store.keys import key_file
from core.store.models import Portal


def test_only_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    assert missing_file(f"sqlite://{path}") == path
    path.touch()
    assert missing_file(f"sqlite://{path}") is None
    assert missing_file("postgres://localhost/ukg") is None
    with pytest.raises(UkgSyncError):
        missing_file("oracle://somewhere/else")


async def test_a_key_is_missed_only_once_there_are_secrets(acme: Portal, credentials: Any, store: str) -> None:
    assert await missing_key(store) is None
    assert not key_file(store).exists()
    await connections.connect("acme", credentials, store)
    assert await missing_key(store) is None
    key_file(store).unlink()
    assert "The secret key is missing" in str(await missing_key(store))
