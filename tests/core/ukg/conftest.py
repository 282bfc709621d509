"""A stand-in of UKG Pro on loopback, clients that lose no time waiting, and short ways to read from it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

import pytest

from core.domain.employee import Employee
from core.sandbox.ukg import faults
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import SeenRequest, UkgSandbox
from core.sandbox.ukg.settings import SandboxSettings
from core.ukg.client import Credentials, Pace, UkgClient
from core.ukg.directory import Directory, read_directory
from core.ukg.errors import UkgError

TODAY = date(2026, 1, 5)

Connect = Callable[..., Awaitable[UkgClient]]
Check = Callable[..., Awaitable[None]]
Read = Callable[..., Awaitable[Directory]]


@pytest.fixture(scope="session")
def generated() -> Company:
    """A company with every difficult case in it."""
    return Company.generate(120)


@pytest.fixture(scope="session")
def small() -> Company:
    """The smallest company that has every difficult case."""
    return Company.generate(60)


@pytest.fixture(scope="session")
def staff() -> Callable[[int], Company]:
    """Call with a number of people: a company of exactly these, one employment each."""

    def make(count: int) -> Company:
        ids = [f"E{number:011}" for number in range(1, count + 1)]
        people = [person_row(employeeId=one, emailAddress=f"{one.lower()}@example.com") for one in ids]
        return Company.of(people, [employment_row(employeeID=one) for one in ids])

    return make


@pytest.fixture
async def sandbox() -> AsyncIterator[UkgSandbox]:
    """UKG Pro with one person; put another company in its place with `sandbox.company = …`."""
    async with UkgSandbox(Company.of([person_row()], [employment_row()])) as running:
        yield running


@pytest.fixture
def switch(sandbox: UkgSandbox) -> Callable[..., None]:
    """Set switches of the stand-in by name."""

    def to(**values: Any) -> None:
        assert values.keys() <= SandboxSettings.__dataclass_fields__.keys()
        for name, value in values.items():
            setattr(sandbox.settings, name, value)

    return to


@pytest.fixture
async def connect(sandbox: UkgSandbox) -> AsyncIterator[Connect]:
    """Call for a client of the stand-in; keyword arguments change its credentials or its pace."""
    async with AsyncExitStack() as stack:

        async def made(**changes: Any) -> UkgClient:
            settings = sandbox.settings
            credentials = {
                "url": sandbox.url,
                "user": settings.user,
                "password": settings.password,
                "customer_api_key": settings.customer_api_key,
            }
            credentials |= {name: changes.pop(name) for name in Credentials.__struct_fields__ if name in changes}
            pace = {"first_wait": 0.002, "longest_wait": 0.01, "attempts": 3, "requests_per_minute": 100_000} | changes
            return await stack.enter_async_context(UkgClient(Credentials(**credentials), Pace(**pace)))

        yield made


@pytest.fixture
def check(connect: Connect) -> Check:
    """Call with a path: may it be read? Keyword arguments go to the client."""

    async def checked(path: str, **changes: Any) -> None:
        await (await connect(**changes)).check(path)

    return checked


@pytest.fixture
def read(connect: Connect) -> Read:
    """Call with attribute ids for the directory; keyword arguments go to the client."""

    async def directory(*attribute_ids: str, today: date = TODAY, **changes: Any) -> Directory:
        return await read_directory(await connect(**changes), attribute_ids, today)

    return directory


@pytest.fixture
def employee_of(sandbox: UkgSandbox, read: Read) -> Callable[..., Awaitable[Employee]]:
    """Call with a person row and its employment rows: the one employee read from a company of these rows."""

    async def only(
        person: dict[str, Any] | None = None,
        *employments: dict[str, Any],
        attributes: Sequence[str] = (),
        today: date = TODAY,
        **tables: Any,
    ) -> Employee:
        sandbox.company = Company.of([person or person_row()], employments or [employment_row()], **tables)
        directory = await read(*attributes, today=today)
        assert len(directory.employees) == 1
        return directory.employees[0]

    return only


@pytest.fixture
def asked(sandbox: UkgSandbox) -> Callable[[str], list[SeenRequest]]:
    """Call with an endpoint: the requests for it so far."""
    return lambda endpoint: [request for request in sandbox.requests if request.path.endswith(f"/{endpoint}")]


@pytest.fixture
def answer() -> Callable[..., faults.Kind]:
    """Call with what shall be answered instead, and a `Link` header: a fault with status 200."""

    def kind(content: Any, link: str | None = None) -> faults.Kind:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return faults.status(200, {} if link is None else {"Link": link}, body)

    return kind


@pytest.fixture
def check_sentences(sandbox: UkgSandbox) -> Callable[[UkgError], None]:
    """Call with an error: is it fit to be shown, and does it keep everybody's secrets?"""

    def check(error: UkgError) -> None:
        shown = str(error)
        assert "Nothing was changed in the portal." in shown
        assert shown[0].isupper()
        assert shown.endswith(".")
        assert "\n" not in shown
        settings = sandbox.settings
        private = [settings.user, settings.password, settings.customer_api_key, "@", "Basic ", "SENSITIVE-"]
        for text in (shown, str(error.__cause__)):
            assert not [secret for secret in private if secret in text]

    return check
