"""Using the link of a mail: taking up an account, or choosing a new password."""

from datetime import datetime

from core.clock import now, today_in
from core.domain.learner import LONGEST_NAME, AccountStatus
from core.portals.embedded.invites import use_up
from core.portals.embedded.memberships import reconsider
from core.portals.embedded.realm import licences_left
from core.services.acting import acting_as
from core.services.audit import audit
from core.services.door.accounts import (
    PASSWORD_COLUMNS,
    Entry,
    check_not_closed,
    close_other_links,
    entry_of,
    learner_acting,
    put_acceptance,
    put_password,
)
from core.services.door.links import FIRST_PASSWORD, RESET, OpenLink, check_open, find_invite, open_link
from core.services.door.passwords import check_new_password, hash_password
from core.services.door.refusals import EntriesRefused, PortalFull, SingleSignOn
from core.store.models import Invite, Learner, Portal
from core.store.transactions import write_transaction


async def look_at_invitation(portal: Portal, token: str, *, remote: str) -> OpenLink:
    """Whom an invitation or a welcome is for; looking changes nothing, for mail scanners look too.

    Raises `LinkUnusable`, `AccountClosed`, `SingleSignOn`, `TooManyAttempts`.
    """
    return await _look(portal, token, FIRST_PASSWORD, remote)


async def look_at_reset(portal: Portal, token: str, *, remote: str) -> OpenLink:
    """Whom a link to choose a new password is for; raises as `look_at_invitation` does."""
    return await _look(portal, token, RESET, remote)


async def _look(portal: Portal, token: str, kinds: tuple[str, ...], remote: str) -> OpenLink:
    _check_has_passwords(portal)
    link = await open_link(portal, token, kinds, remote=remote, moment=now())
    check_not_closed(await Learner.get(id=link.learner_id), today_in(portal.timezone))
    return link


async def accept(
    portal: Portal,
    token: str,
    password: str,
    *,
    remote: str,
    first_name: str | None = None,
    last_name: str | None = None,
) -> Entry:
    """Take up the account of an invitation or a welcome with a password of one's own; the link is used up by it.

    The names are taken only from people who do not come from UKG Pro. Raises `LinkUnusable`, `AccountClosed`,
    `PortalFull`, `SingleSignOn`, `TooManyAttempts`, and `EntriesRefused` by `password`, `first_name`, `last_name`.
    """
    link = await look_at_invitation(portal, token, remote=remote)
    check_new_password(password, link.email)
    names: dict[str, str] = {}
    if link.corrects_name:
        names = _checked_names({"first_name": first_name, "last_name": last_name})
    return await _take_up(portal, token, FIRST_PASSWORD, await hash_password(password), names)


async def reset(portal: Portal, token: str, password: str, *, remote: str) -> Entry:
    """Choose a new password through a link that was asked for; the link is used up by it. Raises as `accept` does."""
    link = await look_at_reset(portal, token, remote=remote)
    check_new_password(password, link.email)
    return await _take_up(portal, token, RESET, await hash_password(password), {})


async def _take_up(
    portal: Portal, token: str, kinds: tuple[str, ...], password_hash: str, names: dict[str, str]
) -> Entry:
    async with write_transaction():
        moment = now()
        found, _ = await find_invite(portal, token, kinds)
        # The account before the link, in the order in which a sync locks them.
        learner = await Learner.filter(id=found.learner_id).select_for_update(no_key=True).get()
        invite = await Invite.filter(id=found.id).select_for_update(no_key=True).get()
        check_open(invite, moment)
        check_not_closed(learner, today_in(portal.timezone))
        if learner.status == AccountStatus.PENDING and await licences_left(portal) == 0:
            raise PortalFull
        await _put(portal, learner, invite, password_hash, names, moment)
        return entry_of(learner)


async def _put(
    portal: Portal, learner: Learner, invite: Invite, password_hash: str, names: dict[str, str], moment: datetime
) -> None:
    before = {"status": learner.status}
    put_password(learner, password_hash)
    columns = put_acceptance(learner, moment)
    changed = {name: value for name, value in names.items() if getattr(learner, name) != value}
    if changed:
        before |= {name: getattr(learner, name) for name in changed}
        learner.update_from_dict(changed)
        learner.revision += 1
    learner.last_sign_in_at = moment
    await learner.save(update_fields={*PASSWORD_COLUMNS, "last_sign_in_at", "revision", *columns, *changed})
    await use_up(invite)
    await close_other_links(learner)
    action = "accept invitation" if invite.kind == "invitation" else "choose password"
    with acting_as(learner_acting(learner)):
        await audit(portal, action, learner.email, before=before, after={"status": learner.status} | changed)
    if columns or changed:
        await reconsider(portal, [learner.id], moment)


def _check_has_passwords(portal: Portal) -> None:
    if portal.sso:
        raise SingleSignOn


def _checked_names(names: dict[str, str | None]) -> dict[str, str]:
    given = {name: value.strip() for name, value in names.items() if value is not None}
    words = {"first_name": "first name", "last_name": "last name"}
    wrong = {
        name: f"Write your {words[name]} in 1 to {LONGEST_NAME} letters."
        for name, value in given.items()
        if not 0 < len(value) <= LONGEST_NAME or not value.isprintable()
    }
    if wrong:
        raise EntriesRefused(wrong)
    return given
