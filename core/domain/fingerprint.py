"""Fingerprints: whether a change decided today is the very one that was planned before."""

from hashlib import blake2b

import msgspec

from core.domain.change import Change, Decision

_encoder = msgspec.json.Encoder()


def encoded_change(change: Change | None) -> str | None:
    """The change as it is kept, None if there is none."""
    return None if change is None else _encoder.encode(change).decode()


def fingerprint(employee_id: str, outcome: str, reason: str, change: str | None) -> int:
    """A number of 128 bits for what would be done to one person; `change` as encoded by `encoded_change`."""
    text = "\x1f".join((employee_id, outcome, reason, change or ""))
    return int.from_bytes(blake2b(text.encode(), digest_size=16).digest())


def fingerprint_of(decision: Decision) -> int:
    """The fingerprint of a decision; of a held one, that of what it would have been."""
    return fingerprint(
        decision.employee_id,
        decision.held_outcome or decision.outcome,
        decision.held_reason or decision.reason,
        encoded_change(decision.change),
    )
