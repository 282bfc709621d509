"""What an admin does by hand to people of an embedded portal: create, invite, edit, enable, disable, expire."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from core.clock import now, today_in
from core.domain.custom_fields import CustomField, CustomValue, Unusable, accept_several
from core.domain.email import email_key, is_email
from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteHow, InviteSettings
from core.domain.learner import LONGEST_NAME, AccountStatus, UserType
from core.domain.roles import Role
from core.portals.accounts import ADMIN, custom_values
from core.portals.embedded.invites import add_invites, close_invites, never_accepted
from core.portals.embedded.memberships import reconsider
from core.portals.embedded.realm import disable_below, enable_below, known_elsewhere, licences_left, reconsider_below
from core.portals.reading import KnownAccounts
from core.services.acting import current_actor, require
from core.services.audit import audit
from core.services.door.passwords import check_new_password, hash_password
from core.services.door.refusals import EntriesRefused
from core.services.kinds import Own
from core.services.portals import embedded_portal_for
from core.store import models
from core.store.transactions import write_transaction


class NewLearner(msgspec.Struct, frozen=True):
    """Someone to be added by hand. `custom` is what to put into custom user data fields, as typed, by label."""

    email: str
    first_name: str = ""
    last_name: str = ""
    user_type: UserType = UserType.LEARNER
    expires: date | None = None
    custom: Mapping[str, str] = {}


class Edits(msgspec.Struct, frozen=True):
    """What to change of someone; None leaves a value as it is, an empty text clears it."""

    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    custom: Mapping[str, str] = {}


async def add_learner(slug: str, new: NewLearner, how: InviteHow) -> models.Learner:
    """Add someone who is not from UKG Pro; a sync leaves them alone until an employee has their e-mail.

    Someone who has an account elsewhere in the realm is invited, whatever `how`, unless the portal allows otherwise.
    """
    portal = await embedded_portal_for(slug, Role.OPERATOR, Own.PEOPLE)
    email = _checked_email(new.email)
    names = _checked_names({"first_name": new.first_name, "last_name": new.last_name})
    if new.user_type is not UserType.LEARNER:
        await require(portal, Role.ADMIN)
    custom = _checked_values(await KnownAccounts(portal).custom_fields(), new.custom)
    async with write_transaction():
        await _refuse_taken(portal, email)
        elsewhere = bool(await known_elsewhere(portal, [email_key(email)]))
        settings = InviteSettings(how=how, sso=portal.sso, allow_existing=portal.allow_existing)
        settings = settings.for_someone(known_elsewhere=elsewhere)
        if not settings.pending and await licences_left(portal) == 0:
            raise SettingsError(f"{slug} has no licence left; {email} was not added. Free one, or raise the limit.")
        moment, actor = now(), current_actor().name[:200]
        row = await models.Learner.create(
            portal_id=portal.id,
            email=email,
            email_key=email_key(email),
            **names,
            user_type=new.user_type.value,
            status=(AccountStatus.PENDING if settings.pending else AccountStatus.ACTIVE).value,
            account_expires=new.expires,
            expiry_by=ADMIN if new.expires else None,
            source="manual",
            custom=msgspec.json.encode(custom).decode(),
            invited_at=moment if settings.link_needed else None,
            invited_by=actor if settings.link_needed else None,
            created_at=moment,
            created_by=actor,
        )
        if settings.link_needed:
            await add_invites(portal.id, [(row.id, row.status)], moment)
        await reconsider(portal, [row.id], moment)
        await audit(portal, "person added", email, after=_described(row))
    return row


async def edit_learner(slug: str, email: str, edits: Edits) -> models.Learner:
    """Change name, e-mail or custom user data; no mail is sent. What UKG Pro provides, the next sync puts right."""
    fields = await KnownAccounts(await embedded_portal_for(slug, Role.OPERATOR, Own.PEOPLE)).custom_fields()
    names = {"first_name": edits.first_name, "last_name": edits.last_name}
    checked = _checked_names({key: text for key, text in names.items() if text is not None})
    custom = _checked_values(fields, edits.custom)
    if edits.email is not None:
        checked["email"] = _checked_email(edits.email)
        checked["email_key"] = email_key(edits.email)

    def change(row: models.Learner) -> None:
        row.update_from_dict(checked)
        if custom:
            merged = custom_values(row) | custom
            row.custom = msgspec.json.encode({key: part for key, part in merged.items() if part is not None}).decode()

    return await _change(slug, email, "person edited", change, new_key=checked.get("email_key"))


async def set_user_type(slug: str, email: str, user_type: UserType) -> models.Learner:
    """Make someone a learner, instructor, manager or admin of the portal."""
    await embedded_portal_for(slug, Role.ADMIN, Own.PEOPLE)

    def change(row: models.Learner) -> None:
        row.user_type = user_type.value

    return await _change(slug, email, "user type changed", change, ends_admin=user_type is not UserType.ADMIN)


async def disable(slug: str, email: str) -> models.Learner:
    """Take someone's access away until an admin gives it back; no sync does. Open invitations are cancelled."""

    def change(row: models.Learner) -> None:
        if row.status == AccountStatus.DISABLED.value:
            raise SettingsError(f"{row.email} is disabled already; nothing was changed.")
        row.status, row.disabled_by = AccountStatus.DISABLED.value, ADMIN
        row.session_version += 1

    return await _change(slug, email, "disabled", change, ends_admin=True)


async def enable(slug: str, email: str) -> models.Learner:
    """Give someone's access back; an expiry that is over is cleared. Who never accepted is pending again."""
    portal = await embedded_portal_for(slug, Role.OPERATOR, Own.PEOPLE)
    today, never_accepted = today_in(portal.timezone), await _never_accepted(portal, email)

    def change(row: models.Learner) -> None:
        over = row.account_expires is not None and row.account_expires < today
        if row.status != AccountStatus.DISABLED.value and not over:
            raise SettingsError(f"{row.email} is not disabled; nothing was changed.")
        if over:
            row.account_expires = row.expiry_by = None
        if row.status == AccountStatus.DISABLED.value:
            waits = row.id in never_accepted
            row.status = (AccountStatus.PENDING if waits else AccountStatus.ACTIVE).value
            row.disabled_by = None

    return await _change(slug, email, "enabled", change)


async def set_expiry(slug: str, email: str, expires: date | None) -> models.Learner:
    """Let the account end once that day is over in the portal's time zone; None: let it not end."""

    def change(row: models.Learner) -> None:
        row.account_expires, row.expiry_by = expires, ADMIN if expires else None

    return await _change(slug, email, "expiry set", change, ends_admin=expires is not None)


async def set_password(slug: str, email: str, password: str) -> models.Learner:
    """Give someone active a password that they must change when they sign in with it, for instance without a mail.

    Sessions that there are end. Raises `SettingsError` for a password that is too short or too long.
    """
    portal = await embedded_portal_for(slug, Role.OPERATOR, Own.PEOPLE)
    if portal.sso:
        raise SettingsError(f"{slug} uses single sign-on, so its people have no password here; nothing was changed.")
    try:
        check_new_password(password, email)
    except EntriesRefused as refusal:
        raise SettingsError(f"Nothing was changed. {refusal.sentences['password']}") from None
    password_hash = await hash_password(password)
    async with write_transaction():
        row = await _find(portal, email)
        if row.user_type == UserType.ADMIN.value:
            await require(portal, Role.ADMIN)
        if row.status != AccountStatus.ACTIVE.value:
            raise SettingsError(
                f"{row.email} is {row.status}, and only someone active can have a password; nothing was changed."
            )
        row.password_hash, row.must_change_password = password_hash, True
        row.session_version += 1
        await row.save(update_fields=["password_hash", "must_change_password", "session_version"])
        await close_invites([row.id], "voided")
        await audit(portal, "password set", row.email, after={"must_change_password": True})
    return row


async def _never_accepted(portal: models.Portal, email: str) -> set[int]:
    """The id of the account, if all it ever had was an invitation that was not accepted."""
    row = await models.Learner.get_or_none(portal_id=portal.id, email_key=email_key(email))
    return await never_accepted([row]) if row is not None else set()


async def _change(
    slug: str,
    email: str,
    action: str,
    change: Callable[[models.Learner], None],
    *,
    ends_admin: bool = False,
    new_key: str | None = None,
) -> models.Learner:
    portal = await embedded_portal_for(slug, Role.OPERATOR, Own.PEOPLE)
    async with write_transaction():
        row = await _find(portal, email)
        if row.user_type == UserType.ADMIN.value:
            await require(portal, Role.ADMIN)
        if ends_admin and row.user_type == UserType.ADMIN.value:
            await _keep_an_admin(portal, row)
        if new_key is not None and new_key != row.email_key:
            await _refuse_taken(portal, new_key)
        before = _described(row)
        was = row.status
        change(row)
        after = _described(row)
        if before == after:
            raise SettingsError(f"{row.email} is so already; nothing was changed.")
        row.revision += 1
        await row.save()
        await _follow_up(portal, row, was)
        if before["email"] != after["email"]:
            await close_invites([row.id], "voided", only="reset")
        differing = [name for name in after if before[name] != after[name]]
        await audit(
            portal,
            action,
            str(before["email"]),
            before={name: before[name] for name in differing},
            after={name: after[name] for name in differing},
        )
    return row


async def _follow_up(portal: models.Portal, row: models.Learner, was: str) -> None:
    """What a change of someone's access brings with it: links, groups, sub-portals."""
    moment = now()
    if row.status != was:
        if row.status == AccountStatus.DISABLED.value:
            await close_invites([row.id], "cancelled")
            below = await disable_below(portal, [row.email_key])
        else:
            below = await enable_below(portal, [row.email_key])
        await reconsider_below(below, moment)
    await reconsider(portal, [row.id], moment)


async def _find(portal: models.Portal, email: str) -> models.Learner:
    row = await models.Learner.filter(portal_id=portal.id, email_key=email_key(email)).select_for_update().first()
    if row is None:
        raise SettingsError(f"{portal.slug} has nobody with the e-mail {email[:80]}; nothing was changed.")
    return row


async def _keep_an_admin(portal: models.Portal, row: models.Learner) -> None:
    # The portal is held, so that two admins who go at the same time do not each take the other for the one who stays.
    await models.Portal.filter(id=portal.id).select_for_update(no_key=True).get()
    if await KnownAccounts(portal).sole_admin() == str(row.id):
        raise SettingsError(
            f"{row.email} is the last active admin of {portal.slug}; nothing was changed. Make someone else an admin "
            "first."
        )


async def _refuse_taken(portal: models.Portal, email: str) -> None:
    if await models.Learner.exists(portal_id=portal.id, email_key=email_key(email)):
        raise SettingsError(f"{portal.slug} has an account with the e-mail {email[:80]} already; nothing was changed.")


def _checked_email(email: str) -> str:
    if not is_email(email.strip()):
        raise SettingsError(f"'{email[:80]}' is not an e-mail address; nothing was changed.")
    return email.strip()


def _checked_names(names: Mapping[str, str]) -> dict[str, Any]:
    checked = {key: text.strip() for key, text in names.items()}
    for text in checked.values():
        if len(text) > LONGEST_NAME or (text and not text.isprintable()):
            raise SettingsError(f"A name has at most {LONGEST_NAME} printable characters; nothing was changed.")
    return checked


def _checked_values(fields: list[CustomField], typed: Mapping[str, str]) -> dict[str, CustomValue]:
    """Values by field label; several choices of one field are typed with commas between them."""
    by_key = {field.label.casefold(): field for field in fields}
    values: dict[str, CustomValue] = {}
    for label, text in typed.items():
        field = by_key.get(label.strip().casefold())
        if field is None:
            known = ", ".join(each.label for each in fields) or "none yet"
            raise SettingsError(f"There is no field '{label[:80]}'; nothing was changed. The fields: {known}.")
        parts = [part.strip() for part in text.split(",")] if field.multiple else [text.strip()]
        value = accept_several(field, [part for part in parts if part])
        if isinstance(value, Unusable):
            raise SettingsError(f"Nothing was changed: {value.sentence}.")
        values[field.label] = value
    return values


def _described(row: models.Learner) -> dict[str, object]:
    return {
        "email": row.email,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "user_type": row.user_type,
        "status": row.status,
        "account_expires": row.account_expires,
        "custom": custom_values(row),
    }
