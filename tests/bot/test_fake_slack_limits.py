"""The stand-in of Slack takes what is at a limit and refuses one more, everywhere."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bot.fake_slack import limits
from tests.bot.fake_slack.blocks import BLOCKS
from tests.bot.fake_slack.elements import ELEMENTS
from tests.bot.fake_slack.structure import has_too_many_letters, is_too_large, message_problems, view_problems


def plain(number=1):
    return {"type": "plain_text", "text": "x" * number}


def markup(number=1):
    return {"type": "mrkdwn", "text": "x" * number}


def option(place=0, *, text=1, value=None, description=None):
    found = {"text": plain(text), "value": str(place) if value is None else "v" * value}
    return found if description is None else found | {"description": plain(description)}


def options(number):
    return [option(place) for place in range(number)]


def button(**more):
    return {"type": "button", "action_id": "a", "text": plain(), **more}


def select(**more):
    return {"type": "static_select", "action_id": "a", "options": options(1), **more}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def section(**more):
    return {"type": "section", "text": markup(), **more}


def asked(element, **more):
    return {"type": "input", "label": plain(), "element": element, **more}


def writing(**more):
    return {"type": "plain_text_input", "action_id": "a", **more}


def confirm(**more):
    return {"title": plain(), "text": plain(), "confirm": plain(), "deny": plain(), **more}


def modal(*blocks, **more):
    return {"type": "modal", "title": plain(), "submit": plain(), "blocks": list(blocks), **more}


def cell(number=1):
    return {"type": "raw_text", "text": "x" * number}


def data_table(rows, columns=1, **more):
    return {"type": "data_table", "caption": "c", "rows": [[cell()] * columns for _ in range(rows)], **more}


def table(rows, columns=1):
    return {"type": "table", "rows": [[cell()] * columns for _ in range(rows)]}


def container(**more):
    return {"type": "container", "title": plain(), "child_blocks": [section()], **more}


def chart(segments=1, label=1, title=1):
    points = [{"label": "x" * label, "value": 1}] * segments
    return {"type": "data_visualization", "title": "x" * title, "chart": {"type": "pie", "segments": points}}


IN_MESSAGES = {
    "blocks": (limits.MESSAGE_BLOCKS, lambda n: [{"type": "divider"}] * n),
    "section text": (limits.TEXT, lambda n: [section(text=markup(n))]),
    "section fields": (limits.FIELDS, lambda n: [section(fields=[markup()] * n)]),
    "section field": (limits.FIELD, lambda n: [section(fields=[markup(n)])]),
    "header": (limits.HEADER, lambda n: [{"type": "header", "text": plain(n)}]),
    "context elements": (limits.CONTEXT_ELEMENTS, lambda n: [{"type": "context", "elements": [markup()] * n}]),
    "context text": (limits.CONTEXT_TEXT, lambda n: [{"type": "context", "elements": [markup(n)]}]),
    "actions": (limits.ACTIONS, lambda n: [actions(*(button(action_id=str(each)) for each in range(n)))]),
    "block id": (limits.IDENTIFIER, lambda n: [section(block_id="x" * n)]),
    "action id": (limits.IDENTIFIER, lambda n: [actions(button(action_id="x" * n))]),
    "button text": (limits.BUTTON_TEXT, lambda n: [actions(button(text=plain(n)))]),
    "button value": (limits.BUTTON_VALUE, lambda n: [actions(button(value="x" * n))]),
    "button address": (limits.URL, lambda n: [actions(button(url="https://x/".ljust(n, "x")))]),
    "button label": (limits.LABEL_FOR_READERS, lambda n: [actions(button(accessibility_label="x" * n))]),
    "options": (limits.OPTIONS, lambda n: [actions(select(options=options(n)))]),
    "option text": (limits.OPTION_TEXT, lambda n: [actions(select(options=[option(text=n)]))]),
    "option value": (limits.OPTION_VALUE, lambda n: [actions(select(options=[option(value=n)]))]),
    "option description": (limits.OPTION_TEXT, lambda n: [actions(select(options=[option(description=n)]))]),
    "placeholder": (limits.PLACEHOLDER, lambda n: [actions(select(placeholder=plain(n)))]),
    "option groups": (
        limits.OPTION_GROUPS,
        lambda n: [
            actions(
                {
                    "type": "static_select",
                    "action_id": "a",
                    "option_groups": [{"label": plain(), "options": [option(each)]} for each in range(n)],
                }
            )
        ],
    ),
    "group label": (
        limits.GROUP_LABEL,
        lambda n: [
            actions(
                {
                    "type": "static_select",
                    "action_id": "a",
                    "option_groups": [{"label": plain(n), "options": options(1)}],
                }
            )
        ],
    ),
    "checkboxes": (
        limits.CHOICES,
        lambda n: [actions({"type": "checkboxes", "action_id": "a", "options": options(n)})],
    ),
    "radio buttons": (
        limits.CHOICES,
        lambda n: [actions({"type": "radio_buttons", "action_id": "a", "options": options(n)})],
    ),
    "overflow": (
        limits.OVERFLOW_OPTIONS,
        lambda n: [actions({"type": "overflow", "action_id": "a", "options": options(n)})],
    ),
    "confirm title": (limits.CONFIRM_TITLE, lambda n: [actions(button(confirm=confirm(title=plain(n))))]),
    "confirm text": (limits.CONFIRM_TEXT, lambda n: [actions(button(confirm=confirm(text=plain(n))))]),
    "confirm yes": (limits.CONFIRM_BUTTON, lambda n: [actions(button(confirm=confirm(confirm=plain(n))))]),
    "confirm no": (limits.CONFIRM_BUTTON, lambda n: [actions(button(confirm=confirm(deny=plain(n))))]),
    "markdown": (limits.MARKDOWN, lambda n: [{"type": "markdown", "text": "x" * n}]),
    "markdown in all": (
        limits.MARKDOWN,
        lambda n: [{"type": "markdown", "text": "x" * (n - 10)}, {"type": "markdown", "text": "x" * 10}],
    ),
    "tables": (limits.TABLES, lambda n: [table(1)] * n),
    "table rows": (limits.TABLE_ROWS, lambda n: [table(n)]),
    "table columns": (limits.COLUMNS, lambda n: [table(1, n)]),
    "data table rows": (limits.DATA_TABLE_ROWS, lambda n: [data_table(n)]),
    "data table columns": (limits.COLUMNS, lambda n: [data_table(2, n)]),
    "data table page": (limits.PAGE_SIZE, lambda n: [data_table(2, page_size=n)]),
    "cells in all": (
        limits.CELL_LETTERS,
        lambda n: [{"type": "data_table", "caption": "c", "rows": [[cell(n - 1)], [cell()]]}],
    ),
    "charts": (limits.CHARTS, lambda n: [chart()] * n),
    "chart title": (50, lambda n: [chart(title=n)]),
    "chart segments": (12, lambda n: [chart(segments=n)]),
    "chart label": (20, lambda n: [chart(label=n)]),
    "container title": (limits.CONTAINER_TITLE, lambda n: [container(title=plain(n))]),
    "container blocks": (limits.CONTAINER_BLOCKS, lambda n: [container(child_blocks=[section()] * n)]),
    "image description": (
        limits.ALT_TEXT,
        lambda n: [{"type": "image", "image_url": "https://x/y.png", "alt_text": "x" * n}],
    ),
}
IN_VIEWS = {
    "blocks": (limits.VIEW_BLOCKS, lambda n: modal(*[{"type": "divider"}] * n)),
    "title": (limits.VIEW_TITLE, lambda n: modal(title=plain(n))),
    "submit": (limits.VIEW_BUTTON, lambda n: modal(submit=plain(n))),
    "close": (limits.VIEW_BUTTON, lambda n: modal(close=plain(n))),
    "private metadata": (limits.PRIVATE_METADATA, lambda n: modal(private_metadata="x" * n)),
    "callback id": (limits.IDENTIFIER, lambda n: modal(callback_id="x" * n)),
    "external id": (limits.IDENTIFIER, lambda n: modal(external_id="x" * n)),
    "input label": (limits.INPUT_LABEL, lambda n: modal(asked(writing(), label=plain(n)))),
    "input hint": (limits.INPUT_LABEL, lambda n: modal(asked(writing(), hint=plain(n)))),
    "longest input": (limits.INPUT_LENGTH, lambda n: modal(asked(writing(max_length=n)))),
    "first value": (limits.INPUT_LENGTH, lambda n: modal(asked(writing(initial_value="x" * n)))),
    "files": (limits.FILES, lambda n: modal(asked({"type": "file_input", "action_id": "a", "max_files": n}))),
    "alert": (limits.ALERT, lambda n: modal({"type": "alert", "text": markup(n)})),
    "focus": (1, lambda n: modal(*[asked(writing(focus_on_load=True))] * n)),
}


@pytest.mark.parametrize("name", IN_MESSAGES)
def test_a_message_at_the_limit_is_taken_and_one_more_is_refused(name):
    limit, build = IN_MESSAGES[name]
    assert message_problems(build(limit)) == []
    assert message_problems(build(limit + 1)) != []


@pytest.mark.parametrize("name", IN_VIEWS)
def test_a_view_at_the_limit_is_taken_and_one_more_is_refused(name):
    limit, build = IN_VIEWS[name]
    assert view_problems(build(limit)) == []
    assert view_problems(build(limit + 1)) != []


def test_the_letters_of_a_message_count_over_all_blocks():
    full, rest = divmod(limits.MESSAGE_LETTERS, limits.TEXT)
    blocks = [section(text=markup(limits.TEXT))] * full
    assert not has_too_many_letters([*blocks, section(text=markup(rest))])
    assert has_too_many_letters([*blocks, section(text=markup(rest + 1))])


def test_a_view_has_a_size_in_all():
    view = modal(*[section(text=markup(2900))] * 84)
    assert not is_too_large(view)
    view["blocks"] *= 2
    assert is_too_large(view)


REFUSED_BLOCKS = {
    "an unknown block": {"type": "sectoin", "text": markup()},
    "an unknown name": section(colour="red"),
    "no text at all": {"type": "section"},
    "an empty text": section(text={"type": "mrkdwn", "text": ""}),
    "markup in a header": {"type": "header", "text": markup()},
    "markup on a button": actions(button(text=markup())),
    "an unknown style": actions(button(style="green")),
    "a picture among the actions": actions({"type": "image", "image_url": "https://x/y", "alt_text": "y"}),
    "a button as an input": asked(button()),
    "an empty row of buttons": actions(),
    "two elements of one name in a block": actions(button(), button()),
    "a menu without options": actions({"type": "static_select", "action_id": "a"}),
    "a menu with options and groups": actions(select(option_groups=[{"label": plain(), "options": options(1)}])),
    "a first option that is no option": actions(select(initial_option=option(7))),
    "two options of one value": actions(select(options=[option(1), option(1)])),
    "a number without saying which": asked({"type": "number_input", "action_id": "a"}),
    "an address that is none": actions(button(url="here")),
    "a date that is none": actions({"type": "datepicker", "action_id": "a", "initial_date": "10.3.2026"}),
    "an alert in a message": {"type": "alert", "text": markup()},
    "rows that differ": {"type": "data_table", "caption": "c", "rows": [[cell()], [cell(), cell()]]},
    "a header that is no text": {
        "type": "data_table",
        "caption": "c",
        "rows": [[{"type": "raw_number", "value": 1, "text": "1"}], [cell()]],
    },
    "a table with a header only": data_table(1),
    "a state that is none": {
        "type": "plan",
        "title": "p",
        "tasks": [{"type": "task_card", "task_id": "t", "title": "t", "status": "completed"}],
    },
    "a container in a container": container(child_blocks=[container()]),
    "collapsed but not collapsible": container(default_collapsed=True),
    "something that is null": section(accessory=None),
    "no block": "section",
}


@pytest.mark.parametrize("name", REFUSED_BLOCKS)
def test_a_message_of_the_wrong_structure_is_refused(name):
    assert message_problems([section()]) == []
    assert message_problems([section(), REFUSED_BLOCKS[name]]) != []


TAKEN_BLOCKS = {
    "a plan": {
        "type": "plan",
        "title": "p",
        "tasks": [{"type": "task_card", "task_id": "t", "title": "t", "status": "complete"}],
    },
    "numbers": {
        "type": "data_table",
        "caption": "c",
        "rows": [[cell()], [{"type": "raw_number", "value": 1.5, "text": "1.5"}]],
    },
    "rich text": {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "bullet",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "x", "style": {"bold": True}},
                            {"type": "user", "user_id": "UANN"},
                        ],
                    }
                ],
            }
        ],
    },
    "a menu of people": actions({"type": "users_select", "action_id": "a", "initial_user": "UANN"}),
    "a menu beside a text": section(accessory=select(initial_option=option(0), confirm=confirm(style="danger"))),
    "a menu that the app fills": actions({"type": "external_select", "action_id": "a", "min_query_length": 0}),
    "a foldable container": container(is_collapsible=True, default_collapsed=True),
}


@pytest.mark.parametrize("name", TAKEN_BLOCKS)
def test_what_slack_knows_is_taken(name):
    assert message_problems([TAKEN_BLOCKS[name]]) == []


REFUSED_VIEWS = {
    "an input and nothing to submit": {"type": "modal", "title": plain(), "blocks": [asked(writing())]},
    "a title with markup": modal(title=markup()),
    "no title": {"type": "modal", "blocks": []},
    "a home tab with a title": {"type": "home", "title": plain(), "blocks": []},
    "a table in a modal": modal(table(1)),
    "an alert on the home tab": {"type": "home", "blocks": [{"type": "alert", "text": markup()}]},
    "an unknown kind": {"type": "dialog", "blocks": []},
    "an unknown name": modal(hash="1"),
    "two blocks of one id": modal(section(block_id="b"), section(block_id="b")),
    "one id inside and outside of a container": modal(
        section(block_id="b"), container(child_blocks=[section(block_id="b")])
    ),
}


@pytest.mark.parametrize("name", REFUSED_VIEWS)
def test_a_view_of_the_wrong_structure_is_refused(name):
    assert view_problems(REFUSED_VIEWS[name]) != []


JUNK = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
NAMES = st.sampled_from(["type", "text", "elements", "options", "value", "rows", "child_blocks", "block_id", "blocks"])
TYPES = st.sampled_from([*BLOCKS, *ELEMENTS, "plain_text", "mrkdwn", "modal", "home"])
ANYTHING = st.recursive(
    JUNK | TYPES,
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(NAMES, parts | TYPES, max_size=4),
    max_leaves=12,
)


@given(ANYTHING)
def test_whatever_comes_is_taken_or_refused_and_never_breaks_the_check(payload):
    assert all(str(problem).startswith("[ERROR]") for problem in [*message_problems(payload), *view_problems(payload)])


WELL_FORMED = [block for _, build in IN_MESSAGES.values() for block in build(1) if build(1)]


def places(value, path=()):
    """Every place in a payload."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from places(part, (*path, name))


@given(st.data())
def test_a_payload_with_one_part_replaced_never_breaks_the_check(data):
    payload = copy.deepcopy([data.draw(st.sampled_from(WELL_FORMED))])
    *way, last = data.draw(st.sampled_from([path for path in places(payload) if path]))
    place = payload
    for name in way:
        place = place[name]
    place[last] = data.draw(ANYTHING)
    assert all(str(problem).startswith("[ERROR]") for problem in message_problems(payload))


def test_what_is_wrong_is_said_with_its_place():
    (problem,) = message_problems([section(), section(text=markup(limits.TEXT + 1))])
    assert str(problem) == "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
