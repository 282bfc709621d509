"""Answers with status 200 that are not what they should be: asked for again, then told without quoting them."""

import gzip
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from core.sandbox.ukg import faults
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import UkgSandbox
from core.ukg.directory import PERSON_PATH, Directory
from core.ukg.errors import UkgError, Unreachable, UnreadableAnswer

Answer = Callable[..., faults.Kind]
CheckSentences = Callable[[UkgError], None]
Check = Callable[..., Awaitable[None]]
Read = Callable[..., Awaitable[Directory]]
Staff = Callable[[int], Company]

_SPOILT = [faults.html, faults.empty, faults.truncate, faults.cut_body]


@pytest.mark.parametrize("kind", _SPOILT, ids=lambda kind: kind.name)
@pytest.mark.parametrize("endpoint", ["person-details", "employment-details", "employee-supervisor-details"])
async def test_a_spoilt_page_is_asked_for_again(
    sandbox: UkgSandbox, read: Read, staff: Staff, kind: faults.Kind, endpoint: str
) -> None:
    sandbox.company = staff(25)
    sandbox.faults.add(endpoint, page=2, kind=kind, times=2)
    directory = await read("manager_email", page_size=10)
    assert len(directory.employees) == 25
    assert directory.completeness.complete
    assert len(sandbox.requests) == 11


@pytest.mark.parametrize(
    ("kind", "error", "sentence"),
    [
        (faults.html, UnreadableAnswer, "is a web page, perhaps a login page"),
        (faults.empty, UnreadableAnswer, "person-details is empty"),
        (faults.truncate, UnreadableAnswer, "person-details is cut off"),
        (faults.cut_body, Unreachable, "broke off while reading person-details"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
async def test_a_page_that_stays_spoilt_fails_the_read(
    sandbox: UkgSandbox,
    read: Read,
    generated: Company,
    check_sentences: CheckSentences,
    kind: faults.Kind,
    error: type[UkgError],
    sentence: str,
) -> None:
    sandbox.company = generated
    sandbox.faults.add("person-details", page=2, kind=kind, times=None)
    with pytest.raises(error, match=sentence) as unread:
        await read(page_size=50)
    check_sentences(unread.value)
    assert len([request for request in sandbox.requests if request.query.get("page") == "2"]) >= 3


@pytest.mark.parametrize("kind", [*_SPOILT, faults.drop], ids=lambda kind: kind.name)
async def test_no_answer_and_unreadable_ones_are_not_asked_for_more_than_four_times(
    sandbox: UkgSandbox, check: Check, kind: faults.Kind
) -> None:
    sandbox.faults.add("*", kind=kind, times=None)
    with pytest.raises((Unreachable, UnreadableAnswer)):
        await check(PERSON_PATH, attempts=9)
    assert len(sandbox.requests) == 4


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"message": "ann@example.com"}, "is not a list of rows as UKG Pro documents it"),
        ({"data": [{"employeeId": "E1"}]}, "is not a list of rows as UKG Pro documents it"),
        ([["ann@example.com"]], "is not a list of rows as UKG Pro documents it"),
        ([{"employeeId": "E1"}, "ann@example.com"], "is not a list of rows as UKG Pro documents it"),
        ([None], "is not a list of rows as UKG Pro documents it"),
        ([1, 2], "is not a list of rows as UKG Pro documents it"),
        (None, "is not JSON"),
        ("ann@example.com", "is not JSON"),
        (b"ann@example.com is not here", "is not JSON"),
        (b"   \r\n ", "is empty"),
        (b'[{"employeeId": "E1", "emailAddress": "ann@exam', "is cut off"),
        (b'[{"employeeId": "E1"}, {"employeeId": "E2"}', "is cut off"),
        (b'[{"employeeId": "E1"}]]', "is not a list of rows"),
        (b'[{"employeeId": "\xff\xfe", "emailAddress": "ann@example.com"}]', "is not a list of rows"),
        (b'[{"employeeId": "E1"}, {"EMPLOYEEID": 1e999, "emailAddress": "ann@example.com"}]', "is not JSON"),
        (b"\x00\x01\x02", "is not JSON"),
    ],
)
async def test_what_came_instead_is_told_but_not_quoted(
    sandbox: UkgSandbox, read: Read, answer: Answer, check_sentences: CheckSentences, content: Any, sentence: str
) -> None:
    sandbox.faults.add("person-details", kind=answer(content), times=None)
    with pytest.raises(UnreadableAnswer, match=f"person-details {sentence}") as unread:
        await read()
    check_sentences(unread.value)


async def test_a_check_says_what_came_instead_too(sandbox: UkgSandbox, check: Check) -> None:
    sandbox.faults.add("person-details", kind=faults.html, times=None)
    with pytest.raises(UnreadableAnswer, match="check that the address is the web-services host"):
        await check(PERSON_PATH)


async def test_a_packed_answer_is_unpacked(sandbox: UkgSandbox, read: Read) -> None:
    body = gzip.compress(b'[{"employeeId": "E00000000001", "firstName": "Packed"}]')
    sandbox.faults.add("person-details", kind=faults.Kind("status", 200, {"Content-Encoding": "gzip"}, body))
    assert [employee.first_name for employee in (await read()).employees] == ["Packed"]


async def test_an_answer_that_cannot_be_unpacked_is_damaged(
    sandbox: UkgSandbox, check: Check, check_sentences: CheckSentences
) -> None:
    kind = faults.status(200, {"Content-Encoding": "gzip"}, b"ann@example.com is not packed")
    sandbox.faults.add("person-details", kind=kind, times=None)
    with pytest.raises(UnreadableAnswer, match="person-details is damaged") as damaged:
        await check(PERSON_PATH)
    check_sentences(damaged.value)
    assert len(sandbox.requests) == 3
