"""The fields of a user that a body sets: read and checked as a whole before any of them counts.

Source: facts/learnupon-api, sections 2.4 to 2.6.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.sandbox.learnupon import values
from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.custom_data import empties, sent_values
from core.sandbox.learnupon.presenting import FLAGS
from core.sandbox.learnupon.records import Membership

# Name in a body -> attribute of the account or the membership, and how it is read.
_Readers = dict[str, tuple[str, Callable[[Any], Any]]]
_ACCOUNT: _Readers = {
    "first_name": ("first_name", values.text),
    "last_name": ("last_name", values.text),
    "language": ("locale", values.locale),
    "timezone_id": ("timezone_id", values.text),
    "sf_contact_id": ("sf_contact_id", values.text),
    "sf_user_id": ("sf_user_id", values.text),
}
_MEMBERSHIP: _Readers = {
    "enabled": ("enabled", values.flag),
    "user_type": ("user_type", values.user_type),
    "account_expires": ("account_expires", values.day),
    "membership_type": ("membership_type", values.text),
}
_EMPTY_ACCOUNT = {"first_name": None, "last_name": None, "locale": "en"}


@dataclass
class UserChange:
    """What is to be set on the account, on the membership, of its flags and of its custom user data (None empties)."""

    account: dict[str, Any] = field(default_factory=dict)
    membership: dict[str, Any] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=dict)
    custom_data: dict[int, str | None] = field(default_factory=dict)


def read_change(call: Call, fields: dict[str, Any]) -> UserChange:
    """The change a body asks for; names that are none are ignored. Raises Refusal."""
    change = UserChange(_read(call, fields, _ACCOUNT), _read(call, fields, _MEMBERSHIP))
    change.flags = _read(call, fields, {name: (name, values.flag) for name in FLAGS if name in fields})
    expires = fields.get("account_expires", "unsaid")
    if expires in (None, "") and not empties(expires, call.settings):
        del change.membership["account_expires"]
    change.custom_data = sent_values(call, fields.get("CustomData"))
    return change


def emptied(change: UserChange, call: Call, membership: Membership, sent: Any) -> UserChange:
    """The change of a PUT, in which what was left out is emptied as far as the settings say so.

    sent: the CustomData of the body.
    """
    replaces = call.settings.update == "replace"
    account = (_EMPTY_ACCOUNT if replaces else {}) | change.account
    of_membership = ({"account_expires": None} if replaces else {}) | change.membership
    custom = dict(change.custom_data)
    if replaces or (sent is not None and call.settings.custom_data_update == "replace"):
        custom = dict.fromkeys(membership.values) | custom
    return UserChange(account, of_membership, change.flags, custom)


def make(change: UserChange, call: Call, membership: Membership, *, with_account: bool = True) -> None:
    """Make a change; `with_account` says whether what belongs to the whole realm is part of it."""
    if with_account:
        for name, value in change.account.items():
            setattr(membership.account, name, value)
    enabled = change.membership.pop("enabled", None)
    for name, value in change.membership.items():
        setattr(membership, name, value)
    membership.flags |= change.flags
    for field_id, text in change.custom_data.items():
        if text is None:
            membership.values.pop(field_id, None)
        else:
            membership.values[field_id] = text
    if enabled is not None:
        call.realm.enable(call.portal, membership, enabled)
    if "account_expires" in change.membership or (enabled and call.settings.enable_expired == "undone"):
        call.realm.watch_expiry(call.portal, membership)
    membership.updated_at = call.now


def _read(call: Call, fields: dict[str, Any], readers: _Readers) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, (attribute, read) in readers.items():
        if name in fields:
            try:
                found[attribute] = read(fields[name])
            except ValueError as problem:
                raise call.invalid(f"{name.replace('_', ' ').capitalize()} {problem}") from None
    return found
