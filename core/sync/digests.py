"""Digests: equal ones mean that nothing needs a fresh look, but for dates."""

from collections.abc import Iterable
from hashlib import blake2b

import msgspec

from core.domain.change import Decision
from core.domain.decision import Rules
from core.domain.employee import Employee

# Part of every digest: a change of the rules of decision (or of what an Employee holds) must be a new number here,
# so that everyone is looked at afresh after an update of the program.
_RULES = 2
_SIZE = 16

_encoder = msgspec.msgpack.Encoder()


class Digests:
    """Digests of employees under one set of rules."""

    def __init__(self, rules: Rules) -> None:
        self._key = blake2b(
            msgspec.json.encode([_RULES, list(rules.mappings), rules.invites, rules.scope]), digest_size=32
        ).digest()

    def of(self, employee: Employee) -> str:
        """32 hexadecimal digits."""
        return blake2b(_encoder.encode(employee), digest_size=_SIZE, key=self._key).hexdigest()


def digest_of_finding(decision: Decision) -> str:
    """The digest of what a person would read of a decision."""
    parts: Iterable[object] = (
        decision.email,
        decision.name,
        decision.outcome,
        decision.reason,
        decision.detail,
        decision.warnings,
    )
    return blake2b(_encoder.encode(tuple(parts)), digest_size=_SIZE).hexdigest()
