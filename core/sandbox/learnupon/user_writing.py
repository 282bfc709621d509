"""Creating, updating and deleting users.

Source: facts/learnupon-api, sections 2.4 to 2.7.
"""

from collections.abc import Callable
from typing import Any

from core.sandbox.answers import Answer, Refusal
from core.sandbox.learnupon import values
from core.sandbox.learnupon.answers import json_answer
from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.changes import emptied, make, read_change
from core.sandbox.learnupon.records import Account, Membership
from core.sandbox.learnupon.users import member_of


def create_user(call: Call) -> Answer:
    """POST users: a new account, or a membership for one that the realm has."""
    fields = call.wrapped("User")
    email, username = identifiers(call, fields)
    _checked(call, "Password", values.password, fields.get("password"))
    change = read_change(call, fields)
    account = _free_or_shared(call, email, username)
    if call.portal.is_full:
        raise call.invalid("There are no licenses left in this portal")
    new = account is None
    if account is None:
        account = call.realm.open_account(email, username)
    membership = call.realm.join(call.portal, account)
    make(change, call, membership, with_account=new or call.settings.existing_account == "overwritten")
    enrol_everywhere(call, account)
    return json_answer({"id": account.id}, status=call.settings.create_status)


def update_user(call: Call) -> Answer:
    """PUT users/#, or users/0 with the e-mail or username of the user in the body."""
    fields = call.wrapped("User")
    membership = member_of(call) if call.id else _named(call, fields)
    change_user(call, membership, fields)
    return json_answer({"id": membership.account.id})


def change_user(call: Call, membership: Membership, fields: dict[str, Any]) -> None:
    """Make the change that the fields of a body ask for, all of it or, raising Refusal, nothing."""
    account = membership.account
    change = read_change(call, fields)
    change = emptied(change, call, membership, fields.get("CustomData"))
    wanted = change.membership.get("user_type")
    if wanted is not None and call.realm.has_fixed_type(call.portal, account):
        if wanted is not call.realm.user_type(call.portal, membership) and call.settings.top_admin_type == "refused":
            raise call.invalid("The type of a top-level admin cannot be changed")
        del change.membership["user_type"]
    if "password" in fields:
        _checked(call, "Password", values.password, fields["password"])
    renames = {name: fields[f"new_{name}"] for name in ("email", "username") if fields.get(f"new_{name}")}
    if call.id and call.settings.plain_email_update == "renames":
        renames = {name: fields[name] for name in ("email", "username") if fields.get(name)} | renames
    email = _renamed(call, account, "email", values.email, renames)
    username = _renamed(call, account, "username", values.username, renames)
    call.realm.rename(account, email=email, username=username)
    make(change, call, membership)


def delete_user(call: Call) -> Answer:
    """DELETE users/#: out of this portal; out of the top-level portal is out of them all."""
    call.realm.leave(call.portal, member_of(call).account)
    return json_answer({})


def identifiers(call: Call, fields: dict[str, Any]) -> tuple[str | None, str | None]:
    """E-mail and username of a body, of which the realm's own kind must be there. Raises Refusal."""
    required = call.settings.identifier
    if not fields.get(required):
        raise call.invalid(f"{required.capitalize()} is missing")
    email = _checked(call, "Email", values.email, fields["email"]) if fields.get("email") else None
    username = _checked(call, "Username", values.username, fields["username"]) if fields.get("username") else None
    return kept_email(call, email), username


def kept_email(call: Call, email: str | None) -> str | None:
    """An e-mail as the realm keeps it."""
    return email.lower() if email is not None and call.settings.email_kept == "lower" else email


def enrol_everywhere(call: Call, account: Account) -> None:
    """What the portal's own rules do with somebody new."""
    if call.settings.enrol_new_users:
        enrolled = {one.course.id for one in call.portal.enrollments_of.get(account.id, ())}
        for course in call.portal.courses.values():
            if course.id not in enrolled:
                call.portal.enrol(call.realm.next_id(), account, course, call.now)


def _free_or_shared(call: Call, email: str | None, username: str | None) -> Account | None:
    """The account another portal has, if creating it here is allowed; None when there is none. Raises Refusal."""
    settings = call.settings
    if settings.create_for_invited == "refuses" and call.portal.pending_invite(email, username):
        raise Refusal(settings.duplicate_status, settings.invite_duplicate_message)
    for name in ({"email": email}, {"username": username}):
        account = _holder(call, **name)
        if account is None:
            continue
        if account.id in call.portal.members:
            raise Refusal(settings.duplicate_status, settings.duplicate_here_message or settings.duplicate_message)
        if not settings.allow_user_creation_if_exists:
            raise Refusal(settings.duplicate_status, settings.duplicate_message)
        return account
    return None


def _holder(call: Call, email: str | None = None, username: str | None = None) -> Account | None:
    return call.realm.account(email, username, exact=call.settings.email_uniqueness == "sensitive")


def _named(call: Call, fields: dict[str, Any]) -> Membership:
    """The member that the body of a PUT to users/0 names."""
    exact = call.settings.email_search == "sensitive"
    email, username = fields.get("email"), fields.get("username")
    found = call.realm.member(
        call.portal,
        email if isinstance(email, str) else None,
        username if isinstance(username, str) else None,
        exact=exact,
    )
    if found is None:
        raise Refusal(call.settings.unknown_user_status, "User not found")
    return found


def _renamed(
    call: Call, account: Account, name: str, read: Callable[[Any], str], renames: dict[str, Any]
) -> str | None:
    """The new e-mail or username; None when it stays. Raises Refusal when somebody else of the realm has it."""
    if name not in renames:
        return None
    wanted = _checked(call, name.capitalize(), read, renames[name])
    if name == "email":
        wanted = kept_email(call, wanted) or wanted
    holder = _holder(call, **{name: wanted})
    if holder is not None and holder is not account:
        raise Refusal(call.settings.duplicate_status, call.settings.duplicate_message)
    return wanted


def _checked(call: Call, label: str, read: Callable[[Any], str], value: Any) -> str:
    try:
        return read(value)
    except ValueError as problem:
        raise call.invalid(f"{label} {problem}") from None
