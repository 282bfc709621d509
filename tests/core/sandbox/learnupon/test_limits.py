from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sandbox.answers import Refusal
from core.sandbox.learnupon.limits import Limits
from core.sandbox.learnupon.settings import LearnUponSettings
from tests.core.sandbox.learnupon.client import Client, Clock, Reply

MINUTE, WEEK = "X-LU-Rate-Limit-Remaining-Minute", "X-LU-Rate-Limit-Remaining-Week"


@pytest.fixture
def settings() -> LearnUponSettings:
    return LearnUponSettings(rate_limit=3, week_limit=100)


async def ask(client: Client, times: int) -> list[Reply]:
    return [await client.get("groups") for _ in range(times)]


async def test_successes_say_what_is_left(top: Client) -> None:
    first, second = await ask(top, 2)
    assert (first.headers[MINUTE], first.headers[WEEK]) == ("2", "99")
    assert (second.headers[MINUTE], second.headers[WEEK]) == ("1", "98")


async def test_errors_do_not_say_it_but_count(top: Client) -> None:
    missing = await top.get("users/1")
    assert (missing.status, MINUTE in missing.headers, WEEK in missing.headers) == (404, False, False)
    assert (await ask(top, 1))[0].headers[MINUTE] == "1"


async def test_the_headers_may_be_missing_altogether(top: Client, settings: LearnUponSettings) -> None:
    settings.rate_headers = False
    (reply,) = await ask(top, 1)
    assert not {MINUTE, WEEK} & set(reply.headers)


async def test_a_full_minute_is_a_429_until_it_has_passed(top: Client, clock: Clock) -> None:
    reply = (await ask(top, 4))[3]
    assert (reply.status, reply.headers["Retry-After"]) == (429, "60")
    assert reply.body == {
        "response_type": "ERROR",
        "message": "Number of requests has exceeded the 1 minute limit",
    }
    assert not {MINUTE, WEEK} & set(reply.headers)
    clock.forward(seconds=59)
    assert (await ask(top, 1))[0].status == 429
    clock.forward(seconds=1)
    assert [one.status for one in await ask(top, 4)] == [200, 200, 200, 429]


async def test_the_minute_may_be_that_of_the_clock(top: Client, clock: Clock, settings: LearnUponSettings) -> None:
    settings.minute_window = "calendar"
    assert (await ask(top, 4))[3].status == 429
    clock.forward(seconds=29)
    assert (await ask(top, 1))[0].status == 429
    clock.forward(seconds=1)
    assert (await ask(top, 1))[0].status == 200


async def test_retry_after_may_be_missing_or_another(top: Client, settings: LearnUponSettings) -> None:
    settings.retry_after = 7
    assert (await ask(top, 4))[3].headers["Retry-After"] == "7"
    settings.retry_after = None
    assert "Retry-After" not in (await ask(top, 1))[0].headers


async def test_each_portal_has_its_own_budget(top: Client, sales: Client) -> None:
    await ask(top, 4)
    assert (await ask(sales, 1))[0].headers[MINUTE] == "2"


async def test_wrong_keys_spend_nothing(top: Client) -> None:
    for _ in range(5):
        assert (await top.get("users", keys=("x", "y"))).status == 401
    assert (await ask(top, 1))[0].headers[MINUTE] == "2"


@pytest.mark.parametrize("status", [429, 403])
async def test_a_full_week_is_refused_until_seven_days_have_passed(
    top: Client, clock: Clock, settings: LearnUponSettings, status: int
) -> None:
    settings.week_limit, settings.week_limit_status = 2, status  # type: ignore[assignment]
    settings.week_limit_message = "Number of requests has exceeded the weekly limit"
    reply = (await ask(top, 3))[2]
    assert (reply.status, reply.message) == (status, "Number of requests has exceeded the weekly limit")
    assert "Retry-After" not in reply.headers
    clock.forward(days=6, hours=23)
    assert (await ask(top, 1))[0].status == status
    clock.forward(hours=1)
    assert (await ask(top, 1))[0].headers[WEEK] == "1"


async def test_a_burst_is_throttled_where_bursts_are(top: Client, clock: Clock, settings: LearnUponSettings) -> None:
    settings.rate_limit = 100
    assert [one.status for one in await ask(top, 6)] == [200] * 6
    clock.forward(seconds=60)
    settings.burst = 5
    assert [one.status for one in await ask(top, 6)] == [200] * 5 + [429]
    clock.forward(seconds=3)
    assert (await ask(top, 1))[0].status == 200
    settings.burst_rest = 10  # one request of three seconds after the first five is still within it
    clock.forward(seconds=9)
    assert [one.status for one in await ask(top, 5)] == [200] * 4 + [429]


async def test_without_a_limit_nothing_is_counted_and_nothing_said(top: Client, settings: LearnUponSettings) -> None:
    settings.rate_limit, settings.week_limit = None, 1
    for reply in await ask(top, 5):
        assert (reply.status, MINUTE in reply.headers) == (200, False)


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(1, 6))
def test_no_sixty_seconds_ever_let_more_through_than_the_limit(pauses: list[int], limit: int) -> None:
    limits, settings = Limits(), LearnUponSettings(rate_limit=limit)
    moment = datetime(2026, 3, 10, tzinfo=UTC)
    passed: deque[datetime] = deque()
    for pause in pauses:
        moment += timedelta(seconds=pause)
        while passed and passed[0] <= moment - timedelta(seconds=60):
            passed.popleft()
        try:
            headers = limits.spend(settings, moment)
        except Refusal:
            assert len(passed) == limit
        else:
            passed.append(moment)
            assert int(headers[MINUTE]) == limit - len(passed) >= 0
