"""The scope as it is being edited: what each condition says, and what of it is not saved."""

from collections.abc import Mapping, Sequence

import msgspec

from core.domain.scope import WORDS, ScopeKind, value_key
from core.services.scope import ShownScope

Conditions = dict[ScopeKind, tuple[str, ...]]


class Said(msgspec.Struct, frozen=True):
    """What is said by one kind: who is taken, who is left out."""

    take: tuple[str, ...] = ()
    leave: tuple[str, ...] = ()


class Editing:
    """What is said by each kind, beside what is stored. Only kinds that were edited are saved."""

    def __init__(self) -> None:
        self._stored = dict.fromkeys(ScopeKind, Said())
        self.said = dict.fromkeys(ScopeKind, Said())

    def read(self, shown: ShownScope) -> list[ScopeKind]:
        """Take over what is stored by now, where nothing was edited; gives the kinds that others changed meanwhile and
        that were edited here, too."""
        contested = []
        for kind in ScopeKind:
            stored = Said(_values(shown.include, kind), _values(shown.exclude, kind))
            if self.said[kind] == self._stored[kind]:
                self.said[kind] = stored
            elif stored not in (self._stored[kind], self.said[kind]):
                contested.append(kind)
            self._stored[kind] = stored
        return contested

    @property
    def edited(self) -> list[ScopeKind]:
        """The kinds that say something else than what is stored."""
        return [kind for kind in ScopeKind if self.said[kind] != self._stored[kind]]

    @property
    def changes(self) -> tuple[Conditions, Conditions]:
        """What to include and to exclude by the kinds that were edited."""
        return {kind: self.said[kind].take for kind in self.edited}, {
            kind: self.said[kind].leave for kind in self.edited
        }

    def put_back(self) -> None:
        """Forget what was edited."""
        self.said = dict(self._stored)

    def take_everyone(self) -> None:
        """Say nothing by any kind."""
        self.said = dict.fromkeys(ScopeKind, Said())

    def say(self, kind: ScopeKind, values: Sequence[str], where: str) -> None:
        """Let these values be taken (`take`), left out (`leave`), or neither (empty)."""
        keys = {value_key(value) for value in values}
        said = self.said[kind]
        take, leave = (
            {value_key(value): value for value in each if value_key(value) not in keys}
            for each in (said.take, said.leave)
        )
        if where:
            (take if where == "take" else leave).update({value_key(value): value.strip() for value in values})
        self.said[kind] = Said(_ordered(take), _ordered(leave))


def capital(kind: ScopeKind) -> str:
    """A kind as a title."""
    return WORDS[kind].capitalize()


def _values(conditions: Mapping[str, tuple[str, ...]], kind: ScopeKind) -> tuple[str, ...]:
    return _ordered({value_key(value): value for value in conditions.get(kind.value, ())})


def _ordered(values: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(values[key] for key in sorted(values) if key)
