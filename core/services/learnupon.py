"""The API keys of a LearnUpon portal, and what of it is looked at before a run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from core.clock import now
from core.domain.email import email_key
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.portals.learnupon.address import normalise_address
from core.portals.learnupon.asking import Asking
from core.portals.learnupon.client import Account, LearnUponClient, Patience
from core.portals.learnupon.errors import LearnUponError
from core.portals.learnupon.fields import take_over_fields
from core.portals.learnupon.habits import Habits
from core.portals.learnupon.looking import Looking
from core.portals.learnupon.mirror import Seen
from core.portals.learnupon.portal import LearnUponPortal
from core.services.audit import audit
from core.services.notices import Kind, raise_notice
from core.services.portals import LEARNUPON, portal_for
from core.services.standing import LEARNUPON as SYSTEM
from core.services.standing import failed, well_again, worked
from core.store.keys import load_keyring
from core.store.models import CustomField, Learner, LearnUponAccount, Portal
from core.store.run_lock import hold_run_lock
from core.store.transactions import write_transaction

_SAMPLE = 5
_IMPATIENT = Patience(attempts=2, connect_timeout=5.0, read_timeout=30.0)


class ApiKeys(msgspec.Struct):
    """What is kept encrypted of a pair of API keys."""

    username: str
    password: str


class Given(msgspec.Struct):
    """Keys that were tested and kept: the portal's address, and the labels of its custom user data fields."""

    portal: str
    url: str
    fields: list[str]


def checked_account(url: str, username: str, password: str) -> Account:
    """API keys fit to be tried; raises `SettingsError` for what cannot be such."""
    for what, value in (("API username", username), ("API password", password)):
        if not value.strip():
            raise SettingsError(f"The {what} is empty; nothing was changed.")
        if any(ord(letter) < 32 for letter in value):
            raise SettingsError(f"The {what} holds a line break or control character; nothing was changed.")
    return Account(normalise_address(url), username.strip(), password)


async def give_keys(slug: str, account: Account, database_url: str, *, start_afresh: bool = False) -> Given:
    """Test the keys, and keep them encrypted. `start_afresh` forgets what is known of the portal, whose accounts are
    then read anew and linked by e-mail.

    Raises `LearnUponError` when LearnUpon does not take them, `SettingsError` when they open another portal than the
    one that is known here, or one that another portal of ours writes to.
    """
    portal = await _portal(slug, Role.ADMIN)
    await _refuse_shared(portal, account)
    async with LearnUponClient(account, patience=_IMPATIENT) as client:
        fields = await client.definitions()
        if not start_afresh:
            await _refuse_another(portal, client)
    keyring = await load_keyring(database_url)
    secrets = keyring.encrypt(msgspec.json.encode(ApiKeys(account.username, account.password)).decode())
    async with hold_run_lock(portal.id, slug):
        async with write_transaction():
            earlier = await LearnUponAccount.get_or_none(portal_id=portal.id)
            values = {"url": account.url, "secrets": secrets, "status": "active", "failures": 0, "retry_at": None}
            if start_afresh:
                await Learner.filter(portal_id=portal.id).delete()
                await CustomField.filter(portal_id=portal.id).delete()
                values |= {"reconciled_at": None, "habits": "{}", "invites_page": 1}
            await LearnUponAccount.update_or_create(defaults=values | {"connected_at": now()}, portal_id=portal.id)
            await well_again(SYSTEM, portal)
            before = {"url": earlier.url} if earlier is not None else None
            await audit(
                portal, "LearnUpon keys given", slug, before=before, after={"url": account.url, "afresh": start_afresh}
            )
        await _tell_of_fields(portal, await take_over_fields(portal.id, fields))
    return Given(slug, account.url, [field.label for field in fields])


async def refresh_fields(slug: str, database_url: str) -> bool:
    """Read the portal's custom user data fields anew; False for a portal of another kind, which has its own.

    Raises `LearnUponError` when LearnUpon cannot be asked.
    """
    portal = await portal_for(slug, Role.VIEWER)
    if portal.kind != LEARNUPON:
        return False
    async with asking(portal, database_url) as client:
        fields = await client.definitions()
    async with hold_run_lock(portal.id, slug):
        await _tell_of_fields(portal, await take_over_fields(portal.id, fields))
    return True


@asynccontextmanager
async def asking(portal: Portal, database_url: str) -> AsyncIterator[LearnUponClient]:
    """A client with the portal's keys; whether it works is remembered with them."""
    account = await LearnUponAccount.get_or_none(portal_id=portal.id)
    if account is None or not account.secrets:
        raise SettingsError(
            f"The API keys of {portal.slug} are not known; nothing was done. Give them: ukg learnupon {portal.slug} "
            "--url URL --username USERNAME."
        )
    keys = msgspec.json.decode((await load_keyring(database_url)).decrypt(account.secrets), type=ApiKeys)
    async with LearnUponClient(Account(account.url, keys.username, keys.password)) as client:
        try:
            yield client
        except LearnUponError as error:
            await failed(SYSTEM, portal, error)
            raise
        if client.requests:
            await worked(SYSTEM, portal)


@asynccontextmanager
async def writing_port(portal: Portal, database_url: str) -> AsyncIterator[tuple[LearnUponPortal, Looking]]:
    """The portal as a port that may write, and what looks at it; what it was seen to do is kept."""
    async with asking(portal, database_url) as client:
        account = await LearnUponAccount.get(portal_id=portal.id)
        habits = msgspec.json.decode(account.habits, type=Habits)
        port = LearnUponPortal(portal, client, habits, usernames=account.usernames)
        try:
            yield port, Looking(portal, client, habits)
        finally:
            text = msgspec.json.encode(habits).decode()
            await LearnUponAccount.filter(portal_id=portal.id).update(habits=text)


@asynccontextmanager
async def invitations(portal: Portal, database_url: str) -> AsyncIterator[Asking]:
    """What sends and withdraws the portal's invitations."""
    async with asking(portal, database_url) as client:
        yield Asking(client, Habits())


async def tell_what_was_seen(portal: Portal, seen: Seen) -> None:
    """Say what a look at the portal found: fields that changed in a notice, drift in the audit trail."""
    await _tell_of_fields(portal, seen.fields)
    if seen.everyone:
        found = {"users": seen.users, "new": seen.new, "edited": seen.edited, "gone": seen.gone}
        await audit(portal, "LearnUpon read", portal.slug, after=found)


async def _tell_of_fields(portal: Portal, sentences: list[str]) -> None:
    if sentences:
        await raise_notice(portal, Kind.FIELDS_CHANGED, " ".join(sentences))
        await audit(portal, "fields changed in LearnUpon", portal.slug, after={"changes": sentences})


async def _portal(slug: str, role: Role) -> Portal:
    portal = await portal_for(slug, role)
    if portal.kind != LEARNUPON:
        raise SettingsError(
            f"{slug} is an embedded portal, which needs no API keys; nothing was changed. Create one of the other "
            "kind: ukg portal create SLUG --kind learnupon"
        )
    return portal


async def _refuse_shared(portal: Portal, account: Account) -> None:
    others = LearnUponAccount.filter(url=account.url).exclude(portal_id=portal.id)
    other = await others.prefetch_related("portal").first()
    if other is not None:
        raise SettingsError(
            f"{other.portal.slug} writes to the portal at {account.url} already, and two would undo each other's work; "
            "nothing was changed."
        )


async def _refuse_another(portal: Portal, client: LearnUponClient) -> None:
    """Whether these keys open the portal whose accounts are known here."""
    known = Learner.filter(portal_id=portal.id, remote_id__isnull=False).order_by("id")
    sample = await known.limit(_SAMPLE)
    asker = Asking(client, Habits())
    for row in sample:
        user = await asker.user(row.remote_id or "")
        if user is not None and email_key(user.email) == row.email_key:
            return
    if sample:
        raise SettingsError(
            f"These API keys open another portal: of the {await known.count()} accounts known of {portal.slug}, none "
            "that was looked for is there. Nothing was changed. Give the keys of the right portal, or add "
            "--start-afresh to forget what is known."
        )
