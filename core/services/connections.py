"""The connection of a portal to UKG Pro: tested, consented to, kept encrypted, forgotten on demand."""

import msgspec

from core.clock import now
from core.domain.attributes import Source
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.audit import audit
from core.services.mappings import list_mappings
from core.services.portals import portal_for
from core.services.standing import UKG_PRO, well_again
from core.store.keys import load_keyring
from core.store.models import Connection, Portal
from core.store.transactions import write_transaction
from core.ukg.address import normalise_address
from core.ukg.attribute_values import sources_of
from core.ukg.client import Credentials, Pace, UkgClient
from core.ukg.directory import EMPLOYMENT_PATH, PERSON_PATH
from core.ukg.lookups import PATHS

ALWAYS_READ = (
    "first and last name, e-mail, employee id and person id (person-details)",
    "status, hire and termination dates, company (employment-details)",
    "company code and first organization level, to count departments (employment-details)",
)
NEVER_READ = (
    "Social security numbers, birth dates, addresses, pay, health and other sensitive fields are passed over while "
    "reading; they are never kept, stored or logged."
)


class Secrets(msgspec.Struct):
    """What is kept encrypted of a service account."""

    password: str
    customer_api_key: str
    user_api_key: str | None = None


def checked_credentials(
    *, url: str, user: str, password: str, customer_api_key: str, user_api_key: str | None
) -> Credentials:
    """Credentials fit to be tried; raises `SettingsError` for what cannot be one."""
    values = {"user": user, "password": password, "customer API key": customer_api_key}
    for what, value in values.items():
        if not value.strip():
            raise SettingsError(f"The {what} is empty; nothing was changed.")
        if any(ord(letter) < 32 for letter in value):
            raise SettingsError(f"The {what} holds a line break or control character; nothing was changed.")
    for what, value in (("customer API key", customer_api_key), ("user API key", user_api_key or "")):
        if not value.isascii():
            raise SettingsError(f"The {what} holds letters that cannot be in a key; nothing was changed.")
    return Credentials(
        url=normalise_address(url),
        user=user.strip(),
        password=password,
        customer_api_key=customer_api_key.strip(),
        user_api_key=(user_api_key or "").strip() or None,
    )


async def data_to_be_read(slug: str) -> list[str]:
    """What a sync of this portal reads, for the consent."""
    mapped = [mapping.attribute.label.lower() for mapping in await list_mappings(slug)]
    return [*ALWAYS_READ, *([f"mapped attributes: {', '.join(mapped)}"] if mapped else [])]


async def check_account(slug: str, credentials: Credentials) -> int:
    """Try the service account on every endpoint a sync of this portal reads; returns the requests made.

    Raises `UkgError` saying which of address, credentials or permission is wrong.
    """
    await _refuse_shared(await portal_for(slug, Role.ADMIN), credentials)
    sources = sources_of(mapping.attribute.id for mapping in await list_mappings(slug))
    paths = [PERSON_PATH, EMPLOYMENT_PATH]
    paths += [path for source, path in PATHS.items() if source in sources and source not in _MAIN]
    async with UkgClient(credentials, Pace(attempts=2, connect_timeout=5.0, read_timeout=30.0)) as client:
        for path in paths:
            await client.check(path)
        return client.requests


_MAIN = frozenset({Source.PERSON, Source.EMPLOYMENT})


async def connect(slug: str, credentials: Credentials, database_url: str) -> Connection:
    """Keep tested and consented credentials, encrypted; an earlier connection of the portal is replaced.

    A service account feeds one portal: raises `SettingsError` when another portal has this one.
    """
    portal = await portal_for(slug, Role.ADMIN)
    keyring = await load_keyring(database_url)
    secrets = Secrets(credentials.password, credentials.customer_api_key, credentials.user_api_key)
    values = {
        "url": credentials.url,
        "user": credentials.user,
        "secrets": keyring.encrypt(msgspec.json.encode(secrets).decode()),
        "status": "active",
        "failures": 0,
        "retry_at": None,
        "consented_at": now(),
        "connected_at": now(),
    }
    async with write_transaction():
        await _refuse_shared(portal, credentials)
        earlier = await Connection.get_or_none(portal_id=portal.id)
        connection, _ = await Connection.update_or_create(defaults=values, portal_id=portal.id)
        before = {"url": earlier.url, "user": earlier.user, "status": earlier.status} if earlier else None
        after = {"url": credentials.url, "user": credentials.user, "status": "active", "consent": True}
        await well_again(UKG_PRO, portal)
        await audit(portal, "connected", slug, before=before, after=after)
    return connection


async def _refuse_shared(portal: Portal, credentials: Credentials) -> None:
    others = await Connection.filter(url=credentials.url, secrets__isnull=False).exclude(portal_id=portal.id)
    for other in others:
        if other.user.casefold() == credentials.user.casefold():
            holder = await Portal.get(id=other.portal_id)
            raise SettingsError(
                f"This service account feeds the portal {holder.slug} already, and a connection belongs to one portal; "
                f"nothing was changed. Use another service account, or disconnect {holder.slug} first."
            )


async def disconnect(slug: str) -> None:
    """Forget the secrets; learners, values and mapping stay."""
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        connection = await Connection.get_or_none(portal_id=portal.id)
        if connection is None or connection.secrets is None:
            raise SettingsError(f"{slug} is not connected; nothing was changed.")
        await Connection.filter(id=connection.id).update(secrets=None, status="disconnected", failures=0, retry_at=None)
        await well_again(UKG_PRO, portal)
        before = {"url": connection.url, "user": connection.user, "status": connection.status}
        await audit(portal, "disconnected", slug, before=before, after={"status": "disconnected"})


async def client_of(portal: Portal, database_url: str) -> UkgClient:
    """A client with the portal's stored credentials; raises `SettingsError` when there are none to be used."""
    connection = await Connection.get_or_none(portal_id=portal.id)
    if connection is None or connection.secrets is None:
        raise SettingsError(
            f"{portal.slug} is not connected to UKG Pro; nothing was done. Connect it: ukg connect {portal.slug} "
            "--url URL --user USER --customer-api-key KEY."
        )
    keyring = await load_keyring(database_url)
    secrets = msgspec.json.decode(keyring.decrypt(connection.secrets), type=Secrets)
    credentials = Credentials(
        connection.url, connection.user, secrets.password, secrets.customer_api_key, secrets.user_api_key
    )
    pace = Pace(page_size=portal.page_size, requests_per_minute=portal.requests_per_minute)
    return UkgClient(credentials, pace)
