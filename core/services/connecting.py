"""What is done through a connect link: an admin gives UKG Pro's credentials on a page of ours, and LearnUpon's API keys
where the portal is LearnUpon's.
"""

from datetime import datetime

import msgspec

from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.portals.learnupon.client import Account
from core.services.acting import acting_as
from core.services.connect_links import actor_of, open_link, using
from core.services.connections import NEVER_READ, check_account, checked_credentials, connect, data_to_be_read
from core.services.kinds import LEARNUPON
from core.services.learnupon import checked_account, give_keys
from core.services.portals import portal_for
from core.store.models import Connection, LearnUponAccount, Portal
from core.ukg.client import Credentials


class OpenConnectLink(msgspec.Struct, frozen=True):
    """What the page says: which data will be read, and which addresses and user are taken the place of, if any.
    `learnupon` is None for a portal that is not LearnUpon's, empty before its API keys are known."""

    portal: str
    made_by: str
    reads: list[str]
    never: str
    expires_at: datetime
    url: str
    user: str
    learnupon: str | None


class ApiKeyEntries(msgspec.Struct, frozen=True):
    """What an admin fills in for LearnUpon."""

    url: str
    username: str
    password: str


class Entries(msgspec.Struct, frozen=True):
    """What an admin fills in."""

    url: str
    user: str
    password: str
    customer_api_key: str
    user_api_key: str
    consent: bool
    learnupon: ApiKeyEntries | None = None


class KeptCredentials(msgspec.Struct, frozen=True):
    """What came of it: the addresses of UKG Pro and of LearnUpon whose credentials were kept just now, None for what
    was not given; and what the portal still lacks, in a sentence."""

    ukg_pro: str | None
    learnupon: str | None
    lacks: str | None


async def look_at_connect_link(slug: str, token: str, *, remote: str) -> OpenConnectLink:
    """What the link opens; nothing is used up by looking. Raises `ConnectLinkUnusable`, and `NotAllowed` when who made
    it is no admin any more."""
    link = await open_link(slug, token, remote)
    with acting_as(actor_of(link)):
        portal = await portal_for(slug, Role.ADMIN)
        known = await _known(portal)
        return OpenConnectLink(
            slug,
            link.made_by,
            await data_to_be_read(slug),
            NEVER_READ,
            link.expires_at,
            known.url,
            known.user,
            known.learnupon if portal.kind == LEARNUPON else None,
        )


async def connect_through_link(
    slug: str, token: str, entries: Entries, database_url: str, *, remote: str
) -> KeptCredentials:
    """Test what was filled in and keep it, encrypted; the link is used up then. For a portal of LearnUpon either part
    of the form may be left as it is; when both are filled in, both are tested before anything is kept.

    What is not taken can be put right through the same link, four times. Raises `ConnectLinkUnusable`, `SettingsError`
    for what cannot be, `UkgError` or `LearnUponError` when it is not taken.
    """
    link = await open_link(slug, token, remote)
    with acting_as(actor_of(link)):
        portal = await portal_for(slug, Role.ADMIN)
        account = _account(entries, await _known(portal)) if portal.kind == LEARNUPON else None
        given = portal.kind != LEARNUPON or _is_ukg_given(entries, await _known(portal))
        if not given and account is None:
            raise SettingsError("Nothing was filled in, so nothing was changed. Fill in UKG Pro's part or LearnUpon's.")
        credentials = _credentials(entries) if given else None
        async with using(link):
            if credentials is not None:
                await check_account(slug, credentials)
            if account is not None:
                await give_keys(slug, account, database_url)
            if credentials is not None:
                await connect(slug, credentials, database_url)
        return KeptCredentials(
            credentials.url if credentials is not None else None,
            account.url if account is not None else None,
            _lacking(portal, await _known(portal)),
        )


class _Known(msgspec.Struct, frozen=True):
    """What is known of a portal's credentials without their secrets; empty for what is not."""

    url: str
    user: str
    learnupon: str
    is_connected: bool


async def _known(portal: Portal) -> _Known:
    connection = await Connection.get_or_none(portal_id=portal.id)
    keys = await LearnUponAccount.get_or_none(portal_id=portal.id)
    return _Known(
        connection.url if connection is not None else "",
        connection.user if connection is not None else "",
        keys.url if keys is not None else "",
        connection is not None and connection.secrets is not None,
    )


def _is_ukg_given(entries: Entries, known: _Known) -> bool:
    secrets_given = entries.password or entries.customer_api_key or entries.user_api_key or entries.consent
    return bool(secrets_given) or (entries.url.strip(), entries.user.strip()) != (known.url, known.user)


def _credentials(entries: Entries) -> Credentials:
    if not entries.consent:
        raise SettingsError("Consent is needed, so nothing was stored. Tick the box if you agree to what will be read.")
    return checked_credentials(
        url=entries.url,
        user=entries.user,
        password=entries.password,
        customer_api_key=entries.customer_api_key,
        user_api_key=entries.user_api_key or None,
    )


def _account(entries: Entries, known: _Known) -> Account | None:
    """LearnUpon's API keys as they were filled in; None when that part was left as it was."""
    keys = entries.learnupon
    if keys is None or not (keys.username or keys.password or keys.url.strip() != known.learnupon):
        return None
    return checked_account(keys.url, keys.username, keys.password)


def _lacking(portal: Portal, known: _Known) -> str | None:
    if not known.is_connected:
        return "UKG Pro's service account is not known yet."
    return "LearnUpon's API keys are not known yet." if portal.kind == LEARNUPON and not known.learnupon else None
