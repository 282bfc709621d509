"""Passwords that people choose: which are taken, and their hashes (argon2id).

Hashing takes 46 MiB and some tens of milliseconds by intent, so it happens in threads of its own, two at most: more
sign-ins at once wait their turn and cannot exhaust the memory.
"""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.domain.email import email_key
from core.services.door.refusals import EntriesRefused

SHORTEST = 8
LONGEST = 200

# The strongest in memory of those that OWASP's password storage cheat sheet names as equal.
_hasher = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")


def check_new_password(password: str, email: str, entry: str = "password") -> None:
    """Raise `EntriesRefused`, naming `entry`, for a password that is too short, too long, or the e-mail itself."""
    if len(password) > LONGEST:
        raise EntriesRefused({entry: f"Choose a password of at most {LONGEST} characters."})
    if len(_normal(password)) < SHORTEST:
        raise EntriesRefused({entry: f"Choose a password of at least {SHORTEST} characters."})
    if email_key(password) == email_key(email):
        raise EntriesRefused({entry: "Choose a password that is not your e-mail address."})


async def hash_password(password: str) -> str:
    """The hash to keep, with its parameters and salt in it."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, _normal(password))


async def is_password(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one of the hash. Takes as long where there is no hash, so that the time an answer
    takes does not tell who has an account."""
    if len(password) > LONGEST:
        return False
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, password_hash, _normal(password))


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than hashes are made with now."""
    return _hasher.check_needs_rehash(password_hash)


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        return _hasher.verify(password_hash or _hash_of_nobody(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("the password of nobody")


def _normal(password: str) -> str:
    """One form for what different keyboards write differently and people take for the same."""
    return unicodedata.normalize("NFKC", password)
