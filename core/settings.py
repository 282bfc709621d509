"""The settings of the process: environment and `.env`, read once (design, section 6)."""

import os
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from dotenv import dotenv_values
from platformdirs import user_data_path

from core.domain.errors import SettingsError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NOON = "T12:00:00Z"  # when it is that day nearly everywhere


class Settings(msgspec.Struct, frozen=True, rename="upper"):
    """What the environment says; a name below is the variable's name without regard to case."""

    ukg_database_url: str = ""
    ukg_secret_key: str = ""
    ukg_now: datetime | None = None
    ukg_smtp_url: str = ""
    ukg_mail_from: str = ""
    ukg_public_url: str = ""
    ukg_web_port: int = 8080
    ukg_trusted_proxies: str = ""
    ukg_slack_channel: str = ""
    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_signing_secret: str = ""
    slack_api_url: str = "https://slack.com/api/"

    def __repr__(self) -> str:
        return "Settings(…)"  # never its secrets

    @property
    def database_url(self) -> str:
        """Where the data is: by default a SQLite file in the user's data folder."""
        return self.ukg_database_url or f"sqlite://{default_folder() / 'ukg-sync.db'}"

    @property
    def public_url(self) -> str:
        """The address under which people reach the learners' door, without a slash at its end."""
        url = (self.ukg_public_url or f"http://localhost:{self.ukg_web_port}").rstrip("/")
        if _host(url) is None:
            raise SettingsError(
                "UKG_PUBLIC_URL is no address of a web site; nothing was done. Write one like https://learn.example.com."
            )
        return url

    @property
    def mail_from(self) -> str:
        """The address that mails are sent from; by default one of the learners' door's host."""
        from core.domain.email import is_email

        if not self.ukg_mail_from:
            address = f"ukg-sync@{_host(self.public_url)}"
            return address if is_email(address) else "ukg-sync@localhost"
        address = self.ukg_mail_from.strip()
        local_part, _, host = address.rpartition("@")
        if not address.isascii() or not is_email(f"{local_part}@example.com" if host == "localhost" else address):
            raise SettingsError(
                "UKG_MAIL_FROM is no e-mail address; nothing was done. Write one like learning@example.com."
            )
        return address


def _host(url: str) -> str | None:
    """The host of a web address; None if it is no such address, or one that nothing can be put behind."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # reading it checks it
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "?" in url or "#" in url or any(letter.isspace() for letter in url):
        return None
    return parts.hostname


def default_folder() -> Path:
    """The user's data folder for this program."""
    return user_data_path("ukg-sync")


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings; raises `SettingsError` naming the variable that cannot be read.

    The environment goes before `.env`; a variable that is empty counts as not set.
    """
    try:
        written = [*dotenv_values(".env", encoding="utf-8").items(), *os.environ.items()]
    except (OSError, UnicodeDecodeError):
        raise SettingsError("The file .env cannot be read; nothing was done. Save it as UTF-8, or remove it.") from None
    values = {name.upper(): value for name, value in written if value}
    if _DAY.fullmatch(values.get("UKG_NOW", "")):
        values["UKG_NOW"] += _NOON
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        name = str(error).rpartition("`$.")[2].strip("`")
        raise SettingsError(f"The setting {name} cannot be read; nothing was done. Correct or remove it.") from None
