"""The blocks of Block Kit that an app like this can need (docs.slack.dev/reference/block-kit/blocks)."""

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
    typed,
)
from tests.bot.fake_slack.elements import ACCESSORIES, ELEMENTS, INPUTS, INTERACTIVE

_STYLE = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), boolean))


def _part(required: dict[str, Check], **optional: Check) -> Check:
    return shape(required, {"style": _STYLE, **optional})


_PARTS: dict[str, Check] = {
    "text": _part({"text": string()}),
    "link": _part({"url": address}, text=string(), unsafe=boolean),
    "user": _part({"user_id": string()}),
    "channel": _part({"channel_id": string()}),
    "usergroup": _part({"usergroup_id": string()}),
    "emoji": _part({"name": string()}, skin_tone=integer(1, 6), unicode=string()),
    "date": _part({"timestamp": integer(), "format": string()}, url=address, fallback=string()),
    "broadcast": _part({"range": one_of("here", "channel", "everyone")}),
}
_INLINE = array(typed(_PARTS), least=0)
_RICH: dict[str, Check] = {
    "rich_text_section": shape({"elements": _INLINE}),
    "rich_text_quote": shape({"elements": _INLINE}, {"border": integer(0, 1)}),
    "rich_text_preformatted": shape({"elements": _INLINE}, {"border": integer(0, 1)}),
}
_RICH["rich_text_list"] = shape(
    {"elements": array(typed(_RICH, ("rich_text_section",))), "style": one_of("bullet", "ordered")},
    {"indent": integer(0, 8), "offset": integer(0), "border": integer(0, 1)},
)


def _block(required: dict[str, Check] | None = None, **optional: Check) -> Check:
    return shape(required or {}, {"block_id": identifier, **optional})


_RICH_TEXT = _block({"elements": array(typed(_RICH))})
_CELLS: dict[str, Check] = {
    "raw_text": ELEMENTS["raw_text"],
    "raw_number": ELEMENTS["raw_number"],
    "rich_text": _RICH_TEXT,
}
_TASK = _block(
    {"task_id": string(), "title": string(), "status": one_of("pending", "in_progress", "complete", "error")},
    details=typed({"rich_text": _RICH_TEXT}),
    output=typed({"rich_text": _RICH_TEXT}),
    sources=array(typed(ELEMENTS, ("url",))),
)
_POINT = shape({"label": string(20), "value": number})
_CHART = typed(
    {
        "pie": shape({"segments": array(_POINT, most=12)}),
        **dict.fromkeys(
            ("line", "bar", "area"),
            shape(
                {
                    "series": array(shape({"name": string(20), "data": array(_POINT, most=20)}), most=12),
                    "axis_config": shape(
                        {"categories": array(string(20), most=20)}, {"x_label": string(20), "y_label": string(20)}
                    ),
                },
            ),
        ),
    }
)


def _rows_are_even(table: dict[str, Any]) -> bool:
    rows = table.get("rows")
    return not isinstance(rows, list) or len({len(row) for row in rows if isinstance(row, list)}) <= 1


def _header_is_plain(table: dict[str, Any]) -> bool:
    rows = table.get("rows") or [[]]
    return all(cell.get("type") == "raw_text" for cell in rows[0] if isinstance(cell, dict))


BLOCKS: dict[str, Check] = {
    "divider": _block(),
    "header": _block({"text": plain(limits.HEADER)}, level=integer(1, 4)),
    "section": every(
        _block(
            text=text(limits.TEXT),
            fields=array(text(limits.FIELD), most=limits.FIELDS),
            accessory=typed(ELEMENTS, ACCESSORIES),
            expand=boolean,
        ),
        rule(lambda block: "text" in block or "fields" in block, "missing required field: text"),
    ),
    "context": _block(
        {
            "elements": array(
                typed(
                    {
                        "image": ELEMENTS["image"],
                        **dict.fromkeys(("plain_text", "mrkdwn"), text(limits.CONTEXT_TEXT)),
                    }
                ),
                most=limits.CONTEXT_ELEMENTS,
            )
        }
    ),
    "actions": _block({"elements": array(typed(ELEMENTS, INTERACTIVE), most=limits.ACTIONS)}),
    "input": _block(
        {"label": plain(limits.INPUT_LABEL), "element": typed(ELEMENTS, INPUTS)},
        hint=plain(limits.INPUT_LABEL),
        optional=boolean,
        dispatch_action=boolean,
    ),
    "image": _block({"alt_text": string(limits.ALT_TEXT), "image_url": address}, title=plain(limits.IMAGE_TITLE)),
    "markdown": _block({"text": string(limits.MARKDOWN)}),
    "rich_text": _RICH_TEXT,
    "table": _block(
        {"rows": array(array(typed(_CELLS), most=limits.COLUMNS), most=limits.TABLE_ROWS)},
        column_settings=array(
            shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean}), most=limits.COLUMNS
        ),
    ),
    "data_table": every(
        _block(
            {
                "caption": string(),
                "rows": array(array(typed(_CELLS), most=limits.COLUMNS), most=limits.DATA_TABLE_ROWS, least=2),
            },
            page_size=integer(1, limits.PAGE_SIZE),
            row_header_column_index=integer(0, limits.COLUMNS - 1),
        ),
        rule(_rows_are_even, "all rows must have the same number of cells"),
        rule(_header_is_plain, "the first row may hold raw_text only"),
    ),
    "data_visualization": _block({"title": string(50), "chart": _CHART}),
    "task_card": _TASK,
    "plan": _block({"title": string()}, tasks=array(typed({"task_card": _TASK}))),
    "alert": _block({"text": text(limits.ALERT)}, level=one_of("default", "info", "warning", "error", "success")),
}
_IN_CONTAINERS = ("actions", "context", "divider", "header", "image", "rich_text", "section", "table")
BLOCKS["container"] = every(
    _block(
        {"child_blocks": array(typed(BLOCKS, _IN_CONTAINERS), most=limits.CONTAINER_BLOCKS)},
        title=plain(limits.CONTAINER_TITLE),
        rich_text_title=typed({"rich_text": _RICH_TEXT}),
        subtitle=text(limits.CONTAINER_TITLE),
        width=one_of("narrow", "standard", "wide", "full"),
        icon=typed(ELEMENTS, ("image",)),
        is_collapsible=boolean,
        default_collapsed=boolean,
        has_header_divider=boolean,
    ),
    rule(lambda block: "title" in block or "rich_text_title" in block, "missing required field: title"),
    rule(
        lambda block: not block.get("default_collapsed") or bool(block.get("is_collapsible")),
        "default_collapsed requires is_collapsible",
    ),
)

ONLY_IN_MODALS = ("alert",)
ONLY_IN_MESSAGES = ("table", "data_table", "data_visualization", "markdown", "plan", "task_card")
