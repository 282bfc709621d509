"""What can go wrong with our own database, in sentences."""

from core.domain.errors import SettingsError


class DatabaseUnusable(SettingsError):
    """The database cannot be opened, is not one, or belongs to a newer version."""


class SecretKeyMissing(SettingsError):
    """There are stored secrets and no key to read them with."""


class SecretKeyWrong(SettingsError):
    """None of the given keys opens a stored secret."""
