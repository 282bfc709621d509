"""Changing one's password, and asking for a link when it is forgotten."""

from core.clock import now, today_in
from core.domain.email import email_key
from core.domain.learner import AccountStatus
from core.portals.embedded.invites import add_reset
from core.services.acting import Actor, acting_as
from core.services.audit import audit
from core.services.door.accounts import (
    FACE,
    PASSWORD_COLUMNS,
    Entry,
    close_other_links,
    entry_of,
    is_closed,
    learner_acting,
    put_password,
)
from core.services.door.attempts import Limit, account_of, address_of, count_attempt, forget_attempts
from core.services.door.passwords import check_new_password, hash_password, is_password
from core.services.door.refusals import EntriesRefused, SingleSignOn, TooManyAttempts
from core.services.door.signing_in import find_learner
from core.store.models import Learner, Mail, Portal
from core.store.transactions import write_transaction


async def change_password(portal: Portal, learner: Learner, current: str | None, new: str) -> Entry:
    """Change the password of someone who is in; every other session of theirs ends.

    The current password is asked for, but not of someone who must change it: they have only just given it. Raises
    `EntriesRefused` by `current` or `password`, and `TooManyAttempts` after wrong current ones.
    """
    if portal.sso:
        raise SingleSignOn
    check_new_password(new, learner.email)
    if not learner.must_change_password:
        account = account_of(portal, learner.email_key)
        await count_attempt(Limit.ACCOUNT, account, now())
        if not await is_password(learner.password_hash, current or ""):
            raise EntriesRefused({"current": "That is not your current password."})
        await forget_attempts(Limit.ACCOUNT, account)
    if await is_password(learner.password_hash, new):
        raise EntriesRefused({"password": "Choose a password that is not the one you have."})
    new_hash = await hash_password(new)
    async with write_transaction():
        row = await Learner.filter(id=learner.id).select_for_update(no_key=True).get()
        if row.session_version != learner.session_version:
            raise EntriesRefused({"password": "Your password was changed elsewhere in this moment. Sign in again."})
        put_password(row, new_hash)
        await row.save(update_fields=PASSWORD_COLUMNS)
        await close_other_links(row)
        with acting_as(learner_acting(row)):
            await audit(portal, "change password", row.email)
    return entry_of(row)


async def ask_for_reset(portal: Portal, email: str, *, remote: str) -> None:
    """Send a link to choose a new password, if there is an account to choose one for; nobody is told whether.

    Raises `TooManyAttempts` for the address the request comes from, never for the account, and `SingleSignOn`.
    """
    if portal.sso:
        raise SingleSignOn
    key = email_key(email)
    await count_attempt(Limit.RESETS_FROM_ADDRESS, address_of(remote), now())
    try:
        await count_attempt(Limit.RESET_OF_ACCOUNT, account_of(portal, key), now())
    except TooManyAttempts:
        return
    async with write_transaction():
        learner = await find_learner(portal, key)
        if learner is None or learner.status != AccountStatus.ACTIVE or is_closed(learner, today_in(portal.timezone)):
            return
        if await Mail.exists(learner_id=learner.id, kind="reset", state="waiting"):
            return  # one is on its way
        await add_reset(portal.id, learner.id, now())
        with acting_as(Actor("Someone", FACE)):  # who asked is not known, only whom the mail goes to
            await audit(portal, "ask for a new password", learner.email)
