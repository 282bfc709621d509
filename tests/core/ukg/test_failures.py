"""What goes wrong on the way to UKG Pro: what is tried again, how often, and what an admin is told."""

import socket
import time
from collections.abc import Awaitable, Callable

import pytest

from core.domain.errors import OutsideError
from core.sandbox.ukg import faults
from core.sandbox.ukg.access import GRID
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import SeenRequest, UkgSandbox
from core.ukg.client import UkgClient
from core.ukg.directory import EMPLOYMENT_PATH, PERSON_PATH, Directory
from core.ukg.errors import (
    NotFound,
    PermissionMissing,
    RequestRefused,
    ServerTrouble,
    Throttled,
    UkgError,
    Unreachable,
    WrongCredentials,
)
from core.ukg.lookups import PATHS

Asked = Callable[[str], list[SeenRequest]]
CheckSentences = Callable[[UkgError], None]
Check = Callable[..., Awaitable[None]]
Connect = Callable[..., Awaitable[UkgClient]]
Read = Callable[..., Awaitable[Directory]]
Staff = Callable[[int], Company]
Switch = Callable[..., None]


def _statuses(sandbox: UkgSandbox) -> list[int]:
    return [request.status for request in sandbox.requests]


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
async def test_a_passing_trouble_is_waited_out(sandbox: UkgSandbox, connect: Connect, code: int) -> None:
    sandbox.faults.add("person-details", kind=faults.status(code), times=2)
    client = await connect()
    await client.check(PERSON_PATH)
    assert _statuses(sandbox) == [code, code, 200]
    assert client.requests == 3


async def test_one_page_in_trouble_costs_one_more_request_and_nobody(
    sandbox: UkgSandbox, read: Read, staff: Staff, asked: Asked
) -> None:
    sandbox.company = staff(25)
    sandbox.faults.add("person-details", page=2, kind=faults.status(500))
    directory = await read(page_size=10)
    assert len(directory.employees) == 25
    assert [request.query["page"] for request in asked("person-details")] == ["1", "2", "2", "3"]
    assert directory.completeness.endpoints[0].pages == 3


async def test_waits_grow_and_the_first_is_as_long_as_set(sandbox: UkgSandbox, check: Check) -> None:
    sandbox.faults.add("*", kind=faults.status(503), times=2)
    began = time.monotonic()
    await check(PERSON_PATH, first_wait=0.05, longest_wait=5)
    assert 0.15 <= time.monotonic() - began < 3


async def test_no_wait_is_longer_than_the_longest(sandbox: UkgSandbox, check: Check) -> None:
    sandbox.faults.add("*", kind=faults.status(503), times=None)
    began = time.monotonic()
    with pytest.raises(ServerTrouble):
        await check(PERSON_PATH, first_wait=0.02, longest_wait=0.03, attempts=9)
    assert time.monotonic() - began < 2
    assert len(sandbox.requests) == 9


@pytest.mark.parametrize("code", [429, 503])
async def test_retry_after_is_honoured_beyond_the_longest_wait(sandbox: UkgSandbox, check: Check, code: int) -> None:
    sandbox.faults.add("*", kind=faults.status(code, {"Retry-After": "0.25"}))
    began = time.monotonic()
    await check(PERSON_PATH)
    assert time.monotonic() - began >= 0.25
    assert _statuses(sandbox) == [code, 200]


@pytest.mark.parametrize("text", ["0", "", "soon", "-1", "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_a_retry_after_that_says_nothing_useful_still_means_try_again(
    sandbox: UkgSandbox, check: Check, text: str
) -> None:
    sandbox.faults.add("*", kind=faults.status(429, {"Retry-After": text}))
    began = time.monotonic()
    await check(PERSON_PATH)
    assert time.monotonic() - began < 2
    assert _statuses(sandbox) == [429, 200]


async def test_a_quota_of_the_tenant_that_stays_used_up_is_told(
    sandbox: UkgSandbox, connect: Connect, switch: Switch, check_sentences: CheckSentences
) -> None:
    switch(requests_per_minute=1)
    client = await connect()
    await client.check(PERSON_PATH)
    with pytest.raises(Throttled, match=r"slow down \(429\)") as throttled:
        await client.check(PERSON_PATH)
    check_sentences(throttled.value)
    assert _statuses(sandbox) == [200, 429, 429, 429]


@pytest.mark.parametrize("code", [500, 503])
async def test_trouble_that_stays_ends_after_the_attempts(
    sandbox: UkgSandbox, read: Read, staff: Staff, asked: Asked, check_sentences: CheckSentences, code: int
) -> None:
    sandbox.company = staff(25)
    sandbox.faults.add("person-details", page=2, kind=faults.status(code), times=None)
    with pytest.raises(ServerTrouble, match=rf"person-details \({code}\)") as trouble:
        await read(page_size=10, attempts=4)
    check_sentences(trouble.value)
    assert len([request for request in asked("person-details") if request.query["page"] == "2"]) == 4


async def test_a_dropped_connection_is_tried_again(sandbox: UkgSandbox, check: Check) -> None:
    sandbox.faults.add("*", kind=faults.drop, times=2)
    await check(PERSON_PATH)
    assert _statuses(sandbox) == [0, 0, 200]


async def test_a_connection_that_always_drops_is_told(
    sandbox: UkgSandbox, check: Check, check_sentences: CheckSentences
) -> None:
    sandbox.faults.add("*", kind=faults.drop, times=None)
    with pytest.raises(Unreachable, match="broke off while reading person-details") as unreachable:
        await check(PERSON_PATH)
    check_sentences(unreachable.value)
    assert len(sandbox.requests) == 3


async def test_an_answer_that_takes_too_long_is_asked_for_again(sandbox: UkgSandbox, connect: Connect) -> None:
    sandbox.faults.add("*", kind=faults.slow(1.0))
    client = await connect(read_timeout=0.2)
    began = time.monotonic()
    await client.check(PERSON_PATH)
    assert time.monotonic() - began < 0.9
    assert client.requests == 2


async def test_answers_that_always_take_too_long_are_told(
    sandbox: UkgSandbox, connect: Connect, check_sentences: CheckSentences
) -> None:
    sandbox.settings.latency = 0.5
    client = await connect(read_timeout=0.05)
    with pytest.raises(Unreachable, match=r"did not answer in time \(person-details\)") as unreachable:
        await client.check(PERSON_PATH)
    check_sentences(unreachable.value)
    assert client.requests == 3


async def test_a_closed_port_is_told_with_its_address(connect: Connect, check_sentences: CheckSentences) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        client = await connect(url=url)
        with pytest.raises(Unreachable, match=f"no connection to UKG Pro at {url}") as unreachable:
            await client.check(PERSON_PATH)
    check_sentences(unreachable.value)
    assert client.requests == 3


async def test_wrong_credentials_are_sent_exactly_once(
    sandbox: UkgSandbox, check: Check, check_sentences: CheckSentences
) -> None:
    with pytest.raises(WrongCredentials, match=r"refused the service account \(401\)") as refused:
        await check(PERSON_PATH, password="Hidden-7")
    check_sentences(refused.value)
    assert "Hidden" not in str(refused.value)
    assert _statuses(sandbox) == [401]


async def test_a_read_with_wrong_credentials_asks_for_each_list_at_most_once(
    sandbox: UkgSandbox, read: Read, asked: Asked
) -> None:
    with pytest.raises(WrongCredentials):
        await read("department", password="Hidden-7")
    assert len(asked("person-details")) <= 1
    assert len(asked("employment-details")) <= 1
    assert len(sandbox.requests) <= 2


@pytest.mark.parametrize(("status", "error"), [(401, WrongCredentials), (403, PermissionMissing)])
async def test_a_wrong_customer_key_is_sent_once_and_the_key_is_named(
    sandbox: UkgSandbox,
    check: Check,
    switch: Switch,
    check_sentences: CheckSentences,
    status: int,
    error: type[UkgError],
) -> None:
    switch(wrong_key_status=status)
    with pytest.raises(error, match="customer API key") as refused:
        await check(PERSON_PATH, customer_api_key="Hidden-7")
    check_sentences(refused.value)
    assert "Hidden" not in str(refused.value)
    assert _statuses(sandbox) == [status]


@pytest.mark.parametrize("path", [PERSON_PATH, EMPLOYMENT_PATH, *PATHS.values()])
async def test_a_missing_permission_is_named_as_in_the_grid(
    sandbox: UkgSandbox, check: Check, switch: Switch, check_sentences: CheckSentences, path: str
) -> None:
    permission = GRID[path.rpartition("/")[2]]
    switch(denied={permission})
    with pytest.raises(PermissionMissing, match=f"tick View for '{permission}'") as missing:
        await check(path)
    check_sentences(missing.value)
    assert _statuses(sandbox) == [403]


async def test_a_permission_missing_for_a_mapped_attribute_fails_the_read(read: Read, switch: Switch) -> None:
    switch(denied={"Company Configuration Integration"})
    assert len((await read("job_title")).employees) == 1
    with pytest.raises(PermissionMissing, match="may not read org-levels"):
        await read("department")


async def test_an_address_without_the_lists_is_told(
    sandbox: UkgSandbox, check: Check, check_sentences: CheckSentences
) -> None:
    with pytest.raises(NotFound, match=f"{sandbox.url} does not know people") as missing:
        await check("/personnel/v1/people")
    check_sentences(missing.value)
    assert _statuses(sandbox) == [404]


@pytest.mark.parametrize("code", [400, 405, 422])
async def test_another_refusal_is_not_tried_again(
    sandbox: UkgSandbox, check: Check, check_sentences: CheckSentences, code: int
) -> None:
    sandbox.faults.add("*", kind=faults.status(code), times=None)
    with pytest.raises(RequestRefused, match=str(code)) as refused:
        await check(PERSON_PATH)
    check_sentences(refused.value)
    assert _statuses(sandbox) == [code]


@pytest.mark.parametrize("error_body", ["json", "empty", "html"])
@pytest.mark.parametrize("code", [400, 401, 403, 404, 429, 500])
async def test_the_body_of_a_refusal_changes_nothing_and_is_not_quoted(
    sandbox: UkgSandbox,
    check: Check,
    switch: Switch,
    check_sentences: CheckSentences,
    error_body: str,
    code: int,
) -> None:
    switch(error_body=error_body)
    body = "ann.example@example.com sandbox-password" if error_body == "json" else None
    sandbox.faults.add("*", kind=faults.status(code, body=body), times=None)
    with pytest.raises(UkgError) as refused:
        await check(PERSON_PATH)
    assert isinstance(refused.value, OutsideError)
    check_sentences(refused.value)


@pytest.mark.parametrize("failing", ["person-details", "employment-details"])
async def test_when_one_list_fails_the_other_is_not_read_on(
    sandbox: UkgSandbox, read: Read, staff: Staff, asked: Asked, failing: str
) -> None:
    sandbox.company = staff(60)
    sandbox.settings.latency = 0.01
    sandbox.faults.add(failing, page=2, kind=faults.status(403), times=None)
    with pytest.raises(PermissionMissing, match=failing):
        await read(page_size=2)
    other = "employment-details" if failing == "person-details" else "person-details"
    assert len(asked(other)) < 10
