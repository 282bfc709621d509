"""The program in a real terminal (tmux), as a person has it: painted, opened, moved about in, quit."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

ROOT = Path(__file__).parents[2]
_LONGEST_WAIT = 40.0

pytestmark = pytest.mark.skipif(
    shutil.which("tmux") is None and not os.environ.get("UKG_REQUIRE_BROWSER"), reason="there is no tmux here"
)


class Tmux:
    """A terminal of 80 x 24 that nobody sees."""

    def __init__(self) -> None:
        self._socket = f"ukg-{uuid4().hex[:8]}"

    def call(self, *words: str) -> str:
        """What tmux answers."""
        asked = subprocess.run(["tmux", "-L", self._socket, *words], capture_output=True, text=True, check=False)
        return asked.stdout

    def start(self, *command: str) -> None:
        """Run a command in it; its exit code is shown when it is over."""
        words = " ".join(command)
        self.call("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", f"{words}; echo ended with $?; cat")

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        self.call("send-keys", *keys)

    def sees(self, *words: str) -> str:
        """Wait until all these words are on the screen; gives the whole screen."""
        until = time.monotonic() + _LONGEST_WAIT
        while not all(each in (screen := self.call("capture-pane", "-p")) for each in words):
            if time.monotonic() > until:
                raise AssertionError(f"waited in vain for {words}; on the screen is:\n{screen}")
            time.sleep(0.1)
        return screen


@pytest.fixture
def tmux() -> Iterator[Tmux]:
    """The terminal; gone at the end."""
    running = Tmux()
    yield running
    running.call("kill-server")


async def test_it_is_painted_opened_moved_about_in_and_quit(
    synced: str, tmux: Tmux, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, set_clock: Callable[[str], None]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    tmux.start(sys.executable, "-m", "tui", "--database", synced)
    screen = tmux.sees("Acme Ltd (embedded)", "4 learners", "q Quit")
    assert screen.splitlines()[0].startswith(" ukg-sync  acme › Dashboard")
    tmux.press(":")
    tmux.sees("Search")
    tmux.press("everyone in the portal", "Enter")
    tmux.sees("4 people", "❯ ann@example.com")
    tmux.press("j", "Enter")
    tmux.sees("Bea Lee")
    tmux.press("Escape")
    tmux.sees("❯ bea@example.com")
    tmux.press("q")
    tmux.sees("ended with 0")
