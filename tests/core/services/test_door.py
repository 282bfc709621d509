"""What the door decides, without pages: limits, links, passwords, profiles."""

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import now
from core.services.door import accept_path, reset_path
from core.services.door.attempts import (
    MOST,
    WINDOW,
    Limit,
    address_of,
    check_limit,
    count_attempt,
    forget_attempts,
    forget_old_attempts,
    forgive_attempt,
)
from core.services.door.passwords import check_new_password, hash_password, is_outdated, is_password
from core.services.door.profile import change_profile, is_incomplete, profile_of
from core.services.door.refusals import EntriesRefused, TooManyAttempts
from core.store.models import Attempts, AuditLine, CustomField, Learner, Mapping
from tests.core.store.databases import on_sqlite


def test_links_lead_to_the_portals_own_door():
    assert accept_path("acme", "T") == "/acme/accept/T"
    assert reset_path("acme", "T") == "/acme/reset/T"


async def _counted(value: str, moment: datetime) -> bool:
    try:
        await count_attempt(Limit.ACCOUNT, value, moment)
    except TooManyAttempts:
        return False
    return True


async def test_of_many_at_once_only_as_many_get_through_as_the_limit_allows(acme):
    moment = now()
    counted = await asyncio.gather(*(_counted("ann", moment) for _ in range(25)))
    assert sum(counted) == MOST[Limit.ACCOUNT]
    assert await _counted("bea", moment)
    with pytest.raises(TooManyAttempts) as refusal:
        await check_limit(Limit.ACCOUNT, "ann", moment)
    assert refusal.value.until == moment + WINDOW
    await check_limit(Limit.ADDRESS, "ann", moment)


async def test_a_count_ends_a_quarter_of_an_hour_after_its_first_failure(acme):
    moment = now()
    for second in range(10):
        assert await _counted("ann", moment + timedelta(seconds=second))
    just_before = moment + WINDOW - timedelta(microseconds=1)
    assert not await _counted("ann", just_before)
    await forget_old_attempts(just_before)
    assert await Attempts.all().count() == 1
    assert await _counted("ann", moment + WINDOW)
    assert (await Attempts.get()).failures == 1
    await forget_old_attempts(moment + 2 * WINDOW)
    assert await Attempts.all().count() == 0


async def test_what_went_well_is_not_counted(acme):
    moment = now()
    for _ in range(60):
        await count_attempt(Limit.ADDRESS, "here", moment)
        await forgive_attempt(Limit.ADDRESS, "here")
        await count_attempt(Limit.ACCOUNT, "ann", moment)
        await forget_attempts(Limit.ACCOUNT, "ann")
    assert (await Attempts.get()).failures == 0


@on_sqlite
async def test_what_is_counted_is_not_stored_in_clear(acme):
    await count_attempt(Limit.ACCOUNT, "ann@example.com", now())
    assert "ann" not in (await Attempts.get()).key


@given(st.ip_addresses(v=6, network="2001:db8:1:2::/64"))
def test_an_ipv6_network_counts_as_one_address(address):
    assert address_of(str(address)) == "2001:db8:1:2::"


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_counts_alone_however_it_is_written(address):
    assert address_of(str(address)) == address_of(f"::ffff:{address}") == str(address)


_LETTERS = st.characters(codec="ascii", exclude_categories=["Cc"])


@given(st.one_of(st.text(_LETTERS, max_size=12), st.text(_LETTERS, min_size=195, max_size=205)))
def test_a_password_is_taken_if_it_has_8_to_200_characters_whichever_they_are(password):
    if 8 <= len(password) <= 200:
        check_new_password(password, "someone@example.com")
    else:
        with pytest.raises(EntriesRefused, match="at (least 8|most 200) characters"):
            check_new_password(password, "someone@example.com")


@given(st.emails(), st.sampled_from([str.upper, str.lower, " {} ".format]))
def test_nobodys_password_is_their_address_however_it_is_written(email, written):
    with pytest.raises(EntriesRefused):
        check_new_password(written(email), email)


async def test_a_hash_opens_to_its_own_password_only_however_a_keyboard_composes_it():
    hashed = await hash_password("café au lait")
    assert await is_password(hashed, "cafe\u0301 au lait")
    assert not await is_password(hashed, "cafe au lait")
    assert not await is_password(None, "the password of nobody")
    assert not await is_password("no hash", "café au lait")
    assert not await is_password(hashed, "x" * 1_000_000)
    assert not is_outdated(hashed)


async def _add_fields(acme):
    rows = {}
    for label, values in {
        "Shirt": {"type": "string-choice", "choices": ["S", "M"], "editable": True, "mandatory": True},
        "Hobbies": {"type": "string-choice", "choices": ["Chess", "Tea"], "editable": True, "multiple": True},
        "Birthday of the cat": {"type": "date", "editable": True},
        "Steps": {"type": "integer", "editable": True},
        "Salary band": {"type": "string"},
        "Department": {"type": "string", "editable": True, "mandatory": True},
    }.items():
        rows[label] = await CustomField.create(portal_id=acme.id, label=label, label_key=label.casefold(), **values)
    await Mapping.create(portal_id=acme.id, attribute_id="department", field_label="Department", label_key="department")
    return {label: f"field-{row.id}" for label, row in rows.items()}


async def test_learners_fill_in_what_is_editable_and_nothing_else(acme, add_learner):
    names = await _add_fields(acme)
    learner = await add_learner("ann@example.com", custom={"Salary band": "B", "Department": "Sales"})
    fields = {field.field.label: field for field in await profile_of(acme, learner)}
    assert {label for label, field in fields.items() if field.editable} == set(names) - {"Salary band", "Department"}
    assert await is_incomplete(acme, learner)
    wanted = {"Shirt": ["M"], "Hobbies": ["Tea", "Chess"], "Birthday of the cat": ["2020-02-29"], "Steps": [" 12 "]}
    forged = {"Salary band": ["Z"], "Department": ["Board"], "No field": ["x"]}
    await change_profile(acme, learner, {names.get(label, label): value for label, value in (wanted | forged).items()})
    row = await Learner.get(id=learner.id)
    stored = {field.field.label: field.value for field in await profile_of(acme, row)}
    assert stored == {
        "Shirt": "M",
        "Hobbies": ["Tea", "Chess"],
        "Birthday of the cat": "2020-02-29",
        "Steps": 12,
        "Salary band": "B",
        "Department": "Sales",
    }
    assert row.revision == learner.revision + 1
    assert not await is_incomplete(acme, row)
    assert (await AuditLine.get(action="change own profile")).actor == "ann@example.com"
    await change_profile(acme, row, {names["Steps"]: [""], names["Hobbies"]: []})
    emptied = await Learner.get(id=learner.id)
    assert {field.field.label for field in await profile_of(acme, emptied) if field.entries} == {
        "Shirt", "Birthday of the cat", "Salary band", "Department",
    }  # fmt: skip


@on_sqlite
@pytest.mark.parametrize(
    ("label", "entry", "sentence"),
    [
        ("Shirt", "XXL", "Choose one of the list."),
        ("Shirt", "", "Please fill this in."),
        ("Hobbies", "Golf", "Choose one of the list."),
        ("Birthday of the cat", "2023-02-29", "Write a date like 2026-03-31."),
        ("Steps", "many", "Write a whole number like 12."),
        ("Steps", "9" * 30, "That number is too large."),
        ("Steps", "9" * 5000, "Write a whole number like 12."),
        ("Steps", "1\x002", "Leave out characters that cannot be seen."),
    ],
)
async def test_what_a_field_cannot_hold_is_refused_and_nothing_is_stored(acme, add_learner, label, entry, sentence):
    names = await _add_fields(acme)
    learner = await add_learner("ann@example.com")
    entries = {names["Shirt"]: ["M"], names["Birthday of the cat"]: ["2020-02-29"]} | {names[label]: [entry]}
    with pytest.raises(EntriesRefused) as refusal:
        await change_profile(acme, learner, entries)
    assert refusal.value.sentences == {names[label]: sentence}
    row = await Learner.get(id=learner.id)
    assert (row.custom, row.revision) == ("{}", learner.revision)
