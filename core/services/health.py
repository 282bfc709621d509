"""The doctor: is everything there that a sync needs, and if not, what to do about it."""

from collections.abc import Awaitable

import msgspec

from core.domain.errors import UkgSyncError
from core.services.connections import client_of
from core.store.keys import load_keyring
from core.store.models import Connection, Portal
from core.ukg.directory import PERSON_PATH


class Finding(msgspec.Struct):
    """One thing looked at: `ok`, or `wrong` with a sentence that says what to do."""

    subject: str
    status: str
    sentence: str


async def examine(database_url: str) -> list[Finding]:
    """Look at the key and at every portal's connection. That this could be called means that the database opened."""
    findings = [Finding("database", "ok", "The database opens and is up to date.")]
    findings.append(await _look("secret key", _key(database_url)))
    portals = await Portal.all().order_by("slug")
    if not portals:
        findings.append(Finding("portals", "wrong", "There is no portal yet. Create one: ukg portal create SLUG."))
    for portal in portals:
        findings.append(await _look(f"connection of {portal.slug}", _connection(portal, database_url)))
    return findings


async def _look(subject: str, look: Awaitable[str]) -> Finding:
    try:
        return Finding(subject, "ok", await look)
    except UkgSyncError as error:
        return Finding(subject, "wrong", str(error))


async def _key(database_url: str) -> str:
    keyring = await load_keyring(database_url)
    for connection in await Connection.filter(secrets__isnull=False):
        keyring.decrypt(connection.secrets or "")
    return "The secret key opens every stored secret."


async def _connection(portal: Portal, database_url: str) -> str:
    async with await client_of(portal, database_url) as client:
        await client.check(PERSON_PATH)
    return "UKG Pro answers and accepts the service account."
