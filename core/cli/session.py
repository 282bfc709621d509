"""What every command shares: the database it works on, how it ends, how it speaks.

Exit codes (design, section 5): 0 done, 1 done but some failed or conflict, 2 usage or settings, 3 held,
4 UKG Pro or the portal failed us, 5 busy or too soon; 130 when interrupted.
"""

import asyncio
import gc
import logging
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import typer

Result = TypeVar("Result")

INTERRUPTED = "Interrupted. What was written so far stays; the next sync goes on from there."

database_option: ContextVar[str | None] = ContextVar("database_option", default=None)
acting_option: ContextVar[str | None] = ContextVar("acting_option", default=None)


class Exit(IntEnum):
    """The exit codes."""

    DONE = 0
    SOME_FAILED = 1
    USAGE = 2
    HELD = 3
    OUTSIDE = 4
    BUSY = 5
    INTERRUPTED = 130


def database_url() -> str:
    """The database of this call: the option, else the environment, else the default file."""
    from core.settings import load_settings

    return database_option.get() or load_settings().database_url


def in_store(work: Callable[[str], Awaitable[Result]], *, must_exist: bool = True, as_json: bool = False) -> Result:
    """Do `work` with the database open (it is given the URL); a failure ends the process with its sentence."""
    return finish(lambda: _in_store(work, must_exist=must_exist), as_json=as_json)


async def _in_store(work: Callable[[str], Awaitable[Result]], *, must_exist: bool) -> Result:
    gc.disable()  # while modules are loaded: nearly all that they make stays
    from core.store.connection import open_store

    url = database_url()
    # What goes wrong with PostgreSQL is told in our sentence; its driver would say it as well, in its own words.
    logging.getLogger("psycopg").addHandler(logging.NullHandler())
    async with open_store(url, must_exist=must_exist):
        # What is loaded by now stays: the garbage collector need not go through it again and again.
        gc.freeze()
        gc.enable()
        with _acting():
            return await work(url)


def _acting() -> AbstractContextManager[None]:
    """Whoever was named with `--as`; else the operator of the machine."""
    name = acting_option.get()
    if name is None:
        return nullcontext()
    from core.services.acting import Actor, acting_as

    return acting_as(Actor(name, "cli"))


def finish(work: Callable[[], Awaitable[Result]], *, as_json: bool = False) -> Result:
    """Run `work` to its end; a failure ends the process with one sentence and the right exit code."""
    from core.domain.errors import BusyError, HeldError, OutsideError, SettingsError, UkgSyncError

    async def main() -> Result:
        _say_if_frozen()
        return await work()

    try:
        return asyncio.run(main())
    except (KeyboardInterrupt, typer.Abort):
        fail(INTERRUPTED, Exit.INTERRUPTED, as_json=as_json)
    except BusyError as error:
        fail(str(error), Exit.BUSY, as_json=as_json)
    except OutsideError as error:
        fail(str(error), Exit.OUTSIDE, as_json=as_json)
    except SettingsError as error:
        fail(str(error), Exit.USAGE, as_json=as_json)
    except HeldError as error:
        fail(str(error), Exit.HELD, as_json=as_json)
    except UkgSyncError as error:
        fail(str(error), Exit.SOME_FAILED, as_json=as_json)
    except (typer.Exit, BrokenPipeError):
        raise
    except Exception as error:
        fail(_fault(error), Exit.SOME_FAILED, as_json=as_json)


def _fault(error: Exception) -> str:
    """The sentence for what should never happen: a person is spared the traceback, its last step finds the place."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
    return f"ukg-sync broke off through a fault of its own ({place}); what was written before stays. Please report it."


def fail(sentence: str, code: Exit, *, as_json: bool = False) -> NoReturn:
    """End with the sentence on stderr; with `--json` also as the one document on stdout."""
    if as_json:
        print_json({"status": "failed", "error": sentence})
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def print_json(document: Any) -> None:
    """The one JSON document of a command, on stdout."""
    import msgspec

    body = msgspec.json.format(msgspec.json.encode(document), indent=2)
    sys.stdout.buffer.write(body + b"\n")
    sys.stdout.buffer.flush()


def _say_if_frozen() -> None:
    from core.settings import load_settings

    frozen = load_settings().ukg_now
    if frozen is not None:
        typer.echo(f"UKG_NOW is set: the clock stands at {frozen.isoformat()}. Never do this in earnest.", err=True)
