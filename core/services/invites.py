"""Upkeep of invites: a new link for someone who lost theirs, or taking one back."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import msgspec

from core.clock import now, today_in
from core.domain.email import email_key
from core.domain.errors import SettingsError
from core.domain.learner import AccountStatus
from core.domain.roles import Role
from core.portals.accounts import status_on
from core.portals.embedded.invites import add_invites, close_invites, lifetime, token_hash, token_of
from core.services.acting import current_actor
from core.services.audit import audit
from core.services.door.links import accept_path
from core.services.invite_outcomes import REFUSED, InviteOutcome, NotForThisOne, check_interval, given_addresses
from core.services.kinds import LEARNUPON, Own
from core.services.learnupon_invites import invite_anew, withdraw_invitations
from core.services.portals import embedded_portal_for, portal_for
from core.settings import load_settings
from core.store.keys import load_keyring
from core.store.models import Invite, Learner, Portal
from core.store.transactions import write_transaction

_LONGEST_ACTOR = 200


class HandedLink(msgspec.Struct, frozen=True):
    """A link to be passed on by the admin. It works once, until `expires_at` (UTC)."""

    email: str
    link: str
    expires_at: datetime


async def resend(slug: str, emails: Sequence[str], database_url: str) -> list[InviteOutcome]:
    """A new link and mail for each of these people; their earlier links are dead. Each address stands for itself.

    Someone pending gets an invitation, someone active who has set no password yet a welcome. Raises `SettingsError`
    for a portal with single sign-on, which sends no mail. For a portal of LearnUpon see `invite_anew`.
    """
    portal = await portal_for(slug, Role.OPERATOR)
    if portal.kind == LEARNUPON:
        return await invite_anew(portal, emails, database_url)
    if portal.sso:
        raise SettingsError(
            f"{slug} uses single sign-on, so its people need no link and get no mail; nothing was changed."
        )
    return await _for_each(portal, emails, "resent", _resend)


async def cancel_invites(slug: str, emails: Sequence[str], database_url: str) -> list[InviteOutcome]:
    """Make the open links of these people useless; mails that would carry them are not sent. Each address stands for
    itself. Someone pending stays so, without a link: no sync invites them again, only a resend does.

    For a portal of LearnUpon see `withdraw_invitations`.
    """
    portal = await portal_for(slug, Role.OPERATOR)
    if portal.kind == LEARNUPON:
        return await withdraw_invitations(portal, emails, database_url)
    return await _for_each(portal, emails, "cancelled", _cancel)


async def hand_out_link(slug: str, email: str, database_url: str) -> HandedLink:
    """The open link of one person, for an admin to pass on: its life begins now, unless its mail was sent already.

    Whoever has the link can take up the account, so this takes an admin and is written into the audit trail. Raises
    `SettingsError` when there is no open link.
    """
    portal = await embedded_portal_for(slug, Role.ADMIN, Own.LINKS)
    keyring = await load_keyring(database_url)
    moment = now()
    async with write_transaction():
        learner = await Learner.filter(portal_id=portal.id, email_key=email_key(email)).select_for_update().first()
        if learner is None:
            raise SettingsError(f"Nobody in {slug} has the address {email[:80]}; nothing was done.")
        invite = await Invite.filter(learner_id=learner.id, status="open", kind__not="reset").order_by("-id").first()
        dead = invite is not None and invite.expires_at is not None and invite.expires_at <= moment
        if invite is None or invite.seed is None or dead:
            waits = learner.status == AccountStatus.PENDING or learner.password_hash is None
            remedy = f"Make a new one: ukg resend {slug} {learner.email}" if waits else "They have a password already."
            if status_on(learner, today_in(portal.timezone)) is AccountStatus.DISABLED:
                remedy = f"The account is closed; open it first: ukg learner enable {slug} {learner.email}"
            raise SettingsError(f"{learner.email} has no open link; nothing was done. {remedy}")
        token = token_of(invite, keyring)
        invite.token_hash = token_hash(token)
        invite.expires_at = invite.expires_at or moment + lifetime(invite.kind)
        await invite.save(update_fields=["token_hash", "expires_at"])
        await audit(portal, "link handed out", learner.email, after={"expires_at": invite.expires_at})
    return HandedLink(learner.email, load_settings().public_url + accept_path(slug, token), invite.expires_at)


async def _for_each(
    portal: Portal, emails: Sequence[str], done: str, act: Callable[[Portal, Learner], Awaitable[str]]
) -> list[InviteOutcome]:
    outcomes: list[InviteOutcome] = []
    for key, email in given_addresses(emails).items():
        try:
            async with write_transaction():
                learner = await Learner.filter(portal_id=portal.id, email_key=key).select_for_update().first()
                if learner is None:
                    raise NotForThisOne(f"Nobody in {portal.slug} has this address.")
                outcomes.append(InviteOutcome(learner.email, done, await act(portal, learner)))
        except NotForThisOne as refusal:
            outcomes.append(InviteOutcome(email, REFUSED, str(refusal)))
    return outcomes


async def _resend(portal: Portal, learner: Learner) -> str:
    _check_alive(portal, learner)
    if learner.status == AccountStatus.ACTIVE and learner.password_hash is not None:
        raise NotForThisOne("Has chosen a password already; 'Forgot password' gives a new link to who lost it.")
    moment = now()
    newest = await Invite.filter(learner_id=learner.id, kind__not="reset").order_by("-id").first()
    check_interval(portal, newest.created_at if newest is not None else None)
    before = learner.invited_at
    await close_invites([learner.id], "voided")
    await add_invites(portal.id, [(learner.id, learner.status)], moment)
    learner.invited_at, learner.invited_by = moment, current_actor().name[:_LONGEST_ACTOR]
    # Not the revision: nothing that a sync keeps right has changed.
    await learner.save(update_fields=["invited_at", "invited_by"])
    await audit(portal, "invite resent", learner.email, before={"invited_at": before}, after={"invited_at": moment})
    what = "An invitation" if learner.status == AccountStatus.PENDING else "A welcome"
    return f"{what} with a new link waits in the outbox; earlier links are dead."


async def _cancel(portal: Portal, learner: Learner) -> str:
    open_invites = await Invite.filter(learner_id=learner.id, status="open", kind__not="reset").count()
    if not open_invites:
        if learner.status == AccountStatus.PENDING:
            raise NotForThisOne("Has no open link; there is nothing to cancel.")
        raise NotForThisOne(
            f"Is {status_on(learner, today_in(portal.timezone))} and has no open invite; there is nothing to cancel."
        )
    await close_invites([learner.id], "cancelled")
    await audit(portal, "invite cancelled", learner.email, before={"invite": "open"}, after={"invite": "cancelled"})
    return "The link is dead, and no mail will bring it."


def _check_alive(portal: Portal, learner: Learner) -> None:
    if learner.status == AccountStatus.DISABLED:
        raise NotForThisOne("The account is disabled, so no link would open it; enable it first.")
    if status_on(learner, today_in(portal.timezone)) is AccountStatus.DISABLED:
        raise NotForThisOne(
            f"The account's last day was {learner.account_expires}; enable it first, which clears that day."
        )
