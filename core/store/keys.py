"""Which keys this process has, and turning stored secrets over to a new one."""

from pathlib import Path

from core.settings import default_folder, load_settings
from core.store.connection import sqlite_path
from core.store.errors import SecretKeyMissing
from core.store.models import Connection, LearnUponAccount
from core.store.secrets import Keyring, new_key, read_key_file, split_keys, write_key_file
from core.store.transactions import write_transaction


def key_file(database_url: str) -> Path:
    """The key file beside the database; for PostgreSQL one in the user's data folder.

    That one is not the key file of the default SQLite database, which lies there too: turning one of the two over to
    a new key would drop the key that the other still needs.
    """
    database = sqlite_path(database_url)
    return database.with_suffix(".key") if database is not None else default_folder() / "postgresql.key"


async def load_keyring(database_url: str) -> Keyring:
    """The keys of the environment or the key file; the first use of a database makes a key file.

    Raises `SecretKeyMissing` when secrets are stored and their key file is gone: a new one could not read them.
    """
    keys = split_keys(load_settings().ukg_secret_key)
    if keys:
        return Keyring(keys)
    path = key_file(database_url)
    keys = read_key_file(path)
    if not keys:
        if await stored_secrets():
            raise SecretKeyMissing(
                f"The secret key is missing: there is no key file {path} and UKG_SECRET_KEY is not set. Nothing was "
                "changed. Put the key back, or disconnect and connect again; of a LearnUpon portal, forget the keys "
                "(ukg learnupon SLUG --forget) and give them again."
            )
        keys = [new_key()]
        write_key_file(path, keys)
    return Keyring(keys)


async def stored_secrets() -> list[Connection | LearnUponAccount]:
    """Every row that holds a secret."""
    accounts = await LearnUponAccount.exclude(secrets="")
    return [*await Connection.filter(secrets__isnull=False), *accounts]


async def rotate_keys(database_url: str) -> int:
    """Encrypt every stored secret with the newest key; returns how many there were.

    With a key file a new key is made first, and the old ones are dropped once nothing needs them. With
    UKG_SECRET_KEY the newest is the first one given there.
    """
    path = key_file(database_url)
    from_environment = bool(split_keys(load_settings().ukg_secret_key))
    keyring = await load_keyring(database_url)
    newest = ""
    if not from_environment:
        newest = new_key()
        keys = [newest, *read_key_file(path)]
        write_key_file(path, keys)
        keyring = Keyring(keys)
    async with write_transaction():
        rows = await stored_secrets()
        for row in rows:
            row.secrets = keyring.encrypt(keyring.decrypt(row.secrets or ""))
            await row.save(update_fields=["secrets"])
    if not from_environment:
        write_key_file(path, [newest])
    return len(rows)
