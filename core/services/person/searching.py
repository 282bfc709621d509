"""Finding people by a part of a name, an e-mail or an employee id, whether they are in the portal or not."""

import msgspec

from core.clock import today_in
from core.domain.outcome import SENTENCES, Reason
from core.domain.roles import Role
from core.portals.accounts import status_on
from core.services.portals import portal_for
from core.store.models import Learner, Link, Note
from core.store.words import with_words

NOT_THERE = "not there"


class KnownPerson(msgspec.Struct, frozen=True):
    """Somebody who may be meant. `who` is what `explain_person` takes; `state` is that of the account, or `NOT_THERE`
    for an employee without one, and then `why` says the reason the last run had."""

    who: str
    name: str
    email: str | None
    employee_id: str | None
    state: str
    why: str = ""


async def search_people(slug: str, text: str, most: int = 50) -> list[KnownPerson]:
    """Up to `most` people with every word of the text in their names, e-mail or employee id: accounts first, then
    employees whom the last run found something about and who have no account."""
    portal = await portal_for(slug, Role.VIEWER)
    if not text.strip():
        return []
    named = ("first_name", "last_name", "email", "link__employee_id")
    accounts = with_words(Learner.filter(portal_id=portal.id), text, *named)
    rows = await accounts.order_by("email_key").limit(most)
    links = dict(await Link.filter(learner_id__in=[row.id for row in rows]).values_list("learner_id", "employee_id"))
    today = today_in(portal.timezone)
    found = [_account(row, links.get(row.id), status_on(row, today).value) for row in rows]
    if len(found) < most:
        listed = {person.employee_id for person in found}
        notes = await _noted(portal.id, text, most)
        found += [_employee(note) for note in notes if note.employee_id not in listed]
    return found[:most]


async def _noted(portal_id: int, text: str, most: int) -> list[Note]:
    notes = with_words(Note.filter(portal_id=portal_id, until__isnull=True), text, "name", "email", "employee_id")
    found = await notes.order_by("name", "employee_id").limit(most)
    ids = [note.employee_id for note in found]
    linked = {link.employee_id for link in await Link.filter(portal_id=portal_id, employee_id__in=ids)}
    return [note for note in found if note.employee_id not in linked]


def _account(row: Learner, employee_id: str | None, state: str) -> KnownPerson:
    name = f"{row.first_name} {row.last_name}".strip()
    return KnownPerson(employee_id or row.email, name, row.email, employee_id, state)


def _employee(note: Note) -> KnownPerson:
    why = note.detail or SENTENCES[Reason(note.reason)]
    return KnownPerson(note.employee_id, note.name, note.email, note.employee_id, NOT_THERE, why)
