"""Colours: every text can be read on its background, in every theme; nothing is told by colour alone."""

from collections.abc import AsyncIterator, Iterator

import pytest
from rich.segment import Segment
from rich.text import Text
from textual.color import Color
from textual.widgets import Button, Input, OptionList

from tests.tui.terminal import Terminal, terminal
from tests.tui.training import nurses, staff  # noqa: F401
from tui.flows import FLOWS

ENOUGH, ENOUGH_FOR_HINTS = 4.5, 3.0
_NOT_TEXT = frozenset("█▁▂▃▄▅▆▇▔▏▎▍▌▋▊▉▐▀─│┌┐└┘├┤┬┴┼╭╮╰╯━┃▗▖▘▝▚▞░▒▓╺╸╴╶ ")


def segments(there: Terminal) -> Iterator[tuple[int, Segment]]:
    """What is drawn, with the line it is on; of a screen behind a dialog nothing."""
    frames = there.app.screen.query(".dialog") if there.app.screen.is_modal else ()
    for line, strip in enumerate(there.app.screen._compositor.render_strips()):
        at = 0
        for segment in strip:
            if not frames or any(frame.region.contains(at, line) for frame in frames):
                yield line, segment
            at += segment.cell_length


def contrast(first: Color, second: Color) -> float:
    """The contrast of two colours, from 1 to 21 (Web Content Accessibility Guidelines 2.2, 1.4.3)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def too_faint(there: Terminal) -> set[str]:
    """The texts whose contrast does not do, with it; what is disabled counts as a hint."""
    muted = _hints(there)
    found = set()
    for line, segment in segments(there):
        text, style = segment.text.strip(), segment.style
        if not set(text) - _NOT_TEXT or style is None or style.color is None or style.bgcolor is None:
            continue
        if style.color.is_default or style.bgcolor.is_default:
            continue
        colours = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
        measured = contrast(*colours)
        if measured < (ENOUGH_FOR_HINTS if any(text in hint for hint in muted) else ENOUGH):
            found.add(f"line {line}: {text!r} {colours[0].hex} on {colours[1].hex} has {measured:.2f}")
    return found


def _hints(there: Terminal) -> list[str]:
    """Texts that are hints: placeholders, what is added to a choice, and what cannot be chosen just now."""
    screen = there.app.screen
    found = [field.placeholder for field in screen.query(Input)]
    found += [str(button.label) for button in screen.query(Button) if button.disabled]
    for shown in screen.query(OptionList):
        for option in shown.options:
            if isinstance(option.prompt, Text):
                found += [
                    option.prompt.plain[span.start : span.end] for span in option.prompt.spans if span.style == "dim"
                ]
    return found


async def each_flow(there: Terminal) -> AsyncIterator[str]:
    """The first screen of every flow, one after the other."""
    for flow in FLOWS:
        before = len(there.app.screen_stack)
        await there.open(flow.name)
        await there.rest()
        yield flow.name
        while len(there.app.screen_stack) > before:
            there.app.pop_screen()


async def test_every_text_can_be_read_in_the_dark_and_the_light_theme(nurses: str) -> None:  # noqa: F811
    async with terminal(nurses) as there:
        await can_be_read(there, "the dashboard")
        async for flow in each_flow(there):
            assert "fault of its own" not in there.text(), there.text()
            await can_be_read(there, flow)
        await there.open("groups")
        await there.sees("2 groups")
        await there.press("G", "d")
        await there.sees("Remove the group Nurses?")
        assert any("3 members" in segment.text for _, segment in segments(there))
        await can_be_read(there, "a dialog")
        await there.press("escape", "question_mark")
        await there.sees("Help: Groups")
        await can_be_read(there, "the help")


async def can_be_read(there: Terminal, what: str) -> None:
    """Whatever is on the screen, in both themes."""
    for theme in ("textual-dark", "textual-light"):
        there.app.theme = theme
        await there.until(lambda: True)
        assert too_faint(there) == set(), f"{what} in {theme}"


@pytest.mark.parametrize("theme", ["textual-dark", "ansi-dark", "ansi-light"])
async def test_where_the_keys_go_is_seen(nurses: str, theme: str) -> None:  # noqa: F811
    async with terminal(nurses, theme=theme) as there:
        await there.open("groups")
        await there.sees("2 groups")
        listed = [(line, segment.text, str(segment.style)) for line, segment in segments(there)]
        await there.press("slash")
        await there.until(lambda: there.app.focused is not None and there.app.focused.id != "", "the filter")
        filtering = [(line, segment.text, str(segment.style)) for line, segment in segments(there)]
        row = next(line for line, text, _ in listed if "Kitchen" in text)
        assert [each[2] for each in listed if each[0] == row] != [each[2] for each in filtering if each[0] == row + 1]


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_in_the_colours_of_the_terminal_text_stands_on_no_colour_that_nobody_knows(
    nurses: str,  # noqa: F811
    theme: str,
) -> None:
    async with terminal(nurses, theme=theme) as there:
        assert on_unknown(there) == set()
        for flow in ("groups", "people", "guard", "map"):
            await there.open(flow)
            await there.rest()
            assert on_unknown(there) == set(), flow
        await there.open("groups")
        await there.sees("2 groups")
        await there.press("d")
        await there.sees("Remove the group Kitchen?")
        await there.type("kitchen")
        await there.press("tab")
        assert on_unknown(there) == set()
        words = {segment.text.strip(): str(segment.style) for _, segment in segments(there)}
        assert "reverse" in words["Remove"]
        assert "reverse" not in words["Leave it"]


def on_unknown(there: Terminal) -> set[str]:
    """Texts on a background that is not the terminal's own."""
    return {
        f"line {line}: {segment.text.strip()!r} is {segment.style}"
        for line, segment in segments(there)
        if set(segment.text) - _NOT_TEXT
        and segment.style is not None
        and segment.style.bgcolor is not None
        and not segment.style.bgcolor.is_default
    }


async def test_without_colours_the_cursor_and_states_are_still_told(
    nurses: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with terminal(nurses) as there:
        await there.open("groups")
        text = await there.sees("2 groups", "running", "none")
        assert "❯ Kitchen" in text
        coloured = {
            colour.hex
            for _, segment in segments(there)
            if segment.style is not None and segment.style.color is not None and not segment.style.color.is_default
            for colour in [Color.from_rich_color(segment.style.color)]
            if len(set(colour.rgb)) > 1
        }
        assert coloured == set()
        assert too_faint(there) == set()
