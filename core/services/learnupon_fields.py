"""The custom user data fields of a LearnUpon portal: read anew, and what became of them said."""

from core.domain.errors import BusyError, OutsideError, SettingsError
from core.domain.roles import Role
from core.portals.learnupon.fields import take_over_fields
from core.portals.learnupon.mirror import Seen
from core.services.audit import audit
from core.services.kinds import LEARNUPON
from core.services.learnupon_access import IMPATIENT, account_of, asking
from core.services.mappings import unfit_mappings_of
from core.services.notices import Kind, raise_notice, resolve_notice
from core.services.portals import portal_for
from core.store.models import Portal
from core.store.run_lock import hold_run_lock
from core.store.transactions import write_transaction


async def refresh_fields(slug: str, database_url: str) -> bool:
    """Read the portal's custom user data fields anew; False for a portal of another kind, which has its own.

    Raises `LearnUponError` when LearnUpon cannot be asked, `SettingsError` when its keys are not known or were refused,
    `BusyError` while the portal is being synced.
    """
    portal = await portal_for(slug, Role.VIEWER)
    if portal.kind != LEARNUPON:
        return False
    if (await account_of(portal)).status == "refused":
        raise SettingsError(
            f"LearnUpon refused the API keys of {slug}, so it was not asked. Give good ones: ukg learnupon {slug} "
            "--url URL --username USERNAME."
        )
    async with asking(portal, database_url, patience=IMPATIENT) as client:
        fields = await client.definitions()
    async with hold_run_lock(portal.id, slug):
        await tell_of_fields(portal, await take_over_fields(portal.id, fields))
    return True


async def fields_read_anew(slug: str, database_url: str) -> str | None:
    """The same for whoever can go on with the fields as they were known: a sentence where they could not be read."""
    await portal_for(slug, Role.VIEWER)
    try:
        await refresh_fields(slug, database_url)
    except (OutsideError, SettingsError, BusyError) as error:
        return f"The fields of {slug} could not be read anew, so they are those seen last. {error}"
    return None


async def tell_what_was_seen(portal: Portal, seen: Seen) -> None:
    """Say what a look at the portal found: fields that changed in a notice, drift in the audit trail."""
    await tell_of_fields(portal, seen.fields)
    if seen.everyone:
        found = {"users": seen.users, "new": seen.new, "edited": seen.edited, "gone": seen.gone}
        await audit(portal, "LearnUpon read", portal.slug, after=found)


async def tell_of_fields(portal: Portal, sentences: list[str]) -> None:
    """Say in a notice what changed of the fields since they were seen last; `sentences` is empty when nothing did, and
    the notice is over then unless something of the mapping is still without a field that takes it."""
    async with write_transaction():
        if sentences:
            await resolve_notice(portal, Kind.FIELDS_CHANGED)
            await raise_notice(portal, Kind.FIELDS_CHANGED, " ".join(sentences))
            await audit(portal, "fields changed in LearnUpon", portal.slug, after={"changes": sentences})
        elif not await unfit_mappings_of(portal):
            await resolve_notice(portal, Kind.FIELDS_CHANGED)
