"""The time of day, which rehearsals and tests may freeze with UKG_NOW."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.domain.errors import SettingsError
from core.settings import load_settings


def now() -> datetime:
    """The moment, in UTC."""
    frozen = load_settings().ukg_now
    if frozen is None:
        return datetime.now(UTC)
    return frozen.replace(tzinfo=UTC) if frozen.tzinfo is None else frozen.astimezone(UTC)


def today_in(timezone: str) -> date:
    """The calendar date in a portal's time zone."""
    return now().astimezone(zone(timezone)).date()


def zone(timezone: str) -> ZoneInfo:
    """The time zone of that name; raises `SettingsError` for a name that is none."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f"'{timezone}' is not a time zone; nothing was changed. Write one like Europe/Dublin or America/New_York."
        ) from None
