"""Finding learners, the accounts that no employee is linked to, the last admin, and the fields of every kind."""

from datetime import date

import pytest

from core.domain.custom_fields import FieldType


async def test_learners_are_found_by_id_and_those_that_are_gone_are_left_out(harness):
    ann, bea = await harness.add_account("ann@example.com"), await harness.add_account("bea@example.com")
    cleo = await harness.add_account("cleo@example.com")
    await harness.remove(cleo)
    await harness.look()
    found = await harness.port.learners_by_id([ann, cleo, bea])
    assert {key: learner.email for key, learner in found.items()} == {ann: "ann@example.com", bea: "bea@example.com"}
    assert await harness.port.learners_by_id([]) == {}


async def test_learners_are_found_by_email_whatever_its_case(harness):
    await harness.add_account("Zoë.Müller@Example.com")
    found = await harness.port.learners_by_email(["zoë.müller@example.com", "nobody@example.com"])
    assert [(key, learner.email) for key, learner in found.items()] == [
        ("zoë.müller@example.com", "Zoë.Müller@Example.com")
    ]
    assert await harness.port.learners_by_email([]) == {}


async def test_a_learner_knows_the_employee_it_is_linked_to(harness):
    ann, bea = await harness.add_account("ann@example.com"), await harness.add_account("bea@example.com")
    await harness.link(ann, "E1")
    found = await harness.port.learners_by_id([ann, bea])
    assert (found[ann].linked_employee_id, found[bea].linked_employee_id) == ("E1", None)


async def test_unlinked_emails_are_those_of_accounts_without_an_employee(harness):
    ann = await harness.add_account("ann@example.com")
    await harness.add_account("Bea@Example.com")
    assert await harness.port.unlinked_emails() == {"ann@example.com", "bea@example.com"}
    await harness.link(ann, "E1")
    assert await harness.port.unlinked_emails() == {"bea@example.com"}


async def test_another_portal_of_the_same_kind_is_another_world(harness):
    neighbour = await harness.neighbour()
    theirs = await neighbour.add_account("ann@example.com", user_type="admin")
    assert await harness.port.learners_by_id([theirs]) == {}
    assert await harness.port.learners_by_email(["ann@example.com"]) == {}
    assert await harness.port.unlinked_emails() == set()
    assert await harness.port.sole_admin() is None
    await neighbour.add_field("Job", FieldType.STRING)
    assert await harness.port.custom_fields() == []


async def test_the_sole_admin_is_the_only_one_who_can_sign_in(harness):
    assert await harness.port.sole_admin() is None
    boss = await harness.add_account("boss@example.com", user_type="admin")
    await harness.add_account("manager@example.com", user_type="manager")
    assert await harness.port.sole_admin() == boss
    other = await harness.add_account("other@example.com", user_type="admin")
    assert await harness.port.sole_admin() is None
    await harness.edit(other, status="pending")
    assert await harness.port.sole_admin() == boss
    await harness.edit(other, status="disabled")
    assert await harness.port.sole_admin() == boss


async def test_an_admin_whose_last_day_is_over_cannot_sign_in_and_one_whose_is_today_can(harness, set_clock):
    boss = await harness.add_account("boss@example.com", user_type="admin")
    await harness.add_account("leaver@example.com", user_type="admin", account_expires=date(2026, 3, 10))
    set_clock("2026-03-11T03:59:00Z")  # still the tenth in New York
    assert await harness.port.sole_admin() is None
    set_clock("2026-03-11T04:01:00Z")
    assert await harness.port.sole_admin() == boss


SEVEN = {
    FieldType.STRING: ((), "Zoë 事 <b>"),
    FieldType.DECIMAL: ((), "-12.5"),
    FieldType.INTEGER: ((), 7),
    FieldType.STRING_CHOICE: (("Plant", "Office"), "Office"),
    FieldType.DECIMAL_CHOICE: (("0.5", "1"), "0.5"),
    FieldType.INTEGER_CHOICE: (("1", "2"), 2),
    FieldType.DATE: ((), "2026-02-28"),
}


def test_there_are_seven_types():
    assert set(SEVEN) == set(FieldType)


@pytest.mark.parametrize("kind", SEVEN, ids=str)
async def test_a_field_and_a_value_of_each_type_come_back_as_they_were(harness, apply, new_account, learner, kind):
    choices, value = SEVEN[kind]
    await harness.add_field("Grade", kind, choices)
    (field,) = await harness.port.custom_fields()
    assert (field.label, field.type, field.choices) == ("Grade", kind, choices)
    (made,) = await apply(new_account("ann@example.com", custom={"Grade": value}))
    held = (await learner(made.learner_id)).custom["Grade"]
    assert (held, type(held)) == (value, type(value))


async def test_fields_come_in_the_order_they_were_added(harness):
    for label in ("Zone", "Area", "Middle"):
        await harness.add_field(label, FieldType.STRING)
    assert [field.label for field in await harness.port.custom_fields()] == ["Zone", "Area", "Middle"]
