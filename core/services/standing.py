"""How the accounts stand that a portal has with outside systems: refused, failing for a while, or well.

A refused account is not tried again by itself, anything else after a while: 1 hour, then 2, 4, 8, then 24. It is said
in a notice: a refusal at once, anything else at the second failure in a row.
"""

from datetime import datetime

import msgspec

from core.clock import now
from core.domain.errors import OutsideError
from core.domain.schedule import backoff
from core.jobs.requests import State
from core.portals.learnupon.errors import KeysRefused, LearnUponError, WrongAddress
from core.services.notices import Kind, raise_notice, resolve_notice
from core.store.models import Connection, LearnUponAccount, Portal, RunRequest
from core.store.transactions import write_transaction
from core.ukg.errors import PermissionMissing, UkgError, WrongCredentials


class System(msgspec.Struct, frozen=True):
    """An outside system: where its accounts are kept, which errors are its own, which of them refuse the account, and
    what is said. `mend` is the command that gives another account."""

    accounts: type[Connection] | type[LearnUponAccount]
    errors: type[OutsideError]
    refusals: tuple[type[OutsideError], ...]
    refused: Kind
    failing: Kind
    mend: str


UKG_PRO = System(
    Connection,
    UkgError,
    (WrongCredentials, PermissionMissing),
    Kind.CONNECTION_REFUSED,
    Kind.CONNECTION_FAILING,
    "ukg connect",
)
LEARNUPON = System(
    LearnUponAccount,
    LearnUponError,
    (KeysRefused, WrongAddress),
    Kind.PORTAL_REFUSED,
    Kind.PORTAL_FAILING,
    "ukg learnupon",
)


async def worked(system: System, portal: Portal) -> None:
    """The system was used: an account that was refused counts as mended, and failures are forgotten."""
    async with write_transaction():
        account = await system.accounts.filter(portal_id=portal.id, secrets__isnull=False).select_for_update().first()
        if account is not None and (account.status != "active" or account.failures or account.retry_at is not None):
            await system.accounts.filter(id=account.id).update(status="active", failures=0, retry_at=None)
            await well_again(system, portal)


async def failed(system: System, portal: Portal, error: OutsideError) -> None:
    """The system could not be used; see the top of this file."""
    refused = isinstance(error, system.refusals)
    async with write_transaction():
        account = await system.accounts.filter(portal_id=portal.id, secrets__isnull=False).select_for_update().first()
        if account is None:
            return
        failures = account.failures + 1
        await system.accounts.filter(id=account.id).update(
            failures=failures,
            status="refused" if refused else account.status,
            retry_at=None if refused else now() + backoff(failures),
        )
        if refused:
            await resolve_notice(portal, system.failing)
            await raise_notice(
                portal,
                system.refused,
                f"Nothing runs by itself for {portal.slug} until this is mended. {error} "
                f"Then connect it again ({system.mend} {portal.slug}), or sync it by hand (ukg sync {portal.slug}).",
            )
        elif failures > 1:
            sentence = f"{portal.slug} could not be synced several times in a row. {error}"
            await raise_notice(portal, system.failing, sentence)


async def well_again(system: System, portal: Portal) -> None:
    """Nothing holds against the account any more: notices are over, and what waits for another try may start."""
    await resolve_notice(portal, system.refused)
    await resolve_notice(portal, system.failing)
    await RunRequest.filter(portal_id=portal.id, state=State.WAITING.value).update(not_before=None)


async def waits_until(portal_id: int) -> datetime | None:
    """Until when nothing runs by itself since a system failed; None when none did."""
    waits = [account.retry_at for account in await _accounts(portal_id) if account.retry_at is not None]
    return max(waits, default=None)


async def last_given(portal_id: int) -> datetime:
    """When an account of a connected portal was last given."""
    return max(account.connected_at for account in await _accounts(portal_id))


async def _accounts(portal_id: int) -> list[Connection | LearnUponAccount]:
    found = [await system.accounts.get_or_none(portal_id=portal_id) for system in (UKG_PRO, LEARNUPON)]
    return [account for account in found if account is not None]


async def next_try(portal: Portal, error: OutsideError) -> datetime | None:
    """When a run that failed with this error may be tried again by itself; None if it may not."""
    for system in (UKG_PRO, LEARNUPON):
        if isinstance(error, system.errors):
            account = await system.accounts.get_or_none(portal_id=portal.id, status="active")
            return account.retry_at if account is not None else None
    return None
