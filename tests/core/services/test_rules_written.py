"""Rules while they are written: previewed before they are kept, with the values that people hold."""

import pytest

from core.domain.custom_fields import FieldType
from core.domain.errors import SettingsError
from core.domain.rules import Condition, Operator
from core.services.fields import add_field
from core.services.groups import add_group, change_members
from core.services.rules import Effect, held_values, preview_conditions, preview_rule, rule_to_edit, run_rule, set_rule
from core.store.models import AuditLine, Rule

PLANT = (Condition("Department", Operator.IS, ("Plant",)),)
SALES = (Condition("Department", Operator.IS, ("Sales",)),)


@pytest.fixture
async def staff(acme, add_learner):
    """Groups `Sales` and `Leads`, a field `Department`; Ann and Bea (pending) in sales, Cleo and Dan in the plant."""
    for title in ("Sales", "Leads"):
        await add_group("acme", title)
    await add_field("acme", "Department", FieldType.STRING)
    people = {"ann": "Sales", "bea": "Sales", "cleo": "Plant", "dan": "Plant"}
    for name, department in people.items():
        status = "pending" if name == "bea" else "active"
        await add_learner(f"{name}@example.com", custom={"Department": department}, status=status)
    await add_learner("eve@elsewhere.example")


async def test_what_is_only_written_is_previewed_as_its_run_would_be_and_kept_nowhere(staff):
    await set_rule("acme", "Sales", where=["Department is Plant"])
    await run_rule("acme", "Sales")
    lines = await AuditLine.all().count()
    preview = await preview_conditions("acme", "sales", [SALES], most=10)
    assert (preview.which, preview.matching, preview.joining, preview.leaving) == ("edited", 1, 1, 2)
    assert (preview.members, preview.members_after, preview.pending, preview.empties) == (2, 1, 1, False)
    effects = [(person.email.partition("@")[0], person.effect) for person in preview.people]
    assert effects == [
        ("ann", Effect.JOINS),
        ("cleo", Effect.LEAVES),
        ("dan", Effect.LEAVES),
        ("bea", Effect.WAITS),
    ]
    rule = await Rule.get(group__title="Sales")
    assert (rule.draft, await AuditLine.all().count()) == (None, lines)
    await set_rule("acme", "Sales", where=["Department is Sales"])
    kept = await preview_rule("acme", "Sales")
    assert (kept.matching, kept.joining, kept.leaving, kept.pending) == (1, 1, 2, 1)


async def test_only_so_many_of_each_effect_are_named_and_the_others_counted(staff):
    preview = await preview_conditions("acme", "Sales", [PLANT, SALES], most=1)
    assert [person.email.partition("@")[0] for person in preview.people] == ["ann", "bea"]
    assert (preview.joining, preview.more, preview.pending) == (3, 2, 1)


async def test_the_members_of_another_group_alone_can_be_considered_before_it_is_kept(staff):
    await change_members("acme", "Leads", add=["dan@example.com"])
    preview = await preview_conditions("acme", "Sales", [PLANT], members_of="Leads")
    assert (preview.matching, preview.population) == (1, "Leads")
    with pytest.raises(SettingsError, match="no group 'Nobody'"):
        await preview_conditions("acme", "Sales", [PLANT], members_of="Nobody")


async def test_a_condition_whose_field_is_gone_is_told_and_matches_nobody(staff):
    preview = await preview_conditions("acme", "Sales", [(Condition("Grade", Operator.IS, ("3",)),)])
    assert preview.matching == 0
    assert preview.troubles == ["There is no field Grade any more: its condition matches nobody."]


async def test_a_rule_is_taken_apart_the_draft_before_what_runs(staff):
    blank = await rule_to_edit("acme", "sales")
    assert (blank.group, blank.state, blank.blocks, blank.running, blank.groups) == (
        "Sales",
        "none",
        (),
        None,
        ["Leads"],
    )
    assert [label.name for label in blank.labels] == ["email domain", "created", "Department"]
    await set_rule("acme", "Sales", where=["Department is Plant"], members_of="Leads")
    await run_rule("acme", "Sales", keep_enrolments=True)
    await set_rule("acme", "Sales", where=["Department is Sales", "Department is Plant"])
    rule = await rule_to_edit("acme", "Sales")
    assert (rule.state, rule.blocks, rule.members_of) == ("running, draft", (SALES, PLANT), None)
    assert (rule.running, rule.running_members_of, rule.keep_enrolments) == (["Department is Plant"], "Leads", True)


async def test_the_values_that_most_people_hold_come_first(staff, add_learner):
    await add_field("acme", "Skills", FieldType.STRING_CHOICE, ["Weld", "Paint"], multiple=True)
    await add_learner("fay@example.com", custom={"Department": "Plant", "Skills": ["Weld", "Paint"]})
    await add_learner("gil@example.com", custom={"Department": "", "Skills": ["Weld"]})
    held = {label: [(one.value, one.people) for one in await held_values("acme", label)] for label in LABELS}
    assert held == {
        "department": [("Plant", 3), ("Sales", 2)],
        "Skills": [("Weld", 2), ("Paint", 1)],
        "email domain": [("example.com", 6), ("elsewhere.example", 1)],
        "created": [],
    }
    assert len(await held_values("acme", "department", most=1)) == 1
    with pytest.raises(SettingsError, match="no field Grade"):
        await held_values("acme", "Grade")


LABELS = ("department", "Skills", "email domain", "created")
