"""What there is on record about one person: the account, the links made out to them, and everything that happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from tortoise.queryset import QuerySet

from core.clock import now
from core.domain.change import Change, readable_changes
from core.domain.email import email_key
from core.domain.outcome import SENTENCES, Outcome, Reason
from core.domain.roles import Role
from core.services.people import ListedLearner, find_learner
from core.services.portals import portal_for
from core.services.trail import changes_between
from core.store.models import AuditLine, Invite, Note, PlanItem, Portal, Run


class SentLink(msgspec.Struct, frozen=True):
    """One link that was made out: of which `kind` (`invitation`, `welcome`, `reset`), and its `state`: `open`, `dead`,
    `accepted`, `cancelled` or `voided`. `expires_at` is None until its mail is sent."""

    kind: str
    state: str
    created_at: datetime
    expires_at: datetime | None


class Record(msgspec.Struct, frozen=True):
    """The account, None where there is none, and its links, newest first."""

    account: ListedLearner | None
    links: list[SentLink]


class Event(msgspec.Struct, frozen=True):
    """Something that happened: what an admin did (`by`), or what came of this person in a `run`.

    `changes` is like that of a run: `{"last_name": ("Old", "New")}`.
    """

    at: datetime
    what: str
    by: str
    run: str | None
    sentence: str
    changes: dict[str, tuple[Any, Any]]


class Person(msgspec.Struct, frozen=True):
    """Whose history it is: the e-mail of the account, the employee id, or both."""

    email: str | None
    employee_id: str | None


async def person_record(slug: str, email: str) -> Record:
    """What the portal holds about the account with this e-mail."""
    portal = await portal_for(slug, Role.VIEWER)
    invites = Invite.filter(learner__portal_id=portal.id, learner__email_key=email_key(email))
    links = [
        SentLink(invite.kind, _state(invite), invite.created_at, invite.expires_at)
        for invite in await invites.order_by("-id")
    ]
    return Record(await find_learner(slug, email), links)


async def count_history(slug: str, person: Person) -> int:
    """How many events there are about a person."""
    portal = await portal_for(slug, Role.VIEWER)
    found = await _found(portal, person)
    return await _written(portal, person).count() + await _done(portal, person).count() + len(found)


async def history_page(slug: str, person: Person, offset: int, limit: int) -> list[Event]:
    """Up to `limit` events after the first `offset`, newest first."""
    portal = await portal_for(slug, Role.VIEWER)
    items = _written(portal, person).order_by("-plan__run__number", "-id").limit(offset + limit)
    lines = _done(portal, person).order_by("-id").limit(offset + limit)
    events = [*_of_runs(await items.prefetch_related("plan__run")), *map(_of_line, await lines)]
    events += await _found(portal, person)
    events.sort(key=lambda event: event.at, reverse=True)
    return events[offset : offset + limit]


def _written(portal: Portal, person: Person) -> QuerySet[PlanItem]:
    """What runs had to write for this person; of plans that were only looked at, nothing happened."""
    return PlanItem.filter(
        plan__portal_id=portal.id, plan__run__id__not_isnull=True, employee_id=person.employee_id or ""
    )


def _done(portal: Portal, person: Person) -> QuerySet[AuditLine]:
    """What admins did; under the e-mail that the person has now, and under the employee id."""
    subjects = [each for each in (person.email, person.employee_id) if each]
    return AuditLine.filter(portal_id=portal.id, subject__in=subjects)


async def _found(portal: Portal, person: Person) -> list[Event]:
    """What runs found without anything to write, such as a missing e-mail: each finding once, at its first run."""
    if person.employee_id is None:
        return []
    notes = Note.filter(portal_id=portal.id, employee_id=person.employee_id).exclude(outcome=Outcome.UNCHANGED.value)
    noted = {note.since: note for note in await notes}
    runs = await Run.filter(portal_id=portal.id, number__in=list(noted))
    return [
        Event(run.finished_at or run.started_at, note.outcome, "", run.id, _sentence(note), {})
        for run in runs
        for note in [noted[run.number]]
    ]


def _sentence(found: PlanItem | Note) -> str:
    return found.detail or SENTENCES[Reason(found.reason)]


def _state(invite: Invite) -> str:
    dead = invite.status == "open" and invite.expires_at is not None and invite.expires_at <= now()
    return "dead" if dead else invite.status


def _of_runs(items: Sequence[PlanItem]) -> list[Event]:
    events = []
    for item in items:
        run = item.plan.run  # type: ignore[attr-defined]  # the other side of the run's one plan
        change = msgspec.json.decode(item.change, type=Change) if item.change else None
        at = run.finished_at or run.started_at
        events.append(Event(at, item.outcome, "", run.id, _sentence(item), readable_changes(change)))
    return events


def _of_line(line: AuditLine) -> Event:
    before, after = (msgspec.json.decode(text) if text else None for text in (line.before, line.after))
    return Event(line.at, line.action, f"{line.actor} ({line.face})", None, "", changes_between(before, after))
