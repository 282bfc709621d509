"""Between the learner table and the domain: reading a row, and putting the values of a change into one."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from msgspec import UNSET

from core.domain.change import AccountState, Change
from core.domain.custom_fields import CustomField, CustomValue, FieldType
from core.domain.email import email_key
from core.domain.learner import AccountStatus, UserType
from core.store import models
from core.store.bulk import insert_rows

SYNC = "sync"
ADMIN = "admin"
RESENDING = "resending"  # an invitation is being sent anew; if that is cut short, the next sync sends it

BY_SYNC = "UKG Pro sync"


def custom_field(row: models.CustomField) -> CustomField:
    """The row as the domain sees it."""
    return CustomField(
        str(row.id),
        row.label,
        FieldType(row.type),
        tuple(row.choices),
        mandatory=row.mandatory,
        editable=row.editable,
        multiple=row.multiple,
    )


def custom_values(row: models.Learner) -> dict[str, CustomValue]:
    """The custom user data of a row, by field label."""
    return msgspec.json.decode(row.custom, type=dict[str, CustomValue])


def status_on(row: models.Learner, today: date) -> AccountStatus:
    """The status as it counts on a day of the portal: an account whose last day is over is disabled, even before
    anything has marked it so."""
    over = row.account_expires is not None and row.account_expires < today
    return AccountStatus.DISABLED if over else AccountStatus(row.status)


# The ORM builds the whole statement in one go, and others wait for it.
_CHANGED_AT_ONCE = 25
_CHANGED_COLUMNS = (
    "email",
    "email_key",
    "first_name",
    "last_name",
    "status",
    "disabled_by",
    "account_expires",
    "expiry_by",
    "source",
    "custom",
    "revision",
    "invited_at",
    "invited_by",
    "session_version",
    "accepted",
    "user_type",
    "last_sign_in_at",
    "remote_id",
    "remote_invite_id",
)
_NEW_COLUMNS = (
    "portal_id",
    "email",
    "email_key",
    "first_name",
    "last_name",
    "user_type",
    "status",
    "account_expires",
    "expiry_by",
    "accepted",
    "source",
    "custom",
    "revision",
    "invited_at",
    "invited_by",
    "created_at",
    "created_by",
    "remote_id",
    "remote_invite_id",
)


def new_account(
    portal_id: int,
    change: Change,
    moment: datetime,
    *,
    status: AccountStatus | None = None,
    remote_id: str | None = None,
    remote_invite_id: str | None = None,
) -> tuple[object, ...]:
    """The row, for `insert_accounts`, of an account that does not exist yet: always a learner (design, 4). `status` is
    given where it is another than the change says."""
    after = change.after
    email = after.email or ""
    expires = after.account_expires or None
    return (
        portal_id,
        email,
        email_key(email),
        after.first_name or "",
        after.last_name or "",
        UserType.LEARNER.value,
        AccountStatus(status or after.status or AccountStatus.ACTIVE).value,
        expires,
        SYNC if expires else None,
        False,
        "ukg",
        msgspec.json.encode(after.custom).decode(),
        1,
        moment if change.invite else None,
        BY_SYNC if change.invite else None,
        moment,
        BY_SYNC,
        remote_id,
        remote_invite_id,
    )


async def insert_accounts(rows: Sequence[tuple[object, ...]]) -> list[int]:
    """Insert rows of `new_account`, all of one portal; returns their ids, which a bulk insert does not tell."""
    if not rows:
        return []
    await insert_rows(models.Learner, _NEW_COLUMNS, rows)
    keys = [str(row[2]) for row in rows]
    found = await models.Learner.filter(portal_id=rows[0][0], email_key__in=keys).values_list("email_key", "id")
    ids = {str(key): int(str(learner_id)) for key, learner_id in found}
    return [ids[key] for key in keys]


async def update_accounts(rows: Sequence[models.Learner]) -> None:
    """Save what a change may touch."""
    for start in range(0, len(rows), _CHANGED_AT_ONCE):
        await models.Learner.bulk_update(rows[start : start + _CHANGED_AT_ONCE], fields=_CHANGED_COLUMNS)


def holds(row: models.Learner, state: AccountState) -> bool:
    """Whether the row still holds every value that `state` names."""
    if state.email is not UNSET and row.email != state.email:
        return False
    if state.first_name is not UNSET and row.first_name != state.first_name:
        return False
    if state.last_name is not UNSET and row.last_name != state.last_name:
        return False
    if state.status is not UNSET and row.status != state.status:
        return False
    if state.account_expires is not UNSET and row.account_expires != state.account_expires:
        return False
    custom = custom_values(row) if state.custom else {}
    return all(custom.get(label) == value for label, value in state.custom.items())


def in_use(row: models.Learner) -> bool:
    """Whether someone has ever used the account."""
    return row.accepted or bool(row.password_hash or row.last_sign_in_at)


def ends_access(change: Change) -> bool:
    """Whether the account cannot be used any more after the change, or from an earlier day on than before."""
    before, after = change.before.account_expires, change.after.account_expires
    sooner = isinstance(after, date) and (not isinstance(before, date) or after < before)
    return change.remove or change.after.status is AccountStatus.DISABLED or sooner


def put(row: models.Learner, change: Change, moment: datetime) -> None:
    """Put the values of the change into the row."""
    after = change.after
    if after.email is not UNSET:
        row.email, row.email_key = after.email, email_key(after.email)
    if after.first_name is not UNSET:
        row.first_name = after.first_name
    if after.last_name is not UNSET:
        row.last_name = after.last_name
    if after.status is not UNSET:
        row.status = after.status.value
        row.disabled_by = None
        if after.status is AccountStatus.DISABLED:
            row.disabled_by = SYNC
            row.session_version += 1  # whoever is signed in is so no longer
    if after.account_expires is not UNSET:
        row.account_expires = after.account_expires
        row.expiry_by = None
        if after.account_expires:
            row.expiry_by = ADMIN if after.expiry_by_admin else SYNC
    if after.custom:
        custom = custom_values(row) | after.custom
        row.custom = msgspec.json.encode(
            {label: value for label, value in custom.items() if value is not None}
        ).decode()
    if change.invite:
        row.invited_at, row.invited_by = moment, BY_SYNC
    # An account that was there before any sync is an admin's own again once it is tied to nobody.
    row.source = "manual" if change.relink == "" and row.created_by != BY_SYNC else "ukg"
    row.revision += 1
