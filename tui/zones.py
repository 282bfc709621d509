"""The time zones, for choosing one."""

from functools import lru_cache
from zoneinfo import available_timezones

from tui.dialogs.choosing import Choice

_NO_PLACES = ("Etc/", "posix/", "right/", "SystemV/")


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    places = (name for name in available_timezones() if "/" in name and not name.startswith(_NO_PLACES))
    return ("UTC", *sorted(places))


def zone_choices(held: str = "UTC") -> list[Choice]:
    """Every place that has a time zone, and the one that is `held`, whatever it is called."""
    names = _names() if held in _names() else (held, *_names())
    return [Choice(name, name) for name in names]
