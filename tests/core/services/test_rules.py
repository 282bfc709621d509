"""Rules of groups: drafted, previewed, run, stopped; and what is refused with nothing changed."""

import asyncio
import csv

import msgspec
import pytest

from core.clock import now
from core.domain.custom_fields import FieldType
from core.domain.errors import SettingsError
from core.portals.embedded.memberships import reconsider
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.courses import add_course, assign_course
from core.services.fields import add_field
from core.services.groups import add_group, change_members, group_members
from core.services.rules import (
    list_rules,
    preview_rule,
    rename_label,
    rules_using,
    run_rule,
    set_rule,
    show_rule,
    stop_rule,
)
from core.store.models import AuditLine, CustomField, Enrolment, Learner, Membership, Portal, Rule
from core.store.transactions import write_transaction
from tests.core.store.databases import on_sqlite


@pytest.fixture
async def sales(acme, add_learner):
    """A group `Sales`, a field `Department`, and three people: two in sales, one of them pending, and one elsewhere."""
    await add_group("acme", "Sales")
    await add_field("acme", "Department", FieldType.STRING)
    await add_learner("ann@example.com", first_name="Ann", last_name="Lee", custom={"Department": "Sales"})
    await add_learner("bea@example.com", custom={"Department": "Sales"}, status="pending")
    await add_learner("cleo@example.com", custom={"Department": "Plant"})


async def members(title="Sales"):
    return [member.email.partition("@")[0] for member in await group_members("acme", title)]


async def drafted(*where, group="Sales", **options):
    return await set_rule("acme", group, where=where, **options)


async def test_a_draft_changes_nothing_until_it_is_run(sales):
    shown = await drafted("department IS sales")
    assert (shown.state, shown.draft, shown.running) == ("draft", ["Department is sales"], None)
    assert await members() == []
    run = await run_rule("acme", "Sales")
    assert (run.joined, run.left, run.members) == (1, 0, 1)
    assert await members() == ["ann"]
    shown = await show_rule("acme", "Sales")
    assert (shown.state, shown.draft, shown.running, shown.ran_at) == ("running", None, ["Department is sales"], now())


async def test_a_preview_tells_what_the_run_then_does(sales, add_learner):
    await drafted("Department is Plant")
    await run_rule("acme", "Sales")
    await add_learner("dan@example.com", custom={"Department": "Other"})
    await change_members("acme", "Sales", add=["dan@example.com"])
    await drafted("Department is Sales")
    preview = await preview_rule("acme", "Sales")
    assert {person.email.partition("@")[0]: person.effect.value for person in preview.people} == {
        "ann": "joins",
        "cleo": "leaves",
        "dan": "stays, added by hand",
    }
    assert (preview.which, preview.matching, preview.joining, preview.leaving) == ("draft", 1, 1, 1)
    assert (preview.members, preview.members_after, preview.empties) == (2, 2, False)
    assert sorted(await members()) == ["cleo", "dan"]
    run = await run_rule("acme", "Sales")
    assert (run.joined, run.left, run.members) == (1, 1, 2)
    preview = await preview_rule("acme", "Sales")
    assert (preview.which, preview.joining, preview.leaving) == ("running", 0, 0)


async def test_a_preview_warns_of_emptying_the_group(sales):
    await drafted("Department is Sales")
    assert not (await preview_rule("acme", "Sales")).empties
    await run_rule("acme", "Sales")
    await drafted("Department is Nowhere")
    preview = await preview_rule("acme", "Sales")
    assert (preview.empties, preview.leaving, preview.members_after) == (True, 1, 0)


async def test_a_previews_csv_holds_everyone_safe_for_a_spreadsheet(sales, add_learner, tmp_path):
    await add_learner("eve@example.com", first_name="=1+1", custom={"Department": "Sales"})
    await drafted("Department is Sales")
    path = tmp_path / "preview.csv"
    preview = await preview_rule("acme", "Sales", csv_path=path, most=1)
    assert (len(preview.people), preview.more, preview.matching) == (1, 1, 2)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["email", "first_name", "last_name", "status", "effect"],
        ["ann@example.com", "Ann", "Lee", "active", "joins"],
        ["bea@example.com", "", "", "pending", "joins on accepting"],
        ["eve@example.com", "'=1+1", "", "active", "joins"],
    ]


async def test_preview_and_run_agree_over_many_pages(acme, add_learner):
    await add_group("acme", "Many")
    row = await add_learner("first@example.com")
    template = {name: getattr(row, name) for name in row._meta.db_fields if name not in ("id", "email", "email_key")}
    addresses = [f"p{number}@{'even' if number % 2 else 'odd'}.com" for number in range(5500)]
    await Learner.bulk_create([Learner(email=email, email_key=email, **template) for email in addresses])
    await drafted("email domain is even.com", group="Many")
    assert (await preview_rule("acme", "Many", most=0)).joining == 2750
    assert (await run_rule("acme", "Many")).joined == 2750
    assert await Membership.all().count() == 2750


async def test_running_again_completes_what_an_interruption_left_undone(sales):
    await drafted("Department is Sales")
    await run_rule("acme", "Sales", keep_enrolments=True)
    await Membership.all().delete()
    assert (await run_rule("acme", "Sales")).joined == 1
    assert (await show_rule("acme", "Sales")).keep_enrolments
    await drafted("Department is Sales")
    await run_rule("acme", "Sales")
    assert not (await show_rule("acme", "Sales")).keep_enrolments


@pytest.mark.parametrize(("keep", "left_over"), [(None, 0), (True, 1)])
async def test_who_leaves_by_rule_loses_the_courses_unless_they_are_kept(sales, keep, left_over):
    await add_course("acme", "Safety")
    await assign_course("acme", "Safety", "Sales")
    await drafted("Department is Sales")
    await run_rule("acme", "Sales")
    assert await Enrolment.all().count() == 1
    await drafted("Department is Nowhere")
    await run_rule("acme", "Sales", keep_enrolments=keep, may_empty=True)
    assert await Enrolment.all().count() == left_over


async def test_a_stopped_rule_leaves_its_members_and_is_kept_as_a_draft(sales, acme):
    await drafted("Department is Sales")
    await run_rule("acme", "Sales")
    assert await stop_rule("acme", "Sales") == 1
    shown = await show_rule("acme", "Sales")
    assert (shown.state, shown.draft) == ("draft", ["Department is Sales"])
    ann = await Learner.get(email="ann@example.com")
    await Learner.filter(id=ann.id).update(custom="{}")
    async with write_transaction():
        await reconsider(acme, [ann.id], now())
    assert await members() == ["ann"]
    with pytest.raises(SettingsError, match="No rule of Sales is running"):
        await stop_rule("acme", "Sales")


async def test_a_run_carries_on_to_the_groups_that_follow(sales):
    await add_group("acme", "Academy")
    await drafted(group="Academy", everyone=True, members_of="sales")
    await run_rule("acme", "Academy")
    await drafted("Department is Plant")
    await run_rule("acme", "Sales")
    assert await members("Academy") == ["cleo"]
    await drafted("Department is Nowhere")
    await run_rule("acme", "Sales", may_empty=True)
    assert await members("Academy") == []
    (shown,) = [rule for rule in await list_rules("acme") if rule.group == "Academy"]
    assert (shown.running, shown.running_population) == ([], "Sales")


async def test_groups_that_would_follow_each_other_in_a_circle_are_refused(sales):
    await add_group("acme", "Academy")
    with pytest.raises(SettingsError, match=r"in a circle \(Sales follows Sales\); nothing was changed"):
        await drafted(everyone=True, members_of="Sales")
    await drafted(everyone=True, members_of="Academy")
    await drafted(group="Academy", everyone=True, members_of="Sales")
    await run_rule("acme", "Sales")
    with pytest.raises(SettingsError, match=r"Academy follows Sales follows Academy"):
        await run_rule("acme", "Academy")
    assert (await show_rule("acme", "Academy")).state == "draft"


@on_sqlite
async def test_what_cannot_be_is_refused_and_no_draft_is_written(sales):
    with pytest.raises(SettingsError, match="Give --all, or --where"):
        await drafted()
    with pytest.raises(SettingsError, match="Give --all, or --where"):
        await drafted("Department is x", everyone=True)
    with pytest.raises(SettingsError, match="begins with no label .+ Labels: email domain, created, Department"):
        await drafted("Departement is x")
    with pytest.raises(SettingsError, match="has no group 'Nowhere'"):
        await drafted(everyone=True, members_of="Nowhere")
    for flow in (show_rule, preview_rule, run_rule):
        with pytest.raises(SettingsError, match="Sales has no rule; nothing was done"):
            await flow("acme", "Sales")
    assert not await Rule.exists()


async def test_rules_follow_a_field_that_is_renamed_and_tell_that_they_use_it(sales, acme):
    await add_group("acme", "Drafted")
    await drafted("Department is Sales")
    await run_rule("acme", "Sales")
    await drafted("Department is Sales and created after 2020-01-01")
    await drafted("Department is empty", group="Drafted")
    assert await rules_using(acme.id, "DEPARTMENT") == ["Sales"]
    async with write_transaction():
        await CustomField.all().update(label="Unit", label_key="unit")
        await rename_label(acme.id, "Department", "Unit")
    assert (await rules_using(acme.id, "Department"), await rules_using(acme.id, "unit")) == ([], ["Sales"])
    shown = await show_rule("acme", "Sales")
    assert shown.running == ["Unit is Sales"]
    assert shown.draft == ["Unit is Sales and created after 2020-01-01"]
    assert (await show_rule("acme", "Drafted")).draft == ["Unit is empty"]
    assert shown.troubles == []


async def test_a_choice_removed_since_is_shown(acme, add_learner):
    await add_group("acme", "Site")
    await add_field("acme", "Site", FieldType.STRING_CHOICE, ["Plant", "Office"])
    await add_learner("ann@example.com", custom={"Site": "Plant"})
    await drafted("Site any of Plant, Office", group="Site")
    await CustomField.all().update(choices=["Office"])
    assert (await show_rule("acme", "Site")).troubles == ["Site has no choice Plant any more: nobody is found by it."]
    assert (await preview_rule("acme", "Site")).matching == 0


async def test_what_an_admin_does_and_what_the_rule_does_are_told_apart(sales):
    await drafted("Department is Sales")
    await run_rule("acme", "Sales")
    await stop_rule("acme", "Sales")
    lines = await AuditLine.filter(subject="Sales").order_by("id")
    assert [(line.action, line.face) for line in lines][1:] == [
        ("rule drafted", "cli"),
        ("rule run", "cli"),
        ("change members by rule", "automation"),
        ("rule stopped", "cli"),
    ]
    assert msgspec.json.decode(lines[2].after) == {"where": ["Department is Sales"], "keep_enrolments": False}


async def test_someone_changed_while_a_rule_is_set_running_is_not_missed(sales, acme):
    """Many changes at once beside a run: whoever comes first, the rule sees everyone."""
    await drafted("Department is Sales")
    people = await Learner.all()

    async def change(learner: Learner) -> None:
        async with write_transaction():
            await Learner.filter(id=learner.id).update(status="active", custom='{"Department": "Sales"}')
            await reconsider(acme, [learner.id], now())

    await asyncio.gather(*(change(learner) for learner in people), run_rule("acme", "Sales"))
    assert await members() == ["ann", "bea", "cleo"]


@on_sqlite
async def test_each_flow_asks_for_a_role(sales):
    await drafted("Department is Sales")
    flows = [
        lambda: drafted(everyone=True),
        lambda: run_rule("acme", "Sales"),
        lambda: stop_rule("acme", "Sales"),
        lambda: preview_rule("acme", "Sales"),
        lambda: show_rule("acme", "Sales"),
        lambda: list_rules("acme"),
    ]
    for flow in flows:
        with acting_as(Actor("Nobody", "tui")), pytest.raises(NotAllowed):
            await flow()
    assert (await show_rule("acme", "Sales")).draft == ["Department is Sales"]
    assert await Portal.all().count() == 1


async def test_a_rule_that_would_empty_a_group_runs_only_when_that_is_said(acme, add_learner):
    await add_learner("ann@example.com", accepted=True)
    await add_group("acme", "Everybody")
    await set_rule("acme", "Everybody", everyone=True)
    await run_rule("acme", "Everybody")
    await set_rule("acme", "Everybody", where=["email domain is example.org"])
    with pytest.raises(SettingsError, match=r"The rule would empty Everybody: all 1 members would leave\."):
        await run_rule("acme", "Everybody")
    assert len(await group_members("acme", "Everybody")) == 1
    assert (await run_rule("acme", "Everybody", may_empty=True)).left == 1


async def test_a_preview_tells_apart_who_waits_for_their_own_acceptance(acme, add_learner):
    await add_learner("ann@example.com", accepted=True)
    await add_learner("bea@example.com", status="pending")
    await add_group("acme", "Everybody")
    await set_rule("acme", "Everybody", everyone=True)
    preview = await preview_rule("acme", "Everybody")
    assert (preview.matching, preview.joining, preview.pending) == (1, 1, 1)
    assert [person.email for person in preview.people] == ["ann@example.com"]
