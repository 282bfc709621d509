"""The company on its first day."""

from collections import Counter
from datetime import date, timedelta
from random import Random

from msgspec.structs import replace

from core.sandbox.ukg.circumstances import LEFT, PLAIN, STATUS_OF, circumstances, name_kinds
from core.sandbox.ukg.hiring import (
    employee_identifier,
    employee_number,
    enter_employment,
    enter_person,
    random_company,
    stamp,
    work_email,
)
from core.sandbox.ukg.names import Name, ordinary_name, special_name
from core.sandbox.ukg.records import EmploymentRecord, PersonRecord
from core.sandbox.ukg.state import State

_PEOPLE_PER_MANAGER = 9
_UNPARSEABLE = "0000-00-00T00:00:00"


class _Founding:
    """Fills the two lists person by person."""

    def __init__(self, employees: int, seed: int, start: date) -> None:
        self.random = Random(f"ukg/{seed}/founding")
        self.start = start
        self.given = circumstances(self.random, employees)
        self.kinds = name_kinds(self.random, self.given)
        plain = [position for position, name in enumerate(self.given) if name == PLAIN]
        self.managers = plain[: max(1, employees // _PEOPLE_PER_MANAGER)]
        self.rank = {position: rank for rank, position in enumerate(self.managers)}
        self.former = [position for position, name in enumerate(self.given) if name == LEFT]
        self.mailboxes: Counter[str] = Counter()
        self.next_serial = employees + 1
        self.people: list[PersonRecord] = []
        self.employments: list[EmploymentRecord] = []
        self.scheduled: list[int] = []

    def take_serial(self) -> int:
        self.next_serial += 1
        return self.next_serial - 1

    def supervisor_of(self, position: int, circumstance: str) -> str | None:
        """EmployeeId of the supervisor; the managers form a tree, eight to one, under the first of them."""
        if circumstance == "no_supervisor":
            # Half of them point at somebody who does not exist.
            return None if position % 2 else employee_identifier(0)
        if circumstance == "terminated_supervisor" and self.former:
            return employee_identifier(self.random.choice(self.former) + 1)
        if position in self.rank:
            rank = self.rank[position]
            return None if rank == 0 else employee_identifier(self.managers[(rank - 1) // 8] + 1)
        return employee_identifier(self.random.choice(self.managers) + 1) if self.managers else None

    def email_of(self, name: Name, company: int, circumstance: str, serial: int) -> str | None:
        if circumstance == "email_null":
            return None
        if circumstance == "email_empty":
            return ""
        if circumstance == "email_personal":
            return f"{name.mailbox}.home{serial}@example.net"
        address = work_email(name.mailbox, company)
        self.mailboxes[address] += 1
        if self.mailboxes[address] > 1:
            address = work_email(f"{name.mailbox}{self.mailboxes[address]}", company)
        if circumstance == "email_untidy":
            return f" {address.title()}  "
        return address

    def hired(self, circumstance: str) -> date:
        if circumstance == "future_hire":
            return self.start + timedelta(days=self.random.randint(3, 40))
        return self.start - timedelta(days=self.random.randint(400, 5000))

    def add(self, position: int, circumstance: str) -> None:
        """Enter one person with everything the circumstance brings along."""
        serial = position + 1
        kind = self.kinds.get(position)
        name = special_name(self.random, kind) if kind else ordinary_name(self.random)
        if circumstance == "padded":
            name = Name(name.first + "  ", name.last + " ", name.mailbox)
        company = random_company(self.random)
        hired = self.hired(circumstance)
        email = self.email_of(name, company, circumstance, serial)
        entered = min(hired, self.start - timedelta(days=5))
        person = enter_person(self.random, serial, name, company, email, entered)
        supervisor = self.supervisor_of(position, circumstance)
        employment = enter_employment(self.random, person, hired, supervisor, manager=position in self.rank)
        touched = max(entered, self.start - timedelta(days=self.random.randint(1, 300)))
        person = replace(person, changed=stamp(self.random, touched))
        employment = replace(employment, changed=stamp(self.random, touched))
        self.people.append(person)
        if circumstance == "no_employment":
            return
        self.employments.append(self.in_circumstance(person, employment, circumstance))

    def in_circumstance(self, person: PersonRecord, record: EmploymentRecord, name: str) -> EmploymentRecord:
        """The employment as the circumstance has it; older rows of the same person are added before it."""
        random, start = self.random, self.start
        days_ago = random.randint(1, 360)
        then = start - timedelta(days=days_ago)
        if name == LEFT:
            gone = start - timedelta(days=random.randint(1, (start - record.last_hire).days - 60))
            return replace(record, termination=gone, changed=stamp(random, gone))
        if name in STATUS_OF:
            return replace(record, status=STATUS_OF[name], status_start=then, changed=stamp(random, then))
        if name == "rehired":
            left = record.original_hire + timedelta(days=random.randint(30, (then - record.original_hire).days - 5))
            return replace(record, last_hire=then, status_start=then, earlier_termination=left)
        if name == "future_termination":
            self.scheduled.append(len(self.employments))
            return replace(record, termination=start + timedelta(days=random.randint(5, 30)))
        if name == "transferred":
            former = replace(
                record,
                company=(person.company + 1) % 3,
                number=employee_number(self.take_serial()),
                termination=then,
                changed=stamp(random, then),
                superseded=True,
            )
            self.employments.append(former)
            return replace(record, last_hire=then, status_start=then)
        if name == "two_records":
            self.add_former_record(person, record, then)
            return replace(record, original_hire=then, last_hire=then, status_start=then)
        if name == "unparseable_date":
            return replace(record, date_in_job=_UNPARSEABLE)
        return replace(record, padded=True) if name == "padded" else record

    def add_former_record(self, person: PersonRecord, record: EmploymentRecord, left: date) -> None:
        """The same human under an older employeeId, terminated, with a private address."""
        serial = self.take_serial()
        identifier = employee_identifier(serial)
        self.people.append(
            replace(
                person, serial=serial, employee_id=identifier, email=f"former{serial}@example.net", other_email=None
            )
        )
        self.employments.append(
            replace(
                record,
                employee_id=identifier,
                number=employee_number(serial),
                termination=left,
                changed=stamp(self.random, left),
                superseded=True,
            )
        )

    def reuse_emails(self) -> None:
        """Some people share an address; one has the address of a leaver, as when a mailbox is given on."""
        position_of = {person.employee_id: position for position, person in enumerate(self.people)}
        owners = [at for at, name in enumerate(self.given) if name == "email_shared"] + self.former[:1]
        takers = [at for at, name in enumerate(self.given) if name == "email_shared_again"]
        takers += [at for at, name in enumerate(self.given) if name == "email_recycled"]
        for owner, taker in zip(owners, takers, strict=False):
            email = self.people[position_of[employee_identifier(owner + 1)]].email
            position = position_of[employee_identifier(taker + 1)]
            self.people[position] = replace(self.people[position], email=email)

    def add_employment_without_person(self) -> None:
        serial = self.take_serial()
        name = ordinary_name(self.random)
        ghost = enter_person(self.random, serial, name, 0, None, self.start - timedelta(days=90))
        self.employments.append(enter_employment(self.random, ghost, self.start - timedelta(days=90), None))


def found(employees: int, seed: int, start: date) -> State:
    """The founding state of `employees` people; the same arguments give the same state in every process."""
    founding = _Founding(employees, seed, start)
    for position, circumstance in enumerate(founding.given):
        founding.add(position, circumstance)
    founding.reuse_emails()
    for _ in range(max(1, employees // 5000)):
        founding.add_employment_without_person()
    return State(start, founding.people, founding.employments, tuple(founding.scheduled), founding.next_serial)
