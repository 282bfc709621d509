"""Whether a whole answer of UKG Pro can be believed, compared with the last one that was.

UKG Pro keeps people who left in its lists, so hardly anyone ever disappears from one. Where many do, something is more
likely wrong with the answer (a permission taken away, a company half loaded) than with the people.
"""

from collections.abc import Mapping, Sequence

import msgspec

# Fewer people by this share, and by so many that a small company's ordinary day does not count.
_FEWER_PERCENT = 20
_FEWER_PEOPLE = 10
# A small company has no ten people to lose: there, half of everyone counts, from three on.
_HALF_OF_PEOPLE = 3
_DEPARTMENT_PEOPLE = 5
_HALF_OF_DEPARTMENTS = 2
_NAMED_AT_MOST = 5


class Reading(msgspec.Struct, frozen=True):
    """A whole answer in numbers. `departments` counts people by department; people without one are in none."""

    people: int
    departments: dict[str, int]


def doubts(
    now: Reading, last: Reading | None, vanished_by_department: Mapping[str, int], *, shifted: bool
) -> tuple[str, ...]:
    """Why this answer is hard to believe, a sentence for each reason; empty when it is not.

    `last` is the last answer that was believed, None before the first. `vanished_by_department` counts those who are
    no longer in the answer at all, by the department they were in last time; someone who only moved has not vanished.
    `shifted` tells that rows moved between pages while they were read.
    """
    found = [] if last is None else [*_fewer(now, last), *_gone(last, vanished_by_department)]
    if shifted:
        found.append("Rows moved from page to page while UKG Pro was read, so people may be missing from its answer.")
    return tuple(found)


def _fewer(now: Reading, last: Reading) -> list[str]:
    lost = last.people - now.people
    many = lost >= _FEWER_PEOPLE and lost * 100 >= last.people * _FEWER_PERCENT
    half = lost >= _HALF_OF_PEOPLE and lost * 2 >= last.people
    if not many and not half:
        return []
    share = lost * 100 // last.people
    return [f"UKG Pro named {_people(now.people)}, {last.people:,} last time ({share} % fewer)."]


def _gone(last: Reading, vanished_by_department: Mapping[str, int]) -> list[str]:
    filled = {department: people for department, people in last.departments.items() if people > 0}
    gone = [department for department, people in filled.items() if vanished_by_department.get(department, 0) >= people]
    gone.sort(key=lambda department: (-filled[department], department))
    large = [department for department in gone if filled[department] >= _DEPARTMENT_PEOPLE]
    found: list[str] = []
    if large:
        named = _listed([f"{department} ({_people(filled[department])} last time)" for department in large])
        found.append(f"Nobody of last time is left in {_departments(len(large))}: {named}.")
    if len(gone) >= _HALF_OF_DEPARTMENTS and len(gone) * 2 >= len(filled):
        found.append(f"{len(gone):,} of {len(filled):,} departments have nobody left of last time: {_listed(gone)}.")
    return found


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _departments(number: int) -> str:
    return "a whole department" if number == 1 else f"{number:,} whole departments"


def _listed(parts: Sequence[str]) -> str:
    more = len(parts) - _NAMED_AT_MOST
    named = ", ".join(parts[:_NAMED_AT_MOST])
    return f"{named} and {more:,} more" if more > 0 else named
