"""A sync onto LearnUpon killed again and again: nobody is there twice, nobody is invited twice, nothing is lost."""

import asyncio
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from core.domain.guard import Kind, Span
from core.domain.invite_settings import InviteHow
from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.records import FieldType as TypeId
from core.sandbox.learnupon.records import InviteStatus
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import UkgSandbox
from core.services import connections, learnupon, mappings, portals
from core.services.guard import change_guard
from core.services.history import report_run
from core.services.syncing import sync_portal
from core.settings import load_settings
from core.store.models import Learner, Link, PlanItem
from core.store.secrets import new_key
from tests.core.cli.conftest import serve  # noqa: F401
from tests.e2e.databases import Databases
from tests.e2e.firm import Firm, in_database
from tests.e2e.killing import Nursery

PEOPLE = 40
KILLS_A_DAY = 20


@pytest.fixture
def ukg(serve: Callable[[Company], UkgSandbox]) -> UkgSandbox:  # noqa: F811
    """UKG Pro with nobody in it."""
    return serve(Company.of([], []))


@pytest.fixture
def distant() -> Iterator[LearnUponSandbox]:
    """LearnUpon with one empty portal, in a thread with an event loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    sandbox = LearnUponSandbox(LearnUponSettings(rate_limit=1_000_000), realm=Realm("top"))
    asyncio.run_coroutine_threadsafe(sandbox.__aenter__(), loop).result(timeout=20)
    sandbox.realm.add_field(sandbox.realm.top, "Phone", TypeId.STRING)
    yield sandbox
    asyncio.run_coroutine_threadsafe(sandbox.__aexit__(None, None, None), loop).result(timeout=20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def url(migrated_file: Path, tmp_path: Path, ukg: UkgSandbox, distant: LearnUponSandbox, monkeypatch: Any) -> str:
    """A database with a portal that is synced onto LearnUpon."""
    monkeypatch.setenv("UKG_SECRET_KEY", new_key())
    load_settings.cache_clear()
    url = Databases(migrated_file, "", tmp_path).new()

    async def work() -> None:
        await portals.create_portal("acme", kind="learnupon")
        await portals.change_portal("acme", manual_sync_minutes=0)
        top = distant.realm.top
        await learnupon.give_keys("acme", learnupon.checked_account(top.url, top.username, top.password), url)
        await mappings.map_attributes("acme", ["work_phone=Phone"])
        for span in (Span.RUN, Span.WEEK):
            await change_guard("acme", dict.fromkeys(Kind), span)
        credentials = connections.checked_credentials(
            url=ukg.url,
            user=ukg.settings.user,
            password=ukg.settings.password,
            customer_api_key=ukg.settings.customer_api_key,
            user_api_key=None,
        )
        await connections.connect("acme", credentials, url)

    in_database(url, work)
    return url


def settle(url: str) -> None:
    """A sync that nobody kills, in which all is well at once, and one that finds nothing to do."""

    async def sync(*, reconcile: bool = False) -> Any:
        run = await sync_portal("acme", url, reconcile=reconcile)
        return await report_run(run.id)

    first = in_database(url, sync)
    assert first.counts.of(("conflict", "failed", "held")) == 0, first.outcomes
    again = in_database(url, lambda: sync(reconcile=True))
    assert again.counts.of(("created", "invited", "updated", "reactivated", "ended")) == 0, again.outcomes
    assert in_database(url, lambda: PlanItem.filter(state="begun").count()) == 0
    # Nor did any of the killed ones run into what another had left half done.
    assert in_database(url, lambda: PlanItem.filter(state="failed").values_list("employee_id", "reason")) == []


def everybody(url: str) -> dict[str, tuple[str, str]]:
    """Status and employee of everyone, by e-mail, as the tables have them."""

    async def look() -> dict[str, tuple[str, str]]:
        links = dict(await Link.all().values_list("learner_id", "employee_id"))
        return {row.email: (row.status, str(links.get(row.id))) for row in await Learner.all()}

    return dict(in_database(url, look))


def test_killed_at_any_moments_nobody_is_there_twice_or_invited_twice(url, ukg, distant, set_clock):
    firm, chance, top = Firm(ukg), Random(11), distant.realm.top
    kills = 0

    def day(date: str, most: int) -> None:
        nonlocal kills
        set_clock(date)
        with Nursery({}) as nursery:
            for number in range(KILLS_A_DAY):
                # The first die early and the later ones late, since what was done shortens the way of the next.
                end = nursery.run("sync", url, die_at=chance.randint(1 + number, most))
                assert end.signal == signal.SIGKILL or end.code == 0, end
                kills += end.signal == signal.SIGKILL
        settle(url)

    firm.hire(*range(PEOPLE))
    day("2026-03-10", 200)
    assert set(everybody(url)) == {f"e{number}@example.com" for number in range(PEOPLE)}
    assert len(top.members) == 0
    sent = Counter(invite.email for invite in top.invites.values())
    assert sent == Counter({f"e{number}@example.com": 1 for number in range(PEOPLE)})

    in_database(url, lambda: portals.set_invites("acme", when=None, how=InviteHow.ACTIVE))
    firm.hire(*range(PEOPLE, 2 * PEOPLE))
    for number in range(0, 10):
        firm.leave(number, "2026-03-10")  # invited and never came
    for number in range(10, 20):
        firm.change(number, emailAddress=f"new{number}@example.com")
    day("2026-03-11", 250)
    emails = Counter(member.account.email for member in top.members.values())
    assert emails == Counter({f"e{number}@example.com": 1 for number in range(PEOPLE, 2 * PEOPLE)})
    waiting = Counter(invite.email for invite in top.invites.values() if invite.status is InviteStatus.SENT)
    assert waiting == Counter(
        [f"new{n}@example.com" for n in range(10, 20)] + [f"e{n}@example.com" for n in range(20, 40)]
    )
    assert max(Counter(invite.email for invite in top.invites.values()).values()) == 1

    for number in range(PEOPLE, PEOPLE + 10):
        firm.leave(number, "2026-03-11")
    for number in range(PEOPLE + 10, PEOPLE + 20, 2):
        firm.change(number, emailAddress=f"e{number + 1}@example.com")
        firm.change(number + 1, emailAddress=f"e{number}@example.com")
    for number in range(PEOPLE + 20, PEOPLE + 30):
        firm.change(number, lastName="Other", workPhoneNumber=None)
    day("2026-03-12", 250)
    of_employee = {employee: email for email, (_, employee) in everybody(url).items()}
    by_email = {member.account.email: member for member in top.members.values()}
    assert len(by_email) == PEOPLE
    assert [by_email[f"e{n}@example.com"].enabled for n in range(PEOPLE, PEOPLE + 12)] == [False] * 10 + [True] * 2
    for number in range(PEOPLE + 10, PEOPLE + 20, 2):
        assert of_employee[f"E{number}"] == f"e{number + 1}@example.com"
        assert by_email[f"e{number + 1}@example.com"].account.last_name == f"No{number}"
    assert {by_email[f"e{n}@example.com"].account.last_name for n in range(PEOPLE + 20, PEOPLE + 30)} == {"Other"}
    assert not [member for member in by_email.values() if member.account.last_name == "Other" and member.values]
    assert kills >= 2 * KILLS_A_DAY
