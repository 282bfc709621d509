"""The scope of a portal: kept, replaced by kind, checked, and held against the last read."""

from datetime import date

import msgspec
import pytest

from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.domain.scope import Scope, ScopeKind
from core.services.acting import Actor, acting_as
from core.services.admins import set_admin
from core.services.scope import scope_of, set_scope, show_scope
from core.store.models import AuditLine, Portal
from tests.core.services.snapshots import remember, someone
from tests.core.store.databases import on_sqlite

COMPANY, STATUS, PERSON = ScopeKind.COMPANY, ScopeKind.STATUS, ScopeKind.PERSON


async def change(include=None, exclude=None, **values):
    return await set_scope("acme", include=include or {}, exclude=exclude or {}, **values)


async def kept() -> Scope:
    return scope_of(await Portal.get(slug="acme"))


async def trail() -> list[tuple[object, object]]:
    lines = await AuditLine.filter(action="scope changed").order_by("id")
    return [(msgspec.json.decode(line.before), msgspec.json.decode(line.after)) for line in lines]


async def test_a_portal_takes_everyone_until_told_otherwise(acme):
    assert acme.scope == ""
    shown = await show_scope("acme")
    assert (shown.everyone, shown.words, shown.last_read) == (True, ("Everyone in UKG Pro.",), None)


async def test_conditions_are_kept_replaced_by_kind_and_dropped_and_every_change_is_in_the_trail(acme):
    await change({COMPANY: ["ACME"]}, {STATUS: ["s"]})
    await change({COMPANY: ["BETA", "acme"]})
    assert await kept() == Scope({COMPANY: ("acme", "BETA")}, {STATUS: ("s",)})
    await change({}, {STATUS: []})
    assert await kept() == Scope({COMPANY: ("acme", "BETA")})
    await change(everyone=True)
    assert (await Portal.get(slug="acme")).scope == ""
    assert await trail() == [
        ({}, {"include": {"company": ["ACME"]}, "exclude": {"status": ["s"]}}),
        (
            {"include": {"company": ["ACME"]}, "exclude": {"status": ["s"]}},
            {"include": {"company": ["acme", "BETA"]}, "exclude": {"status": ["s"]}},
        ),
        (
            {"include": {"company": ["acme", "BETA"]}, "exclude": {"status": ["s"]}},
            {"include": {"company": ["acme", "BETA"]}},
        ),
        ({"include": {"company": ["acme", "BETA"]}}, {}),
    ]


@on_sqlite
async def test_saying_the_same_again_leaves_no_line(acme):
    await change({COMPANY: ["ACME", "BETA"]})
    await change({COMPANY: ["BETA", " ACME "]})
    assert len(await trail()) == 1


@on_sqlite
async def test_everyone_with_a_condition_starts_afresh(acme):
    await change({COMPANY: ["ACME"]})
    shown = await change({}, {PERSON: ["E1"]}, everyone=True)
    assert (shown.include, shown.exclude) == ({}, {"person": ("E1",)})


@on_sqlite
async def test_what_is_both_included_and_excluded_is_refused(acme):
    await change({COMPANY: ["ACME"]})
    with pytest.raises(SettingsError, match="'ACME' would be included and excluded at once; the scope was not changed"):
        await change({}, {COMPANY: ["acme"]})
    assert await kept() == Scope({COMPANY: ("ACME",)})


@on_sqlite
async def test_a_status_is_one_of_ukg_pros_letters(acme):
    with pytest.raises(
        SettingsError, match=r"'X' is not a status.+ not changed\. There are: A \(active\), L \(leave\)"
    ):
        await change({STATUS: ["A", "X"]})
    assert (await kept()).everyone


@on_sqlite
async def test_whoever_looks_may_see_the_scope_and_only_an_admin_change_it(acme):
    await set_admin("acme", "Vera", Role.VIEWER)
    await set_admin("acme", "Otto", Role.OPERATOR)
    with acting_as(Actor("Vera", "cli")):
        assert (await show_scope("acme")).everyone
    with acting_as(Actor("Otto", "cli")), pytest.raises(SettingsError):
        await change({COMPANY: ["ACME"]})
    assert (await kept()).everyone


async def test_the_scope_is_held_against_those_of_the_last_read_who_are_employed(acme):
    left = date(2025, 1, 1)
    people = [someone(f"E{number}", company_code="ACME" if number < 4 else "BETA") for number in range(1, 7)]
    await remember(acme, *people, someone("E9", status="T", left=left, company_code="ACME"))
    shown = await change({COMPANY: ["ACME"]}, {PERSON: ["e1@example.com"]})
    assert (shown.last_read.employed, shown.last_read.inside) == (6, 2)
    assert shown.warnings == ()
    assert shown.words == ("Only people with company code ACME.", "Never: e1@example.com.")


async def test_values_that_nobody_of_the_last_read_carries_are_told(acme):
    await remember(acme, someone("E1", company_code="ACME"), someone("E2", status="L", company_code=None))
    shown = await change({COMPANY: ["acme", "ACNE"]}, {PERSON: ["E2", "E3"], STATUS: ["L", "S"]})
    assert shown.warnings == (
        "Nobody in the last read of UKG Pro has the company code 'ACNE'.",
        "Nobody in the last read of UKG Pro has the status 'S'.",
        "Nobody in the last read of UKG Pro is E3.",
    )


async def test_an_attribute_that_was_not_read_yet_is_told_and_nobody_is_counted_by_it(acme):
    await remember(acme, someone("E1"))
    shown = await change({COMPANY: ["ACME"]})
    assert (shown.last_read.employed, shown.last_read.inside) == (1, None)
    (warning,) = shown.warnings
    assert warning.startswith("The last read of UKG Pro did not ask for the company code")


@on_sqlite
@pytest.mark.parametrize(
    ("include", "exclude", "words"),
    [
        ({PERSON: ["E1", "E2"]}, {}, ("Only the people listed: E1 and E2.",)),
        (
            {COMPANY: ["ACME", "BETA"], ScopeKind.LOCATION: ["DUB"], PERSON: ["E1"]},
            {STATUS: ["S"], ScopeKind.ORG_LEVEL_2: ["X"]},
            (
                "Only people with company code ACME or BETA and location code DUB.",
                "Not people with status S or organization level 2 code X.",
                "Always: E1.",
            ),
        ),
    ],
)
async def test_a_scope_is_said_in_words(include, exclude, words, acme):
    assert (await change(include, exclude)).words == words
