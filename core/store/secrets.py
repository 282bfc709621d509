"""Secrets at rest: encrypted with one of several keys, the newest first, so that keys can be rotated.

The keys are Fernet keys (32 bytes, URL-safe base64): from UKG_SECRET_KEY, or from a key file beside the database.
"""

import base64
import hmac
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.domain.errors import SettingsError
from core.store.errors import SecretKeyMissing, SecretKeyWrong

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class Keyring:
    """One or several keys; encrypts with the first, decrypts with any."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise SecretKeyMissing("There is no secret key; set UKG_SECRET_KEY.")
        self._keys = [_checked(key) for key in keys]

    def encrypt(self, text: str) -> str:
        """The text, encrypted with the newest key."""
        return self._fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted: str) -> str:
        """The text again; raises `SecretKeyWrong` when none of the keys fits."""
        from cryptography.fernet import InvalidToken

        try:
            return self._fernet().decrypt(encrypted.encode()).decode()
        except InvalidToken:
            raise SecretKeyWrong(
                "The stored credentials cannot be read with this secret key; nothing was changed. Put the key they "
                "were stored with into UKG_SECRET_KEY (after a newer one, if there is one), or connect again."
            ) from None

    def derived(self, text: str) -> list[str]:
        """A secret made from the text with each key, newest first: URL-safe base64, 43 characters. The same text and
        key always give the same, which tells nothing of either."""
        return [
            base64.urlsafe_b64encode(hmac.digest(base64.urlsafe_b64decode(key), text.encode(), "sha256"))
            .decode()
            .rstrip("=")
            for key in self._keys
        ]

    def _fernet(self) -> "MultiFernet":
        from cryptography.fernet import Fernet, MultiFernet

        return MultiFernet([Fernet(key) for key in self._keys])


def new_key() -> str:
    """A fresh key."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def _checked(key: str) -> str:
    try:
        if len(base64.b64decode(key, altchars=b"-_", validate=True)) == 32:
            return key
    except ValueError:
        pass
    raise SettingsError(
        "A secret key must be 32 bytes in URL-safe base64 (44 characters); nothing was changed. Make one with: "
        'python -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
    )


def split_keys(text: str) -> list[str]:
    """Keys written with commas or white space between them, newest first."""
    return text.replace(",", " ").split()


def read_key_file(path: Path) -> list[str]:
    """The keys of a key file, one a line; empty if there is no such file."""
    try:
        return split_keys(path.read_text())
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The key file {path} cannot be read; nothing was changed. Check its rights.") from error


def write_key_file(path: Path, keys: Sequence[str]) -> None:
    """Write the keys so that only this user can read them (mode 0600), whole or not at all.

    Raises `SettingsError` when the file cannot be written.
    """
    draft = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(keys) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise SettingsError(
            f"The key file {path} cannot be written ({error.strerror}); nothing was changed. Check its folder's "
            "rights, or set UKG_SECRET_KEY."
        ) from error
