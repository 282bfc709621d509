"""A mapping that is being edited while others may edit it too: what each changed, and both together."""

from collections.abc import Mapping, Sequence

import msgspec

from core.domain.mapping import OWNER_WORDS, Owner


class DraftRow(msgspec.Struct, frozen=True):
    """A row of the mapping by the names of what it ties together: an attribute's id and a field's label. What its field
    is and whether it fits is another matter. `additions` are values that become choices of the field once the row is
    saved; a row as it is stored has none."""

    attribute: str
    label: str
    owner: Owner = Owner.HR
    translations: Mapping[str, str] = {}
    additions: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What tells the row from others: one attribute fills a field."""
        return self.label.casefold()


class Merged(msgspec.Struct, frozen=True):
    """Two people's changes of one mapping together. `contested` are the keys that both changed, to different ends:
    there the first one's word stands in `rows`."""

    rows: tuple[DraftRow, ...]
    contested: tuple[str, ...]


def changes(before: Sequence[DraftRow], after: Sequence[DraftRow]) -> dict[str, DraftRow | None]:
    """What differs, by key: the row as it is after, None where there is none any more."""
    old, new = _by_key(before), _by_key(after)
    keys = [*new, *(key for key in old if key not in new)]
    return {key: new.get(key) for key in keys if old.get(key) != new.get(key)}


def merged(base: Sequence[DraftRow], mine: Sequence[DraftRow], theirs: Sequence[DraftRow]) -> Merged:
    """My changes of `base` on top of theirs: nothing of either is lost but where both changed one row."""
    my_changes, their_changes = changes(base, mine), changes(base, theirs)
    rows: dict[str, DraftRow | None] = {**_by_key(theirs), **my_changes}
    contested = [key for key in my_changes if key in their_changes and my_changes[key] != their_changes[key]]
    return Merged(tuple(row for row in rows.values() if row is not None), tuple(contested))


def _by_key(rows: Sequence[DraftRow]) -> dict[str, DraftRow]:
    return {row.key: row for row in rows}


def told(before: Sequence[DraftRow], after: Sequence[DraftRow]) -> list[str]:
    """What differs, a sentence for each row."""
    old = _by_key(before)
    return [_sentence(old.get(key), row) for key, row in changes(before, after).items()]


def _sentence(before: DraftRow | None, after: DraftRow | None) -> str:
    if after is None:
        return f"{before.label if before else ''} is not filled any more."
    if before is None or before.attribute != after.attribute:
        was = f", not {before.attribute}" if before is not None else ""
        return f"{after.label} is filled from {after.attribute}{was}."
    if before.owner is not after.owner:
        return f"{after.label} is {OWNER_WORDS[after.owner]}, not {OWNER_WORDS[before.owner]}."
    return f"{after.label} has other translations."
