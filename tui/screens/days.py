"""Days that are typed."""

from datetime import date

from core.domain.errors import SettingsError


def day_of(typed: str) -> date | None:
    """The day that was typed, None for nothing; raises `SettingsError`."""
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise SettingsError(f"'{typed.strip()[:40]}' is not a day; write YYYY-MM-DD.") from None


def check_day(typed: str) -> None:
    """Raise `SettingsError` for what is no day."""
    day_of(typed)
