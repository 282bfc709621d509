"""Finding one person by an e-mail or an employee id: in UKG Pro, reading nobody else's records, or in the snapshot."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from core.domain.email import email_key
from core.domain.employee import Employee, Stray
from core.domain.errors import SettingsError
from core.services.connections import client_of
from core.services.standing import UKG_PRO, failed
from core.services.syncing import needed_snapshot
from core.store.models import Connection, Link, Note, Portal
from core.sync.emails import Emails
from core.sync.making import Subject
from core.sync.observing import Observation, SomeRead, attributes_to_read
from core.sync.snapshot import find_in_snapshot, snapshot_employees, snapshot_info
from core.ukg.errors import PermissionMissing, UkgError, WrongCredentials


class Seen(msgspec.Struct):
    """Whoever was found, and the e-mails that people share.

    `read_at` is the time of the snapshot, None when read just now; `trouble` why UKG Pro was not asked.
    """

    employees: Sequence[Employee]
    strays: Sequence[Stray]
    emails: Emails
    read_at: datetime | None = None
    trouble: str | None = None

    @property
    def when(self) -> str:
        """When that was, as part of a sentence."""
        return "just now" if self.read_at is None else f"as read on {self.read_at:%Y-%m-%d %H:%M} UTC"


def checked(who: str) -> str:
    """The e-mail or employee id to look for; raises `SettingsError` if there is none."""
    wanted = who.strip()
    if not wanted:
        raise SettingsError("Say who: an e-mail or an employee id. Nothing was done.")
    return wanted


async def look_up(subject: Subject, who: str, database_url: str, *, offline: bool) -> Seen:
    """Whoever goes by this e-mail or employee id, with the accounts' older e-mails; from the last snapshot if `offline`
    or if UKG Pro cannot be asked.

    Raises `UkgError` when there is no snapshot either, `SettingsError` when nothing was ever read.
    """
    portal = subject.row
    info = await snapshot_info(portal.id)
    connection = await Connection.get_or_none(portal_id=portal.id)
    trouble: str | None = None
    if not offline and connection is not None and connection.secrets is not None:
        # Accounts get locked by too many tries with a wrong password.
        if connection.status == "refused" and info is not None:
            trouble = f"UKG Pro refused the service account; connect it again: ukg connect {portal.slug}"
        else:
            try:
                seen, _ = await read_now(subject, who, database_url)
                return Seen(seen.employees, seen.strays, seen.emails)
            except UkgError as error:
                if info is None:
                    raise
                trouble = str(error)
    info = info or await needed_snapshot(portal)
    return Seen(await _in_snapshot(portal, who), [], info.emails, info.read_at, trouble)


async def read_now(subject: Subject, who: str, database_url: str) -> tuple[Observation, int]:
    """Whoever goes by this e-mail or employee id, read from UKG Pro, and how many requests that took.

    A failure is no failure of a run: only a refused account is remembered with the connection. Raises `UkgError`.
    """
    portal = subject.row
    by_email = "@" in who
    ids = await _known_ids(portal, who) if by_email else [who]
    async with await client_of(portal, database_url) as client:
        source = SomeRead(client, ids, [who] if by_email else [])
        try:
            seen = await source.observe(portal.id, attributes_to_read(subject.rules), subject.rules.today, _unheard)
        except (WrongCredentials, PermissionMissing) as error:
            await failed(UKG_PRO, portal, error)
            raise
        return seen, client.requests


async def _unheard(rows: int) -> None:
    """One person is read too quickly to tell of progress."""


async def _known_ids(portal: Portal, email: str) -> list[str]:
    """The employee ids that go with an e-mail by an account of the portal, or by what runs noted."""
    links = await Link.filter(portal_id=portal.id, learner__email_key=email_key(email))
    notes = await Note.filter(portal_id=portal.id, until__isnull=True, email__iexact=email)
    return list(dict.fromkeys([link.employee_id for link in links] + [note.employee_id for note in notes]))


async def _in_snapshot(portal: Portal, who: str) -> list[Employee]:
    if "@" not in who:
        return list((await find_in_snapshot(portal.id, [who])).values())
    key = email_key(who)
    known = list((await find_in_snapshot(portal.id, await _known_ids(portal, who))).values())
    if any(employee.email and email_key(employee.email) == key for employee in known):
        return known
    having = [
        employee
        async for part in snapshot_employees(portal.id)
        for employee in part
        if employee.email and email_key(employee.email) == key
    ]
    return having or known


def meant(employees: Sequence[Employee], who: str) -> Employee:
    """Of several people found by an e-mail, the one who has it in UKG Pro now and is first by id."""
    key = email_key(who)
    having = [each for each in employees if each.email is not None and email_key(each.email) == key]
    return min(having or employees, key=lambda each: each.employee_id)
