"""Settings of what is synced, through whole syncs: the scope, who owns a field, choices that stand for values."""

from core.domain.custom_fields import FieldType
from core.domain.mapping import Owner
from core.domain.scope import ScopeKind
from core.services.choices import Translation, add_choices, translate, unknown_choices
from core.services.mappings import map_attributes
from core.services.scope import set_scope

COMPANY = ScopeKind.COMPANY


async def scope(include=None, exclude=None, **values):
    return await set_scope("acme", include=include or {}, exclude=exclude or {}, **values)


def results(report):
    return {row.employee_id: (row.outcome, row.reason) for row in report.outcomes}


async def test_a_pilot_takes_its_people_and_the_rest_follow_when_the_scope_is_widened(town):
    for number in range(1, 5):
        town.hire(f"E{number}", companyCode="ACME" if number < 3 else "BETA")
    await scope({COMPANY: ["acme"]})
    first = await town.sync()
    assert (first.counts.invited, first.counts.skipped) == (2, 2)
    assert results(first)["E4"] == ("skipped", "out_of_scope")
    await scope(everyone=True)
    second = await town.sync()
    assert (second.counts.invited, second.counts.unchanged) == (2, 2)


async def test_a_narrowed_scope_leaves_accounts_exactly_as_they_are_until_employment_ends(town):
    town.hire("E1", companyCode="ACME")
    town.hire("E2", companyCode="BETA")
    await town.sync()
    before = await town.learners()
    await scope({COMPANY: ["ACME"]})
    report = await town.sync()
    assert results(report)["E2"] == ("skipped", "out_of_scope")
    assert await town.learners() == before
    town.change("E2", lastName="Renamed")
    await town.sync()
    assert await town.learners() == before
    town.change("E2", employeeStatusCode="T", dateOfTermination="2026-03-01T00:00:00")
    report = await town.sync()
    assert results(report)["E2"] == ("ended", "terminated")
    assert (await town.learners())["e2@example.com"].status == "disabled"


async def test_the_scope_is_held_against_the_read_that_went_by_it(town):
    town.hire("E1", orgLevel2Code="EAST")
    town.hire("E2", orgLevel2Code="WEST")
    await scope({ScopeKind.ORG_LEVEL_2: ["east"]})
    await town.sync()
    shown = await scope()
    assert (shown.last_read.employed, shown.last_read.inside, shown.warnings) == (2, 1, ())


async def test_a_value_cleared_and_a_value_left_are_told_apart_in_the_plan(town):
    town.hire("E1", primaryJobCode="J1", payGroup="P1")
    await town.map("Code", "job_code")
    await town.map("Group", "pay_group")
    await map_attributes("acme", ["pay_group=Group"], Owner.LEAVE_IF_BLANK)
    await town.sync()
    town.change("E1", primaryJobCode=None, payGroup=None)
    planned = town.outcome(await town.plan(), "E1")
    assert planned.changes == {"Code": ("J1", None)}
    assert planned.warnings == ["Group: empty in UKG Pro; 'P1' stays (leave if blank)"]


async def test_the_first_value_stays_through_every_later_sync(town):
    town.hire("E1", primaryJobCode="J1")
    await town.map("Badge", "job_code")
    await map_attributes("acme", ["job_code=Badge"], Owner.FIRST)
    await town.sync()
    for code in ("J2", None, "J3"):
        town.change("E1", primaryJobCode=code)
        await town.sync()
        assert (await town.learners())["e1@example.com"].custom == {"Badge": "J1"}
    await map_attributes("acme", ["job_code=Badge"], Owner.HR)
    await town.sync()
    assert (await town.learners())["e1@example.com"].custom == {"Badge": "J3"}


async def test_unknown_values_of_a_sync_are_gone_once_added_or_translated(town):
    town.hire("E1", primaryJobCode="J1")
    town.hire("E2", primaryJobCode="J2")
    town.hire("E3", primaryJobCode="J9")
    await town.map("Code", "job_code", FieldType.STRING_CHOICE, ["J1"])
    report = await town.sync()
    assert sorted(row.value for row in report.unknown_values) == ["J2", "J9"]
    assert [row.value for row in (await unknown_choices("acme")).values] == ["J2", "J9"]
    await add_choices("acme", [("Code", "J2")])
    await translate("acme", [Translation("Code", "J9", "J1")])
    report = await town.sync()
    assert report.unknown_values == []
    assert {email: row.custom["Code"] for email, row in (await town.learners()).items()} == {
        "e1@example.com": "J1",
        "e2@example.com": "J2",
        "e3@example.com": "J1",
    }
