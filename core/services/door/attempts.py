"""How often somebody may fail: per account, and per address that requests come from.

A count begins with a failure and is forgotten a quarter of an hour later. It is kept in the database, under a hash of
what it counts, so a restart does not forget it and all processes share it.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from core.services.door.refusals import TooManyAttempts
from core.store.bulk import execute
from core.store.models import Attempts, Portal
from core.store.transactions import write_transaction

WINDOW = timedelta(minutes=15)

_COUNT_ONE_MORE = """
    INSERT INTO attempts (key, failures, first_at) VALUES (?, 1, ?)
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN attempts.first_at <= ? THEN 1 ELSE attempts.failures + 1 END,
        first_at = CASE WHEN attempts.first_at <= ? THEN excluded.first_at ELSE attempts.first_at END
"""


class Limit(StrEnum):
    """What is limited."""

    ACCOUNT = "account"
    ADDRESS = "address"
    RESET_OF_ACCOUNT = "reset of account"
    RESETS_FROM_ADDRESS = "resets from address"


MOST = {Limit.ACCOUNT: 10, Limit.ADDRESS: 50, Limit.RESET_OF_ACCOUNT: 3, Limit.RESETS_FROM_ADDRESS: 50}


def account_of(portal: Portal, email_key: str) -> str:
    """What counts as one account, whether there is one or not."""
    return f"{portal.id}:{email_key}"


def address_of(remote: str) -> str:
    """What counts as one address: for IPv6 its network of 64 bits, all of which one customer has."""
    try:
        address = ip_address(remote.partition("%")[0])
    except ValueError:
        return remote
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Address(int(address) >> 64 << 64))
    return str(address)


async def check_limit(limit: Limit, value: str, moment: datetime) -> None:
    """Raise `TooManyAttempts` when the limit is reached."""
    row = await Attempts.get_or_none(key=_key(limit, value))
    if row is not None and row.first_at > moment - WINDOW and row.failures >= MOST[limit]:
        raise TooManyAttempts(row.first_at + WINDOW)


async def count_attempt(limit: Limit, value: str, moment: datetime) -> None:
    """Count one more; raises `TooManyAttempts` when it is one too many.

    Count before what may fail and forgive what went well: tries made at the same time are then limited too.
    """
    too_many = None
    async with write_transaction():
        key = _key(limit, value)
        over = moment - WINDOW
        await execute(Attempts, _COUNT_ONE_MORE, [key, moment, over, over])
        row = await Attempts.get(key=key)
        if row.failures > MOST[limit]:
            too_many = TooManyAttempts(row.first_at + WINDOW)
    if too_many is not None:
        raise too_many


async def forget_attempts(limit: Limit, value: str) -> None:
    """Begin to count anew."""
    await Attempts.filter(key=_key(limit, value)).delete()


async def forgive_attempt(limit: Limit, value: str) -> None:
    """Take back one that was counted."""
    await execute(
        Attempts, "UPDATE attempts SET failures = failures - 1 WHERE key = ? AND failures > 0", [_key(limit, value)]
    )


async def forget_old_attempts(moment: datetime) -> None:
    """Remove the counts whose time is over."""
    await Attempts.filter(first_at__lte=moment - WINDOW).delete()


def _key(limit: Limit, value: str) -> str:
    return sha256(f"{limit}:{value}".encode(errors="replace")).hexdigest()
