"""What is measured of the terminal UI, in a process of its own. Prints one JSON object on stdout.

python -m tests.bench.screen DATABASE SECONDS       opens the portal `bench`, then presses keys for so long

`painted` counts from when the interpreter was up. A key's time ends when what it changed is drawn.
"""

import time

_UP = time.perf_counter()

import asyncio  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402

from tui.app import SyncApp  # noqa: E402

_PAUSE_SECONDS = 0.05
_KEYS = (("j", "j"), ("pagedown", None), ("j", "j"), ("k", "k"), ("pageup", None), ("G", "G"), ("k", "k"), ("g", "g"))


class Measured(SyncApp):
    """Notes when it was painted first."""

    painted = 0.0

    def on_mount(self) -> None:
        """Paint, and note it."""
        self.call_after_refresh(self._note)
        super().on_mount()

    def _note(self) -> None:
        self.painted = time.perf_counter() - _UP


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.001)


async def measure(database: str, seconds: float) -> dict[str, float]:
    """First paint, the list of people, a filter in it, and how long keys take."""
    from textual.events import Key
    from textual.widgets import Static

    from tui.screens.people import PeopleScreen
    from tui.widgets.paged_list import PagedList

    app = Measured(database, "bench")
    async with app.run_test(size=(120, 40)) as pilot:
        await _until(lambda: len(app.screen_stack) > 1)
        await pilot.pause()
        began = time.perf_counter()
        app.action_flow("people")
        await _until(lambda: isinstance(app.screen, PeopleScreen) and app.screen.is_mounted)
        rows = app.screen.query_one(PagedList)
        await _until(lambda: rows.row is not None)
        count = app.screen.query_one("#count", Static)
        opened = time.perf_counter() - began
        await pilot.press("slash", *"smith")
        began = time.perf_counter()
        await _until(lambda: "smith" in str(count.render()))
        filtered = time.perf_counter() - began
        driver = app._driver
        assert driver is not None
        await pilot.press("escape")
        await _until(lambda: "smith" not in str(count.render()))
        took = []
        until = time.perf_counter() + seconds
        while time.perf_counter() < until or len(took) < 100:
            key, letter = _KEYS[len(took) % len(_KEYS)]
            before, drawn = rows.cursor, asyncio.Event()
            began = time.perf_counter()
            driver.process_message(Key(key, letter))
            await _until(lambda before=before: rows.cursor != before)
            rows.call_after_refresh(drawn.set)
            await drawn.wait()
            took.append(time.perf_counter() - began)
            await asyncio.sleep(_PAUSE_SECONDS)
    took.sort()
    return {
        "painted": app.painted,
        "opened": opened,
        "filtered": filtered,
        "keys": len(took),
        "key_median": took[len(took) // 2],
        "key_99": took[len(took) * 99 // 100],
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    print(json.dumps(asyncio.run(measure(sys.argv[1], float(sys.argv[2])))))
