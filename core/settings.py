"""The settings of the process: environment and `.env`, read once (design, section 6)."""

import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec
from dotenv import dotenv_values
from platformdirs import user_data_path

from core.domain.errors import SettingsError


class Settings(msgspec.Struct, frozen=True, rename="upper"):
    """What the environment says; a name below is the variable's name without regard to case."""

    ukg_database_url: str = ""
    ukg_secret_key: str = ""
    ukg_now: datetime | None = None
    ukg_smtp_url: str = ""
    ukg_mail_from: str = ""
    ukg_public_url: str = ""
    ukg_web_port: int = 8080

    @property
    def database_url(self) -> str:
        """Where the data is: by default a SQLite file in the user's data folder."""
        return self.ukg_database_url or f"sqlite://{default_folder() / 'ukg-sync.db'}"


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
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        name = str(error).rpartition("`$.")[2].strip("`")
        raise SettingsError(f"The setting {name} cannot be read; nothing was done. Correct or remove it.") from None
