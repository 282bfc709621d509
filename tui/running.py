"""Carrying runs out beside the terminal UI: by a process of its own, which goes on when the UI is closed."""

import os
import subprocess
import sys
import tempfile
from typing import IO, Protocol, cast

from textual.app import App

from core.domain.errors import UkgSyncError

_LONGEST_FAULT = 500


class RunnerFailed(UkgSyncError):
    """The process that carries runs out could not be started."""


class Runners(Protocol):
    """Whoever carries out what was asked for."""

    fault: str | None
    """What went wrong with the last one, if anything did."""

    def start(self) -> None:
        """Carry out what waits. Raises `RunnerFailed`."""
        ...

    def look(self) -> str | None:
        """What went wrong since the last look."""
        ...


class RunnerProcesses:
    """Starts a process for what waits; the process ends by itself when nothing does. See `tui.runner`."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._begun: list[tuple[subprocess.Popen[bytes], IO[bytes]]] = []
        self.fault: str | None = None

    def start(self) -> None:
        """Start one, in a session of its own so that the terminal's signals do not reach it. The database's address may
        have a password in it, so it goes by the environment and never stands among the arguments."""
        self.fault = None
        said = tempfile.TemporaryFile()  # noqa: SIM115  (closed when the process is over)
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "tui.runner"],
                env=os.environ | {"UKG_DATABASE_URL": self._url},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                start_new_session=True,
            )
        except OSError as error:
            said.close()
            raise RunnerFailed(
                f"The process that carries runs out cannot be started ({error.strerror}). What was asked for waits, "
                "and 'ukg serve' or the Slack bot takes it up as well."
            ) from error
        self._begun.append((process, said))

    def look(self) -> str | None:
        """See which are over (whose end the system keeps until then), and what they said if they failed."""
        found = None
        for process, said in [each for each in self._begun if each[0].poll() is not None]:
            self._begun.remove((process, said))
            if process.returncode:
                self.fault = found = _fault(process.returncode, said)
            said.close()
        return found

    @property
    def processes(self) -> list[int]:
        """The ids of those that were at work when one last looked."""
        return [process.pid for process, _ in self._begun]


def runners_of(app: App[object]) -> Runners:
    """Whoever carries out what is asked for in this app."""
    return cast("_WithRunners", app).runners


class _WithRunners(Protocol):
    runners: Runners


def _fault(code: int, said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    if lines and code > 0:
        return lines[-1][:_LONGEST_FAULT]
    how = f"by signal {-code}" if code < 0 else f"with code {code}"
    return (
        f"The process that carried runs out ended {how}. What was written before stays; choose the same again to go on "
        "from there. It may take a minute to begin."
    )
