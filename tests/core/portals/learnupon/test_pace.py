"""The pace: the minute's budget used up and never overdrawn, the week's watched; in simulated time."""

import asyncio
import selectors
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core.portals.learnupon.errors import WeekSpent
from core.portals.learnupon.pace import BURST, Pace, pace_of

Result = TypeVar("Result")

_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # an hour of simulated time is too long to shrink


class _Selector(selectors.SelectSelector):
    """Never waits: time goes on by as much as would have been waited."""

    now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return super().select(0)


class _SimulatedLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._simulated = _Selector()
        super().__init__(self._simulated)

    def time(self) -> float:
        return self._simulated.now


def _simulated(made: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    loop = _SimulatedLoop()
    try:
        return loop.run_until_complete(made())
    finally:
        loop.close()


class Server:
    """Counts a minute as LearnUpon may: `window` is "fixed" (from `phase` on) or "sliding"."""

    def __init__(self, limit: int, window: str, phase: float = 0.0, *, tells: bool = True) -> None:
        self.limit, self.window, self.phase, self.tells = limit, window, phase, tells
        self.week = 500_000
        self.accepted: list[float] = []
        self.refused = 0
        self._minute: deque[float] = deque()

    def _over(self, now: float) -> float:
        return now - 60 if self.window == "sliding" else (now - self.phase) // 60 * 60 + self.phase - 1e-6

    def spend(self, now: float) -> tuple[int | None, int | None] | None:
        """What is left of the minute and the week, as the headers tell; None for a 429."""
        while self._minute and self._minute[0] <= self._over(now):
            self._minute.popleft()
        if len(self._minute) >= self.limit:
            self.refused += 1
            return None
        self._minute.append(now)
        self.accepted.append(now)
        self.week -= 1
        return (self.limit - len(self._minute), self.week) if self.tells else (None, None)


def _pace(requests_per_minute: int = 300) -> Pace:
    return Pace(requests_per_minute, clock=asyncio.get_running_loop().time, sleep=asyncio.sleep)


def _latencies(seed: int, slowest: float) -> Callable[[], float]:
    import random

    chance = random.Random(seed)
    return lambda: chance.uniform(0.0, slowest)


async def _load(
    pace: Pace, server: Server, *, minutes: float, latency: Callable[[], float], in_flight: int = 12, wait: float = 60.0
) -> None:
    """Ask as much as the pace allows; the first request goes alone, as a client's does."""
    loop = asyncio.get_running_loop()
    end = loop.time() + minutes * 60

    async def one() -> None:
        await pace.begin()
        await asyncio.sleep(latency())
        left = server.spend(loop.time())
        await asyncio.sleep(latency())
        if left is None:
            pace.end()
            pace.slow_down(wait)
        else:
            pace.end(*left)

    async def worker() -> None:
        while loop.time() < end:
            await one()

    await one()
    await asyncio.gather(*(worker() for _ in range(in_flight)))


@settings(deadline=None, max_examples=8, phases=_PHASES)
@given(
    limit=st.integers(100, 600),
    window=st.sampled_from(["fixed", "sliding"]),
    phase=st.floats(0, 60, exclude_max=True),
    slowest=st.floats(0, 0.7),
    seed=st.integers(0, 1000),
)
def test_alone_it_is_never_throttled_and_uses_the_minutes_whatever_limit_it_is_told(
    limit: int, window: str, phase: float, slowest: float, seed: int
) -> None:
    async def run() -> Server:
        server = Server(limit, window, phase)
        await _load(_pace(), server, minutes=5, latency=_latencies(seed, slowest))
        return server

    server = _simulated(run)
    assert server.refused == 0
    began = server.accepted[0]
    # the first minute is for learning the limit
    used = sum(1 for moment in server.accepted if began + 60 <= moment < began + 240)
    assert used >= 0.95 * 3 * limit


@settings(deadline=None, max_examples=5, phases=_PHASES)
@given(window=st.sampled_from(["fixed", "sliding"]), phase=st.floats(0, 60, exclude_max=True), seed=st.integers(0, 99))
def test_a_portal_that_tells_nothing_gets_300_a_minute(window: str, phase: float, seed: int) -> None:
    async def run() -> Server:
        server = Server(300, window, phase, tells=False)
        await _load(_pace(), server, minutes=4, latency=_latencies(seed, 0.7), in_flight=8)
        return server

    server = _simulated(run)
    assert server.refused == 0
    assert len(server.accepted) >= 0.95 * 1200


@settings(deadline=None, max_examples=5, phases=_PHASES)
@given(limit=st.integers(20, 250), window=st.sampled_from(["fixed", "sliding"]), seed=st.integers(0, 99))
def test_a_lower_limit_that_nobody_tells_costs_few_refusals(limit: int, window: str, seed: int) -> None:
    async def run() -> Server:
        server = Server(limit, window, tells=False)
        await _load(_pace(), server, minutes=30, latency=_latencies(seed, 0.5), in_flight=8)
        return server

    server = _simulated(run)
    assert server.refused <= 0.25 * len(server.accepted)
    assert len(server.accepted) >= 0.45 * 30 * limit


@settings(deadline=None, max_examples=5, phases=_PHASES)
@given(others=st.floats(0.2, 4.0), window=st.sampled_from(["fixed", "sliding"]), seed=st.integers(0, 99))
def test_beside_others_it_takes_what_they_leave(others: float, window: str, seed: int) -> None:
    async def run() -> tuple[Server, int]:
        server = Server(300, window)
        loop = asyncio.get_running_loop()
        foreign = 0

        async def disturb() -> None:
            nonlocal foreign
            while True:
                await asyncio.sleep(1 / others)
                foreign += server.spend(loop.time()) is not None

        disturbing = asyncio.create_task(disturb())
        await _load(_pace(), server, minutes=8, latency=_latencies(seed, 0.3), in_flight=8)
        disturbing.cancel()
        await asyncio.gather(disturbing, return_exceptions=True)
        return server, foreign

    server, foreign = _simulated(run)
    left_over = 8 * (300 - 60 * others)
    assert len(server.accepted) - foreign >= min(0.25 * left_over, 0.25 * 8 * 300)


@given(requests=st.integers(1, 2000), limit=st.sampled_from([120, 300, 600]))
@settings(deadline=None, max_examples=10, phases=_PHASES)
def test_an_estimate_is_what_it_comes_to(requests: int, limit: int) -> None:
    async def run() -> tuple[float, float]:
        pace, server, loop = _pace(), Server(limit, "sliding"), asyncio.get_running_loop()
        await pace.begin()
        left = server.spend(loop.time())
        assert left is not None
        pace.end(*left)
        began, estimate = loop.time(), pace.estimate(requests)

        async def one() -> None:
            await pace.begin()
            await asyncio.sleep(0.1)
            told = server.spend(loop.time())
            assert told is not None
            pace.end(*told)

        for start in range(0, requests, 8):
            await asyncio.gather(*(one() for _ in range(min(8, requests - start))))
        return estimate.seconds, loop.time() - began

    estimated, taken = _simulated(run)
    assert estimated == pytest.approx(taken, rel=0.1, abs=3)


def test_no_more_than_five_start_at_once() -> None:
    async def run() -> list[float]:
        pace, loop, starts = _pace(), asyncio.get_running_loop(), list[float]()
        await asyncio.sleep(30)  # what was not used does not add up

        async def one() -> None:
            await pace.begin()
            starts.append(loop.time())
            await asyncio.sleep(0.5)
            pace.end()

        await asyncio.gather(*(one() for _ in range(40)))
        return starts

    starts = _simulated(run)
    assert sum(1 for moment in starts if moment < starts[0] + 0.1) == BURST
    for earlier, later in zip(starts, starts[BURST:], strict=False):
        assert later - earlier >= 0.19


def test_a_portal_that_minds_bursts_is_asked_evenly_after_its_first_refusal() -> None:
    async def run() -> tuple[int, list[float]]:
        pace, loop = _pace(), asyncio.get_running_loop()
        accepted: list[float] = []
        refused = 0

        async def worker() -> None:
            nonlocal refused
            while loop.time() < 1000 + 540:
                await pace.begin()
                now = loop.time()
                if len(accepted) >= 5 and accepted[-5] > now - 3:
                    refused += 1
                    pace.end()
                    pace.slow_down(60)
                else:
                    accepted.append(now)
                    pace.end(250, None)

        await asyncio.gather(*(worker() for _ in range(8)))
        return refused, accepted

    refused, accepted = _simulated(run)
    assert refused <= 8
    assert len(accepted) > 500


def test_a_throttled_pace_rests_as_long_as_it_was_told_and_everybody_with_it() -> None:
    async def run() -> tuple[float, float]:
        pace, loop = _pace(), asyncio.get_running_loop()
        await pace.begin()
        pace.end()
        pace.slow_down(37)
        began = loop.time()
        await asyncio.gather(pace.begin(), pace.begin())
        return began, loop.time()

    began, ended = _simulated(run)
    assert ended - began >= 37


def test_a_lowered_limit_is_forgotten_after_an_hour() -> None:
    async def run() -> tuple[int, int]:
        pace = _pace()
        for _ in range(3):
            await pace.begin()
            pace.end()
        pace.slow_down(60)
        lowered = pace.requests_per_minute
        await asyncio.sleep(3700)
        await pace.begin()
        return lowered, pace.requests_per_minute

    assert _simulated(run) == (60, 300)


@pytest.mark.parametrize(("left", "requests", "fits"), [(10, 10, True), (10, 11, False), (0, 1, False)])
def test_a_load_that_the_week_does_not_hold_is_not_begun(left: int, requests: int, fits: bool) -> None:
    async def run() -> None:
        pace = _pace()
        assert pace.estimate(10**9).fits_week
        assert pace.estimate(1).requests_left is None
        await pace.begin()
        pace.end(200, left)
        assert pace.estimate(requests).requests_left == left
        assert pace.estimate(requests).fits_week is fits
        if fits:
            pace.check_week(requests)
            return
        with pytest.raises(WeekSpent, match=f"only {left} more") as spent:
            pace.check_week(requests)
        assert spent.value.requests_left == left

    _simulated(run)


def test_a_week_that_is_used_up_stops_at_once_and_is_asked_about_again_later() -> None:
    async def run() -> None:
        pace = _pace()
        await pace.begin()
        pace.end(200, 2)
        await pace.begin()
        await pace.begin()
        with pytest.raises(WeekSpent, match="weekly limit is used up"):
            await pace.begin()
        pace.end(199, 1)
        pace.end(198, 0)
        with pytest.raises(WeekSpent):
            await pace.begin()
        await asyncio.sleep(61)
        await pace.begin()  # a week rolls on, and only an answer can tell how far
        pace.end(200, 500)
        assert pace.estimate(1).requests_left == 500

    _simulated(run)


def test_errors_that_tell_nothing_are_counted_off_the_week() -> None:
    async def run() -> None:
        pace = _pace()
        await pace.begin()
        pace.end(200, 5)
        for _ in range(3):
            await pace.begin()
            pace.end()
        assert pace.estimate(1).requests_left == 2

    _simulated(run)


def test_a_waiter_that_is_cancelled_takes_no_turn() -> None:
    async def run() -> float:
        pace, loop = _pace(), asyncio.get_running_loop()
        pace.slow_down(10)
        waiting = [asyncio.create_task(pace.begin()) for _ in range(20)]
        await asyncio.sleep(1)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        began = loop.time()
        await pace.begin()
        return loop.time() - began

    assert _simulated(run) == pytest.approx(9)


def test_clients_of_one_portal_share_its_pace_and_others_do_not() -> None:
    assert pace_of("https://one.learnupon.com") is pace_of("https://one.learnupon.com")
    assert pace_of("https://one.learnupon.com") is not pace_of("https://two.learnupon.com")
