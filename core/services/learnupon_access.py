"""Reaching the LearnUpon portal whose API keys are known: to look, to invite, to write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from core.domain.errors import SettingsError
from core.portals.learnupon.asking import Asking
from core.portals.learnupon.client import Account, LearnUponClient, Patience
from core.portals.learnupon.errors import LearnUponError
from core.portals.learnupon.habits import Habits
from core.portals.learnupon.looking import Looking
from core.portals.learnupon.portal import LearnUponPortal
from core.services.standing import LEARNUPON, failed, worked
from core.store.keys import load_keyring
from core.store.models import LearnUponAccount, Portal

# For whoever waits at a screen.
IMPATIENT = Patience(attempts=2, connect_timeout=5.0, read_timeout=30.0)


class ApiKeys(msgspec.Struct):
    """What is kept encrypted of a pair of API keys."""

    username: str
    password: str


async def account_of(portal: Portal) -> LearnUponAccount:
    """What is kept of the portal; raises `SettingsError` when no API keys are known."""
    account = await LearnUponAccount.get_or_none(portal_id=portal.id)
    if account is None or not account.secrets:
        raise SettingsError(
            f"The API keys of {portal.slug} are not known; nothing was done. Give them: ukg learnupon {portal.slug} "
            "--url URL --username USERNAME."
        )
    return account


def habits_of(account: LearnUponAccount) -> Habits:
    """What the portal was seen to do."""
    return msgspec.json.decode(account.habits, type=Habits)


@asynccontextmanager
async def asking(
    portal: Portal, database_url: str, *, patience: Patience | None = None, for_a_run: bool = False
) -> AsyncIterator[LearnUponClient]:
    """A client with the portal's keys; whether they are good is remembered with them. Any other trouble only counts
    `for_a_run`, whose next try by itself waits for it."""
    account = await account_of(portal)
    keys = msgspec.json.decode((await load_keyring(database_url)).decrypt(account.secrets), type=ApiKeys)
    async with LearnUponClient(Account(account.url, keys.username, keys.password), patience=patience) as client:
        try:
            yield client
        except LearnUponError as error:
            if for_a_run or isinstance(error, LEARNUPON.refusals):
                await failed(LEARNUPON, portal, error)
            raise
        if client.requests:
            await worked(LEARNUPON, portal)


@asynccontextmanager
async def writing_port(portal: Portal, database_url: str) -> AsyncIterator[tuple[LearnUponPortal, Looking]]:
    """The portal as a port that may write, and what looks at it; what it was seen to do is kept."""
    async with asking(portal, database_url, for_a_run=True) as client:
        account = await LearnUponAccount.get(portal_id=portal.id)
        habits = habits_of(account)
        port = LearnUponPortal(portal, client, habits)
        try:
            yield port, Looking(portal, client, habits)
        finally:
            text = msgspec.json.encode(habits).decode()
            await LearnUponAccount.filter(portal_id=portal.id).update(habits=text)


@asynccontextmanager
async def invitations(portal: Portal, database_url: str) -> AsyncIterator[Asking]:
    """What sends and withdraws the portal's invitations."""
    async with asking(portal, database_url, patience=IMPATIENT) as client:
        yield Asking(client, habits_of(await LearnUponAccount.get(portal_id=portal.id)))
