"""Who asks, and whom: the headers of every request, and that credentials go to no other host."""

import logging
from collections.abc import Awaitable, Callable

import pytest

from core.sandbox.ukg import faults
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import SeenRequest, UkgSandbox
from core.ukg.client import Credentials
from core.ukg.directory import PERSON_PATH, Directory
from core.ukg.errors import RequestRefused, WrongCredentials

Asked = Callable[[str], list[SeenRequest]]
Check = Callable[..., Awaitable[None]]
Read = Callable[..., Awaitable[Directory]]
Staff = Callable[[int], Company]


async def test_every_request_carries_the_customer_key_and_asks_for_json(sandbox: UkgSandbox, read: Read) -> None:
    await read("department", "manager_email")
    assert len(sandbox.requests) >= 4
    for request in sandbox.requests:
        assert request.headers["us-customer-api-key"] == "SBX01"
        assert request.headers["accept"] == "application/json"
        assert request.method == "GET"


@pytest.mark.parametrize(
    ("user", "password"), [("svc", "simple"), ("svc", "with:colon and blank"), ("konto-ä", "пароль-✓")]
)
async def test_user_and_password_go_as_basic_credentials(
    check: Check, switch: Callable[..., None], user: str, password: str
) -> None:
    switch(user=user, password=password)
    await check(PERSON_PATH)
    with pytest.raises(WrongCredentials):
        await check(PERSON_PATH, password="another")


async def test_a_user_key_is_sent_only_when_there_is_one(sandbox: UkgSandbox, check: Check) -> None:
    await check(PERSON_PATH)
    await check(PERSON_PATH, user_api_key="USER-KEY")
    assert [request.headers.get("x-api-key") for request in sandbox.requests] == [None, "USER-KEY"]


async def test_a_tenant_that_wants_the_user_key_gets_it(check: Check, switch: Callable[..., None]) -> None:
    switch(user_api_key="USER-KEY")
    await check(PERSON_PATH, user_api_key="USER-KEY")
    with pytest.raises(WrongCredentials):
        await check(PERSON_PATH)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_next_link_to_another_host_is_followed_at_our_own_address_only(
    sandbox: UkgSandbox, read: Read, staff: Staff, asked: Asked, scheme: str
) -> None:
    sandbox.company = staff(25)
    async with UkgSandbox(staff(25)) as elsewhere:
        sandbox.settings.link_host_override = f"{scheme}://{elsewhere.url.partition('://')[2]}"
        directory = await read(page_size=10)
        assert elsewhere.requests == []
    assert len(directory.employees) == 25
    assert [request.query["page"] for request in asked("person-details")] == ["1", "2", "3"]


@pytest.mark.parametrize("code", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(
    sandbox: UkgSandbox, check: Check, check_sentences: Callable[..., None], code: int
) -> None:
    async with UkgSandbox(sandbox.company) as elsewhere:
        sandbox.faults.add("*", kind=faults.status(code, {"Location": elsewhere.url + PERSON_PATH}), times=None)
        with pytest.raises(RequestRefused, match=str(code)) as refused:
            await check(PERSON_PATH)
        assert elsewhere.requests == []
    check_sentences(refused.value)
    assert len(sandbox.requests) == 1


def test_credentials_do_not_show_their_secrets() -> None:
    shown = repr(Credentials("https://service5.ultipro.com", "svc", "Hidden-1", "Hidden-2", "Hidden-3"))
    assert "Hidden" not in shown
    assert "service5.ultipro.com" in shown


async def test_no_log_line_holds_a_secret_or_a_person(
    check: Check, read: Read, generated: Company, sandbox: UkgSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sandbox.company = generated
    await read("manager_email", "udf_01", page_size=50)
    with pytest.raises(WrongCredentials):
        await check(PERSON_PATH, password="Hidden-1", customer_api_key="Hidden-2", user_api_key="Hidden-3")
    assert caplog.records
    for secret in ("Hidden", "sandbox-password", "SBX01", "Basic ", "SENSITIVE-", "000-00-", "@example"):
        assert secret not in caplog.text
