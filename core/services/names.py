"""Titles and names that an admin gives: how long they may be, and when two are the same."""

from core.domain.errors import SettingsError

LONGEST = 200


def name_key(name: str) -> str:
    """What two spellings of one name share: trimmed and case-folded."""
    return name.strip().casefold()


def checked_name(what: str, name: str) -> str:
    """The name trimmed; raises `SettingsError` when it is empty, too long, or holds what no name holds.

    `what` begins the sentence: "A group's title".
    """
    trimmed = name.strip()
    if not 0 < len(trimmed) <= LONGEST or not trimmed.isprintable():
        raise SettingsError(f"{what} has 1 to {LONGEST} printable characters; nothing was changed.")
    return trimmed
