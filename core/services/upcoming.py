"""What falls due by date in the days to come: who joins, who gets an account then, whose access ends.

Each is what a sync on that day would decide if UKG Pro still said what it said at the last believable read.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from core.clock import today_in
from core.domain.decision import Rules, Situation, decide
from core.domain.employee import Employee
from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteWhen
from core.domain.learner import AccountStatus
from core.domain.lifecycle import access_end, is_terminated, next_effect
from core.domain.outcome import Outcome
from core.domain.roles import Role
from core.services.portals import portal_for
from core.services.scope import scope_of
from core.services.subjects import invites_of, port_of
from core.store.models import Portal
from core.sync.emails import Emails
from core.sync.links import read_links_of
from core.sync.situations import Situations
from core.sync.snapshot import snapshot_employees, snapshot_info

LONGEST = 366
_AT_ONCE = 500


class What(StrEnum):
    """What falls due: a hire date, an account on that date, or the last day with access."""

    JOINS = "joins"
    INVITED = "invited"
    CREATED = "created"
    ENDS = "ends"


class Due(msgspec.Struct, frozen=True):
    """One thing that falls due for one person. Someone whose access `ends` still has it on that `date`."""

    date: date
    what: What
    employee_id: str
    name: str
    email: str | None
    sentence: str


class Upcoming(msgspec.Struct, frozen=True):
    """What falls due within `days` days, by date. `as_read_at` is when UKG Pro said so; None: it was never read."""

    portal: str
    as_read_at: datetime | None
    days: int
    due: list[Due]


async def upcoming(slug: str, days: int = 14) -> Upcoming:
    """What falls due after today and within `days` days (1 to 366), as known from the last believable read.

    Whoever has their last day today is among it, since access ends once the day is over. People outside the scope are
    left out, unless a sync would end their access all the same. Raises `SettingsError`.
    """
    portal = await portal_for(slug, Role.VIEWER)
    if not 1 <= days <= LONGEST:
        raise SettingsError(f"The number of days is 1 to {LONGEST}, not {days}; nothing was looked up.")
    info = await snapshot_info(portal.id)
    if info is None:
        return Upcoming(slug, None, days, [])
    # Mapped values have no say in what dates do.
    rules = Rules((), invites_of(portal), today_in(portal.timezone), scope_of(portal))
    until = rules.today + timedelta(days=days)
    affected = [employee async for employee in _with_dates(portal.id, rules.today, until)]
    due: list[Due] = []
    for situation in await _situations(portal, affected, rules, info.emails):
        due += [each for each in _due(situation, rules) if each.date <= until]
    order = list(What)
    due.sort(key=lambda each: (each.date, order.index(each.what), each.name, each.employee_id))
    return Upcoming(slug, info.read_at, days, due)


async def _with_dates(portal_id: int, today: date, until: date) -> AsyncIterator[Employee]:
    """Those of the snapshot of whom a date lies in the days to come."""
    async for part in snapshot_employees(portal_id):
        for employee in part:
            hired, ended = employee.hire_date, employee.termination_date
            if (hired is not None and today < hired <= until) or (ended is not None and today <= ended <= until):
                yield employee


async def _situations(portal: Portal, employees: Sequence[Employee], rules: Rules, emails: Emails) -> list[Situation]:
    situations: list[Situation] = []
    for start in range(0, len(employees), _AT_ONCE):
        some = employees[start : start + _AT_ONCE]
        links = await read_links_of(portal.id, some)
        known = Situations(portal.id, port_of(portal), links, rules, emails)
        await known.begin()
        situations += await known.of(some)
    return situations


def _due(situation: Situation, rules: Rules) -> list[Due]:
    joining = _joining(situation, rules)
    account_to_come = any(each.what in (What.INVITED, What.CREATED) for each in joining)
    return joining + _ending(situation, rules, account_to_come=account_to_come)


def _joining(situation: Situation, rules: Rules) -> list[Due]:
    employee = situation.employee
    hired = employee.hire_date
    if hired is None or hired <= rules.today or is_terminated(employee, rules.today):
        return []
    if rules.scope.outside(employee) is not None:
        return []
    if situation.learner is not None:
        return [_row(employee, hired, What.JOINS, "First day; the account is there already.")]
    decision = decide(situation, replace(rules, today=hired))
    if decision.outcome not in (Outcome.INVITED, Outcome.CREATED):
        return [_row(employee, hired, What.JOINS, f"First day, without an account. {decision.detail or ''}".strip())]
    if rules.invites.when is not InviteWhen.HIRE_DATE:
        return [_row(employee, hired, What.JOINS, "First day; the next sync makes the account.")]
    invited = decision.outcome is Outcome.INVITED
    what = What.INVITED if invited else What.CREATED
    sentence = "Is invited to the portal on the first day." if invited else "Gets an account on the first day."
    return [
        _row(employee, hired, What.JOINS, "First day; the account is made then."),
        _row(employee, hired, what, sentence),
    ]


def _ending(situation: Situation, rules: Rules, *, account_to_come: bool) -> list[Due]:
    employee, learner = situation.employee, situation.learner
    end = access_end(employee, rules.today)
    gone = next_effect(end)
    if end is None or gone is None:
        return []
    ends = account_to_come
    if learner is not None:
        over = learner.account_expires is not None and learner.account_expires < rules.today
        closed = over or learner.status is AccountStatus.DISABLED
        ends = not closed and decide(situation, replace(rules, today=gone)).outcome is Outcome.ENDED
    return [_row(employee, end.last_day, What.ENDS, f"Access ends when {end.last_day} is over.")] if ends else []


def _row(employee: Employee, day: date, what: What, sentence: str) -> Due:
    return Due(day, what, employee.employee_id, employee.name, employee.email, sentence)
