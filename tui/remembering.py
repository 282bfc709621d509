"""What the terminal UI remembers from one time to the next: the theme, and the portal last seen in each database."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import msgspec

from core.settings import default_folder


class Remembered(msgspec.Struct, omit_defaults=True):
    """As kept in the file. Databases are told apart by a digest of where they are, of which no password is a part: a
    short one could be guessed from it."""

    theme: str | None = None
    portals: dict[str, str] = {}

    def portal_in(self, database_url: str) -> str | None:
        """The portal last seen there."""
        return self.portals.get(_digest(database_url))


def remembered_file() -> Path:
    """The file in the user's data folder."""
    return default_folder() / "tui.json"


def recall() -> Remembered:
    """What was remembered; nothing, if that cannot be read."""
    try:
        return msgspec.json.decode(remembered_file().read_bytes(), type=Remembered)
    except (OSError, msgspec.DecodeError):
        return Remembered()


def remember(*, theme: str | None = None, database_url: str = "", portal: str = "") -> None:
    """Remember what is given, beside what was remembered. That it cannot be written is no harm."""
    held = recall()
    held.theme = theme or held.theme
    if portal:
        held.portals[_digest(database_url)] = portal
    with suppress(OSError):
        path = remembered_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(held)))


def _digest(database_url: str) -> str:
    address = database_url.partition("?")[0]
    scheme, separator, rest = address.partition("://")
    credentials, at, place = rest.rpartition("@")
    if separator and at:
        address = f"{scheme}://{credentials.partition(':')[0]}@{place}"
    return sha256(address.encode()).hexdigest()[:16]
