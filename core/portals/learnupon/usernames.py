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
    digits = blake2b(email.casefold().encode(), digest_size=4).hexdigest()
    return f"{name[: _LONGEST - len(digits) - 1]}-{digits}"
