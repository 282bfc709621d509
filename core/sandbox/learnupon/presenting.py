"""Users as the API shows them.

Source: facts/learnupon-api, sections 2.2 and 2.3.
"""

from datetime import date
from typing import Any

from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.custom_data import custom_data, definitions, field_values
from core.sandbox.learnupon.records import Account, Membership
from core.sandbox.learnupon.settings import LearnUponSettings
from core.sandbox.learnupon.values import moment

# Manager and instructor flags with their defaults.
FLAGS = {
    "can_enroll": True,
    "can_unenroll_users": False,
    "can_mark_complete": False,
    "can_move_groups": False,
    "can_act_as_instructor": False,
    "can_delete_users": False,
    "can_manage_trainings": False,
    "can_manage_sessions": False,
    "tutor_can_edit_their_courses": True,
    "tutor_can_create_courses": False,
}


def definitions_first(call: Call) -> dict[str, object]:
    """The part of an answer that goes before the users."""
    spelling = "customDataFieldDefintions" if call.settings.definitions_key == "misspelt" else CORRECT_DEFINITIONS
    return {spelling: definitions(call.portal)}


CORRECT_DEFINITIONS = "customDataFieldDefinitions"


def user(call: Call, membership: Membership) -> dict[str, Any]:
    """A member of the portal, with custom user data."""
    account, portal, settings = membership.account, call.portal, call.settings
    enrollments = portal.enrollments_of.get(account.id, ())
    row: dict[str, Any] = {
        "id": account.id,
        "last_name": account.last_name,
        "first_name": account.first_name,
        "email": account.email,
        "created_at": moment(account.created_at),
        "last_sign_in_at": moment(membership.last_sign_in_at) if membership.last_sign_in_at else None,
        "locale": account.locale,
        "account_expires": _expiry(membership.account_expires, settings),
        "sign_in_count": membership.sign_in_count,
        "number_of_enrollments": len(enrollments),
        "number_of_enrollments_accessed": sum(one.status != "not_started" for one in enrollments),
        "enabled": membership.enabled,
        "user_type": call.realm.user_type(portal, membership),
        "sf_contact_id": account.sf_contact_id,
        "sf_user_id": account.sf_user_id,
        "is_salesforce_contact": 0,
        "membership_type": membership.membership_type,
        "number_of_points": 0,
        "number_of_badges": 0,
        **FLAGS,
        **membership.flags,
        "CustomData": custom_data(membership.values, portal, settings),
        "customDataFieldValues": field_values(membership.values, portal, settings),
    }
    if settings.identifier == "username":
        row["username"] = account.username
    version = call.query.get("version_id")
    if version in ("1.1", "1.2"):
        row["updated_at"] = moment(membership.updated_at)
    if version == "1.2":
        row["timezone_id"] = account.timezone_id
    return row


def thin_user(account: Account) -> dict[str, Any]:
    """A member of a group, in the list of its members."""
    return {
        "id": account.id,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "email": account.email,
        "created_at": moment(account.created_at),
        "locale": account.locale,
    }


def _expiry(expires: date | None, settings: LearnUponSettings) -> str | None:
    if expires is None or settings.account_expires_format == "null":
        return None
    return expires.isoformat() + ("T00:00:00Z" if settings.account_expires_format == "datetime" else "")
