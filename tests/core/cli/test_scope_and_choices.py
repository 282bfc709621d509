"""`ukg scope`, `ukg choices`, and the owners and translations of `ukg map`."""

import asyncio

import pytest
from msgspec.structs import replace

from core.domain.employee import Employee
from core.store.connection import open_store
from core.store.models import Portal
from tests.core.services.snapshots import remember, someone


@pytest.fixture
def portal(database, ukg):
    """A portal with two choice fields that are filled and a text field that is not."""
    assert ukg("portal", "create", "acme").code == 0
    for label, *choices in (("Site", "Dublin", "Boston"), ("Site: old", "A=B", "B"), ("Job",)):
        words = [word for choice in choices for word in ("--choice", choice)]
        kind = "string-choice" if choices else "string"
        assert ukg("field", "add", "acme", label, "--type", kind, *words).code == 0
    assert ukg("map", "acme", "location=Site", "location_code=Site: old").code == 0
    return database


@pytest.fixture
def last_read(portal):
    """Call with employees to make them acme's last read."""

    def read(*people: Employee) -> None:
        async def keep() -> None:
            async with open_store(str(portal)):
                await remember(await Portal.get(slug="acme"), *people)

        asyncio.run(keep())

    return read


def translations(ukg):
    return {row["label"]: row["translations"] for row in ukg("map", "list", "acme", "--json").document}


def test_a_scope_is_shown_set_by_kind_and_dropped(portal, ukg):
    assert "acme: Everyone in UKG Pro." in ukg("scope", "acme").out
    done = ukg("scope", "acme", "--include", "company=ACME,BETA", "--include", "location=DUB", "--exclude", "person=E7")
    assert "Only people with company code ACME or BETA and location code DUB. Never: E7." in done.out
    assert "keeps their account even then" in done.out
    assert ukg("scope", "acme", "--include", "company=", "--include", "location=BOS", "--json").document == {
        "portal": "acme",
        "everyone": False,
        "include": {"location": ["BOS"]},
        "exclude": {"person": ["E7"]},
        "words": ["Only people with location code BOS.", "Never: E7."],
        "last_read": None,
        "warnings": [],
    }
    assert ukg("scope", "acme", "--everyone", "--json").document["everyone"]


def test_a_scope_tells_whom_of_the_last_read_it_lets_in_and_what_nobody_has(portal, last_read, ukg):
    last_read(someone("E1", company_code="ACME"), someone("E2", company_code="BETA"))
    out = ukg("scope", "acme", "--include", "company=ACME,ACNE", "--include", "company=OTHER").out
    assert "Inside at the last read" in out
    assert "1 of 2 people who are employed." in out
    assert "Nobody in the last read of UKG Pro has the company code 'ACNE'." in out
    assert ukg("scope", "acme", "--json").document["last_read"]["inside"] == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--include", "company"], "'company' is not KIND=VALUE[,VALUE]; the scope was not changed. Kinds: company,"),
        (["--exclude", "colour=red"], "'colour=red' is not KIND=VALUE[,VALUE]; the scope was not changed."),
        (["--include", "status=X"], "'X' is not a status of UKG Pro; the scope was not changed."),
        (["--include", "person=E1", "--exclude", "person=e1"], "Person 'E1' would be included and excluded at once;"),
    ],
)
def test_a_scope_that_cannot_be_is_refused_in_one_sentence(words, sentence, portal, ukg):
    result = ukg("scope", "acme", *words, "--json")
    assert result.code == 2
    assert result.sentence.startswith(sentence)
    assert ukg("scope", "acme", "--json").document["everyone"]


def test_unknown_values_are_listed_with_the_nearest_choice(portal, last_read, ukg):
    last_read(someone("E1", location="Dublin office"), someone("E2", location="Paris"), someone("E3", location="Paris"))
    document = ukg("choices", "acme", "--json").document
    assert document["values"] == [
        {"field": "Site", "value": "Paris", "people": 2, "nearest": None},
        {"field": "Site", "value": "Dublin office", "people": 1, "nearest": "Dublin"},
    ]
    assert document["not_read"] == ["Site: old"]
    shown = ukg("choices", "acme").out
    assert "Dublin office" in shown
    assert "Site: old was not filled yet at the last read" in shown
    assert "--translate" in shown


def test_without_a_read_a_first_sync_is_needed(portal, ukg):
    result = ukg("choices", "acme", "--json")
    assert (result.code, "Sync it first: ukg sync acme" in result.sentence) == (2, True)


def test_values_are_added_translated_and_forgotten(portal, last_read, ukg):
    last_read(*(replace(someone(name), attributes={"location": name}) for name in ("Paris", "Rome", "Dublin office")))
    assert "'Rome' is a choice of Site now." in ukg("choices", "acme", "--add", "site=Paris", "--add", "Site=Rome").out
    done = ukg("choices", "acme", "--translate", "Site:Dublin office=Dublin")
    assert "In Site, 'Dublin' stands for 'Dublin office' now." in done.out
    assert "is known" in ukg("choices", "acme").out
    assert ukg("choices", "acme", "--forget", "Site:Dublin office", "--json").document == {
        "portal": "acme",
        "changed": ["'Dublin office' is not translated in Site any more."],
    }
    assert [row["value"] for row in ukg("choices", "acme", "--json").document["values"]] == ["Dublin office"]


@pytest.mark.parametrize(
    ("typed", "label", "value", "choice"),
    [
        ("Site:Paris=Dublin", "Site", "Paris", "Dublin"),
        ("site : Paris = Dublin", "Site", "Paris", "Dublin"),
        ("Site: old:Paris=B", "Site: old", "Paris", "B"),
        ("Site: old:Paris=A=B", "Site: old", "Paris=A", "B"),
        ("Site:Rue de Paris: 3=4=Boston", "Site", "Rue de Paris: 3=4", "Boston"),
    ],
)
def test_a_translation_is_parted_where_a_known_label_and_choice_end(typed, label, value, choice, portal, ukg):
    assert ukg("choices", "acme", "--translate", typed).code == 0
    assert translations(ukg)[label] == {value: choice}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--add", "Paris"], "'Paris' is not LABEL=VALUE; nothing was changed."),
        (
            ["--add", "Job=Cook"],
            "acme has no choice field 'Job'; nothing was changed. Its choice fields: Site, Site: old.",
        ),
        (["--translate", "Site=Dublin"], "'Site=Dublin' is not LABEL:VALUE=CHOICE; nothing was changed."),
        (["--translate", "Site:Paris"], "'Site:Paris' is not LABEL:VALUE=CHOICE; nothing was changed."),
        (
            ["--translate", "Site:Paris=Rome"],
            "'Rome' is not a choice of Site; nothing was changed. Its choices: Dublin",
        ),
        (["--translate", "Job:Cook=Chef"], "acme fills no choice field 'Job' from UKG Pro; nothing was changed."),
        (["--forget", "Site:Paris"], "'Paris' is not translated in Site; nothing was changed. Translated are: none."),
        (["--add", "Site=Rome", "--forget", "Site:Rome"], "Give --add, --translate or --forget, one kind at a time;"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(words, sentence, portal, ukg):
    result = ukg("choices", "acme", *words, "--json")
    assert result.code == 2
    assert result.sentence.startswith(sentence)


def test_the_owner_of_a_field_is_set_listed_and_kept(portal, ukg):
    assert ukg("map", "acme", "job_title=Job", "--owner", "leave-if-blank").code == 0
    assert ukg("map", "acme", "job_code=Job").code == 0
    owners = {row["label"]: row["owner"] for row in ukg("map", "list", "acme", "--json").document}
    assert owners == {"Site": "hr", "Site: old": "hr", "Job": "leave-if-blank"}
    assert "leave-if-blank" in ukg("map", "list", "acme").out


def test_an_owner_there_is_not_is_refused_with_those_there_are(portal, ukg):
    result = ukg("map", "acme", "job_title=Job", "--owner", "me")
    assert (result.code, result.sentence) == (
        2,
        "--owner is one of hr, first, leave-if-blank, not 'me'; nothing was changed.",
    )
    assert ukg("map", "list", "acme", "--owner", "hr").code == 2
