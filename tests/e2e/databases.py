"""Databases that a test makes, copies and does away with, of either kind."""

import shutil
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg.conninfo import conninfo_to_dict


class Databases:
    """Databases of one kind: made empty, and copied once nobody is connected to the first."""

    def __init__(self, migrated: Path | None, pattern: str, folder: Path) -> None:
        self._migrated = migrated
        self._pattern = pattern
        self._folder = folder

    def new(self, copy_of: str | None = None) -> str:
        """The URL of another database, empty or a copy."""
        if self._migrated is not None:
            path = self._folder / f"{uuid4().hex}.db"
            shutil.copy(self._migrated if copy_of is None else copy_of.removeprefix("sqlite://"), path)
            return f"sqlite://{path}"
        name = f"kills_{uuid4().hex}"
        template = "migrated" if copy_of is None else _name(copy_of)
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self._pattern.format(name)

    def drop(self, url: str) -> None:
        """Do away with a database."""
        if self._migrated is not None:
            for file in self._folder.glob(f"{Path(url).name}*"):
                file.unlink()
            return
        self._administer(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def take_away(self, url: str) -> None:
        """Let nobody in any more, and put out whoever is in (PostgreSQL only)."""
        self._administer(f"ALTER DATABASE {_name(url)} ALLOW_CONNECTIONS false")
        self._administer(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_name(url)}'")

    def give_back(self, url: str) -> None:
        """Let everybody in again."""
        self._administer(f"ALTER DATABASE {_name(url)} ALLOW_CONNECTIONS true")

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self._pattern.format("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def _name(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])
