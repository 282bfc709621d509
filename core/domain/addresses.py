"""E-mail addresses that change hands on one day: who must be written before whom.

Ann takes Bea's address while Bea takes another: Bea first. Ann and Bea exchange theirs: both in one step.
"""

from collections.abc import Iterable, Sequence

import msgspec


class Wish(msgspec.Struct, frozen=True):
    """Someone who is to have an address.

    `account` is their learner id, None if they have no account yet or do not give up the address it has. `holder` is
    the learner id of the account that has the address they are to have, None if nobody has.
    """

    employee_id: str
    account: str | None
    holder: str | None


class Handover(msgspec.Struct, frozen=True):
    """`steps` are groups of employee ids, each to be written together and in their order; `blocked` are those whose
    address is not given up by whoever has it."""

    steps: list[list[str]]
    blocked: list[str]


def hand_over(wishes: Iterable[Wish]) -> Handover:
    """Put the wishes in order: whoever gives an address up comes before, or in the same step as, whoever gets it."""
    everyone = list(wishes)
    giving = {wish.account: wish for wish in everyone if wish.account is not None}
    possible = _possible(everyone, giving)
    blocked = [wish.employee_id for wish in everyone if wish.employee_id not in possible]
    steps: list[list[str]] = []
    placed: set[str] = set()
    followers: dict[str, list[Wish]] = {}
    for wish in everyone:
        if wish.employee_id in possible and wish.holder is not None:
            followers.setdefault(giving[wish.holder].employee_id, []).append(wish)
    roots = [wish for wish in everyone if wish.employee_id in possible and wish.holder is None]
    # What is left after the chains that begin with a free address are rings, in which everyone waits for another.
    for start in [*roots, *everyone]:
        if start.employee_id in possible and start.employee_id not in placed:
            steps.append(_step(_first_giver(start, giving), followers, placed))
    return Handover(steps, blocked)


def _possible(everyone: Sequence[Wish], giving: dict[str, Wish]) -> set[str]:
    """The employee ids whose address is free or becomes free; whoever waits for one who is blocked is blocked too."""
    possible = {wish.employee_id for wish in everyone}
    waiting: dict[str, list[str]] = {}
    blocked: list[str] = []
    for wish in everyone:
        if wish.holder is None:
            continue
        giver = giving.get(wish.holder)
        if giver is None:
            blocked.append(wish.employee_id)
        else:
            waiting.setdefault(giver.employee_id, []).append(wish.employee_id)
    while blocked:
        employee_id = blocked.pop()
        if employee_id in possible:
            possible.discard(employee_id)
            blocked += waiting.get(employee_id, [])
    return possible


def _first_giver(wish: Wish, giving: dict[str, Wish]) -> Wish:
    """Who must give up an address for this wish, before anybody else: the one at the head of the chain, or one of the
    ring that it leads to."""
    seen: set[str] = set()
    while wish.holder is not None and wish.employee_id not in seen:
        seen.add(wish.employee_id)
        wish = giving[wish.holder]
    return wish


def _step(start: Wish, followers: dict[str, list[Wish]], placed: set[str]) -> list[str]:
    step: list[str] = []
    ahead = [start]
    while ahead:
        wish = ahead.pop()
        if wish.employee_id not in placed:
            placed.add(wish.employee_id)
            step.append(wish.employee_id)
            ahead += followers.get(wish.employee_id, [])
    return step
