"""The guard of a portal: its limits, and whether whoever approves must be someone else than who asked."""

import re
from typing import Any

import msgspec

from core.domain.errors import SettingsError
from core.domain.guard import DEFAULT_LIMITS, Kind, Limit, Limits, Span
from core.domain.roles import Role
from core.services.audit import audit
from core.services.portals import portal_for
from core.store.models import Admin, Portal
from core.store.transactions import write_transaction

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s*%")
_PEOPLE = re.compile(r"\d{1,7}")


class GuardSettings(msgspec.Struct):
    """The guard as shown: limits in words, by span and kind. `admins` counts the admins of the portal: an only one may
    approve what they asked for, since there is nobody else."""

    portal: str
    second_approver: bool
    limits: dict[str, dict[str, str]]
    admins: int


def limits_of(portal: Portal) -> Limits:
    """The portal's limits."""
    if not portal.guard:
        return DEFAULT_LIMITS
    return msgspec.json.decode(portal.guard, type=dict[Span, dict[Kind, Limit]])


def parse_limit(text: str) -> Limit | None:
    """A limit as a person writes it: `2%`, `5`, or `2% or 5`; `off` is None, and `0%` is nobody, like `0`.

    Raises `SettingsError` for anything else.
    """
    if text.strip().casefold() == "off":
        return None
    percent: float | None = None
    people: int | None = None
    for part in re.split(r",|\bor\b", text):
        share = _PERCENT.fullmatch(part.strip())
        if share is not None and percent is None and float(share[1]) <= 100:
            percent = float(share[1])
        elif _PEOPLE.fullmatch(part.strip()) and people is None:
            people = int(part)
        else:
            raise SettingsError(
                f"'{text[:40]}' is not a limit; nothing was changed. Write a percentage (2%), a number of people (5), "
                "both (2% or 5), or off."
            )
    # A percentage lets a single person through whatever it is, which nobody means who writes 0%.
    return Limit(None, people or 0) if percent == 0 else Limit(percent, people)


async def guard_settings(slug: str) -> GuardSettings:
    """The guard as it is."""
    portal = await portal_for(slug, Role.VIEWER)
    return await _shown(portal)


async def change_guard(
    slug: str, changes: dict[Kind, Limit | None], span: Span = Span.RUN, *, second_approver: bool | None = None
) -> GuardSettings:
    """Set limits of one span (None: no limit), and whether a second admin must approve."""
    async with write_transaction():
        portal = await portal_for(slug, Role.ADMIN)
        before = _words(portal)
        limits = {each: dict(limits_of(portal).get(each, {})) for each in Span}
        for kind, limit in changes.items():
            if limit is None:
                limits[span].pop(kind, None)
            else:
                limits[span][kind] = limit
        portal.guard = msgspec.json.encode(limits).decode()
        if second_approver is not None:
            portal.second_approver = second_approver
        await portal.save(update_fields=["guard", "second_approver"])
        await audit(portal, "guard changed", slug, before=before, after=_words(portal))
    return await _shown(portal)


async def default_guard(slug: str) -> GuardSettings:
    """Back to the limits that a new portal has."""
    async with write_transaction():
        portal = await portal_for(slug, Role.ADMIN)
        before = _words(portal)
        portal.guard = ""
        await portal.save(update_fields=["guard"])
        await audit(portal, "guard changed", slug, before=before, after=_words(portal))
    return await _shown(portal)


async def admins_of(portal: Portal) -> list[frozenset[str]]:
    """The admins of the portal, its own and those of the portal above: of each person all that they are known by (see
    `core.services.acting.Actor.identity`)."""
    portals = [portal.id] if portal.parent_id is None else [portal.id, portal.parent_id]
    people: list[frozenset[str]] = []
    for row in await Admin.filter(portal_id__in=portals, role=Role.ADMIN.value).order_by("id"):
        known_by = frozenset({f"name:{row.name_key}"} | ({f"slack:{row.slack_user}"} if row.slack_user else set()))
        same = [person for person in people if person & known_by]
        people = [person for person in people if not person & known_by] + [known_by.union(*same)]
    return people


async def _shown(portal: Portal) -> GuardSettings:
    words = _words(portal)
    return GuardSettings(portal.slug, portal.second_approver, words["limits"], len(await admins_of(portal)))


def _words(portal: Portal) -> dict[str, Any]:
    limits = limits_of(portal)
    words = {
        span.value: {kind.value: limits[span][kind].words for kind in Kind if kind in limits.get(span, {})}
        for span in Span
    }
    shown = {span: held for span, held in words.items() if held}
    return {"second_approver": portal.second_approver, "limits": shown}
