"""What happens to a small company and its portal, at random but the same for the same seed."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from random import Random

from core.domain.errors import SettingsError
from core.domain.scope import ScopeKind
from core.sandbox.ukg.rows import Row
from core.services import accounts
from core.services.scope import set_scope
from core.store.models import Learner
from tests.core.sync.conftest import Town

START = date(2026, 3, 10)
STAYS = ("A", "L")


class History:
    """One company, day after day. `day` is the date it has come to; `by_hand` the e-mail keys of the accounts whose
    access an admin has decided about."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town = town
        self.chance = Random(seed)
        self.day = START
        self.by_hand: set[int] = set()
        self._numbers = 0
        self._forgotten: list[tuple[Row, Row]] = []

    def found(self, people: int) -> None:
        """The company on its first day."""
        for _ in range(people):
            self.hire()

    def tomorrow(self) -> None:
        """The next day, or one of the days after it."""
        self.day += timedelta(days=self.chance.choice([0, 1, 1, 2, 5]))
        self.town.day(self.day.isoformat())

    async def happenings(self, number: int, *, by_people: bool = True) -> None:
        """So many events; `by_people` includes those in the portal itself."""
        events: list[Callable[[], object]] = [
            self.hire,
            self.hire,
            self.rename,
            self.readdress,
            self.exchange,
            self.exchange,
            self.pass_on,
            self.take_over,
            self.leave,
            self.leave,
            self.leave_later,
            self.move_the_last_day,
            self.come_back,
            self.change_status,
            self.lose_address,
            self.share_an_address,
            self.recycle_an_address,
            self.change_value,
            self.forget,
            self.remember,
            self.get_another_record,
        ]
        if by_people:
            events += [
                self.edit_by_hand,
                self.accept,
                self.accept,
                self.disable,
                self.enable,
                self.limit,
                self.add_account,
            ]
        for _ in range(number):
            happened = self.chance.choice(events)()
            if happened is not None:
                await happened  # type: ignore[misc]

    def hire(self) -> None:
        """Somebody new, perhaps from a day to come."""
        self._numbers += 1
        employee_id = f"E{self._numbers:03}"
        hired = self._date(self.chance.choice([-900, -30, 0, 0, 3]))
        values = {
            "lastHireDate": hired,
            "workPhoneNumber": self._value(),
            "companyCode": self.chance.choice(["ACME", "BETA"]),
        }
        self.town.hire(employee_id, f"{self._name()} {self._name()}", **values)

    def rename(self) -> None:
        """Somebody has another name."""
        self.town.change(self._anybody(), lastName=self._name())

    def readdress(self) -> None:
        """Somebody gets an address that nobody has."""
        self.town.change(self._anybody(), emailAddress=self._fresh_address())

    def exchange(self) -> None:
        """Two people, or three, or four, have each other's addresses now."""
        some = self._several(self.chance.choice([2, 2, 3, 4]))
        addresses = [self._person(each)["emailAddress"] for each in some]
        for employee_id, address in zip(some, addresses[1:] + addresses[:1], strict=True):
            self.town.change(employee_id, emailAddress=address)

    def pass_on(self) -> None:
        """Everyone of a few gets the address of the next, and the last a new one."""
        some = self._several(self.chance.choice([2, 3, 5]))
        addresses = [self._person(each)["emailAddress"] for each in some[1:]]
        for employee_id, address in zip(some, [*addresses, self._fresh_address()], strict=True):
            self.town.change(employee_id, emailAddress=address)

    def take_over(self) -> None:
        """A newcomer has the address that somebody gives up."""
        giver = self._anybody()
        address = self._person(giver)["emailAddress"]
        self.town.change(giver, emailAddress=self._fresh_address())
        self.hire()
        self.town.change(f"E{self._numbers:03}", emailAddress=address)

    def leave(self) -> None:
        """Somebody has left, some days ago or today, perhaps without anybody having put down when."""
        last_day = self.chance.choice([None, self._date(0), self._date(-1), self._date(-4)])
        self.town.change(self._anybody(), employeeStatusCode="T", dateOfTermination=last_day)

    def leave_later(self) -> None:
        """Somebody is going to leave."""
        self.town.change(self._anybody(), dateOfTermination=self._date(self.chance.choice([1, 2, 6])))

    def move_the_last_day(self) -> None:
        """A termination is moved, or withdrawn."""
        leaving = [row["employeeID"] for row in self.town.company.employments if row["dateOfTermination"]]
        if leaving:
            who, days = self.chance.choice(leaving), self.chance.choice([None, 1, 3, -2])
            last_day = None if days is None else self._date(days)
            self.town.change(who, employeeStatusCode="A", dateOfTermination=last_day)

    def come_back(self) -> None:
        """Somebody who left is employed again."""
        left = [row["employeeID"] for row in self.town.company.employments if row["employeeStatusCode"] == "T"]
        if left:
            kept = self.chance.random() < 0.3  # the old date is left over, as in some companies
            values = {"employeeStatusCode": "A", "lastHireDate": self._date(0)}
            who = self.chance.choice(left)
            self.town.change(who, **values | ({} if kept else {"dateOfTermination": None}))

    def change_status(self) -> None:
        """Somebody is on leave, on strike, suspended, or something unheard of, or back at work."""
        employed = [row for row in self.town.company.employments if row["employeeStatusCode"] != "T"]
        if employed:
            who = self.chance.choice(employed)["employeeID"]
            self.town.change(who, employeeStatusCode=self.chance.choice(["A", "A", "L", "O", "S", "Z"]))

    def lose_address(self) -> None:
        """Somebody has no usable address any more, or has one again."""
        who = self._anybody()
        address = self._person(who)["emailAddress"]
        usable = address is not None and "@" in address
        lost = self.chance.choice([None, "", "none"])
        self.town.change(who, emailAddress=lost if usable else self._fresh_address())

    def share_an_address(self) -> None:
        """Somebody is given the address of somebody else, who keeps it."""
        giver, taker = self._several(2)
        self.town.change(taker, emailAddress=self._person(giver)["emailAddress"])

    def recycle_an_address(self) -> None:
        """A newcomer gets the address of somebody who has left."""
        left = [row["employeeID"] for row in self.town.company.employments if row["employeeStatusCode"] == "T"]
        if left:
            address = self._person(self.chance.choice(left))["emailAddress"]
            self.hire()
            self.town.change(f"E{self._numbers:03}", emailAddress=address)

    def change_value(self) -> None:
        """A mapped value is another one, or none."""
        self.town.change(self._anybody(), workPhoneNumber=self.chance.choice([None, self._value(), self._value()]))

    def forget(self) -> None:
        """Somebody is not in UKG Pro any more."""
        if len(self.town.company.people) > 6 and self.chance.random() < 0.4:
            who = self._anybody()
            self._forgotten.append((self._person(who), self._employment(who)))
            self.town.forget(who)

    def remember(self) -> None:
        """Somebody who was gone is in UKG Pro again."""
        if self._forgotten:
            person, employment = self._forgotten.pop()
            self.town.company.people.append(person)
            self.town.company.employments.append(employment)
            self.town.company.touch()

    def get_another_record(self) -> None:
        """Somebody is kept under another employee id from now on."""
        who = self._anybody()
        self._numbers += 1
        new_id = f"E{self._numbers:03}"
        self._person(who)["employeeId"] = new_id
        self._employment(who)["employeeID"] = new_id
        self.town.company.touch()

    async def edit_by_hand(self) -> None:
        """An admin changes a name."""
        email = await self._account()
        if email:
            await self._unless_so(accounts.edit_learner("acme", email, accounts.Edits(first_name=self._name())))

    async def accept(self) -> None:
        """Somebody takes up their invitation."""
        waiting = await Learner.filter(portal__slug="acme", status="pending").order_by("id")
        if waiting:
            await self.town.accept(self.chance.choice(waiting).email)

    async def disable(self) -> None:
        """An admin takes somebody's access away."""
        email = await self._account()
        if email and self.chance.random() < 0.5:
            await self._by_hand(accounts.disable("acme", email))

    async def enable(self) -> None:
        """An admin gives access back."""
        email = await self._account(status="disabled")
        if email:
            await self._by_hand(accounts.enable("acme", email))

    async def limit(self) -> None:
        """An admin lets an account end some day."""
        email = await self._account()
        if email and self.chance.random() < 0.5:
            await self._by_hand(accounts.set_expiry("acme", email, self.day + timedelta(days=40)))

    async def add_account(self) -> None:
        """An admin has added somebody already, perhaps of the company."""
        address = self._person(self._anybody())["emailAddress"] or "guest@example.com"
        key = address.strip().casefold()
        if "@" in key and not await Learner.filter(portal__slug="acme", email_key=key).exists():
            await self.town.manual_learner(address.strip())

    async def narrow_or_widen(self) -> None:
        """An admin changes the scope."""
        include = self.chance.choice([{}, {ScopeKind.COMPANY: ("ACME",)}])
        await set_scope("acme", include=include, exclude={}, everyone=True)

    async def _by_hand(self, change: Awaitable[Learner]) -> None:
        row = await self._unless_so(change)
        if row is not None:
            self.by_hand.add(row.id)

    async def _unless_so(self, change: Awaitable[Learner]) -> Learner | None:
        try:
            return await change
        except SettingsError:  # it is so already
            return None

    async def _account(self, **wanted: str) -> str | None:
        rows = await Learner.filter(portal__slug="acme", **wanted).order_by("id")
        return self.chance.choice(rows).email if rows else None

    def _anybody(self) -> str:
        return str(self.chance.choice(self.town.company.people)["employeeId"])

    def _several(self, number: int) -> list[str]:
        return [str(row["employeeId"]) for row in self.chance.sample(self.town.company.people, number)]

    def _person(self, employee_id: str) -> Row:
        (row,) = [row for row in self.town.company.people if row["employeeId"] == employee_id]
        return row

    def _employment(self, employee_id: str) -> Row:
        (row,) = [row for row in self.town.company.employments if row["employeeID"] == employee_id]
        return row

    def _date(self, days: int) -> str:
        return f"{self.day + timedelta(days=days)}T00:00:00"

    def _fresh_address(self) -> str:
        return f"new{self.chance.randrange(10**9)}@example.com"

    def _name(self) -> str:
        return self.chance.choice(["Ann", "Bea", "Cleo", "Dora", "Eve", "Fay", "Gil", "Hal"])

    def _value(self) -> str:
        return f"+1 555 {self.chance.randrange(1000, 1010)}"
