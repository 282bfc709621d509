"""The menus for values that a choice field does not know: any field, any value, and what is chosen comes back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.interactions import About, Modal, Values
from bot.modals.mapping_choices import (
    NEW_CHOICE,
    NO_CHOICE,
    chosen,
    menu,
    suggested,
    translation_name,
    values_on_a_page,
)
from bot.views import payload_of
from core.domain.custom_fields import CustomField, FieldType
from core.domain.errors import SettingsError
from core.domain.mapping_draft import DraftRow
from core.services.choices import UnknownChoice
from tests.bot.fake_slack.structure import is_too_large, view_problems

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120).map(str.strip).filter(bool)
CHOICES = st.lists(TEXT.filter(lambda text: "," not in text), unique=True, max_size=130)


def field_with(choices):
    return CustomField("1", "Job", FieldType.STRING_CHOICE, tuple(choices))


def view_of(blocks):
    return payload_of(Modal("Title", blocks, About("acme"), "form", "Keep"))


@settings(deadline=None)
@given(CHOICES, st.lists(TEXT, unique=True, min_size=1, max_size=20), st.booleans())
def test_a_page_of_menus_is_taken_by_slack_whatever_the_choices_and_values_are(choices, values, grows):
    field, row = field_with(choices), DraftRow("job_title", "Job")
    some = [UnknownChoice("Job", value, 2, choices[0] if choices else None) for value in values]
    view = view_of(
        [menu(translation_name(each.value), field, each, row, grows=grows) for each in some[: values_on_a_page(field)]]
    )
    assert [str(each) for each in view_problems(view)] == []
    assert not is_too_large(view)
    assert len(suggested(field, row, "", grows=grows)) <= 100


@settings(deadline=None)
@given(CHOICES.filter(bool), TEXT, st.data())
def test_what_is_chosen_comes_back_and_is_chosen_still_when_shown_again(choices, value, data):
    field, row = field_with(choices), DraftRow("job_title", "Job")
    unknown = UnknownChoice("Job", value, 1, None)
    name = translation_name(value)
    options = [each["value"] for each in suggested(field, row, "", grows=True) if each["value"] != "more"]
    picked = data.draw(st.sampled_from(options))
    kept = chosen(Values({name: {name: {"selected_option": {"value": picked}}}}), field, [unknown], row)
    shown = menu(name, field, unknown, kept, grows=True)["element"].get("initial_option")
    assert (value in kept.additions) == (picked == NEW_CHOICE)
    assert (kept.translations.get(value) in choices) == (picked not in (NEW_CHOICE, NO_CHOICE))
    if picked not in (NEW_CHOICE, NO_CHOICE):
        assert shown["value"] == picked
    cleared = chosen(Values({name: {name: {"selected_option": None}}}), field, [unknown], kept)
    assert (dict(cleared.translations), cleared.additions) == ({}, ())
    assert chosen(Values({}), field, [unknown], kept) == kept  # another page was shown


def test_a_choice_that_is_gone_is_refused():
    unknown, row = UnknownChoice("Job", "Nursing", 1, None), DraftRow("job_title", "Job")
    name = translation_name("Nursing")
    (nurse,) = [
        each for each in suggested(field_with(["Nurse"]), row, "nur", grows=False) if each["value"] != NO_CHOICE
    ]
    held = Values({name: {name: {"selected_option": nurse}}})
    assert dict(chosen(held, field_with(["Cook", "Nurse"]), [unknown], row).translations) == {"Nursing": "Nurse"}
    with pytest.raises(SettingsError, match="The choices of Job have changed meanwhile"):
        chosen(held, field_with(["Cook"]), [unknown], row)
