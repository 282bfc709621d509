"""Reading what was typed."""

import sys
from datetime import date
from enum import StrEnum
from typing import TypeVar

import typer

from core.cli.session import Exit, fail

Choice = TypeVar("Choice", bound=StrEnum)


def calendar_date(text: str | None, *, as_json: bool = False) -> date | None:
    """The date written YYYY-MM-DD; ends the process with a sentence when it is none."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"'{text}' is not a date; write YYYY-MM-DD.", Exit.USAGE, as_json=as_json)


def one_of(kind: type[Choice], text: str, option: str) -> Choice:
    """The member of `kind` that was typed; raises `SettingsError` naming those there are."""
    from core.domain.errors import SettingsError

    try:
        return kind(text)
    except ValueError:
        raise SettingsError(f"{option} is one of {', '.join(kind)}, not '{text[:40]}'; nothing was changed.") from None


def pairs_of(typed: list[str] | None) -> dict[str, str]:
    """`LABEL=VALUE` texts as a dict; raises `SettingsError` for one that is none."""
    from core.domain.errors import SettingsError

    values: dict[str, str] = {}
    for pair in typed or []:
        label, separator, text = pair.partition("=")
        if not separator or not label.strip():
            raise SettingsError(f"'{pair[:80]}' is not LABEL=VALUE; nothing was changed.")
        values[label.strip()] = text
    return values


def read_secret(what: str, *, from_stdin: bool, as_json: bool = False) -> str:
    """A secret: the first line of stdin, or typed unseen at the prompt `what`; ends the process when there is none."""
    try:
        if from_stdin:
            return sys.stdin.buffer.readline().decode().rstrip("\r\n")
        if sys.stdin.isatty():
            return str(typer.prompt(what, hide_input=True, err=True))
    except UnicodeDecodeError:
        fail("The password on stdin is not UTF-8 text; nothing was stored.", Exit.USAGE, as_json=as_json)
    except typer.Abort:
        fail("Interrupted. Nothing was stored.", Exit.INTERRUPTED, as_json=as_json)
    fail("There is no terminal to ask for the password; give it with --password-stdin.", Exit.USAGE, as_json=as_json)
