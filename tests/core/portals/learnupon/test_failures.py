"""What goes wrong on the way to LearnUpon: what is sent again, what never is, and what an admin is told."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core.domain.errors import OutsideError
from core.portals.learnupon import errors
from core.portals.learnupon.client import LearnUponClient
from core.portals.learnupon.errors import (
    KeysRefused,
    KeysReplaced,
    LearnUponError,
    NoSuchUser,
    Refused,
    ServerTrouble,
    StopEverything,
    ThisPersonOnly,
    Throttled,
    TryAgainLater,
    Unreachable,
    UnreadableAnswer,
    Unsure,
    WeekSpent,
    WrongAddress,
)
from core.portals.learnupon.pace import Pace
from core.portals.learnupon.records import Newcomer, UserChange
from tests.core.portals.learnupon.conftest import Scripted

CheckSentence = Callable[[LearnUponError], None]
Connect = Callable[..., Awaitable[LearnUponClient]]

JO = Newcomer("jo@example.com", "Jo", "Doe")
CHECK = "GET /users/customuserdata"
GOOD: tuple[int, dict[str, list[str]]] = (200, {"customDataFieldDefinitions": []})
CUT = (0, None)
MINUTE_FULL = (
    429,
    {"response_type": "ERROR", "message": "Number of requests has exceeded the 1 minute limit"},
    {"Retry-After": "0"},
)
HTML = "<!DOCTYPE html><html><body>Jo Doe jo@example.com</body></html>"


def test_every_error_stands_in_the_tree_and_says_what_to_do_about_it() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, LearnUponError)]
    assert all(issubclass(kind, OutsideError) for kind in kinds)
    sorted_by = (StopEverything, TryAgainLater, ThisPersonOnly, Unsure)
    for kind in kinds:
        assert kind.__name__ in (errors.__doc__ or "")
        if kind is not LearnUponError:
            assert sum(issubclass(kind, sort) for sort in sorted_by) == 1


@pytest.mark.parametrize(
    "trouble", [CUT, (500, HTML), (502, HTML), (503, ""), (200, HTML), (200, ""), (200, '{"user": ['), MINUTE_FULL]
)
async def test_a_read_is_tried_again_through_a_passing_trouble(
    client: LearnUponClient, portal: Scripted, trouble: tuple[Any, ...]
) -> None:
    portal.answers[CHECK] = [trouble, trouble, GOOD]
    assert await client.definitions() == []
    assert client.requests == 3


@pytest.mark.parametrize(
    ("trouble", "error", "words"),
    [
        (CUT, Unreachable, "broke off"),
        ((500, HTML), ServerTrouble, r"\(500\)"),
        ((200, HTML), UnreadableAnswer, "a web page"),
        ((200, ""), UnreadableAnswer, "is empty"),
        ((200, "hello"), UnreadableAnswer, "not JSON"),
        ((200, '{"user": ['), UnreadableAnswer, "cut off"),
        ((200, {"users": []}), UnreadableAnswer, "not what LearnUpon documents"),
        ((200, {"customDataFieldDefinitions": 7}), UnreadableAnswer, "not what LearnUpon documents"),
        (MINUTE_FULL, Throttled, "slow down"),
    ],
)
async def test_a_trouble_that_stays_is_told_after_the_attempts(
    client: LearnUponClient,
    portal: Scripted,
    check_sentence: CheckSentence,
    trouble: tuple[Any, ...],
    error: type[LearnUponError],
    words: str,
) -> None:
    portal.answers[CHECK] = [trouble]
    with pytest.raises(error, match=words) as told:
        await client.check()
    check_sentence(told.value)
    assert client.requests == 3


@pytest.mark.parametrize(
    "trouble", [CUT, (500, HTML), (503, {"message": "busy"}), (200, HTML), (200, ""), (200, '{"id": '), (200, {})]
)
async def test_a_creation_whose_answer_is_lost_is_never_repeated(
    client: LearnUponClient, portal: Scripted, check_sentence: CheckSentence, trouble: tuple[Any, ...]
) -> None:
    portal.answers["POST /users"] = [trouble]
    with pytest.raises(Unsure, match="while creating an account") as unsure:
        await client.create(JO)
    check_sentence(unsure.value)
    assert portal.calls() == ["POST /users"]


@pytest.mark.parametrize("trouble", [CUT, (500, HTML), (200, HTML)])
async def test_no_other_write_is_repeated_either(
    client: LearnUponClient, portal: Scripted, trouble: tuple[Any, ...]
) -> None:
    for call in ("POST /portal_invite", "PUT /users/7", "DELETE /group_invites/5"):
        portal.answers[call] = [trouble]
    for write in (client.invite(JO), client.update("7", UserChange(first_name="Jo")), client.cancel_invite("5")):
        with pytest.raises(Unsure):
            await write
    assert len(portal.seen) == 3


async def test_a_write_that_is_not_answered_in_time_is_unsure_and_a_read_is_not(
    connect: Connect,
) -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    try:
        quiet = await connect(f"http://127.0.0.1:{silent.getsockname()[1]}", read_timeout=0.1, attempts=2)
        with pytest.raises(Unsure, match="did not answer in time"):
            await quiet.create(JO)
        assert quiet.requests == 1
        with pytest.raises(Unreachable, match="did not answer in time"):
            await quiet.check()
        assert quiet.requests == 3
    finally:
        silent.close()


async def test_a_throttled_write_was_not_done_and_is_sent_again(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["POST /users"] = [MINUTE_FULL, MINUTE_FULL, (200, {"id": 9})]
    assert await client.create(JO) == "9"
    assert len(portal.seen) == 3


async def test_throttling_is_known_by_its_words_as_well(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["POST /users"] = [(400, *MINUTE_FULL[1:]), (200, {"id": 9})]
    assert await client.create(JO) == "9"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "99999"}, 300),
        ({"Date": "Mon, 05 Jan 2026 10:00:42 GMT"}, 18),
        ({"Retry-After": "soon", "Date": "Mon, 05 Jan 2026 10:00:00 GMT"}, 60),
        ({"Date": "nonsense"}, 60),
    ],
)
async def test_a_throttled_client_waits_as_long_as_it_is_told_or_for_the_next_minute(
    portal: Scripted, connect: Connect, headers: dict[str, str], wait: float
) -> None:
    slept: list[float] = []

    class _Time:
        now = 0.0

        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)
            self.now += seconds

    time = _Time()
    client = await connect(portal.url, pace=Pace(clock=lambda: time.now, sleep=time.sleep))
    portal.answers[CHECK] = [(*MINUTE_FULL[:2], headers), GOOD]
    await client.check()
    assert sum(slept) == pytest.approx(wait, abs=0.8)


async def test_a_closed_port_is_told_and_a_write_to_it_was_surely_not_done(
    connect: Connect, check_sentence: CheckSentence
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        client = await connect(url)
        with pytest.raises(Unreachable, match=f"no connection to LearnUpon at {url}") as unreachable:
            await client.create(JO)
    check_sentence(unreachable.value)
    assert client.requests == 3


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_keys_are_sent_once_and_never_again(
    client: LearnUponClient, portal: Scripted, check_sentence: CheckSentence, status: int
) -> None:
    portal.answers[CHECK] = [(status, {"response_type": "ERROR", "message": "no"})]
    for _ in range(3):
        with pytest.raises(KeysRefused, match=rf"refused the API keys \({status}\)") as refused:
            await client.check()
        check_sentence(refused.value)
        assert not isinstance(refused.value, KeysReplaced)
    assert len(portal.seen) == 1


async def test_many_calls_at_once_with_bad_keys_come_to_few_requests(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["POST /users"] = [(401, "")]
    portal.answers[CHECK] = [(401, "")]
    results = await asyncio.gather(*(client.create(JO) for _ in range(20)), return_exceptions=True)
    assert {type(result) for result in results} == {KeysRefused}
    assert len(portal.seen) <= 4


async def test_keys_that_were_replaced_in_between_stop_everything(
    client: LearnUponClient, portal: Scripted, check_sentence: CheckSentence
) -> None:
    await client.check()
    portal.answers["PUT /users/7"] = [(401, "")]
    portal.answers[CHECK] = [(401, "")]
    with pytest.raises(KeysReplaced, match="a new pair was generated") as replaced:
        await client.update("7", UserChange(first_name="Jo"))
    check_sentence(replaced.value)
    with pytest.raises(KeysReplaced):
        await client.create(JO)
    assert portal.calls() == [CHECK, "PUT /users/7", CHECK]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_401_for_one_person_while_the_keys_are_good_concerns_that_person(
    client: LearnUponClient, portal: Scripted, check_sentence: CheckSentence, status: int
) -> None:
    portal.answers["PUT /users/7"] = [(status, HTML)]
    portal.answers["PUT /users/8"] = [(200, {"id": 8})]
    with pytest.raises(Refused, match="although it accepts the API keys") as refused:
        await client.update("7", UserChange(first_name="Jo"))
    check_sentence(refused.value)
    await client.update("8", UserChange(first_name="Jo"))


async def test_a_list_that_the_keys_may_not_read_stops_everything(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["GET /group_invites"] = [(403, "")]
    with pytest.raises(KeysRefused, match="while reading the invites"):
        [page async for page in client.invites()]


@pytest.mark.parametrize("answer", [(404, HTML), (302, "", {"Location": "https://www.learnupon.com/"}), (405, "")])
async def test_an_address_without_the_api_is_told(
    client: LearnUponClient, portal: Scripted, check_sentence: CheckSentence, answer: tuple[Any, ...]
) -> None:
    portal.answers[CHECK] = [answer]
    with pytest.raises(WrongAddress, match="not the API of a LearnUpon portal") as told:
        await client.check()
    check_sentence(told.value)
    assert len(portal.seen) == 1


async def test_a_page_instead_of_a_user_means_nobody_only_while_the_api_is_there(
    client: LearnUponClient, portal: Scripted
) -> None:
    portal.answers["GET /users/7"] = [(404, HTML)]
    with pytest.raises(NoSuchUser):
        await client.user("7")
    portal.answers[CHECK] = [(404, HTML)]
    with pytest.raises(WrongAddress):
        await client.user("7")


@pytest.mark.parametrize("status", [429, 403])
async def test_a_week_that_is_used_up_stops_everything_at_once(
    client: LearnUponClient, portal: Scripted, check_sentence: CheckSentence, status: int
) -> None:
    message = "Number of requests has exceeded the 1 week limit"
    portal.answers["POST /users"] = [(status, {"response_type": "ERROR", "message": message})]
    with pytest.raises(WeekSpent) as spent:
        await client.create(JO)
    check_sentence(spent.value)
    assert len(portal.seen) == 1


async def test_a_week_told_to_be_empty_is_not_asked_of(client: LearnUponClient, portal: Scripted) -> None:
    headers = {"X-LU-Rate-Limit-Remaining-Minute": "200", "X-LU-Rate-Limit-Remaining-Week": "0"}
    portal.answers[CHECK] = [(*GOOD, headers)]
    await client.check()
    assert client.pace.requests_per_minute == 200
    with pytest.raises(WeekSpent):
        await client.create(JO)
    assert len(portal.seen) == 1


@pytest.mark.parametrize(
    "headers", [{}, {"X-LU-Rate-Limit-Remaining-Minute": "many"}, {"X-LU-Rate-Limit-Remaining-Week": ""}]
)
async def test_headers_that_are_missing_or_nonsense_change_nothing(
    client: LearnUponClient, portal: Scripted, headers: dict[str, str]
) -> None:
    portal.answers[CHECK] = [(*GOOD, headers)]
    await client.check()
    assert client.pace.requests_per_minute == 1_000_000


async def test_a_search_leaves_no_address_in_the_log(
    client: LearnUponClient, portal: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    portal.answers["GET /users/search"] = [(404, {"message": "none"})]
    await client.find("jo@example.com")
    assert "jo" not in caplog.text


async def test_what_could_not_be_read_back_is_unsure(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["PUT /users/7"] = [(200, {"id": 7})]
    portal.answers["GET /users/7"] = [(500, "")]
    with pytest.raises(Unsure, match="could not be read afterwards"):
        await client.update("7", UserChange(account_expires=None))
