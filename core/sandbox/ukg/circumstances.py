"""Who in the founding company is out of the ordinary, and in which way.

Every circumstance exists from 60 people on; with more people each keeps a small share.
"""

from random import Random

# circumstance -> people per thousand; at least one person each. In this order when there are too few people.
_PER_THOUSAND: dict[str, float] = {
    "leave": 15,
    "rehired": 30,
    "transferred": 20,
    "future_hire": 5,
    "future_termination": 4,
    "email_null": 10,
    "email_shared": 1,
    "email_shared_again": 1,
    "two_records": 3,
    "email_empty": 5,
    "email_untidy": 5,
    "email_personal": 10,
    "email_recycled": 0,
    "terminated_supervisor": 5,
    "no_supervisor": 3,
    "padded": 5,
    "suspended": 2,
    "laid_off": 3,
    "strike": 1,
    "unknown_status": 0.5,
    "no_employment": 1,
    "unparseable_date": 2,
}
_LEFT_SHARE = 0.22

_NAMES_PER_THOUSAND: dict[str, float] = {
    "diacritics": 40,
    "hyphen": 10,
    "apostrophe": 10,
    "chinese": 4,
    "cyrillic": 4,
    "arabic": 4,
    "greek": 3,
    "japanese": 3,
    "korean": 3,
    "devanagari": 3,
    "hebrew": 2,
    "single_word": 2,
    "very_long": 0.5,
    "formula": 0.2,
    "html": 0.2,
}

PLAIN = "plain"
LEFT = "left"
STATUS_OF = {"leave": "L", "strike": "O", "laid_off": "R", "suspended": "S", "unknown_status": "X"}


def circumstances(random: Random, employees: int) -> list[str]:
    """One circumstance for each of `employees` people, most of them PLAIN, about a quarter LEFT.

    With fewer than 60 people only the first ones of the list are given out, to a third of the people at most.
    """
    wanted = [LEFT] * round(_LEFT_SHARE * employees)
    room = employees // 3 if employees < 60 else employees
    for name, per_thousand in _PER_THOUSAND.items():
        count = max(1, round(per_thousand * employees / 1000))
        if room < count:
            break
        wanted += [name] * count
        room -= count
    wanted = wanted[:employees]
    wanted += [PLAIN] * (employees - len(wanted))
    random.shuffle(wanted)
    return wanted


def name_kinds(random: Random, given: list[str]) -> dict[int, str]:
    """Position of a person -> kind of special name; only people who are ordinary otherwise get one."""
    plain = [position for position, name in enumerate(given) if name == PLAIN]
    random.shuffle(plain)
    kinds: dict[int, str] = {}
    for kind, per_thousand in _NAMES_PER_THOUSAND.items():
        for _ in range(max(1, round(per_thousand * len(given) / 1000))):
            if plain:
                kinds[plain.pop()] = kind
    return kinds
