"""Addresses that change hands between accounts: whose changes only work together."""

from collections.abc import Collection, Mapping, Sequence

from core.domain.change import Change
from core.domain.email import email_key
from core.store import models


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


def stranded(
    changes: Sequence[tuple[int, Change]], held: Mapping[int, models.Learner], refused: Collection[int]
) -> set[int]:
    """The positions of the changes whose address stays, directly or not, with an account whose change is refused.

    `changes` come with their positions, `refused` are positions.
    """
    giver_of = {row.email_key: learner_id for learner_id, row in held.items()}
    position_of = {int(change.learner_id): position for position, change in changes if change.learner_id is not None}
    waiting: dict[int, list[int]] = {}
    for position, change in changes:
        giver = giver_of.get(email_key(change.after.email)) if change.after.email else None
        if giver is not None and position_of[giver] != position:
            waiting.setdefault(position_of[giver], []).append(position)
    found: set[int] = set()
    ahead = list(refused)
    while ahead:
        following = [position for position in waiting.get(ahead.pop(), ()) if position not in found]
        found.update(following)
        ahead += following
    return found - set(refused)
