"""Addresses that change hands in one transaction, although no two accounts may ever have the same."""

from collections.abc import Sequence

from core.store import models
from core.store.bulk import execute

_AT_ONCE = 500


async def park(learner_ids: Sequence[int]) -> None:
    """Take the addresses of these accounts out of the way; each gets one again before the transaction ends."""
    for start in range(0, len(learner_ids), _AT_ONCE):
        some = learner_ids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        statement = f"UPDATE learner SET email_key = ' ' || id WHERE id IN ({marks})"  # noqa: S608 our own text
        await execute(models.Learner, statement, list(some))
