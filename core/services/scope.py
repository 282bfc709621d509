"""The scope of a portal: whom it takes from UKG Pro."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from core.clock import today_in
from core.domain.employee import EmploymentStatus
from core.domain.errors import SettingsError
from core.domain.lifecycle import is_terminated
from core.domain.roles import Role
from core.domain.scope import ATTRIBUTE_OF, WORDS, Scope, ScopeKind, keys_of, value_key
from core.services.audit import audit
from core.services.portals import portal_for
from core.store.models import Portal
from core.store.transactions import write_transaction
from core.sync.snapshot import SnapshotInfo, snapshot_employees, snapshot_info

_STATUSES = {status.value: status.name.replace("_", " ").lower() for status in EmploymentStatus if status.value != "?"}
Values = Mapping[ScopeKind, Sequence[str]]


class LastRead(msgspec.Struct, frozen=True):
    """The people of the last read who are still employed, and how many of them the scope lets in.

    `inside` is None when the scope asks for an attribute that was not read then.
    """

    read_at: datetime
    employed: int
    inside: int | None


class ShownScope(msgspec.Struct, frozen=True):
    """A scope as shown. `words` are sentences saying whom it takes, `warnings` what should be looked at."""

    portal: str
    everyone: bool
    include: dict[str, tuple[str, ...]]
    exclude: dict[str, tuple[str, ...]]
    words: tuple[str, ...]
    last_read: LastRead | None
    warnings: tuple[str, ...]


def scope_of(portal: Portal) -> Scope:
    """The scope that a portal's syncs go by."""
    return msgspec.json.decode(portal.scope, type=Scope) if portal.scope else Scope()


def changed_scope(portal: Portal, *, include: Values, exclude: Values, everyone: bool = False) -> Scope:
    """The scope as it would be with these conditions; nothing is saved. Raises `SettingsError` for what cannot be."""
    included, excluded = _checked(include), _checked(exclude)
    changed = (Scope() if everyone else scope_of(portal)).changed(included, excluded)
    _refuse_contradictions(changed)
    return changed


async def show_scope(slug: str) -> ShownScope:
    """The scope, held against the last read of UKG Pro if there is one."""
    return await _shown(await portal_for(slug, Role.VIEWER))


async def preview_scope(slug: str, *, include: Values, exclude: Values) -> ShownScope:
    """The scope as it would be shown with these conditions; nothing is saved."""
    portal = await portal_for(slug, Role.VIEWER)
    return await _shown(portal, changed_scope(portal, include=include, exclude=exclude))


async def set_scope(slug: str, *, include: Values, exclude: Values, everyone: bool = False) -> ShownScope:
    """Replace the conditions of the kinds given; one without values is dropped. `everyone` drops all others first.

    Nobody's account changes by it: the people outside are no longer looked at, but for the end of their employment.
    """
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        portal = await Portal.filter(id=portal.id).select_for_update(no_key=True).get()
        before = scope_of(portal)
        after = changed_scope(portal, include=include, exclude=exclude, everyone=everyone)
        if after != before:
            portal.scope = "" if after.everyone else msgspec.json.encode(after).decode()
            await portal.save(update_fields=["scope"])
            await audit(
                portal, "scope changed", slug, before=msgspec.to_builtins(before), after=msgspec.to_builtins(after)
            )
    return await _shown(portal)


def _checked(conditions: Values) -> dict[ScopeKind, tuple[str, ...]]:
    for code in conditions.get(ScopeKind.STATUS, ()):
        if code.strip() and code.strip().upper() not in _STATUSES:
            known = ", ".join(f"{letter} ({word})" for letter, word in _STATUSES.items())
            raise SettingsError(
                f"'{code[:40]}' is not a status of UKG Pro; the scope was not changed. There are: {known}."
            )
    return {kind: tuple(values) for kind, values in conditions.items()}


def _refuse_contradictions(scope: Scope) -> None:
    for kind, values in scope.include.items():
        both = {value_key(value) for value in scope.exclude.get(kind, ())}
        for value in values:
            if value_key(value) in both:
                raise SettingsError(
                    f"{WORDS[kind].capitalize()} '{value[:80]}' would be included and excluded at once; the scope was "
                    f"not changed. Drop one of the two, for instance with --exclude {kind}= (all of that kind)."
                )


async def _shown(portal: Portal, scope: Scope | None = None) -> ShownScope:
    scope = scope_of(portal) if scope is None else scope
    info = await snapshot_info(portal.id)
    last_read, warnings = None, []
    if info is not None:
        last_read, unknown = await _held_against(portal.id, scope, info, today_in(portal.timezone))
        warnings = [*_not_read(scope, info), *unknown]
    return ShownScope(
        portal.slug,
        scope.everyone,
        {kind.value: values for kind, values in scope.include.items()},
        {kind.value: values for kind, values in scope.exclude.items()},
        words_of(scope),
        last_read,
        tuple(warnings),
    )


def words_of(scope: Scope) -> tuple[str, ...]:
    """Whom the scope takes, in sentences."""
    if scope.everyone:
        return ("Everyone in UKG Pro.",)
    included, excluded = _phrases(scope.include), _phrases(scope.exclude)
    always, never = scope.include.get(ScopeKind.PERSON, ()), scope.exclude.get(ScopeKind.PERSON, ())
    sentences: list[str] = []
    if included:
        sentences.append(f"Only people with {' and '.join(included)}.")
    if excluded:
        sentences.append(f"Not people with {' or '.join(excluded)}.")
    if always:
        sentences.append(f"{'Always' if included else 'Only the people listed'}: {_listed(always, 'and')}.")
    if never:
        sentences.append(f"Never: {_listed(never, 'and')}.")
    return tuple(sentences)


def _phrases(conditions: Values) -> list[str]:
    return [f"{WORDS[kind]} {_listed(values)}" for kind, values in conditions.items() if kind is not ScopeKind.PERSON]


def _listed(values: Sequence[str], joining: str = "or") -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} {joining} {values[-1]}"


async def _held_against(portal_id: int, scope: Scope, info: SnapshotInfo, today: date) -> tuple[LastRead, list[str]]:
    """Who of the last read is inside, and a sentence for every value that nobody there has."""
    missing = {
        (kind, value_key(value)): value
        for conditions in (scope.include, scope.exclude)
        for kind, values in conditions.items()
        if ATTRIBUTE_OF.get(kind) in info.attribute_ids or kind not in ATTRIBUTE_OF
        for value in values
    }
    kinds = {kind for kind, _ in missing}
    employed = inside = 0
    async for employees in snapshot_employees(portal_id):
        for employee in employees:
            for kind in kinds:
                for key in keys_of(employee, kind):
                    missing.pop((kind, key), None)
            if not is_terminated(employee, today):
                employed += 1
                inside += scope.outside(employee) is None
    known = scope.attribute_ids() <= info.attribute_ids
    sentences = [
        f"Nobody in the last read of UKG Pro is {value}."
        if kind is ScopeKind.PERSON
        else f"Nobody in the last read of UKG Pro has the {WORDS[kind]} '{value}'."
        for (kind, _), value in missing.items()
    ]
    return LastRead(info.read_at, employed, inside if known else None), sentences


def _not_read(scope: Scope, info: SnapshotInfo) -> list[str]:
    return [
        f"The last read of UKG Pro did not ask for the {WORDS[kind]}; the next sync will, and tell who is inside."
        for kind, attribute_id in ATTRIBUTE_OF.items()
        if attribute_id in scope.attribute_ids() - info.attribute_ids
    ]
