"""Resending and cancelling the invitations of a LearnUpon portal.

No call resends one (facts/learnupon-api.md, section 4): it is withdrawn, and the person is invited anew.
"""

from collections.abc import Awaitable, Callable, Sequence

from core.clock import now, today_in
from core.domain.errors import OutsideError
from core.domain.learner import AccountStatus
from core.portals.accounts import ADMIN, RESENDING, custom_values, status_on
from core.portals.learnupon.asking import HAD_AN_INVITE, Asking, NotMade
from core.portals.learnupon.errors import Unsure, once_written
from core.portals.learnupon.mirror import Mirror, cancelled_by_hand
from core.portals.learnupon.records import Newcomer, User
from core.portals.learnupon.usernames import username_for
from core.services.acting import current_actor
from core.services.audit import audit
from core.services.invite_outcomes import REFUSED, InviteOutcome, NotForThisOne, check_interval, given_addresses
from core.services.learnupon_access import account_of, habits_of, invitations
from core.store.models import Learner, LearnUponAccount, Portal
from core.store.run_lock import hold_run_lock
from core.store.transactions import write_transaction

_LONGEST_ACTOR = 200
_RESENDING_CHANGES = ("remote_invite_id", "status", "disabled_by", "revision")
_ACCEPTED = "Has accepted meanwhile and has an account in LearnUpon now, so there is no invitation any more."
_Act = Callable[[Portal, Asking, Learner], Awaitable[str]]


async def invite_anew(portal: Portal, emails: Sequence[str], database_url: str) -> list[InviteOutcome]:
    """Let LearnUpon send each of these people another invitation; their earlier ones are void.

    So is someone invited whose invitation was cancelled. Raises `BusyError` while the portal is being synced,
    `LearnUponError` when LearnUpon cannot be asked at all; failing later, it is said of whoever was not reached.
    """
    return await _for_each(portal, emails, database_url, "resent", _invite_anew)


async def withdraw_invitations(portal: Portal, emails: Sequence[str], database_url: str) -> list[InviteOutcome]:
    """Void the open invitations of these people: no sync sends another. Raises as `invite_anew`."""
    return await _for_each(portal, emails, database_url, "cancelled", _withdraw)


async def _for_each(
    portal: Portal, emails: Sequence[str], database_url: str, done: str, act: _Act
) -> list[InviteOutcome]:
    given = given_addresses(emails)
    outcomes: list[InviteOutcome] = []
    try:
        async with hold_run_lock(portal.id, portal.slug), invitations(portal, database_url) as asking:
            for key, email in given.items():
                outcomes.append(await _one(portal, asking, key, email, done, act))
    except OutsideError as error:
        if not outcomes:
            raise
        outcomes += [InviteOutcome(email, REFUSED, str(error)) for email in list(given.values())[len(outcomes) :]]
    return outcomes


async def _one(portal: Portal, asking: Asking, key: str, email: str, done: str, act: _Act) -> InviteOutcome:
    learner = await Learner.get_or_none(portal_id=portal.id, email_key=key)
    if learner is None:
        return InviteOutcome(email, REFUSED, f"Nobody in {portal.slug} has this address.")
    try:
        return InviteOutcome(learner.email, done, await act(portal, asking, learner))
    except (NotForThisOne, NotMade) as error:
        return InviteOutcome(learner.email, REFUSED, str(error))


async def _invite_anew(portal: Portal, asking: Asking, learner: Learner) -> str:
    _check_may_be_invited(portal, learner)
    check_interval(portal, learner.invited_at)
    held = {name: getattr(learner, name) for name in _RESENDING_CHANGES}
    await _note_resending(portal, learner)
    try:
        await _void(portal, asking, learner, held["remote_invite_id"])
    except Unsure:
        raise
    except (NotMade, OutsideError):
        await Learner.filter(id=learner.id).update(**held)
        raise
    try:
        with once_written():
            arrival = await asking.invite(await _newcomer(portal, learner))
    except NotMade as error:
        if error.other is not None:
            await _take_in(portal, asking, error.other)
            raise NotForThisOne(_ACCEPTED) from error
        error.withdrawn = True
        raise NotForThisOne(f"LearnUpon sent no other invitation; the next sync tries. {error.sentence}") from error
    before, moment = learner.invited_at, now()
    learner.remote_invite_id = arrival.invite_id
    learner.status, learner.disabled_by = AccountStatus.PENDING.value, None
    learner.revision = held["revision"] + (held["status"] != AccountStatus.PENDING.value)
    if arrival.detail == HAD_AN_INVITE:
        await learner.save()
        raise NotForThisOne(HAD_AN_INVITE)
    learner.invited_at, learner.invited_by = moment, current_actor().name[:_LONGEST_ACTOR]
    async with write_transaction():
        await learner.save()
        await audit(portal, "invite resent", learner.email, before={"invited_at": before}, after={"invited_at": moment})
    return "LearnUpon sends another invitation; earlier ones are void."


async def _withdraw(portal: Portal, asking: Asking, learner: Learner) -> str:
    if learner.status != AccountStatus.PENDING.value:
        status = status_on(learner, today_in(portal.timezone))
        raise NotForThisOne(f"Is {status} and has no open invitation; there is nothing to cancel.")
    await _void(portal, asking, learner, learner.remote_invite_id)
    cancelled_by_hand(learner)
    learner.remote_invite_id = None
    async with write_transaction():
        await learner.save()
        await audit(portal, "invite cancelled", learner.email, before={"invite": "open"}, after={"invite": "cancelled"})
    return "The invitation is void, and no sync sends another; only a resend does."


async def _note_resending(portal: Portal, learner: Learner) -> None:
    """Before anything is sent: whatever cuts this short, the next sync sees that an invitation is to be sent."""
    async with write_transaction():
        learner.remote_invite_id = None
        learner.status, learner.disabled_by = AccountStatus.DISABLED.value, RESENDING
        learner.revision += 1
        await learner.save()


async def _void(portal: Portal, asking: Asking, learner: Learner, invite_id: str | None) -> None:
    """Void the open invitation. Raises `NotForThisOne` for someone who has accepted it meanwhile, and is known as
    active from then on."""
    user = await asking.withdraw(learner.email, invite_id)
    if user is not None:
        await _take_in(portal, asking, user)
        raise NotForThisOne(_ACCEPTED)


async def _take_in(portal: Portal, asking: Asking, user: User) -> None:
    async with write_transaction():
        if await Mirror(portal.id, asking.habits, today_in(portal.timezone)).put_users([user]):
            await LearnUponAccount.filter(portal_id=portal.id).update(reconciled_at=None)
        await audit(
            portal, "invite found accepted", user.email, before={"invite": "open"}, after={"invite": "accepted"}
        )


def _check_may_be_invited(portal: Portal, learner: Learner) -> None:
    if learner.remote_id is not None:
        raise NotForThisOne(
            "Has an account in LearnUpon, so there is nothing to accept; 'Forgot password' there helps."
        )
    if learner.status == AccountStatus.DISABLED.value and learner.disabled_by not in (ADMIN, RESENDING):
        raise NotForThisOne("A sync ended the access, so no invitation is sent; a sync sends one once they are back.")
    last_day = learner.account_expires
    if last_day is not None and last_day < today_in(portal.timezone):
        raise NotForThisOne(f"The account's last day was {last_day}, so no invitation is sent.")


async def _newcomer(portal: Portal, learner: Learner) -> Newcomer:
    account = await account_of(portal)
    return Newcomer(
        email=learner.email,
        first_name=learner.first_name,
        last_name=learner.last_name,
        account_expires=learner.account_expires,
        custom=custom_values(learner),
        username=username_for(learner.email) if habits_of(account).usernames else None,
    )
