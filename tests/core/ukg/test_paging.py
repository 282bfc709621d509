"""Reading a list to its end, whatever the size of its pages and whatever tells that there are more."""

import json
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from core.sandbox.ukg import faults
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import SeenRequest, UkgSandbox
from core.ukg.directory import Directory
from core.ukg.errors import NotFound, SourceIncomplete, UnreadableAnswer

Asked = Callable[[str], list[SeenRequest]]
Answer = Callable[..., faults.Kind]
Read = Callable[..., Awaitable[Directory]]
Staff = Callable[[int], Company]
Switch = Callable[..., None]


def _ids(directory: Directory) -> list[str]:
    return [employee.employee_id for employee in directory.employees]


def _all(company: Company) -> list[Any]:
    return [row["employeeId"] for row in company.people]


@pytest.mark.parametrize("send_link_header", [True, False])
@pytest.mark.parametrize("row_limit", [None, 4, 10])
@pytest.mark.parametrize("people", [1, 9, 10, 11, 20])
async def test_everyone_is_read_once_and_in_order(
    sandbox: UkgSandbox,
    read: Read,
    staff: Staff,
    switch: Switch,
    send_link_header: bool,
    row_limit: int | None,
    people: int,
) -> None:
    sandbox.company = staff(people)
    switch(send_link_header=send_link_header, row_limit=row_limit)
    directory = await read(page_size=10)
    assert _ids(directory) == _all(sandbox.company)
    assert directory.completeness.complete
    assert directory.strays == []


async def test_a_page_is_asked_for_with_500_rows_unless_set_otherwise(asked: Asked, read: Read) -> None:
    await read()
    await read(page_size=37)
    assert [request.query for request in asked("employment-details")] == [
        {"page": "1", "per_Page": "500"},
        {"page": "1", "per_Page": "37"},
    ]


async def test_the_last_linked_page_is_the_last_request(
    sandbox: UkgSandbox, read: Read, staff: Staff, asked: Asked
) -> None:
    sandbox.company = staff(20)
    directory = await read(page_size=10)
    assert [request.query["page"] for request in asked("person-details")] == ["1", "2"]
    assert {proof.end_reached for proof in directory.completeness.endpoints} == {"no next link"}


async def test_a_full_last_page_without_links_is_proven_by_an_empty_one(
    sandbox: UkgSandbox, read: Read, staff: Staff, asked: Asked, switch: Switch
) -> None:
    sandbox.company = staff(20)
    switch(send_link_header=False)
    directory = await read(page_size=10)
    assert [request.query["page"] for request in asked("person-details")] == ["1", "2", "3"]
    assert {proof.end_reached for proof in directory.completeness.endpoints} == {"empty page"}


async def test_a_short_page_without_links_is_not_taken_for_the_end(
    sandbox: UkgSandbox, read: Read, staff: Staff, switch: Switch
) -> None:
    sandbox.company = staff(12)
    switch(send_link_header=False, row_limit=5)
    assert len(_ids(await read(page_size=500))) == 12


async def test_a_short_page_without_a_link_ends_a_list_that_was_linked_before(
    sandbox: UkgSandbox, read: Read, staff: Staff, answer: Answer, asked: Asked
) -> None:
    sandbox.company = staff(25)
    sandbox.faults.add("person-details", page=3, kind=answer(sandbox.company.people[20:]))
    directory = await read(page_size=10)
    assert directory.completeness.endpoints[0].end_reached == "short page after linked ones"
    assert len(asked("person-details")) == 3
    assert len(directory.employees) == 25


async def test_a_link_that_names_no_page_is_no_sign_of_the_end(
    sandbox: UkgSandbox, read: Read, staff: Staff, answer: Answer, switch: Switch
) -> None:
    sandbox.company = staff(15)
    switch(send_link_header=False)
    help_link = '<https://gateway.example.com/help>; rel="help"'
    sandbox.faults.add("person-details", page=1, kind=answer(sandbox.company.people[:10], help_link))
    assert _ids(await read(page_size=10)) == _all(sandbox.company)


@pytest.mark.parametrize(
    "link",
    [
        "<{}?PAGE=2&PER_PAGE=10>;rel=next",
        '<{0}?page=1>; rel="first", <{0}?page=2>; rel="NEXT"',
        '<?page=2>; rel="next"',
    ],
)
async def test_a_next_link_is_understood_in_any_spelling(
    sandbox: UkgSandbox, read: Read, staff: Staff, answer: Answer, asked: Asked, link: str
) -> None:
    sandbox.company = staff(15)
    shown = link.format(sandbox.url + "/personnel/v1/person-details")
    sandbox.faults.add("person-details", page=1, kind=answer(sandbox.company.people[:10], shown))
    assert _ids(await read(page_size=10)) == _all(sandbox.company)
    assert [request.query for request in asked("person-details")] == [
        {"page": "1", "per_Page": "10"},
        {"page": "2", "per_Page": "10"},
    ]


async def test_what_else_a_next_link_asks_for_is_asked_for(
    sandbox: UkgSandbox, read: Read, staff: Staff, answer: Answer, asked: Asked
) -> None:
    sandbox.company = staff(15)
    kind = answer(sandbox.company.people[:10], '</x?page=2&per_page=10&cursor=a%2Bb>; rel="next"')
    sandbox.faults.add("person-details", page=1, kind=kind)
    await read(page_size=10)
    assert asked("person-details")[1].query["cursor"] == "a+b"


@pytest.mark.parametrize("people", [10, 14])
async def test_a_404_past_the_end_of_a_list_without_links_is_its_end(
    sandbox: UkgSandbox, read: Read, staff: Staff, switch: Switch, people: int
) -> None:
    sandbox.company = staff(people)
    switch(send_link_header=False)
    sandbox.faults.add("*", page=1 + -(-people // 10), kind=faults.status(404), times=None)
    directory = await read(page_size=10)
    assert _ids(directory) == _all(sandbox.company)
    assert directory.completeness.complete


async def test_a_404_for_a_page_that_a_link_promised_is_not_the_end(
    sandbox: UkgSandbox, read: Read, staff: Staff, check_sentences: Callable[..., None]
) -> None:
    sandbox.company = staff(25)
    sandbox.faults.add("person-details", page=2, kind=faults.status(404), times=None)
    with pytest.raises(NotFound) as missing:
        await read(page_size=10)
    check_sentences(missing.value)


async def test_a_404_for_the_first_page_is_not_an_empty_list(sandbox: UkgSandbox, read: Read) -> None:
    sandbox.faults.add("person-details", kind=faults.status(404), times=None)
    with pytest.raises(NotFound, match="person-details"):
        await read()


async def test_an_empty_page_in_the_middle_is_asked_for_again(
    sandbox: UkgSandbox, read: Read, staff: Staff, asked: Asked
) -> None:
    sandbox.company = staff(25)
    sandbox.faults.add("person-details", page=2, kind=faults.drop_page)
    assert _ids(await read(page_size=10)) == _all(sandbox.company)
    assert [request.query["page"] for request in asked("person-details")] == ["1", "2", "2", "3"]


async def test_a_page_in_the_middle_that_stays_empty_fails_the_read(
    sandbox: UkgSandbox, read: Read, staff: Staff, check_sentences: Callable[..., None]
) -> None:
    sandbox.company = staff(25)
    sandbox.faults.add("employment-details", page=2, kind=faults.drop_page, times=None)
    with pytest.raises(UnreadableAnswer, match="empty page in the middle of employment-details") as unread:
        await read(page_size=10)
    check_sentences(unread.value)


@pytest.mark.parametrize("send_link_header", [True, False])
async def test_a_page_sent_a_second_time_fails_the_read(
    sandbox: UkgSandbox,
    read: Read,
    staff: Staff,
    switch: Switch,
    check_sentences: Callable[..., None],
    send_link_header: bool,
) -> None:
    sandbox.company = staff(30)
    switch(send_link_header=send_link_header)
    link = f'<{sandbox.url}/x?page=3>; rel="next"' if send_link_header else None
    headers = {"Link": link} if link else {}
    body = json.dumps(sandbox.company.people[:10])
    sandbox.faults.add("person-details", page=2, kind=faults.status(200, headers, body), times=None)
    with pytest.raises(SourceIncomplete, match="person-details a second time") as incomplete:
        await read(page_size=10)
    check_sentences(incomplete.value)


@pytest.mark.parametrize("people", [3, 10, 13])
async def test_a_server_that_gives_its_last_page_for_ever_fails_the_read(
    sandbox: UkgSandbox, read: Read, staff: Staff, switch: Switch, answer: Answer, asked: Asked, people: int
) -> None:
    sandbox.company = staff(people)
    switch(send_link_header=False)
    last = (people - 1) // 10 * 10
    for page in range(last // 10 + 2, 40):
        sandbox.faults.add("person-details", page=page, kind=answer(sandbox.company.people[last:]), times=None)
    with pytest.raises(SourceIncomplete):
        await read(page_size=10)
    assert len(asked("person-details")) < 6


@pytest.mark.parametrize("empty", ["person-details", "employment-details"])
@pytest.mark.parametrize("send_link_header", [True, False])
async def test_a_list_with_nobody_in_it_is_not_believed(
    sandbox: UkgSandbox,
    read: Read,
    staff: Staff,
    switch: Switch,
    check_sentences: Callable[..., None],
    empty: str,
    send_link_header: bool,
) -> None:
    sandbox.company = staff(3)
    switch(send_link_header=send_link_header)
    if empty == "person-details":
        sandbox.company.people = []
    else:
        sandbox.company.employments = []
    with pytest.raises(SourceIncomplete, match=f"answered {empty} with an empty list") as incomplete:
        await read()
    check_sentences(incomplete.value)


async def test_a_list_that_is_not_paged_is_asked_for_once_and_whole(
    sandbox: UkgSandbox, read: Read, generated: Company, asked: Asked
) -> None:
    sandbox.company = generated
    await read("department", "location", "job_family", page_size=2000)
    for endpoint in ("org-levels", "locations", "jobs"):
        assert [request.query for request in asked(endpoint)] == [{}]


async def test_a_list_that_is_not_paged_is_followed_when_it_links_on(
    sandbox: UkgSandbox, employee_of: Callable[..., Awaitable[Any]], answer: Answer, asked: Asked
) -> None:
    rows = [{"level": 1, "code": f"C{number}", "description": f"Unit {number}"} for number in range(4)]
    sandbox.faults.add("org-levels", kind=answer(rows[:2], '</x?page=2>; rel="next"'))
    sandbox.faults.add("org-levels", page=2, kind=answer(rows[2:]))
    employment = {**sandbox.company.employments[0], "orgLevel1Code": "C3"}
    employee = await employee_of(None, employment, attributes=["org_level_1"])
    assert employee.attributes == {"org_level_1": "Unit 3"}
    assert [request.query for request in asked("org-levels")] == [{}, {"page": "2"}]


async def test_two_lists_are_read_page_by_page_each(
    sandbox: UkgSandbox, read: Read, staff: Staff, asked: Asked
) -> None:
    sandbox.company = staff(30)
    await read(page_size=5)
    for endpoint in ("person-details", "employment-details"):
        pages = [int(request.query["page"]) for request in asked(endpoint)]
        assert all(later == earlier + 1 for earlier, later in pairwise(pages))
