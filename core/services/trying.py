"""Trying settings out before they are saved: how outcomes would differ, from the last snapshot."""

from collections.abc import Sequence

import msgspec

from core.domain.difference import Difference
from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteHow, InviteSettings, InviteWhen
from core.domain.mapping import Mapping, Owner
from core.domain.outcome import Outcome
from core.domain.roles import Role
from core.domain.scope import Scope
from core.services.mappings import tried_mappings
from core.services.portals import portal_for
from core.services.scope import Values, changed_scope
from core.services.subjects import invites_of, subject_of
from core.services.syncing import reading
from core.store.models import Portal
from core.sync.comparing import compare
from core.sync.making import Subject
from core.sync.observing import FromSnapshot, Observation, WholeRead, attributes_to_read
from core.sync.snapshot import snapshot_info

_WORDS = {
    Outcome.CREATED: "would be created",
    Outcome.INVITED: "would be invited",
    Outcome.UPDATED: "would be updated",
    Outcome.REACTIVATED: "would get access back",
    Outcome.ENDED: "would lose access",
    Outcome.UNCHANGED: "would stay as they are",
    Outcome.SKIPPED: "would be skipped",
    Outcome.CONFLICT: "would be in conflict",
    Outcome.FAILED: "would fail",
}


class Tried(msgspec.Struct):
    """Settings that were tried: `sentences` say how outcomes would differ from those of the settings there are."""

    portal: str
    difference: Difference
    sentences: list[str]


async def try_mapping(
    slug: str, database_url: str, *, pairs: Sequence[str] = (), owner: Owner | None = None, without: str | None = None
) -> Tried:
    """Try `ATTRIBUTE=LABEL` pairs, or the mapping `without` a field."""
    portal = await portal_for(slug, Role.OPERATOR)
    return await _try(portal, database_url, mappings=await tried_mappings(portal, pairs, owner, without))


async def try_mappings(slug: str, database_url: str, mappings: Sequence[Mapping]) -> Tried:
    """Try a whole mapping."""
    return await _try(await portal_for(slug, Role.OPERATOR), database_url, mappings=mappings)


async def try_invites(slug: str, database_url: str, *, when: InviteWhen | None, how: InviteHow | None) -> Tried:
    """Try invite settings; None leaves one as it is."""
    portal = await portal_for(slug, Role.OPERATOR)
    now_set = invites_of(portal)
    invites = msgspec.structs.replace(now_set, when=when or now_set.when, how=how or now_set.how)
    return await _try(portal, database_url, invites=invites)


async def try_scope(slug: str, database_url: str, *, include: Values, exclude: Values, everyone: bool = False) -> Tried:
    """Try conditions of the scope."""
    portal = await portal_for(slug, Role.OPERATOR)
    scope = changed_scope(portal, include=include, exclude=exclude, everyone=everyone)
    return await _try(portal, database_url, scope=scope)


async def _try(
    portal: Portal,
    database_url: str,
    *,
    mappings: Sequence[Mapping] | None = None,
    invites: InviteSettings | None = None,
    scope: Scope | None = None,
) -> Tried:
    """What the next sync would do under these settings instead of those of today; nothing is written.

    The last snapshot is enough unless an attribute is asked for that it does not hold; then UKG Pro is read once.
    """
    subject = await subject_of(portal)
    tried = await subject_of(portal, mappings=mappings, invites=invites, scope=scope)
    info = await snapshot_info(portal.id)
    if info is not None and info.attribute_ids.issuperset(attributes_to_read(tried.rules)):
        seen = await FromSnapshot(info).observe(portal.id, (), subject.rules.today, _unheard)
        difference = await compare(subject, tried.rules, seen, info.read_at)
    else:
        difference = await compare(subject, tried.rules, await _read(tried, database_url), None)
    return Tried(portal.slug, difference, sentences(difference))


async def _read(tried: Subject, database_url: str) -> Observation:
    portal = tried.row
    async with reading(portal, database_url) as client:
        seen = await WholeRead(client).observe(portal.id, attributes_to_read(tried.rules), tried.rules.today, _unheard)
    if not seen.completeness.complete:
        raise SettingsError(
            "UKG Pro's answer could not be proved whole, so nothing can be said of these settings; nothing was "
            "changed. Try again later."
        )
    return seen


async def _unheard(rows: int) -> None:
    """Progress is not told."""


def sentences(difference: Difference) -> list[str]:
    """How outcomes would differ, a line for each that does; one line if none does."""
    lines: list[str] = []
    for outcome, words in _WORDS.items():
        before, after = getattr(difference.before, outcome), getattr(difference.after, outcome)
        if before != after:
            lines.append(f"{after} {words} (with the settings of now: {before})")
    for moved in difference.moved:
        people = "1 person" if moved.people == 1 else f"{moved.people} people"
        was, becomes = (f"{outcome} ({reason.replace('_', ' ')})" for outcome, reason in (moved.before, moved.after))
        lines.append(f"{people}: {was} -> {becomes}")
    if difference.values:
        lines.append(f"{difference.values} people would be written with other values")
    return lines or ["Nothing would differ."]
