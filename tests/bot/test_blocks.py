"""The pieces of modals: whatever is put into them, Slack takes them, and what was written in them comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import (
    any_of,
    at_time,
    button,
    buttons,
    confirmation,
    first_hundred,
    notice,
    one_of,
    one_of_many,
    option,
    pager,
    searched,
    user,
    values_of,
    with_values,
    written,
)
from bot.interactions import About, Click, Form, Interactions, Modal, Values, read_about, written_down
from bot.views import payload_of
from core.domain.errors import SettingsError
from tests.bot.fake_slack.inputs import first_value
from tests.bot.fake_slack.structure import view_problems

ANY = st.text(min_size=1, max_size=4000).filter(str.strip)


def problems(*blocks):
    return [str(each) for each in view_problems(payload_of(Modal("Title", blocks, About("acme"), "form", "Save")))]


def begun(blocks):
    """What the inputs hold when nobody has touched them."""
    inputs = [block for block in blocks if block["type"] == "input"]
    return Values(
        {block["block_id"]: {block["element"]["action_id"]: first_value(block["element"])} for block in inputs}
    )


@given(ANY)
def test_a_notice_of_any_length_is_shown(sentence):
    assert problems(notice(sentence)) == []


@given(ANY, ANY)
def test_options_and_confirmations_of_any_length_are_shown(words, more):
    asked = button("Yes", "yes", "1", confirm=confirmation("Sure?", words, "Yes"))
    assert problems(one_of("one", "One", [option(words, "1", more), option("other", "2")]), buttons(asked)) == []


@given(st.integers(0, 300))
def test_a_menu_shows_a_hundred_and_says_that_there_are_more(number):
    options = first_hundred([option(str(each), str(each)) for each in range(number)])
    assert len(options) == min(number, 100)
    assert ("more" in [each["value"] for each in options]) == (number > 100)


@given(st.integers(0, 20), st.integers(1, 20))
def test_pages_lead_to_those_before_and_after(page, pages):
    found = [element["value"] for block in pager("p", page, pages)[:1] for element in block["elements"]]
    assert found == [str(each) for each in (page - 1, page + 1) if 0 <= each < pages]


FORM = [
    written("name", "Name"),
    written("lines", "Lines", "before", lines=True, optional=True),
    one_of("few", "Few", [option("A", "a"), option("B", "b")], "a"),
    one_of_many("many", "Many", [option(each.upper(), each) for each in "abcdef"]),
    any_of("boxes", "Boxes", [option("A", "a"), option("B", "b")], ["b"]),
    searched("search", "Search"),
    at_time("time", "Time", "03:30"),
    user("person", "Person"),
]
STATE = {
    "name": {"value": "Bea"},
    "lines": {"value": None},
    "few": {"selected_option": option("B", "b")},
    "many": {"selected_option": option("C", "c")},
    "boxes": {"selected_options": []},
    "search": {"selected_option": option("Found", "found")},
    "time": {"selected_time": "06:00"},
    "person": {"selected_user": "UBOB"},
}


def test_a_form_that_is_shown_anew_begins_with_what_was_written_in_it():
    held = Values({name: {name: value} for name, value in STATE.items()})
    again = with_values(FORM, held)
    assert problems(*again) == []
    now = begun(again)
    assert (now.text("name"), now.text("lines")) == ("Bea", "")
    assert [now.choice(name) for name in ("few", "many", "search", "time", "person")] == [
        "b",
        "c",
        "found",
        "06:00",
        "UBOB",
    ]
    assert now.choices("boxes") == []


def test_a_form_that_nobody_touched_holds_what_it_was_made_with():
    held = begun(FORM)
    assert (held.text("lines"), held.choice("few"), held.choices("boxes")) == ("before", "a", ["b"])
    assert (held.choice("many"), held.choice("time")) == (None, "03:30")
    assert problems(*FORM) == []


@given(st.sets(st.sampled_from(list(STATE))))
def test_inputs_of_which_slack_tells_nothing_hold_what_they_began_with(told):
    state = {name: {name: STATE[name]} for name in told}
    held, untouched = values_of({"blocks": FORM, "state": {"values": state}}), begun(FORM)
    for name, value in STATE.items():
        expected = Values({name: {name: value}}) if name in told else untouched
        assert (held.text(name), held.choice(name), held.choices(name)) == (
            expected.text(name),
            expected.choice(name),
            expected.choices(name),
        )


@given(st.text(max_size=60), st.text(max_size=100), st.integers(0, 10_000))
def test_what_a_modal_is_about_travels_and_comes_back(portal, subject, page):
    about = About(portal, "a" * 32, subject, page)
    assert read_about(written_down(about)) == about


@pytest.mark.parametrize("text", ["", "nonsense", "{}", "[]", '{"portal": 1}', '{"portal": "acme", "v": 2}'])
def test_what_another_version_wrote_is_out_of_date(text):
    with pytest.raises(SettingsError, match="out of date"):
        read_about(text)


def test_one_name_stands_for_one_thing():
    async def nothing(act):
        pass

    one = Interactions(clicks=[Click("one", nothing)], forms=[Form("one", nothing)])
    assert len(Interactions().joined(one).clicks) == 1
    with pytest.raises(ValueError, match="one name"):
        one.joined(Interactions(forms=[Form("one", nothing)]))
