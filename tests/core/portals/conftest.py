"""The portal under test, and what to do with it."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

import pytest

from core.domain.change import AccountState, Change
from core.domain.email import email_key
from core.domain.learner import AccountStatus, Learner
from core.portals.base import Applied
from tests.core.portals.harnesses import KINDS, Harness

TODAY = "2026-03-10"


@pytest.fixture(params=sorted(KINDS))
async def harness(
    request: pytest.FixtureRequest,
    store: str,
    set_clock: Callable[[str], None],
) -> AsyncIterator[Harness]:
    """A portal in New York on 10 March 2026, with nobody in it. A further kind of portal is a further parameter."""
    set_clock(TODAY)
    async with AsyncExitStack() as stack:
        made = await KINDS[request.param](stack)
        yield made
        await made.check()


class Recorder:
    """Takes what a portal reports; `results` is in the order of the changes, each reported exactly once. `begun` are
    the positions of which nothing was heard since they were begun."""

    def __init__(self) -> None:
        self.reported: list[Applied] = []
        self.begun: set[int] = set()

    async def begin(self, positions: Sequence[int]) -> None:
        self.begun.update(positions)

    async def give_up(self, positions: Sequence[int]) -> None:
        self.begun.difference_update(positions)

    async def record(self, applied: Sequence[Applied]) -> None:
        self.reported += applied
        self.begun.difference_update(result.position for result in applied)

    @property
    def results(self) -> list[Applied]:
        assert sorted(result.position for result in self.reported) == list(range(len(self.reported)))
        return sorted(self.reported, key=lambda result: result.position)


@pytest.fixture
def apply(harness: Harness) -> Callable[..., Any]:
    """Call with changes to have them applied; returns what came of each, in their order."""

    async def run(*changes: Change) -> list[Applied]:
        recorder = Recorder()
        await harness.port.apply(changes, recorder)
        assert len(recorder.reported) == len(changes)
        assert not recorder.begun
        return recorder.results

    return run


@pytest.fixture
def new_account() -> Callable[..., Change]:
    """The change that makes an account; keywords are values of it, `invite` asks for a link."""

    def build(email: str, *, invite: bool = False, **values: Any) -> Change:
        defaults: dict[str, Any] = {"first_name": "Ann", "last_name": "Lee", "status": AccountStatus.ACTIVE}
        return Change(None, AccountState(), AccountState(email=email, **defaults | values), invite=invite)

    return build


@pytest.fixture
def learner(harness: Harness) -> Callable[[str], Any]:
    """Call with an id for the account as the portal gives it; there must be one."""

    async def look(learner_id: str) -> Learner:
        return (await harness.port.learners_by_id([learner_id]))[learner_id]

    return look


@pytest.fixture
def everyone(harness: Harness) -> Callable[..., Any]:
    """Call with e-mail keys for those of them that the portal has, by key."""

    async def look(*emails: str) -> dict[str, Learner]:
        return await harness.port.learners_by_email([email_key(email) for email in emails])

    return look


@pytest.fixture
def day() -> Callable[[str], date]:
    """`day("2026-03-10")`."""
    return date.fromisoformat
