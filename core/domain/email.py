"""E-mail addresses: when two are the same, and when one is none."""

import re
from functools import lru_cache

LONGEST = 254

# The everyday shapes, decided here because a full parse of 100,000 addresses takes seconds; the library does the rest,
# also for domains of special use and for those written in codes (xn--).
_EVERYDAY_LOCAL_PART = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_EVERYDAY_DOMAIN = re.compile(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*\.){1,3}(?:com|org|net|edu|gov|[a-z]{2})", re.IGNORECASE)
_LONGEST_EVERYDAY_DOMAIN = 60


def email_key(email: str) -> str:
    """What two spellings of one address share: trimmed and case-folded."""
    return email.strip().casefold()


def is_email(text: str) -> bool:
    """Whether the text is an address that mail could be sent to; nothing is looked up."""
    local_part, at, domain = text.rpartition("@")
    if not at or len(text) > LONGEST or len(local_part) > 64:
        return False
    if _EVERYDAY_LOCAL_PART.fullmatch(local_part):
        if len(domain) <= _LONGEST_EVERYDAY_DOMAIN and _EVERYDAY_DOMAIN.fullmatch(domain):
            return True
        return _is_domain(domain, len(local_part))
    return _parses(text)


@lru_cache(maxsize=4096)
def _is_domain(domain: str, length_before: int) -> bool:
    """Whether this is a domain behind a local part of that length; what counts is its longest spelling."""
    return _parses(f"{'x' * length_before}@{domain}")


def _parses(text: str) -> bool:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True
