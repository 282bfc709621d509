"""Groups by rule and the enrolments that follow: what `reconsider` does, whatever changed."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import now
from core.domain.change import AccountState, Change
from core.domain.custom_fields import FieldType
from core.domain.learner import AccountStatus
from core.domain.rule_words import parse_definition
from core.domain.rules import encode_definition
from core.portals.embedded.memberships import groups_and_courses, labels, reconsider, settle
from core.services.portals import create_portal
from core.store import models
from core.store.transactions import write_transaction
from tests.core.portals.harnesses import EmbeddedHarness
from tests.core.store.databases import on_sqlite

pytestmark = pytest.mark.parametrize("harness", ["embedded"], indirect=True)

SAFETY, FIRE = "Safety", "Fire"


class Academy:
    """A portal with a text field `Job` and a number `Grade`, and short words for what is done in it."""

    def __init__(self, harness: EmbeddedHarness) -> None:
        self.portal = harness.row
        self.harness = harness

    async def group(
        self, title: str, *where: str, of: models.Group | None = None, keep: bool = False, runs: bool = True
    ):
        group = await models.Group.create(portal=self.portal, title=title, title_key=title.casefold(), created_at=now())
        if where or of:
            definition = parse_definition(where, await labels(self.portal.id), of.id if of else None)
            stored = encode_definition(definition)
            await models.Rule.create(group=group, keep_enrolments=keep, **{"running" if runs else "draft": stored})
        return group

    async def course(self, title: str, *groups: models.Group, published: bool = True):
        course = await models.Course.create(
            portal=self.portal, title=title, title_key=title.casefold(), published=published, created_at=now()
        )
        for group in groups:
            await models.GroupCourse.create(group=group, course=course)
        return course

    async def person(self, email: str, **values: Any) -> int:
        return int(await self.harness.add_account(email, **values))

    async def edit(self, *learner_ids: int, **values: Any) -> None:
        """Change people as another room does: in a transaction with `reconsider`."""
        async with write_transaction():
            for learner_id in learner_ids:
                if values:
                    await self.harness.edit(str(learner_id), **values)
            await reconsider(self.portal, learner_ids, now())

    async def put(self, group: models.Group, learner_id: int, origin: str = "manual") -> None:
        await models.Membership.create(group=group, learner_id=learner_id, origin=origin, joined_at=now())

    async def groups(self, learner_id: int) -> list[str]:
        return (await groups_and_courses([learner_id]))[learner_id][0]

    async def courses(self, learner_id: int) -> list[str]:
        return (await groups_and_courses([learner_id]))[learner_id][1]


@pytest.fixture
async def academy(harness: EmbeddedHarness) -> Academy:
    await harness.add_field("Job", FieldType.STRING)
    await harness.add_field("Grade", FieldType.INTEGER)
    return Academy(harness)


async def test_who_matches_joins_and_who_no_longer_matches_leaves(academy):
    await academy.group("Leads", "Job is lead")
    ann = await academy.person("ann@example.com", custom={"Job": "Lead"})
    bea = await academy.person("bea@example.com", custom={"Job": "Welder"})
    await academy.edit(ann, bea)
    assert (await academy.groups(ann), await academy.groups(bea)) == (["Leads"], [])
    assert [row.origin for row in await models.Membership.all()] == ["automatic"]
    await academy.edit(ann, custom={"Job": "Welder"})
    await academy.edit(bea, custom={"Job": "LEAD"})
    assert (await academy.groups(ann), await academy.groups(bea)) == ([], ["Leads"])


async def test_a_draft_does_nothing(academy):
    await academy.group("Leads", "Job is lead", runs=False)
    ann = await academy.person("ann@example.com", custom={"Job": "Lead"})
    await academy.edit(ann)
    assert await academy.groups(ann) == []


async def test_a_manual_member_stays_whether_they_match_or_not(academy):
    leads = await academy.group("Leads", "Job is lead")
    ann = await academy.person("ann@example.com")
    await academy.put(leads, ann)
    for job in ("Welder", "Lead", "Welder"):
        await academy.edit(ann, custom={"Job": job})
        assert [row.origin for row in await models.Membership.filter(learner_id=ann)] == ["manual"]


async def test_someone_pending_is_outside_until_they_accept(academy):
    leads = await academy.group("Leads", "Job is lead")
    hand = await academy.group("Hand")
    await academy.course(SAFETY, leads)
    await academy.course(FIRE, hand)
    ann = await academy.person("ann@example.com", custom={"Job": "Lead"}, status="pending")
    await academy.put(hand, ann)
    await academy.edit(ann)
    assert (await academy.groups(ann), await academy.courses(ann)) == (["Hand"], [])
    await academy.edit(ann, status="active")
    assert (await academy.groups(ann), await academy.courses(ann)) == (["Hand", "Leads"], [FIRE, SAFETY])


async def test_disabled_people_join_groups_and_get_the_courses_once_enabled(academy):
    leads = await academy.group("Leads", "Job is lead")
    await academy.course(SAFETY, leads)
    ann = await academy.person("ann@example.com", custom={"Job": "Lead"}, status="disabled")
    await academy.edit(ann)
    assert (await academy.groups(ann), await academy.courses(ann)) == (["Leads"], [])
    await academy.edit(ann, status="active")
    assert await academy.courses(ann) == [SAFETY]


async def test_someone_disabled_before_they_accepted_is_outside_too(academy):
    await academy.group("Leads", "Job is lead")
    people = {
        kind: await academy.person(f"{kind}@example.com", custom={"Job": "Lead"}, status="disabled", accepted=False)
        for kind in ("invitation", "welcome")
    }
    for kind, learner_id in people.items():
        await models.Invite.create(learner_id=learner_id, kind=kind, status="cancelled", created_at=now())
    await academy.edit(*people.values())
    assert await academy.groups(people["invitation"]) == []
    assert await academy.groups(people["welcome"]) == ["Leads"]


async def test_an_account_whose_last_day_is_over_gets_no_course_until_it_is_moved(academy):
    leads = await academy.group("Leads", "Job is lead")
    await academy.course(SAFETY, leads)
    ann = await academy.person("ann@example.com", custom={"Job": "Lead"}, account_expires=date(2026, 3, 9))
    bea = await academy.person("bea@example.com", custom={"Job": "Lead"}, account_expires=date(2026, 3, 10))
    await academy.edit(ann, bea)
    assert (await academy.courses(ann), await academy.courses(bea)) == ([], [SAFETY])
    await academy.edit(ann, account_expires=None)
    assert await academy.courses(ann) == [SAFETY]


async def test_only_published_courses_take_enrolments_and_each_once(academy):
    one, two = await academy.group("One", "Grade at least 1"), await academy.group("Two", "Grade at least 2")
    await academy.course(SAFETY, one, two)
    await academy.course(FIRE, one, published=False)
    ann = await academy.person("ann@example.com", custom={"Grade": 3})
    await academy.edit(ann)
    await academy.edit(ann)
    assert await academy.courses(ann) == [SAFETY]
    assert await models.Enrolment.all().count() == 1


async def test_leaving_takes_what_is_not_finished_unless_another_group_gives_it(academy):
    one, two = await academy.group("One", "Grade at least 1"), await academy.group("Two", "Job is Lead")
    await academy.course(SAFETY, one, two)
    await academy.course(FIRE, one)
    people = {
        status: await academy.person(f"{status}@example.com", custom={"Grade": 1, "Job": "Lead"})
        for status in ("not_started", "in_progress", "completed", "passed", "failed", "pending_review")
    }
    await academy.edit(*people.values())
    for status, learner_id in people.items():
        await models.Enrolment.filter(learner_id=learner_id).update(status=status)
    await academy.edit(*people.values(), custom={"Job": "Lead"})
    kept = {status for status, learner_id in people.items() if FIRE in await academy.courses(learner_id)}
    assert kept == {"completed", "passed", "failed", "pending_review"}
    assert [status for status, learner_id in people.items() if SAFETY not in await academy.courses(learner_id)] == []


async def test_a_rule_that_keeps_enrolments_takes_none(academy):
    await academy.course(SAFETY, await academy.group("One", "Grade at least 1", keep=True))
    ann = await academy.person("ann@example.com", custom={"Grade": 1})
    await academy.edit(ann)
    await academy.edit(ann, custom={})
    assert (await academy.groups(ann), await academy.courses(ann)) == ([], [SAFETY])


async def test_swapping_groups_that_share_a_course_keeps_the_enrolment(academy):
    low, high = await academy.group("Low", "Grade less than 5"), await academy.group("High", "Grade at least 5")
    await academy.course(SAFETY, low, high)
    ann = await academy.person("ann@example.com", custom={"Grade": 1})
    await academy.edit(ann)
    before = await models.Enrolment.get(learner_id=ann)
    await academy.edit(ann, custom={"Grade": 9})
    assert await academy.groups(ann) == ["High"]
    assert (await models.Enrolment.get(learner_id=ann)).id == before.id


async def test_a_rule_over_another_groups_members_follows_it(academy):
    hand = await academy.group("Z by hand")
    wide = await academy.group("M wide", "Grade at least 1", of=hand)
    await academy.group("A narrow", "Job is Lead", of=wide)
    ann = await academy.person("ann@example.com", custom={"Grade": 1, "Job": "Lead"})
    await academy.edit(ann)
    assert await academy.groups(ann) == []
    await academy.put(hand, ann)
    await academy.edit(ann)
    assert await academy.groups(ann) == ["A narrow", "M wide", "Z by hand"]
    await academy.edit(ann, custom={"Job": "Lead"})
    assert await academy.groups(ann) == ["Z by hand"]


async def test_the_day_of_an_account_is_its_making_or_for_someone_invited_the_acceptance(academy):
    await academy.group("Early", "created on 2026-03-04")
    late = {"created_at": datetime(2026, 3, 5, 4, 59, tzinfo=UTC)}  # the fourth, 23:59, in New York
    made = await academy.person("made@example.com", **late)
    next_day = await academy.person("next@example.com", created_at=datetime(2026, 3, 5, 5, 0, tzinfo=UTC))
    accepted_at = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
    invited = await academy.person("invited@example.com", accepted_at=accepted_at, **late)
    welcomed = await academy.person("welcomed@example.com", accepted_at=accepted_at, **late)
    for learner_id, kind in ((invited, "invitation"), (welcomed, "welcome")):
        await models.Invite.create(learner_id=learner_id, kind=kind, status="accepted", created_at=now())
    people = [made, next_day, invited, welcomed]
    await academy.edit(*people)
    assert [await academy.groups(learner_id) for learner_id in people] == [["Early"], [], [], ["Early"]]


async def test_each_transaction_leaves_one_line_for_each_group_that_changed(academy, set_clock):
    await academy.group("Leads", "Job is lead")
    await academy.group("Nobody", "Job is nobody")
    people = [await academy.person(f"p{number:02}@example.com", custom={"Job": "Lead"}) for number in range(25)]
    await academy.edit(*people)
    await academy.edit(*people)
    await academy.edit(people[0], custom={})
    first, second = await models.AuditLine.filter(face="automation").order_by("id")
    assert (first.actor, first.subject, first.portal_slug) == ("Automation", "Leads", "acme")
    after = msgspec.json.decode(first.after)
    assert (after["joined"], after["left"], len(after["people"])) == (25, 0, 20)
    assert msgspec.json.decode(second.after) == {"joined": 0, "left": 1, "people": ["p00@example.com"]}


async def test_people_of_another_portal_are_left_alone(academy):
    other = await create_portal("other")
    await academy.group("All", "Job does not contain x")
    row = await models.Learner.get(id=await academy.person("ann@example.com"))
    await models.Learner.filter(id=row.id).update(portal_id=other.id)
    await academy.edit(row.id)
    assert await academy.groups(row.id) == []


async def test_a_sync_that_makes_and_changes_people_applies_the_rules(academy, apply):
    leads = await academy.group("Leads", "Job is lead")
    await academy.course(SAFETY, leads)
    new = AccountState(email="new@example.com", status=AccountStatus.ACTIVE, custom={"Job": "Lead"})
    invited = AccountState(email="invited@example.com", status=AccountStatus.PENDING, custom={"Job": "Lead"})
    old = await academy.person("old@example.com", custom={"Job": "Lead"})
    await academy.edit(old)
    change = Change(str(old), AccountState(custom={"Job": "Lead"}), AccountState(custom={"Job": "Welder"}))
    await apply(Change(None, AccountState(), new), Change(None, AccountState(), invited, invite=True), change)
    ids = {row.email: row.id for row in await models.Learner.all()}
    found = await groups_and_courses(list(ids.values()))
    assert {email: found[learner_id] for email, learner_id in ids.items()} == {
        "new@example.com": (["Leads"], [SAFETY]),
        "invited@example.com": ([], []),
        "old@example.com": ([], []),
    }


async def test_a_sync_that_enables_someone_enrols_them_where_no_rule_runs(academy, apply):
    hand = await academy.group("Hand")
    await academy.course(SAFETY, hand)
    ann = await academy.person("ann@example.com", status="disabled")
    await academy.put(hand, ann)
    enabled = AccountState(status=AccountStatus.ACTIVE)
    await apply(Change(str(ann), AccountState(status=AccountStatus.DISABLED), enabled))
    assert await academy.courses(ann) == [SAFETY]


async def test_titles_are_sorted_and_people_without_any_are_there_too(academy):
    ann, bea = await academy.person("ann@example.com"), await academy.person("bea@example.com")
    for title in ("beta", "Alpha", "Gamma"):
        group = await academy.group(title)
        await academy.course(f"{title} course", group)
        await academy.put(group, ann)
    await academy.edit(ann, bea)
    assert await groups_and_courses([ann, bea]) == {
        ann: (["Alpha", "beta", "Gamma"], ["Alpha course", "beta course", "Gamma course"]),
        bea: ([], []),
    }
    assert await groups_and_courses([]) == {}


WHERE = st.sampled_from(["Grade at least 2", "Grade is empty", "Job is a", "Job is not b and Grade less than 3"])
STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.fixed_dictionaries(
            {},
            optional={
                "custom": st.fixed_dictionaries(
                    {}, optional={"Job": st.sampled_from("ab"), "Grade": st.integers(1, 3)}
                ),
                "status": st.sampled_from(["active", "disabled", "pending"]),
            },
        ),
    ),
    max_size=8,
)


@on_sqlite
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=st.lists(st.tuples(WHERE, st.integers(0, 2)), min_size=1, max_size=3), steps=STEPS, data=st.data())
async def test_step_by_step_gives_the_same_groups_as_from_scratch(academy, rules, steps, data):
    await models.Learner.all().delete()
    await models.Group.all().delete()
    people = [await academy.person(f"p{number}@example.com") for number in range(4)]
    hand = await academy.group("By hand")
    groups = [hand]
    for number, (where, population) in enumerate(rules):
        of = groups[population - 1] if 0 < population <= len(groups) else None
        groups.append(await academy.group(f"{9 - number}", where, of=of))
    await academy.edit(*people)
    for person, values in steps:
        if data.draw(st.booleans()):
            await models.Membership.filter(group=hand, learner_id=people[person]).delete()
        elif not await models.Membership.exists(group=hand, learner_id=people[person]):
            await academy.put(hand, people[person])
        await academy.edit(people[person], **values)
    stepwise = set(await models.Membership.all().values_list("group_id", "learner_id", "origin"))
    await models.Membership.filter(origin="automatic").delete()
    async with write_transaction():
        await settle(academy.portal, people, now())
    assert set(await models.Membership.all().values_list("group_id", "learner_id", "origin")) == stepwise


async def test_as_many_queries_for_many_people_as_for_few(academy, statements):
    hand = await academy.group("Hand")
    for number in range(4):
        await academy.course(f"Course {number}", await academy.group(f"Group {number}", "Grade at least 1", of=hand))
    people = [await academy.person(f"p{number}@example.com", custom={"Grade": 1}) for number in range(60)]
    for person in people:
        await academy.put(hand, person)
    few = await statements(lambda: academy.edit(*people[:2]))
    many = await statements(lambda: academy.edit(*people[2:]))
    assert await models.Enrolment.all().count() == 240
    assert many == few


@pytest.fixture
def statements(store: str, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Call with what to do for the number of statements that the database was sent."""
    from tortoise import log

    async def count(work: Callable[[], Any]) -> int:
        seen: list[object] = []
        with monkeypatch.context() as patch:
            patch.setattr(log.db_client_logger, "debug", lambda *arguments, **_: seen.append(arguments))
            await work()
        assert seen
        return len(seen)

    return count
