"""Addresses that change hands between accounts in one transaction, although no two accounts may ever have the same."""

from collections.abc import Mapping, Sequence

from core.domain.change import Change
from core.domain.email import email_key
from core.store import models
from core.store.bulk import execute

_AT_ONCE = 500


def units(changes: Sequence[Change], held: Mapping[int, models.Learner]) -> list[list[int]]:
    """The positions of the changes, in order, in groups that only work together: in a group, an address that one
    account gives up is taken by another."""
    giver_of = {row.email_key: learner_id for learner_id, row in held.items()}
    position_of = {int(change.learner_id): at for at, change in enumerate(changes) if change.learner_id is not None}
    group = list(range(len(changes)))

    def first(at: int) -> int:
        while group[at] != at:
            at = group[at]
        return at

    for at, change in enumerate(changes):
        giver = giver_of.get(email_key(change.after.email)) if change.after.email else None
        if giver is not None and giver in position_of and position_of[giver] != at:
            one, other = sorted((first(at), first(position_of[giver])))
            group[other] = one
    groups: dict[int, list[int]] = {}
    for at in range(len(changes)):
        groups.setdefault(first(at), []).append(at)
    return list(groups.values())


async def park(learner_ids: Sequence[int]) -> None:
    """Take the addresses of these accounts out of the way; each gets one again before the transaction ends."""
    for start in range(0, len(learner_ids), _AT_ONCE):
        some = learner_ids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        statement = f"UPDATE learner SET email_key = ' ' || id WHERE id IN ({marks})"  # noqa: S608 our own text
        await execute(models.Learner, statement, list(some))
