"""What happens in the generated company from one day to the next.

Every change bumps the stamp of the one table it touches (facts/ukg-pro-api, section 8, point 4); a termination
date that is reached bumps nothing.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from msgspec.structs import replace

from core.sandbox.ukg.catalog import DEPARTMENTS, MANAGER_JOB, PLACES
from core.sandbox.ukg.hiring import enter_employment, enter_person, random_company, stamp, work_email
from core.sandbox.ukg.names import new_last_name, ordinary_name
from core.sandbox.ukg.records import EmploymentRecord, is_terminated, is_working
from core.sandbox.ukg.state import State

# Events a day per thousand people; at least one of each.
_JOINS = 3.0
_LEAVES = 2.0
_MOVES = 2.0
_MARRIAGES = 0.5
_TERMINATIONS_ENTERED = 0.5
_RETURNS = 0.5
_ABSENCES = 0.2

_Suitable = Callable[[EmploymentRecord], bool]


class _Day:
    """One day's changes, made on copies of the two lists."""

    def __init__(self, before: State, seed: int) -> None:
        self.today = before.today + timedelta(days=1)
        self.random = Random(f"ukg/{seed}/{self.today.isoformat()}")
        self.people = before.people.copy()
        self.employments = before.employments.copy()
        self.position_of = {person.employee_id: position for position, person in enumerate(self.people)}
        self.scheduled = before.scheduled
        self.next_serial = before.next_serial
        self.touched: set[int] = set()

    def choose(self, per_thousand: float, suitable: _Suitable) -> list[int]:
        """Positions of employments nothing has happened to today; fewer than wanted when hardly anyone fits."""
        wanted = max(1, round(per_thousand * len(self.people) / 1000))
        chosen: list[int] = []
        for _ in range(60 * wanted + 500):
            position = self.random.randrange(len(self.employments))
            record = self.employments[position]
            if position in self.touched or record.employee_id not in self.position_of or not suitable(record):
                continue
            self.touched.add(position)
            chosen.append(position)
            if len(chosen) == wanted:
                break
        return chosen

    def change(self, position: int, **fields: object) -> None:
        self.employments[position] = replace(
            self.employments[position], changed=stamp(self.random, self.today), **fields
        )

    def working(self, record: EmploymentRecord) -> bool:
        return is_working(record, self.today)

    def former(self, record: EmploymentRecord) -> bool:
        return is_terminated(record, self.today) and not record.superseded

    def review_scheduled(self) -> None:
        """Terminations ahead: some are moved, some withdrawn, the others come nearer."""
        kept = []
        for position in self.scheduled:
            ends = self.employments[position].termination
            if ends is None or ends < self.today:
                continue
            roll = self.random.random()
            if roll < 0.1:
                self.change(position, termination=None)
                self.touched.add(position)
                continue
            if roll < 0.25:
                self.change(position, termination=self.later(ends, 3, 14))
                self.touched.add(position)
            kept.append(position)
        for position in self.choose(_TERMINATIONS_ENTERED, self.leaving):
            self.change(position, termination=self.later(self.today, 5, 30))
            kept.append(position)
        self.scheduled = tuple(kept)

    def later(self, day: date, fewest: int, most: int) -> date:
        return day + timedelta(days=self.random.randint(fewest, most))

    def leaving(self, record: EmploymentRecord) -> bool:
        """Working since yesterday at least. Managers leave less often, or teams would soon be without one."""
        stays = record.job == MANAGER_JOB and self.random.random() < 0.8
        return self.working(record) and record.last_hire < self.today and not stays

    def people_leave(self) -> None:
        for position in self.choose(_LEAVES, self.leaving):
            self.change(position, termination=self.today - timedelta(days=1))

    def people_return(self) -> None:
        for position in self.choose(_RETURNS, self.former):
            ended = self.employments[position].termination
            self.change(
                position,
                last_hire=self.today,
                status="A",
                status_start=self.today,
                termination=None,
                earlier_termination=ended,
            )

    def people_go_on_leave_and_come_back(self) -> None:
        for position in self.choose(_ABSENCES, self.working):
            self.change(position, status="L", status_start=self.today)
        for position in self.choose(_ABSENCES, lambda record: record.status == "L" and record.termination is None):
            self.change(position, status="A", status_start=self.today)

    def people_move(self) -> None:
        for position in self.choose(_MOVES, self.working):
            unit, place = self.random.choice(DEPARTMENTS), self.random.choice(PLACES)
            colleague = self.employments[self.random.randrange(len(self.employments))]
            own, supervisor = self.employments[position], colleague.supervisor
            self.change(
                position,
                division=unit.division,
                department=unit.code,
                team=self.random.choice(unit.teams)[0],
                region=place.region,
                location=place.code,
                supervisor=supervisor if supervisor not in (None, own.employee_id) else own.supervisor,
            )

    def people_marry(self) -> None:
        for position in self.choose(_MARRIAGES, self.working):
            at = self.position_of[self.employments[position].employee_id]
            person = self.people[at]
            name = new_last_name(self.random, person.last_name)
            mailbox = "".join(letter for letter in person.first_name.lower() if "a" <= letter <= "z") or "person"
            self.people[at] = replace(
                person,
                last_name=name,
                former_name=person.last_name,
                email=work_email(f"{mailbox}.{name.lower()}.{person.serial}", person.company),
                changed=stamp(self.random, self.today),
            )

    def people_join(self) -> None:
        """Most start today; some are entered ahead of their first day."""
        for _ in range(max(1, round(_JOINS * len(self.people) / 1000))):
            name, company = ordinary_name(self.random), random_company(self.random)
            hired = self.today if self.random.random() < 0.8 else self.later(self.today, 3, 30)
            email = work_email(f"{name.mailbox}.{self.next_serial}", company)
            person = enter_person(self.random, self.next_serial, name, company, email, self.today)
            supervisor = self.employments[self.random.randrange(len(self.employments))].supervisor
            self.next_serial += 1
            self.people.append(person)
            self.employments.append(enter_employment(self.random, person, hired, supervisor))


def next_day(before: State, seed: int) -> State:
    """The state one day later; untouched records are the same objects as before."""
    day = _Day(before, seed)
    day.review_scheduled()
    day.people_leave()
    day.people_return()
    day.people_go_on_leave_and_come_back()
    day.people_move()
    day.people_marry()
    day.people_join()
    return State(day.today, day.people, day.employments, day.scheduled, day.next_serial)
