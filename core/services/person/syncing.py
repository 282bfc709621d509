"""Syncing one person now."""

from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.person.finding import checked, meant, read_now
from core.services.portals import portal_for
from core.services.subjects import check_enabled, subject_to_write
from core.services.syncing import recorded
from core.store.models import Run
from core.sync.making import FromEmployees
from core.sync.observing import SeenAlready
from core.sync.progress import nobody
from core.sync.run import run_sync


async def sync_person(slug: str, who: str, database_url: str) -> Run:
    """Sync one person now, in a run of its own, reading only their records; the guard counts it like any other.

    Raises `SettingsError` when UKG Pro has nobody with this e-mail or employee id, and `UkgError` when it cannot be
    read; nothing was done then.
    """
    portal = await portal_for(slug, Role.OPERATOR)
    check_enabled(portal)
    wanted = checked(who)
    async with subject_to_write(portal, database_url) as subject:
        seen, requests = await read_now(subject, wanted, database_url)
        if not seen.employees and not seen.strays:
            what = "e-mail" if "@" in wanted else "employee id"
            raise SettingsError(
                f"UKG Pro has nobody with the {what} '{wanted[:80]}'; nothing was done. Check the spelling, or see "
                f"what is known: ukg person {slug} {wanted[:80]}"
            )
        if seen.employees:
            seen.employees = [meant(seen.employees, wanted)]
            seen.strays = []
        maker = FromEmployees(SeenAlready(seen, requests))
        return await recorded(portal, "person synced", lambda: run_sync(subject, maker, "person", nobody))
