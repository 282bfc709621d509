"""The API keys of a LearnUpon portal: given, checked, forgotten."""

import msgspec

from core.clock import now
from core.domain.email import email_key
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.portals.learnupon.address import normalise_address
from core.portals.learnupon.asking import Asking
from core.portals.learnupon.client import Account, LearnUponClient
from core.portals.learnupon.fields import take_over_fields
from core.portals.learnupon.habits import Habits
from core.services.audit import audit
from core.services.kinds import LEARNUPON
from core.services.learnupon_access import IMPATIENT, ApiKeys, asking
from core.services.learnupon_fields import tell_of_fields
from core.services.portals import portal_for
from core.services.standing import LEARNUPON as SYSTEM
from core.services.standing import well_again
from core.store.keys import load_keyring
from core.store.models import CustomField, Learner, LearnUponAccount, Portal
from core.store.run_lock import hold_run_lock
from core.store.transactions import write_transaction

_SAMPLE = 5


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
    async with LearnUponClient(account, patience=IMPATIENT) as client:
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
        await tell_of_fields(portal, await take_over_fields(portal.id, fields))
    return Given(slug, account.url, [field.label for field in fields])


async def forget_keys(slug: str) -> None:
    """Forget the API keys: nothing is written any more until there are others. What is known of the portal stays."""
    portal = await _portal(slug, Role.ADMIN)
    async with hold_run_lock(portal.id, slug), write_transaction():
        account = await LearnUponAccount.get_or_none(portal_id=portal.id)
        if account is None:
            raise SettingsError(f"No API keys of {slug} are known; nothing was changed.")
        await account.delete()
        await well_again(SYSTEM, portal)
        await audit(portal, "LearnUpon keys forgotten", slug, before={"url": account.url})


async def check_keys(portal: Portal, database_url: str) -> str:
    """See with one request whether the stored keys are good; says so, or raises `LearnUponError` or `SettingsError`."""
    async with asking(portal, database_url, patience=IMPATIENT) as client:
        await client.check()
    return "LearnUpon answers and accepts the API keys."


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
