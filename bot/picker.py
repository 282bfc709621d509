"""The menu in which somebody with several portals picks one."""

from collections.abc import Sequence

from bot.content import Content, section
from bot.flows import Flow

PICK = "pick_portal"
_FLOW = "pick_portal_for/"
_MOST = 100  # options of a menu (facts/slack, part A)


class SeveralFit(Exception):
    """Several portals fit, and none was named."""

    def __init__(self, slugs: Sequence[str]) -> None:
        super().__init__(slugs)
        self.slugs = slugs


def picker(flow: Flow, slugs: Sequence[str]) -> Content:
    """The menu. What was asked for stands in the block's name, so that a menu still works after a restart."""
    options = [{"text": {"type": "plain_text", "text": slug}, "value": slug} for slug in slugs[:_MOST]]
    question = f"For which portal: *{flow.summary[0].lower()}{flow.summary[1:]}*"
    more = "" if len(slugs) <= _MOST else f" The first {_MOST} are listed; any other: `/ukg {flow.name} PORTAL`"
    listed = ", ".join(slugs[:_MOST])
    menu = {
        "type": "actions",
        "block_id": f"{_FLOW}{flow.name}",
        "elements": [
            {
                "type": "static_select",
                "action_id": PICK,
                "placeholder": {"type": "plain_text", "text": "Portal"},
                "options": options,
            }
        ],
    }
    text = f"Which portal? Type `/ukg {flow.name} PORTAL` with one of: {listed}"
    return Content(text[:3900], [section(f"{question}?{more}"), menu])


def flow_of(block_id: str) -> str:
    """What was asked for before the portal was picked."""
    return block_id.removeprefix(_FLOW)
