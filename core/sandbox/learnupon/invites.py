"""Invites: sending, listing and cancelling them, and what accepting one does.

Source: facts/learnupon-api, section 4.
"""

import secrets
from datetime import timedelta
from typing import Any

from core.sandbox.answers import Answer, Refusal
from core.sandbox.learnupon import values
from core.sandbox.learnupon.answers import json_answer
from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.custom_data import definitions, field_values, sent_values
from core.sandbox.learnupon.paging import listing
from core.sandbox.learnupon.presenting import CORRECT_DEFINITIONS
from core.sandbox.learnupon.records import ROLE_IDS, Group, Invite, InviteStatus, Membership, UserType
from core.sandbox.learnupon.user_writing import enrol_everywhere, identifiers, kept_email

_TEXTS = ("first_name", "last_name", "sf_contact_id", "sf_user_id")


def send_portal_invite(call: Call) -> Answer:
    """POST portal_invite."""
    fields = call.wrapped("Invite")
    email, username = identifiers(call, fields)
    group = _group(call, fields.get("group_id"))
    invite = _invite(call, email, username, fields, "portal_membership_type_id", group)
    return json_answer({"portal_invite": {"id": invite.id, "email": invite.email}})


def send_group_invites(call: Call) -> Answer:
    """POST group_invites: addresses in one text, separated by commas; all are invited or none."""
    fields = call.wrapped("GroupInvite")
    addresses = fields.get("email_addresses")
    if not isinstance(addresses, str) or not addresses.strip():
        raise call.invalid("Email addresses are missing")
    emails: dict[str, str] = {}
    for part in addresses.split(","):
        try:
            emails.setdefault(part.strip().casefold(), values.email(part.strip()))
        except ValueError as problem:
            raise call.invalid(f"An email address {problem}") from None
    for email in emails.values():
        _refuse_duplicate(call, email, None)
    group = _group(call, fields.get("group_id"))
    sent = [
        _invite(call, kept_email(call, email), None, fields, "group_membership_type_id", group)
        for email in emails.values()
    ]
    return json_answer({"group_invites": [{"id": one.id, "invite_email_address": one.email} for one in sent]})


def list_invites(call: Call) -> Answer:
    """GET group_invites: every invite there ever was; `group_id` narrows it."""
    group_id = call.number("group_id")
    invites = call.portal.invites.values()
    shown = invites if group_id is None else [invite for invite in invites if invite.group_id == group_id]
    return listing(
        call, "group_invite", shown, lambda one: _row(call, one), before={CORRECT_DEFINITIONS: definitions(call.portal)}
    )


def show_invite(call: Call) -> Answer:
    """GET group_invites/#."""
    return json_answer({CORRECT_DEFINITIONS: definitions(call.portal), "group_invite": [_row(call, invite_of(call))]})


def delete_invite(call: Call) -> Answer:
    """DELETE group_invites/#: cancels it."""
    invite = invite_of(call)
    if call.settings.deleted_invite == "gone":
        call.portal.drop_invite(invite)
    elif invite.status is InviteStatus.SENT:
        call.portal.settle_invite(invite)
        invite.status = InviteStatus.CANCELED
    return json_answer({})


def invite_of(call: Call) -> Invite:
    """The invite whose id is in the path. Raises Refusal."""
    invite = call.portal.invites.get(call.id)
    if invite is None:
        raise Refusal(404, "Invite not found")
    return invite


def accept(call: Call, invite: Invite, first_name: str | None = None, last_name: str | None = None) -> Membership:
    """Make the invited a member of the portal, with all that the invite carries.

    Somebody the realm has already keeps their account, a member of the portal stays as they are. Raises Refusal when
    the invite is no longer pending, its link too old, or no licence is left.
    """
    hours = call.settings.invite_hours
    if invite.status is not InviteStatus.SENT:
        raise Refusal(410, f"This invitation was {invite.status}")
    if hours is not None and call.now > invite.created_at + timedelta(hours=hours):
        raise Refusal(410, "This invitation has expired")
    realm, portal = call.realm, call.portal
    account = realm.account(invite.email, invite.username, exact=call.settings.email_uniqueness == "sensitive")
    if account is None or account.id not in portal.members:
        if portal.is_full:
            raise Refusal(403, "There are no licenses left in this portal")
        if account is None:
            account = realm.open_account(invite.email, invite.username)
            account.first_name, account.last_name = first_name or invite.first_name, last_name or invite.last_name
            account.sf_contact_id, account.sf_user_id = invite.sf_contact_id, invite.sf_user_id
        membership = realm.join(portal, account, invite.user_type)
        membership.account_expires = invite.expires_at
        membership.values |= invite.values
        realm.watch_expiry(portal, membership)
        enrol_everywhere(call, account)
    if invite.group_id in portal.groups:
        realm.add_to_group(portal.groups[invite.group_id], account)
    portal.settle_invite(invite)
    invite.status, invite.accepted_at = InviteStatus.ACCEPTED, call.now
    realm.sign_in(portal.members[account.id])
    return portal.members[account.id]


def _invite(
    call: Call, email: str | None, username: str | None, fields: dict[str, Any], role_key: str, group: Group | None
) -> Invite:
    _refuse_duplicate(call, email, username)
    role = fields.get(role_key)
    if role is not None and (not str(role).isdigit() or int(role) not in ROLE_IDS):
        raise call.invalid(f"{role_key.replace('_', ' ').capitalize()} is not one")
    try:
        expires = values.day(fields.get("expires_at"))
        texts = {name: values.text(fields.get(name)) for name in _TEXTS}
    except ValueError as problem:
        raise call.invalid(f"A value {problem}") from None
    sent = sent_values(call, fields.get("CustomData"))
    invite = Invite(
        id=call.realm.next_id(),
        token=secrets.token_urlsafe(16),
        created_at=call.now,
        email=email,
        username=username,
        first_name=texts["first_name"],
        last_name=texts["last_name"],
        sf_contact_id=texts["sf_contact_id"],
        sf_user_id=texts["sf_user_id"],
        user_type=ROLE_IDS[int(role)] if role is not None else UserType.LEARNER,
        expires_at=expires,
        group_id=group.id if group else None,
        values={field_id: text for field_id, text in sent.items() if text is not None},
    )
    call.portal.keep_invite(invite)
    return invite


def _refuse_duplicate(call: Call, email: str | None, username: str | None) -> None:
    settings = call.settings
    if call.portal.pending_invite(email, username):
        raise Refusal(settings.invite_duplicate_status, settings.invite_duplicate_message)
    exact = settings.email_uniqueness == "sensitive"
    if settings.invite_member == "refused" and call.realm.member(call.portal, email, username, exact=exact):
        raise Refusal(settings.invite_duplicate_status, "This user is already a member of this portal")


def _group(call: Call, group_id: Any) -> Group | None:
    if group_id in (None, ""):
        return None
    group = call.portal.groups.get(int(group_id)) if str(group_id).isdigit() else None
    if group is None:
        raise call.invalid("The group does not exist")
    return group


def _row(call: Call, invite: Invite) -> dict[str, Any]:
    return {
        "id": invite.id,
        "first_name": invite.first_name,
        "last_name": invite.last_name,
        "invite_email_address": invite.email or invite.username,
        "num_reminders_sent": 0,
        "group_id": invite.group_id,
        "sf_contact_id": invite.sf_contact_id,
        "sf_user_id": invite.sf_user_id,
        "accept_url": f"/accept_invitation/{invite.token}",
        "created_at": values.moment(invite.created_at),
        "expires_at": invite.expires_at.isoformat() if invite.expires_at else None,
        "last_reminder_sent_at": None,
        "accepted_at": values.moment(invite.accepted_at),
        "invite_status": invite.status,
        "user_type": invite.user_type,
        "customDataFieldValues": field_values(invite.values, call.portal, call.settings),
    }
