"""What a condition of the scope can ask for, and how a scope would be shown before it is saved."""

from datetime import date

from core.domain.scope import ScopeKind
from core.services.scope import preview_scope, scope_of, show_scope
from core.services.scope_values import SeenValue, values_seen
from core.store.models import Portal
from tests.core.services.snapshots import remember, someone

COMPANY, LOCATION, STATUS, PERSON = ScopeKind.COMPANY, ScopeKind.LOCATION, ScopeKind.STATUS, ScopeKind.PERSON


async def test_values_are_those_of_people_still_employed_the_most_frequent_first_with_their_names(acme):
    gone = someone("E4", company_code="FOO", company="Foods", status="T", left=date(2026, 1, 31))
    await remember(
        acme,
        someone("E1", company_code="CARE"),
        someone("E2", company_code="foo "),
        someone("E3", company_code="FOO", company="Foods", status="L"),
        someone("E5", company_code=""),
        gone,
    )
    seen = await values_seen("acme", COMPANY)
    assert seen is not None
    assert [(each.value.casefold(), each.people, each.name) for each in seen] == [("foo", 2, "Foods"), ("care", 1, "")]
    assert await values_seen("acme", STATUS) == [SeenValue("A", 3, "active"), SeenValue("L", 1, "leave")]


async def test_there_are_none_before_the_first_read_for_what_was_not_asked_for_and_for_people(acme):
    assert await values_seen("acme", STATUS) is None
    await remember(acme, someone("E1", company_code="CARE"))
    assert await values_seen("acme", LOCATION) is None
    assert await values_seen("acme", PERSON) is None


async def test_a_scope_is_shown_as_it_would_be_without_being_saved(acme):
    await remember(acme, someone("E1", company_code="CARE"), someone("E2", company_code="FOO"))
    shown = await preview_scope("acme", include={COMPANY: ["care", "NONE"]}, exclude={})
    assert shown.words == ("Only people with company code care or NONE.",)
    assert shown.last_read is not None
    assert (shown.last_read.inside, shown.last_read.employed) == (1, 2)
    assert shown.warnings == ("Nobody in the last read of UKG Pro has the company code 'NONE'.",)
    assert (await show_scope("acme")).everyone
    assert scope_of(await Portal.get(slug="acme")).everyone
