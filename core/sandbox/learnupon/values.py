"""Values as clients send them and as the API shows them. What cannot be taken raises ValueError.

Source: facts/learnupon-api, sections 1.2, 2.3 and 2.4.
"""

import re
from datetime import date, datetime
from typing import Any

from core.sandbox.learnupon.records import UserType

_EMAIL = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+")
_USERNAME = re.compile(r"[\w+\-.,$#@]{6,30}")
LOCALES = frozenset(
    {
        "en",
        "en_gb",
        "cs",
        "da",
        "de",
        "es",
        "fi_fl",
        "fr",
        "fr_ca",
        "hu",
        "id",
        "it",
        "ja",
        "ko",
        "nb_no",
        "nl",
        "nl_be",
    }
    | {"pl", "pt", "pt_br", "ru", "sk", "sv", "tr", "vi_vn", "zh_cn", "zh_tw"}
)


def text(value: Any) -> str | None:
    """Text, or nothing."""
    if value is not None and not isinstance(value, str):
        raise ValueError("must be text")
    return value


def email(value: Any) -> str:
    """An e-mail address."""
    if not isinstance(value, str) or not _EMAIL.fullmatch(value):
        raise ValueError("is not an email address")
    return value


def username(value: Any) -> str:
    """A username: 6 to 30 letters, digits and a few signs."""
    if not isinstance(value, str) or not _USERNAME.fullmatch(value):
        raise ValueError("is not a username")
    return value


def password(value: Any) -> str:
    """A password of six characters or more; the stand-in does not keep it."""
    if not isinstance(value, str) or len(value) < 6:
        raise ValueError("is too short (minimum is 6 characters)")
    return value


def flag(value: Any) -> bool:
    """Yes or no, also in the text forms that clients send."""
    if value in (True, "true", "True", "1", 1):
        return True
    if value in (False, "false", "False", "0", 0):
        return False
    raise ValueError("must be true or false")


def user_type(value: Any) -> UserType:
    """A role by its name."""
    try:
        return UserType(value)
    except ValueError:
        raise ValueError("is not a user type") from None


def locale(value: Any) -> str:
    """A language code of the list."""
    if value not in LOCALES:
        raise ValueError("is not a language")
    return str(value)


def day(value: Any) -> date | None:
    """A calendar date, from a date or the date of a moment; nothing for null and empty text."""
    if value in (None, ""):
        return None
    try:
        if len(value) > 10:
            return datetime.fromisoformat(value).date()
        return datetime.strptime(value, "%Y-%m-%d").date()
    except (TypeError, ValueError):
        raise ValueError("is not a date") from None


def moment(value: datetime | None) -> str | None:
    """A moment in UTC, to the second."""
    return None if value is None else value.strftime("%Y-%m-%dT%H:%M:%SZ")
