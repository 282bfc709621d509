"""The settings of the process: environment and `.env`, read once (design, section 6)."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from platformdirs import user_data_path
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.domain.errors import SettingsError


class Settings(BaseSettings):
    """What the environment says; a name below is the variable's name without regard to case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    ukg_database_url: str = ""
    ukg_secret_key: str = ""
    ukg_now: datetime | None = None

    @property
    def database_url(self) -> str:
        """Where the data is: by default a SQLite file in the user's data folder."""
        return self.ukg_database_url or f"sqlite://{default_folder() / 'ukg-sync.db'}"


def default_folder() -> Path:
    """The user's data folder for this program."""
    return user_data_path("ukg-sync")


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings; raises `SettingsError` naming the variable that cannot be read."""
    try:
        return Settings()
    except ValidationError as error:
        names = ", ".join(sorted({str(part["loc"][0]).upper() for part in error.errors()}))
        raise SettingsError(f"The setting {names} cannot be read; nothing was done. Correct or remove it.") from None
    except (OSError, UnicodeDecodeError):
        raise SettingsError("The file .env cannot be read; nothing was done. Save it as UTF-8, or remove it.") from None
