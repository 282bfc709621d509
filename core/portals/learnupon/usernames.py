"""Usernames, for portals that know people by them (facts/learnupon-api.md, section 2.4)."""

import re
from hashlib import blake2b

_SHORTEST, _LONGEST = 6, 30
_NOT_ALLOWED = re.compile(r"[^\w+\-.,$#@]")


def username_for(email: str) -> str:
    """The username of someone new: the e-mail if it may be one, or else what is left of it with a few digits that
    tell it from others."""
    name = _NOT_ALLOWED.sub("", email)
    if name == email and _SHORTEST <= len(name) <= _LONGEST:
        return name
    return _with_digits(name, email)


def another_username(email: str, holder_id: str) -> str:
    """For someone new whose username the user with this id has."""
    return _with_digits(_NOT_ALLOWED.sub("", email), f"{email} {holder_id}")


def _with_digits(name: str, told_from: str) -> str:
    digits = blake2b(told_from.casefold().encode(), digest_size=4).hexdigest()
    return f"{name[: _LONGEST - len(digits) - 1]}-{digits}"
