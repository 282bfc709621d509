"""Addresses that change hands on one day: who is written before whom, and who has to wait."""

from hypothesis import given
from hypothesis import strategies as st

from core.domain.addresses import Handover, Wish, hand_over

NOBODY = "an account whose address nobody gives up"


@st.composite
def wishes(draw: st.DrawFn) -> list[Wish]:
    """A few people: some with an account, each wanting an address that is free, somebody's, or kept for good."""
    size = draw(st.integers(0, 9))
    accounts = [f"account {number}" if draw(st.booleans()) else None for number in range(size)]
    asked: list[Wish] = []
    for number, account in enumerate(accounts):
        others = [f"account {other}" for other in range(size) if other != number]
        asked.append(Wish(f"E{number}", account, draw(st.sampled_from([None, NOBODY, *others]))))
    return draw(st.permutations(asked))


@st.composite
def rings(draw: st.DrawFn) -> list[list[str]]:
    """Employee ids in rings of one address each: everybody takes that of the next."""
    sizes = draw(st.lists(st.integers(2, 6), min_size=1, max_size=4))
    ids = iter(range(sum(sizes)))
    return [[f"E{next(ids)}" for _ in range(size)] for size in sizes]


def waits_in_vain(wish: Wish, everyone: list[Wish]) -> bool:
    """Whether somebody on whom the wish depends, directly or not, does not give their address up."""
    giving = {each.account: each for each in everyone if each.account is not None}
    seen: set[str] = set()
    while wish.holder is not None and wish.employee_id not in seen:
        seen.add(wish.employee_id)
        if wish.holder not in giving:
            return True
        wish = giving[wish.holder]
    return False


def places(handover: Handover) -> dict[str, tuple[int, int]]:
    """Employee ids with the number of their step and their place in it."""
    return {
        employee_id: (number, place)
        for number, step in enumerate(handover.steps)
        for place, employee_id in enumerate(step)
    }


@given(wishes())
def test_everyone_is_in_exactly_one_step_or_blocked(asked):
    handover = hand_over(asked)
    named = [*handover.blocked, *(employee_id for step in handover.steps for employee_id in step)]
    assert sorted(named) == sorted(wish.employee_id for wish in asked)
    assert all(handover.steps)


@given(wishes())
def test_whoever_waits_for_one_who_gives_nothing_up_is_blocked_and_nobody_else(asked):
    blocked = set(hand_over(asked).blocked)
    assert blocked == {wish.employee_id for wish in asked if waits_in_vain(wish, asked)}


@given(wishes())
def test_whoever_gives_an_address_up_is_in_the_same_step_as_whoever_gets_it(asked):
    place = places(hand_over(asked))
    employee_of = {wish.account: wish.employee_id for wish in asked if wish.account is not None}
    for wish in asked:
        if wish.employee_id in place and wish.holder is not None:
            assert place[employee_of[wish.holder]][0] == place[wish.employee_id][0]


@given(wishes())
def test_within_a_step_that_is_no_ring_the_giver_comes_first(asked):
    handover = hand_over(asked)
    by_id = {wish.employee_id: wish for wish in asked}
    employee_of = {wish.account: wish.employee_id for wish in asked if wish.account is not None}
    for step in handover.steps:
        late = [
            employee_id
            for place, employee_id in enumerate(step)
            if (holder := by_id[employee_id].holder) is not None and employee_of[holder] not in step[:place]
        ]
        begins_free = by_id[step[0]].holder is None
        assert late == ([] if begins_free else [step[0]])


@given(rings(), st.randoms(use_true_random=False))
def test_a_ring_stays_together_whatever_the_order(wanted, chance):
    asked = [
        Wish(employee_id, f"account of {employee_id}", f"account of {ring[place - 1]}")
        for ring in wanted
        for place, employee_id in enumerate(ring)
    ]
    chance.shuffle(asked)
    handover = hand_over(asked)
    assert handover.blocked == []
    assert sorted(sorted(step) for step in handover.steps) == sorted(sorted(ring) for ring in wanted)


def test_a_newcomer_gets_an_address_after_whoever_gave_it_up():
    handover = hand_over([Wish("new", None, "ann"), Wish("Ann", "ann", "bea"), Wish("Bea", "bea", None)])
    assert handover == Handover([["Bea", "Ann", "new"]], [])


def test_who_wants_the_address_of_one_in_a_ring_comes_after_that_one():
    ring = [Wish("Ann", "ann", "bea"), Wish("Bea", "bea", "ann")]
    (step,) = hand_over([Wish("Cleo", "cleo", "ann"), *ring]).steps
    assert step.index("Ann") < step.index("Cleo")


def test_nobody_wishes_anything():
    assert hand_over([]) == Handover([], [])
