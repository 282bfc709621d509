"""Which key a database is used with, and turning stored secrets over to a new one."""

import stat
from collections.abc import Callable

import pytest

from core.clock import now
from core.domain.errors import SettingsError
from core.settings import load_settings
from core.store.errors import SecretKeyMissing, SecretKeyWrong
from core.store.keys import key_file, load_keyring, rotate_keys
from core.store.models import Connection
from core.store.secrets import Keyring, new_key, read_key_file


@pytest.fixture
def set_keys(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Call with keys to have them in UKG_SECRET_KEY, with none to have no such variable."""

    def set_to(*keys: str) -> None:
        monkeypatch.setenv("UKG_SECRET_KEY", ",".join(keys))
        load_settings.cache_clear()

    return set_to


async def keep(store: str, portal, secret: str = "s3cret") -> None:
    """Store a secret, as connecting does."""
    keyring = await load_keyring(store)
    await Connection.create(
        portal=portal,
        url="https://ukg.example.com",
        user="svc",
        secrets=keyring.encrypt(secret),
        status="active",
        consented_at=now(),
        connected_at=now(),
    )


async def stored(keyring: Keyring) -> str:
    return keyring.decrypt((await Connection.get()).secrets or "")


async def test_the_first_use_makes_a_key_file_that_only_its_owner_can_read(store, portal):
    await keep(store, portal)
    path = key_file(store)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert await stored(Keyring(read_key_file(path))) == "s3cret"


async def test_the_key_file_stands_beside_a_sqlite_file_and_in_the_data_folder_for_postgresql(store, tmp_path):
    await load_keyring(store)
    found = [path.relative_to(tmp_path) for path in tmp_path.rglob("*.key")]
    expected = "test.key" if store.startswith("sqlite") else "data/ukg-sync/postgresql.key"
    assert [str(path) for path in found] == [expected]


def test_the_default_database_and_postgresql_never_share_a_key_file():
    assert key_file(load_settings().database_url) != key_file("postgres://localhost/ukg")


async def test_the_same_key_is_used_from_then_on(store, portal):
    await keep(store, portal)
    assert await stored(await load_keyring(store)) == "s3cret"


async def test_a_lost_key_file_is_told_and_no_new_key_is_made_while_secrets_are_stored(store, portal):
    await keep(store, portal)
    key_file(store).unlink()
    for use in (load_keyring, rotate_keys):
        with pytest.raises(SecretKeyMissing, match="Put the key back, or disconnect and connect again"):
            await use(store)
    assert not key_file(store).exists()


async def test_once_the_secrets_are_forgotten_a_new_key_may_be_made(store, portal):
    await keep(store, portal)
    key_file(store).unlink()
    await Connection.all().update(secrets=None)
    await load_keyring(store)
    assert key_file(store).exists()


async def test_keys_of_the_environment_come_before_the_key_file_and_make_none(store, portal, set_keys):
    set_keys(new_key())
    await keep(store, portal)
    assert not key_file(store).exists()
    set_keys()
    with pytest.raises(SecretKeyMissing):
        await load_keyring(store)


async def test_a_key_of_the_wrong_form_in_the_environment_is_refused(store, set_keys):
    set_keys("not-a-key")
    with pytest.raises(SettingsError, match="must be 32 bytes"):
        await load_keyring(store)


async def test_rotation_with_a_key_file_makes_a_new_key_and_drops_the_old_one(store, portal):
    await keep(store, portal)
    (old,) = read_key_file(key_file(store))
    assert await rotate_keys(store) == 1
    (new,) = read_key_file(key_file(store))
    assert new != old
    assert await stored(Keyring([new])) == "s3cret"
    with pytest.raises(SecretKeyWrong):
        await stored(Keyring([old]))
    assert stat.S_IMODE(key_file(store).stat().st_mode) == 0o600


async def test_rotation_with_keys_of_the_environment_turns_to_the_first_of_them(store, portal, set_keys):
    old, new = new_key(), new_key()
    set_keys(old)
    await keep(store, portal)
    set_keys(new, old)
    assert await rotate_keys(store) == 1
    set_keys(new)
    assert await stored(await load_keyring(store)) == "s3cret"
    assert not key_file(store).exists()


async def test_a_rotation_that_cannot_read_a_secret_changes_none_and_loses_no_key(store, portal, set_keys):
    await keep(store, portal)
    (old,) = read_key_file(key_file(store))
    before = await Connection.all().values()
    set_keys(new_key())
    with pytest.raises(SecretKeyWrong):
        await rotate_keys(store)
    assert await Connection.all().values() == before
    assert read_key_file(key_file(store)) == [old]


async def test_rotation_with_nothing_stored_is_no_trouble(store):
    assert await rotate_keys(store) == 0
    assert len(read_key_file(key_file(store))) == 1
