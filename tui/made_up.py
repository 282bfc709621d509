"""A made-up company behind a stand-in of UKG Pro, in a process of its own that ends with the terminal UI."""

import asyncio
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from datetime import date

import msgspec

from core.domain.errors import OutsideError

PEOPLE = 200
PORT = 8765  # where 'ukg sandbox ukg' serves, unless it is told otherwise
_LONGEST_START = 30.0  # seconds
_COMMAND = "from core.cli.main import main; main()"
_PRINTED = re.compile(r"echo (\S+) \| ukg connect SLUG --url (\S+) --user (\S+) --customer-api-key (\S+)")


class MadeUpAccount(msgspec.Struct, frozen=True):
    """The service account of the stand-in, as it prints it."""

    password: str
    url: str
    user: str
    customer_api_key: str

    def __repr__(self) -> str:
        return "MadeUpAccount(…)"


class Company(msgspec.Struct, frozen=True):
    """Which company: of how many people, as it is `day` days after `since` (today, if None). On port 0 a free one is
    taken; a portal that is connected already finds it at the port it was at before."""

    people: int = PEOPLE
    since: date | None = None
    day: int = 0
    port: int = 0

    @property
    def arguments(self) -> list[str]:
        """Those of `ukg sandbox ukg`."""
        begun = ["--start", self.since.isoformat()] if self.since is not None else []
        return ["--employees", str(self.people), "--day", str(self.day), "--port", str(self.port), *begun]


class MadeUpCompany:
    """Served from `start` to `stop`."""

    def __init__(self, company: Company | None = None) -> None:
        self._company = company or Company()
        self._process: Process | None = None
        self._account: MadeUpAccount | None = None

    async def start(self) -> MadeUpAccount:
        """Serve it, unless that is done already; raises `OutsideError` if it does not begin."""
        if self._account is not None and self._process is not None and self._process.returncode is None:
            return self._account
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _COMMAND,
            "sandbox",
            "ukg",
            *self._company.arguments,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=DEVNULL,
        )
        try:
            self._account = await asyncio.wait_for(_printed(self._process), _LONGEST_START)
        except (TimeoutError, EOFError):
            await self.stop()
            raise OutsideError(await _why_not(self._company.port)) from None
        return self._account

    async def stop(self) -> None:
        """End it."""
        process, self._process, self._account = self._process, None, None
        if process is not None and process.returncode is None:
            process.terminate()
            await process.wait()


async def _why_not(port: int) -> str:
    """Why it could not be started: mostly since another terminal serves it at its port already."""
    if port:
        with suppress(OSError):
            _, answering = await asyncio.open_connection("127.0.0.1", port)
            answering.close()
            return (
                f"Something serves at port {port} already, most likely the made-up company of another terminal: this "
                "one uses it for as long as it is there. Nothing was changed."
            )
    return "The made-up company could not be started; nothing was changed. See what is said by: ukg sandbox ukg"


async def _printed(process: Process) -> MadeUpAccount:
    if process.stdout is None:
        raise EOFError
    async for line in process.stdout:
        found = _PRINTED.search(line.decode())
        if found:
            return MadeUpAccount(*found.groups())
    raise EOFError
