"""A sync killed at any moment: the next one finishes what was begun, and nothing is lost or there twice."""

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import UkgSandbox
from core.services.history import report_run
from core.settings import load_settings
from core.store.models import Invite, Learner, Link, Mail, Note, PlanItem, Run, RunLock, SnapshotPart
from core.store.secrets import new_key
from tests.core.cli.conftest import serve  # noqa: F401
from tests.e2e.conftest import UKG
from tests.e2e.databases import Databases
from tests.e2e.firm import Firm, connect, in_database, people_at_work, today, yesterday
from tests.e2e.killing import End, Nursery

TODAY = "2026-03-10"
ROUNDS = 46
QUIET = 105  # the calls of a driver that a sync makes which finds nothing to do, or a few less
INTERRUPTED = "Interrupted. What was written so far stays; the next sync goes on from there.\n"


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Databases:
    """Databases of either kind."""
    if request.param == "sqlite":
        return Databases(request.getfixturevalue("migrated_file"), "", tmp_path)
    return Databases(None, request.getfixturevalue("postgresql_server"), tmp_path)


@pytest.fixture
def nursery(set_clock: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> Iterator[Nursery]:
    """Where syncs are born that may be killed; one secret key opens every database."""
    monkeypatch.setenv("UKG_SECRET_KEY", new_key())
    set_clock(TODAY)
    with Nursery({}) as running:
        yield running


@pytest.fixture
def sandbox(serve: Callable[[Company], UkgSandbox]) -> UkgSandbox:  # noqa: F811
    """UKG Pro with nobody in it."""
    return serve(Company.of([], []))


async def state() -> dict[str, Any]:
    """All that a sync leaves behind, but for ids, moments and how many runs it took."""
    learners = {row.id: row for row in await Learner.all()}
    assert [row.status for row in await Run.filter(status="running")] == []
    assert await RunLock.all().count() == 0
    hidden = ("id", "portal_id", "created_at", "invited_at", "accepted_at", "last_sign_in_at")
    invites = {row.id: row for row in await Invite.all()}
    items = await PlanItem.filter(state="done").values("employee_id", "planned_outcome", "planned_reason", "change")
    return {
        "learners": sorted(
            str({name: value for name, value in row.items() if name not in hidden})
            for row in await Learner.all().values()
        ),
        "links": sorted(
            (row.employee_id, learners[row.learner_id].email, row.digest, row.settled_revision, str(row.due_on))
            for row in await Link.all()
        ),
        "invites": sorted((learners[row.learner_id].email, row.kind, row.status) for row in invites.values()),
        "mails": sorted(
            (learners[row.learner_id].email, row.kind, row.state, invites[row.invite_id].status)
            for row in await Mail.filter(invite_id__isnull=False).only("learner_id", "kind", "state", "invite_id")
        ),
        "notes": sorted(
            (row.employee_id, row.outcome, row.reason, str(row.detail), row.digest, str(row.due_on))
            for row in await Note.filter(until__isnull=True)
        ),
        "changes": sorted(str(sorted(item.items())) for item in items),
        "snapshot": sorted(await SnapshotPart.all().values_list("bucket", "digest")),
    }


async def doubles() -> list[str]:
    """What is there twice though it may only be there once."""
    invites = await Invite.filter(status="open").values_list("learner_id", flat=True)
    mails = await Mail.filter(invite_id__isnull=False).values_list("invite_id", flat=True)
    emails = await Learner.all().values_list("email_key", flat=True)
    linked = await Link.all().values_list("learner_id", flat=True)
    found = {"invite": invites, "mail": mails, "e-mail": emails, "link": linked}
    return [
        f"{name} {one}" for name, all_of_it in found.items() for one, times in Counter(all_of_it).items() if times > 1
    ]


def counts_add_up(url: str, run_id: str) -> bool:
    """Whether everybody has one outcome in the report of the run."""

    async def work() -> None:
        (await report_run(run_id)).counts.check()

    in_database(url, work)
    return True


def prepared(databases: Databases, sandbox: UkgSandbox, nursery: Nursery) -> str:
    """A portal after its first syncs, in a company in which something of every kind has happened since."""
    url = databases.new()
    connect(url, sandbox)
    firm = Firm(sandbox)
    yesterday(firm)
    assert nursery.run("sync", url).code == 0
    firm.leave(20, "2026-03-01")
    assert nursery.run("sync", url).code == 0
    in_database(url, people_at_work)
    today(firm)
    return url


def test_a_sync_killed_again_and_again_at_any_moments_ends_as_if_it_had_never_been(databases, sandbox, nursery):
    start = prepared(databases, sandbox, nursery)
    reference = databases.new(copy_of=start)
    unkilled = nursery.run("sync", reference)
    assert unkilled.code == 0
    expected = in_database(reference, state)
    assert len(expected["changes"]) == 25 + 19, "one change for each who was to be changed"
    chance = Random(7)
    kills = 0
    for number in range(ROUNDS):
        url = databases.new(copy_of=start)
        first = 1 + number * unkilled.moments // ROUNDS
        after_that = [chance.randint(1, most) for most in (unkilled.moments, QUIET, QUIET, QUIET)]
        for moment in (first, *after_that):
            end = nursery.run("sync", url, die_at=moment)
            assert end.signal == signal.SIGKILL or end.code == 0, end
            kills += end.signal == signal.SIGKILL
        last = nursery.run("sync", url)
        assert last.code == 0, last
        assert counts_add_up(url, last.result)
        assert in_database(url, state) == expected, f"killed first at {first}"
        if number % 10 == 0:
            before = in_database(url, state)
            assert nursery.run("sync", url).code == 0
            assert in_database(url, state) == before
        databases.drop(url)
    assert kills >= 200


@pytest.mark.parametrize("work", ["apply", "undo"])
def test_a_plan_killed_while_it_is_applied_is_applied_again_and_ends_the_same(databases, sandbox, nursery, work):
    start = prepared(databases, sandbox, nursery)
    if work == "undo":
        run = nursery.run("sync", start).result
        plan = nursery.run("undo", start, run).result
    else:
        plan = nursery.run("plan", start).result
    reference = databases.new(copy_of=start)
    unkilled = nursery.run("apply", reference, plan)
    assert unkilled.code == 0, unkilled
    expected = in_database(reference, state)
    kills = 0
    for moment in range(1, unkilled.moments + 1, max(1, unkilled.moments // 12)):
        url = databases.new(copy_of=start)
        kills += nursery.run("apply", url, plan, die_at=moment).signal == signal.SIGKILL
        again = nursery.run("apply", url, plan)
        nothing_left = "nothing that is still to be written" in again.sentence or "applied already" in again.sentence
        assert again.code == 0 or nothing_left, again
        found = in_database(url, settled_state)
        assert {name: found[name] for name in ("learners", "links", "invites", "mails", "changes")} == {
            name: expected[name] for name in ("learners", "links", "invites", "mails", "changes")
        }, f"killed at {moment}"
        databases.drop(url)
    assert kills >= 8


async def settled_state() -> dict[str, Any]:
    """The state, once the next run would have closed what was cut off."""
    await Run.filter(status="running").update(status="failed")
    await RunLock.all().delete()
    return await state()


def test_a_big_first_sync_killed_by_count_and_by_the_clock_is_finished_in_the_end(databases, sandbox, nursery):
    """Three blocks of people, each written in a transaction of its own: what is written stays, the rest follows."""
    people = 1100
    Firm(sandbox).hire(*range(people))
    start = databases.new()
    connect(start, sandbox)
    began = time.monotonic()
    whole = nursery.run("sync", databases.new(copy_of=start)).moments
    duration = time.monotonic() - began
    partly: set[int] = set()
    for percent in (30, 90, 92, 94, 96, 98):
        url = databases.new(copy_of=start)
        assert nursery.run("sync", url, die_at=whole * percent // 100).signal == signal.SIGKILL
        partly.add(in_database(url, accounts))
        nursery.run("sync", url, die_after=duration * percent / 200)
        assert in_database(url, doubles) == []
        last = nursery.run("sync", url)
        assert last.code == 0, last
        assert counts_add_up(url, last.result)
        assert in_database(url, doubles) == []
        found = in_database(url, state)
        assert [len(found[name]) for name in ("learners", "links", "invites", "mails", "changes")] == [people] * 5
        databases.drop(url)
    assert partly & {500, 1000}, "killed between two blocks"


async def accounts() -> int:
    """How many there are."""
    return await Learner.all().count()


async def links() -> int:
    """How many employees are tied to an account."""
    return await Link.all().count()


class Writing:
    """The real `ukg sync`, met while it is writing."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.process = subprocess.Popen(
            [UKG, "--database", url, "sync", "acme"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def has_begun(self) -> int:
        """Wait until somebody is written; how many there are by then."""
        while not (number := in_database(self.url, accounts)):
            assert self.process.poll() is None, self.process.communicate()
        return int(number)

    def end(self) -> tuple[int, str, str]:
        """Exit code, stdout and stderr."""
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


@pytest.fixture
def writing(databases, sandbox, nursery, tmp_path, monkeypatch) -> Iterator[Writing]:
    """A first sync of many people, in the middle of its writing."""
    monkeypatch.delenv("UKG_NOW", raising=False)
    load_settings.cache_clear()
    Firm(sandbox).hire(*range(2500))
    url = databases.new()
    connect(url, sandbox, page_size=2500)
    running = Writing(url, tmp_path)
    yield running
    running.process.kill()
    running.process.communicate()
    databases.drop(url)


def finished_by_the_next(nursery: Nursery, url: str) -> End:
    """Another sync, after which everybody is there once."""
    end = nursery.run("sync", url)
    assert in_database(url, doubles) == []
    assert in_database(url, accounts) == in_database(url, links) == 2500
    return end


def test_ctrl_c_ends_a_sync_between_people_with_one_sentence(writing, nursery):
    written = writing.has_begun()
    writing.process.send_signal(signal.SIGINT)
    assert writing.end() == (130, "", INTERRUPTED)
    assert in_database(writing.url, doubles) == []
    assert written <= in_database(writing.url, accounts) < 2500, "interrupted too late to be of use"
    assert finished_by_the_next(nursery, writing.url).code == 0


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_database_that_goes_away_in_the_middle_is_said_in_one_sentence(writing, nursery, databases):
    writing.has_begun()
    databases.take_away(writing.url)
    code, out, err = writing.end()
    databases.give_back(writing.url)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "failed while it was in use" in err
    assert in_database(writing.url, doubles) == []
    assert finished_by_the_next(nursery, writing.url).code == 0
