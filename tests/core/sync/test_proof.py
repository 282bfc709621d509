"""An answer of UKG Pro that is not whole fails the run; one that is whole but hard to believe holds what would be lost.

Sixty people, of whom one is to be ended and one was renamed: the control of every test is that a good read does both.
"""

from collections.abc import Iterator

import pytest
import stamina

from core.domain.errors import OutsideError
from core.sandbox.ukg import faults
from core.services import portals
from core.store.models import Learner, Run
from core.sync.snapshot import snapshot_info
from core.ukg.errors import NotFound, ServerTrouble, SourceIncomplete, Unreachable, UnreadableAnswer
from tests.core.store.databases import on_sqlite

PEOPLE = 60
# Four departments of ten, nineteen people in one more, and one alone.
DEPARTMENTS = ["BAKE"] * 10 + ["CARE"] * 10 + ["FLEET"] * 10 + ["MAINT"] * 10 + ["OPS"] * 19 + ["LEGAL"]
BOTH = ("person-details", "employment-details")


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    """What UKG Pro fails at is tried twice, without the minutes between."""
    with stamina.set_testing(True, attempts=2):
        yield


@pytest.fixture
async def crowd(town):
    """Sixty synced people on six pages; since then E02 was terminated and E03 renamed."""
    for number, department in enumerate(DEPARTMENTS):
        town.hire(f"E{number:02}", "Ann Lee", orgLevel1Code=department)
    await portals.change_portal("acme", page_size=10)
    assert (await town.sync()).counts.invited == PEOPLE
    town.day("2026-03-11")
    town.change("E02", employeeStatusCode="T", dateOfTermination="2026-03-09T00:00:00")
    town.change("E03", lastName="Stone")
    return town


async def accounts():
    return await Learner.all().order_by("id").values()


async def last_believed():
    """From when the last believed answer is, and how many people it named."""
    info = await snapshot_info((await portals.find_portal("acme")).id)
    return info.read_at, info.people


async def assert_a_good_read_does_it(town):
    """The control: nothing but the fault kept the run from doing its work."""
    town.sandbox.faults.clear()
    report = await town.sync()
    assert report.doubts == []
    assert town.outcome(report, "E02").outcome == "ended"
    assert (await town.learners())["e02@example.com"].status == "disabled"
    assert (await town.learners())["e03@example.com"].last_name == "Stone"


@on_sqlite
@pytest.mark.parametrize("endpoint", BOTH)
@pytest.mark.parametrize(
    ("kind", "page", "error", "sentence"),
    [
        (faults.status(404), 3, NotFound, "does not know"),
        (faults.status(500), 3, ServerTrouble, "had trouble of its own reading"),
        (faults.status(503), 1, ServerTrouble, "had trouble of its own reading"),
        (faults.html, 1, UnreadableAnswer, "is a web page, perhaps a login page"),
        (faults.html, 3, UnreadableAnswer, "is a web page, perhaps a login page"),
        (faults.drop_page, 3, UnreadableAnswer, "an empty page in the middle"),
        (faults.empty, 3, UnreadableAnswer, "is empty"),
        (faults.truncate, 6, UnreadableAnswer, "is cut off"),
        (faults.cut_body, 3, Unreachable, "broke off"),
        (faults.drop, 3, Unreachable, "broke off"),
    ],
)
async def test_what_cannot_be_read_fails_the_run_and_writes_nothing(crowd, endpoint, kind, page, error, sentence):
    before, believed = await crowd.everything(), await last_believed()
    crowd.sandbox.faults.add(endpoint, page=page, kind=kind, times=None)
    with pytest.raises(error, match=sentence) as failed:
        await crowd.sync()
    assert isinstance(failed.value, OutsideError)  # exit code 4
    assert endpoint in str(failed.value)
    assert await crowd.everything() == before
    assert await last_believed() == believed
    run = await Run.all().order_by("-number").first()
    assert (run.status, run.error) == ("failed", str(failed.value))
    await assert_a_good_read_does_it(crowd)


@pytest.mark.parametrize("endpoint", BOTH)
async def test_an_empty_answer_fails_the_run_and_writes_nothing(crowd, endpoint):
    before = await crowd.everything()
    crowd.sandbox.faults.add(endpoint, kind=faults.status(200, body="[]"), times=None)
    with pytest.raises(SourceIncomplete, match=f"answered {endpoint} with an empty list, as if nobody worked there"):
        await crowd.sync()
    assert await crowd.everything() == before
    assert (await Run.all().order_by("-number").first()).status == "failed"
    await assert_a_good_read_does_it(crowd)


async def test_a_page_that_fails_once_is_asked_for_again_and_loses_nothing(crowd):
    crowd.sandbox.faults.add("employment-details", page=3, kind=faults.html)
    report = await crowd.sync()
    assert (report.complete_source, report.doubts) == (True, [])
    assert crowd.outcome(report, "E02").outcome == "ended"


async def assert_only_what_would_be_lost_is_held(town, reason, *words, gone=()):
    """A run on this answer: E02 keeps access and waits, E03 is renamed, nobody's account gets worse.

    `words` are those of the doubts, one each; the people who are `gone` from the answer are held as well.
    """
    before = {row["id"]: row for row in await accounts()}
    believed = await last_believed()
    report = await town.sync()
    assert report.status == "held"
    assert [word for word in words if not any(word in sentence for sentence in report.doubts)] == []
    assert len(report.doubts) == len(words)
    assert (town.outcome(report, "E02").outcome, town.outcome(report, "E02").reason) == ("held", reason)
    assert town.outcome(report, "E03").outcome == "updated"
    assert {row.employee_id for row in report.outcomes if row.outcome == "held"} == {"E02", *gone}
    assert report.counts.ended == 0
    assert {row["email"] for row in await accounts() if row != before[row["id"]]} == {"e03@example.com"}
    assert len(await accounts()) == PEOPLE
    assert await last_believed() == believed  # what is not believed is not what the next answer is compared with


async def assert_e02_is_ended_now(town):
    """The control: on a good answer the same person is ended."""
    town.sandbox.faults.clear()
    report = await town.sync()
    assert report.doubts == []
    assert town.outcome(report, "E02").outcome == "ended"


@pytest.fixture
def without(crowd):
    """Call with employee ids to take these people out of UKG Pro's answer; what is returned puts them back."""

    def take(*employee_ids):
        people, employments = list(crowd.company.people), list(crowd.company.employments)
        for employee_id in employee_ids:
            crowd.forget(employee_id)

        def put_back():
            crowd.company.people[:], crowd.company.employments[:] = people, employments
            crowd.company.touch()

        return put_back

    return take


def ids(*numbers):
    return [f"E{number:02}" for number in numbers]


@pytest.mark.parametrize("endpoint", BOTH)
async def test_rows_that_shift_between_pages_hold_whoever_would_be_ended(crowd, endpoint):
    crowd.sandbox.faults.add(endpoint, page=3, kind=faults.shift, times=None)
    await assert_only_what_would_be_lost_is_held(crowd, "source_incomplete", "Rows moved from page to page")
    await assert_e02_is_ended_now(crowd)


async def test_a_total_a_fifth_below_last_time_holds_whoever_would_be_ended(crowd, without):
    gone = ids(4, 5, 6, 14, 15, 16, 24, 25, 26, 34, 35, 36)
    put_back = without(*gone)
    sentence = "UKG Pro named 48 people, 60 last time (20 % fewer)."
    await assert_only_what_would_be_lost_is_held(crowd, "source_doubtful", sentence, gone=gone)
    put_back()
    await assert_e02_is_ended_now(crowd)


async def test_a_department_gone_holds_whoever_would_be_ended(crowd, without):
    gone = ids(*range(20, 30))
    put_back = without(*gone)
    sentence = "Nobody of last time is left in a whole department: FLEET (10 people last time)."
    await assert_only_what_would_be_lost_is_held(crowd, "source_doubtful", sentence, gone=gone)
    put_back()
    await assert_e02_is_ended_now(crowd)


async def test_half_of_the_departments_gone_holds_whoever_would_be_ended(crowd, without):
    gone = ids(*range(10, 30), 59)
    put_back = without(*gone)
    await assert_only_what_would_be_lost_is_held(
        crowd,
        "source_doubtful",
        "UKG Pro named 39 people, 60 last time (35 % fewer).",
        "2 whole departments: CARE (10 people last time), FLEET (10 people last time).",
        "3 of 6 departments have nobody left of last time: CARE, FLEET, LEGAL.",
        gone=gone,
    )
    put_back()
    await assert_e02_is_ended_now(crowd)


async def test_a_list_that_seems_to_end_early_is_whole_and_yet_not_believed(crowd):
    """Without `Link` headers an empty page is the end: a page lost in both lists looks just like it."""
    crowd.sandbox.settings.send_link_header = False
    for endpoint in BOTH:
        crowd.sandbox.faults.add(endpoint, page=5, kind=faults.drop_page, times=None)
    words = ("UKG Pro named 40 people", "a whole department: OPS")
    await assert_only_what_would_be_lost_is_held(crowd, "source_doubtful", *words, gone=ids(*range(40, 60)))
    await assert_e02_is_ended_now(crowd)


async def test_a_department_that_was_dissolved_with_its_people_moved_is_believed(crowd):
    for employee_id in ids(*range(20, 30)):
        crowd.change(employee_id, orgLevel1Code="BAKE")
    await assert_a_good_read_does_it(crowd)


async def test_a_few_people_who_disappear_are_no_reason_to_doubt(crowd, without):
    without(*ids(10, 30, 59))
    await assert_a_good_read_does_it(crowd)


async def test_many_terminations_are_the_guards_matter_and_no_doubt(crowd):
    """Whoever left stays in UKG Pro's lists, so nothing is missing from the answer."""
    for employee_id in ids(*range(20, 40)):
        crowd.change(employee_id, employeeStatusCode="T", dateOfTermination="2026-03-09T00:00:00")
    report = await crowd.sync()
    assert report.doubts == []
    assert crowd.outcome(report, "E02").reason == "guard"
