"""People are found by the words that somebody typed, on either database alike."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from core.clock import now
from core.services.portals import create_portal
from core.store.models import Learner
from core.store.words import with_words

_NAMES = ("Åsa Öberg", "ÅSA LIND", "Per 100% Ek", "A_b Lee", "Axb Lee", "Back\\slash Roe", "O'Neil Roe")
_COLUMNS = ("first_name", "last_name")


@pytest.fixture
async def people(store: str) -> int:
    """A portal with everyone of `_NAMES`; its id."""
    portal = await create_portal("acme")
    for number, name in enumerate(_NAMES):
        first, _, last = name.rpartition(" ")
        await Learner.create(
            portal_id=portal.id,
            email=f"{number}@example.com",
            email_key=f"{number}@example.com",
            first_name=first,
            last_name=last,
            user_type="learner",
            status="active",
            source="manual",
            custom="{}",
            created_at=now(),
            created_by="an admin",
        )
    return portal.id


async def found(portal_id: int, text: str) -> list[str]:
    rows = await with_words(Learner.filter(portal_id=portal_id), text, *_COLUMNS).order_by("id")
    return [f"{row.first_name} {row.last_name}" for row in rows]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", _NAMES),
        ("lee", ("A_b Lee", "Axb Lee")),
        ("LEE a_B", ("A_b Lee",)),
        ("%", ("Per 100% Ek",)),
        ("_", ("A_b Lee",)),
        ("\\", ("Back\\slash Roe",)),
        ("o'n", ("O'Neil Roe",)),
        ("åsa", ("Åsa Öberg", "ÅSA LIND")),
        ("ÅSA", ("Åsa Öberg", "ÅSA LIND")),
        ("öberg", ("Åsa Öberg",)),
        ("lee roe", ()),
    ],
)
async def test_everyone_with_each_of_the_words_is_found_whatever_the_case(people, text, names):
    assert await found(people, text) == list(names)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(part=some.sampled_from(_NAMES).flatmap(lambda name: some.sampled_from([name, name.lower(), name.upper()])))
async def test_whoever_is_named_in_full_is_found_in_any_case(people, part):
    assert any(name.casefold() == part.casefold() for name in await found(people, part))
