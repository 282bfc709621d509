"""Messages and views as pictures (SVG), drawn from the blocks that the app sent."""

import html
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import ROUNDED, SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text

from tests.bot.fake_slack import Message, View
from tests.bot.fake_slack.workspace import Workspace

Block = Mapping[str, Any]

_WIDTH = 100
_TOKEN = re.compile(r"<([^<>]+)>")
_MARKED = re.compile(r"\*(?P<bold>[^*\n]+)\*|`(?P<code>[^`\n]+)`|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)")
_NUMBERED = re.compile(r"\b(run|plan)-[0-9a-f]{10}\b")
_EMOJI = {":warning:": "⚠"}
_LEVELS = {"info": "blue", "success": "green", "warning": "yellow", "error": "red"}
_BUTTONS = {"primary": "bold #ffffff on #007a5a", "danger": "bold #ffffff on #c01343", "": "bold black on #dddddd"}


class Drawing:
    """Draws what somebody in the workspace sees; numbers of runs and plans, which are made by chance, are all alike."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def message(self, message: Message, replies: Sequence[Message] = (), files: Sequence[str] = ()) -> RenderableType:
        """A message, below it what stands in its thread."""
        thread: list[RenderableType] = [self.blocks(reply.blocks) for reply in replies]
        thread += [Text(f"▤ {_alike(name)}", "blue") for name in files]
        rows: list[RenderableType] = [Text("■ ukg-sync", "bold"), self.blocks(message.blocks)]
        if thread:
            rows.append(Panel(Group(*thread), title="Thread", title_align="left", box=ROUNDED, border_style="dim"))
        return Padding(Group(*rows), (0, 0, 1, 0))

    def modal(self, view: View) -> RenderableType:
        """A modal with its buttons."""
        submit = view.content.get("submit", {}).get("text")
        feet = [("Close", "")] + ([(submit, "primary")] if submit else [])
        rows = Group(self.blocks(view.content["blocks"]), Text(), _in_a_row([_button(*foot) for foot in feet]))
        return Panel(rows, title=Text(view.title, "bold"), title_align="left", box=ROUNDED, padding=(1, 2))

    def home(self, view: View) -> RenderableType:
        """The Home tab."""
        return self.blocks(view.content["blocks"])

    def blocks(self, blocks: Sequence[Block]) -> RenderableType:
        """One below the other."""
        return Group(*(self._block(block) for block in blocks))

    def _block(self, block: Block) -> RenderableType:
        match block["type"]:
            case "section":
                return self._beside(self._text(block["text"]), block.get("accessory"))
            case "context":
                return Text(" ").join(self._text(each, "dim") for each in block["elements"])
            case "divider":
                return Rule(style="dim")
            case "actions":
                return Padding(_in_a_row([_element(each) for each in block["elements"]]), (1, 0))
            case "input":
                return self._input(block)
            case "alert":
                return Panel(self._text(block["text"]), box=ROUNDED, border_style=_LEVELS[block["level"]])
            case "data_table":
                return _table(block)
            case other:
                raise NotImplementedError(f"nobody has drawn a block of type {other} yet")

    def _beside(self, text: Text, accessory: Block | None) -> RenderableType:
        if accessory is None:
            return text
        grid = Table.grid(expand=True)
        grid.add_column(ratio=1)
        grid.add_column(no_wrap=True)
        grid.add_row(text, _element(accessory))
        return grid

    def _input(self, block: Block) -> RenderableType:
        rows: list[RenderableType] = [self._text(block["label"], "bold")]
        element = block["element"]
        chosen = [each["value"] for each in _chosen(element)]
        if element["type"] in ("radio_buttons", "checkboxes"):
            on, off = ("◉", "○") if element["type"] == "radio_buttons" else ("▣", "□")
            for each in element["options"]:
                rows.append(Text(f"  {on if each['value'] in chosen else off} {each['text']['text']}"))
                if "description" in each:
                    rows.append(Text(f"    {each['description']['text']}", "dim"))
        else:
            rows.append(_element(element))
        if "hint" in block:
            rows.append(self._text(block["hint"], "dim"))
        return Padding(Group(*rows), (0, 0, 1, 0))

    def _text(self, text: Block, style: str = "") -> Text:
        if text["type"] == "plain_text":
            return Text(_alike(text["text"]), style)
        said = _alike(_TOKEN.sub(self._named, text["text"]))
        for name, sign in _EMOJI.items():
            said = said.replace(name, sign)
        drawn, end = Text(style=style), 0
        for found in _MARKED.finditer(said):
            drawn.append(html.unescape(said[end : found.start()]))
            kind = str(found.lastgroup)
            drawn.append(html.unescape(found[kind]), {"bold": "bold", "italic": "italic", "code": "#1264a3"}[kind])
            end = found.end()
        return drawn.append(html.unescape(said[end:]))

    def _named(self, found: re.Match[str]) -> str:
        """What Slack shows in the place of a mention, a date or a link."""
        name, _, words = found[1].partition("|")
        match name[:1]:
            case "@":
                return f"*@{self._workspace.users[name[1:]].name}*"
            case "#":
                return f"*#{self._workspace.channels[name[1:]].name}*"
            case _:
                return words or name


def picture(title: str, drawn: RenderableType) -> str:
    """The SVG of it."""
    console = Console(
        record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor", _environ={}
    )
    console.print(drawn)
    name = re.sub(r"\W+", "-", title.casefold()).strip("-")
    drawing = console.export_svg(title=title, theme=DEFAULT_TERMINAL_THEME, unique_id=f"slack-{name}")
    return "\n".join(line.rstrip() for line in drawing.splitlines()) + "\n"


def _alike(text: str) -> str:
    return _NUMBERED.sub(r"\1-0123456789", text)


def _in_a_row(drawn: Sequence[Text]) -> Text:
    return Text("  ").join(drawn)


def _button(words: str, style: str) -> Text:
    return Text(f" {words} ", _BUTTONS[style])


def _element(element: Block) -> Text:
    match element["type"]:
        case "button":
            return _button(element["text"]["text"], element.get("style", ""))
        case "overflow":
            return Text(" ⋯ ", _BUTTONS[""])
        case "plain_text_input":
            return Text(f" {element.get('initial_value', '')} ", "on #eeeeee")
        case _:
            words = ", ".join(each["text"]["text"] for each in _chosen(element))
            empty = element.get("placeholder", {}).get("text", "Select an option")  # what Slack says by itself
            return Text(f" {words or empty} ▾ ", "on #eeeeee")


def _chosen(element: Block) -> list[Block]:
    one = element.get("initial_option")
    return [one] if one else list(element.get("initial_options", []))


def _table(block: Block) -> RenderableType:
    head, *rows = [[cell["text"] for cell in row] for row in block["rows"]]
    table = Table(*head, box=SIMPLE_HEAD, expand=True)
    for row in rows:
        table.add_row(*row)
    return table
