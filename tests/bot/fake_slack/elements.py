"""The interactive elements of Block Kit and what they are made of (docs.slack.dev/reference/block-kit)."""

from collections.abc import Mapping
from typing import Any

from tests.bot.fake_slack import limits
from tests.bot.fake_slack.checks import (
    Check,
    address,
    array,
    boolean,
    every,
    identifier,
    integer,
    number,
    one_of,
    plain,
    rule,
    shape,
    string,
    text,
)

_CONFIRM = shape(
    {
        "title": plain(limits.CONFIRM_TITLE),
        "text": text(limits.CONFIRM_TEXT),
        "confirm": plain(limits.CONFIRM_BUTTON),
        "deny": plain(limits.CONFIRM_BUTTON),
    },
    {"style": one_of("primary", "danger")},
)
_DATE = string(pattern=r"\d{4}-\d{2}-\d{2}")
_TIME = string(pattern=r"([01]\d|2[0-3]):[0-5]\d")
_DISPATCH = shape(
    {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), most=2)},
)


def _option(kinds: tuple[str, ...] = ("plain_text",), **more: Check) -> Check:
    return shape(
        {"text": text(limits.OPTION_TEXT, kinds=kinds), "value": string(limits.OPTION_VALUE)},
        {"description": text(limits.OPTION_TEXT, kinds=kinds), **more},
    )


_OPTION = _option()
_CHOICE = _option(("plain_text", "mrkdwn"))
_OPTIONS = array(_OPTION, most=limits.OPTIONS)
_GROUPS = array(
    shape({"label": plain(limits.GROUP_LABEL), "options": _OPTIONS}),
    most=limits.OPTION_GROUPS,
)


def options_of(element: Mapping[str, Any]) -> list[Any]:
    """Every option of a select, whether in groups or not."""
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(option for group in groups for option in group.get("options", []))]


def _chosen_are_options(element: dict[str, Any]) -> bool:
    chosen = [*element.get("initial_options", [])]
    chosen += [element["initial_option"]] if "initial_option" in element else []
    return all(each in options_of(element) for each in chosen)


def _values_differ(element: dict[str, Any]) -> bool:
    values = [option.get("value") for option in options_of(element) if isinstance(option, dict)]
    return len(values) == len(set(values))


_FROM_OPTIONS = every(
    rule(_chosen_are_options, "initial option must be one of the options"),
    rule(_values_differ, "option values must be unique"),
)
_EITHER_KIND = rule(
    lambda element: ("options" in element) != ("option_groups" in element), "exactly one of options and option_groups"
)


def _element(required: Mapping[str, Check] | None = None, **optional: Check) -> Check:
    return shape(required or {}, {"action_id": identifier, **optional})


def _input(required: Mapping[str, Check] | None = None, **optional: Check) -> Check:
    return _element(required, focus_on_load=boolean, **optional)


def _select(**optional: Check) -> Check:
    return _input(placeholder=plain(limits.PLACEHOLDER), confirm=_CONFIRM, **optional)


def _several(**optional: Check) -> Check:
    return _select(max_selected_items=integer(1), **optional)


def _writing(**optional: Check) -> Check:
    return _input(placeholder=plain(limits.PLACEHOLDER), dispatch_action_config=_DISPATCH, **optional)


_IDS = array(string(), least=0)

ELEMENTS: dict[str, Check] = {
    "button": _element(
        {"text": plain(limits.BUTTON_TEXT)},
        url=address,
        value=string(limits.BUTTON_VALUE),
        style=one_of("primary", "danger"),
        confirm=_CONFIRM,
        accessibility_label=string(limits.LABEL_FOR_READERS),
    ),
    "checkboxes": every(
        _input(
            {"options": array(_CHOICE, most=limits.CHOICES)},
            initial_options=array(_CHOICE, most=limits.CHOICES),
            confirm=_CONFIRM,
        ),
        _FROM_OPTIONS,
    ),
    "radio_buttons": every(
        _input({"options": array(_CHOICE, most=limits.CHOICES)}, initial_option=_CHOICE, confirm=_CONFIRM),
        _FROM_OPTIONS,
    ),
    "overflow": every(
        _element({"options": array(_option(url=address), most=limits.OVERFLOW_OPTIONS)}, confirm=_CONFIRM),
        _FROM_OPTIONS,
    ),
    "datepicker": _select(initial_date=_DATE),
    "timepicker": _select(initial_time=_TIME, timezone=string()),
    "datetimepicker": _input(initial_date_time=integer(1_000_000_000, 9_999_999_999), confirm=_CONFIRM),
    "static_select": every(
        _select(options=_OPTIONS, option_groups=_GROUPS, initial_option=_OPTION), _FROM_OPTIONS, _EITHER_KIND
    ),
    "multi_static_select": every(
        _several(options=_OPTIONS, option_groups=_GROUPS, initial_options=_OPTIONS), _FROM_OPTIONS, _EITHER_KIND
    ),
    "external_select": _select(min_query_length=integer(0), initial_option=_OPTION),
    "multi_external_select": _several(min_query_length=integer(0), initial_options=_OPTIONS),
    "users_select": _select(initial_user=string()),
    "multi_users_select": _several(initial_users=_IDS),
    "channels_select": _select(initial_channel=string(), response_url_enabled=boolean),
    "multi_channels_select": _several(initial_channels=_IDS),
    "conversations_select": _select(
        initial_conversation=string(),
        default_to_current_conversation=boolean,
        response_url_enabled=boolean,
        filter=shape(
            {},
            {
                "include": array(one_of("im", "mpim", "private", "public"), most=4),
                "exclude_external_shared_channels": boolean,
                "exclude_bot_users": boolean,
            },
        ),
    ),
    "plain_text_input": _writing(
        initial_value=string(limits.INPUT_LENGTH, least=0),
        multiline=boolean,
        min_length=integer(0, limits.INPUT_LENGTH),
        max_length=integer(1, limits.INPUT_LENGTH),
    ),
    "email_text_input": _writing(initial_value=string(limits.INPUT_LENGTH, least=0)),
    "url_text_input": _writing(initial_value=string(limits.INPUT_LENGTH, least=0)),
    "number_input": every(
        _writing(is_decimal_allowed=boolean, initial_value=string(), min_value=string(), max_value=string()),
        rule(lambda element: "is_decimal_allowed" in element, "missing required field: is_decimal_allowed"),
    ),
    "file_input": _element(filetypes=_IDS, max_files=integer(1, limits.FILES)),
    "image": every(
        shape(
            {"alt_text": string(limits.ALT_TEXT)},
            {"image_url": address, "slack_file": shape({}, {"id": string(), "url": string()})},
        ),
        rule(lambda image: ("image_url" in image) != ("slack_file" in image), "exactly one of image_url, slack_file"),
    ),
    "url": shape({"url": address, "text": string()}),
    "raw_text": shape({"text": string()}),
    "raw_number": shape({"value": number, "text": string()}),
}

SELECTS = tuple(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = ("datepicker", "timepicker", "datetimepicker")
CHOOSERS = ("checkboxes", "radio_buttons")
INTERACTIVE = (*SELECTS, *PICKERS, *CHOOSERS, "button", "overflow")
INPUTS = (*SELECTS, *PICKERS, *CHOOSERS, *(name for name in ELEMENTS if name.endswith("_input")))
ACCESSORIES = tuple(name for name in (*INTERACTIVE, "image") if name != "datetimepicker")
