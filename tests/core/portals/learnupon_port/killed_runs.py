"""Runs that are killed, and the next ones that go on the way `core.sync` does it: look again at what was begun, look at
the portal, plan what is still to be done from what is known by then, apply."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from msgspec.structs import replace

from core.domain.change import AccountState, Change
from core.domain.email import email_key
from core.domain.learner import AccountStatus, Learner
from core.portals.base import Applied
from core.portals.learnupon.errors import LearnUponError
from core.sandbox.learnupon.faults import Faults, Kind, cut
from core.sandbox.learnupon.routes import Route
from tests.core.portals.harnesses import LearnUponHarness
from tests.core.portals.learnupon_port.people import as_planned

_MOST_RUNS = 12


class Killed(Exception):
    """The process ends here."""


class Ledger:
    """The items of a plan as the database keeps them: each `planned`, `begun` or `done`. Nothing more is kept once it
    is `closed`."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes = list(changes)
        self.states = ["planned"] * len(changes)
        self.results: list[Applied] = []
        self.closed = False

    def places(self, state: str) -> list[int]:
        """Which items are in a state."""
        return [place for place, each in enumerate(self.states) if each == state]


class Pages:
    """The journal of some items of a ledger; `kill_at` is the number of the call at which it is the end."""

    def __init__(self, ledger: Ledger, places: Sequence[int], kill_at: int | None = None) -> None:
        self._ledger = ledger
        self._places = places
        self._left = kill_at

    async def begin(self, positions: Sequence[int]) -> None:
        self._count()
        self._mark(positions, "begun")

    async def give_up(self, positions: Sequence[int]) -> None:
        self._count()
        self._mark(positions, "planned")

    async def record(self, applied: Sequence[Applied]) -> None:
        self._count()
        self._mark([result.position for result in applied], "done")
        self._ledger.results += applied

    def _count(self) -> None:
        if self._ledger.closed:
            raise Killed
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise Killed

    def _mark(self, positions: Sequence[int], state: str) -> None:
        for position in positions:
            self._ledger.states[self._places[position]] = state


# How one run ends before its time: called with the port's work and its journal's ledger.
Ending = Callable[[LearnUponHarness, Callable[[Pages], Awaitable[None]], Ledger, list[int]], Awaitable[None]]


def killed_in_the_journal(call: int) -> Ending:
    """The process ends as the journal is called for this time."""

    async def end(harness: LearnUponHarness, work: Callable, ledger: Ledger, places: list[int]) -> None:
        with suppress(Killed):
            await work(Pages(ledger, places, kill_at=call))

    return end


class _Counting(Faults):
    """Faults that tell when so many requests have come."""

    def __init__(self, requests: int) -> None:
        super().__init__()
        self.reached = asyncio.Event()
        self._left = requests

    def take(self, asked: Route, portal: str) -> Kind | None:
        self._left -= 1
        if self._left == 0:
            self.reached.set()
        return super().take(asked, portal)


async def until_requests(harness: LearnUponHarness, requests: int, task: asyncio.Task[None]) -> None:
    """Wait until so many requests have come to the stand-in, or the task is done."""
    harness.sandbox.faults = faults = _Counting(requests)
    reached = asyncio.ensure_future(faults.reached.wait())
    await asyncio.wait({task, reached}, return_when=asyncio.FIRST_COMPLETED)
    reached.cancel()


def killed_after(requests: int) -> Ending:
    """The process ends once so many requests were sent: none goes out any more, and nothing is recorded."""

    async def end(harness: LearnUponHarness, work: Callable, ledger: Ledger, places: list[int]) -> None:
        task = asyncio.ensure_future(work(Pages(ledger, places)))
        await until_requests(harness, requests, task)
        ledger.closed = True
        harness.sandbox.faults.add(cut, times=None)
        with suppress(Killed, LearnUponError):
            await task
        harness.sandbox.faults.clear()
        ledger.closed = False

    return end


def cancelled_after(requests: int, *, twice: bool = False) -> Ending:
    """Somebody breaks the run off once so many requests were sent; `twice` without waiting for it to come to an
    end."""

    async def end(harness: LearnUponHarness, work: Callable, ledger: Ledger, places: list[int]) -> None:
        task = asyncio.ensure_future(work(Pages(ledger, places)))
        await until_requests(harness, requests, task)
        for _ in range(2 if twice else 1):
            task.cancel()
            await asyncio.sleep(0)
        with suppress(asyncio.CancelledError):
            await task
        await _come_to_rest()

    return end


async def _come_to_rest() -> None:
    """What was on the wire arrives, whoever asked for it."""
    ours = {asyncio.current_task()}
    while left := [task for task in asyncio.all_tasks() - ours if "_Batch" in repr(task.get_coro())]:
        await asyncio.wait(left)


async def persist(harness: LearnUponHarness, changes: Sequence[Change], endings: Sequence[Ending]) -> Ledger:
    """Runs until everything is done, the first ones ended before their time."""
    ledger = Ledger(changes)
    for number in range(_MOST_RUNS):
        begun = ledger.places("begun")
        await harness.port.look_again([ledger.changes[place] for place in begun], Pages(ledger, begun))
        assert ledger.places("begun") == []
        await harness.glance()
        for place in ledger.places("planned"):
            await _plan_again(harness, ledger, place)
        places = ledger.places("planned")
        if not places:
            return ledger

        async def work(pages: Pages, places: list[int] = places) -> None:
            await harness.port.apply([ledger.changes[place] for place in places], pages)

        if number < len(endings):
            await endings[number](harness, work, ledger, places)
            harness.begin_anew(killed=True)
        else:
            await work(Pages(ledger, places))
            harness.begin_anew()
        refused = [result for result in ledger.results if result.refused is not None]
        assert refused == [], [result.detail for result in refused]
    raise AssertionError(f"not done after {_MOST_RUNS} runs: {ledger.states}")


async def _plan_again(harness: LearnUponHarness, ledger: Ledger, place: int) -> None:
    """What is left of a change, from what is known by now; nothing may be."""
    change = ledger.changes[place]
    if change.learner_id is None:
        key = email_key(change.after.email or "")
        learner = (await harness.port.learners_by_email([key])).get(key)
        if learner is None or learner.id in {each.learner_id for each in ledger.changes}:
            return
        left = _left_over(learner, replace(change.after, email=learner.email))
    else:
        learner = (await harness.port.learners_by_id([change.learner_id])).get(change.learner_id)
        assert learner is not None or change.remove
        left = AccountState() if learner is None else _left_over(learner, change.after)
    if learner is None or (left == AccountState() and not change.remove):
        ledger.states[place] = "done"
    else:
        ledger.changes[place] = as_planned(learner, left, remove=change.remove)


def _left_over(learner: Learner, wanted: AccountState) -> AccountState:
    """What the learner has otherwise than wanted."""
    values = {
        name: getattr(wanted, name)
        for name in ("email", "first_name", "last_name", "account_expires")
        if getattr(wanted, name) is not getattr(AccountState(), name)
        and getattr(wanted, name) != getattr(learner, name)
    }
    ended = learner.status is AccountStatus.DISABLED
    if wanted.status and (wanted.status is AccountStatus.DISABLED) is not ended:
        values["status"] = wanted.status
    custom = {label: value for label, value in wanted.custom.items() if learner.custom.get(label) != value}
    return AccountState(**values, custom=custom)
