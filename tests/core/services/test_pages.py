"""Lists that are read as far as they are looked at: who is pending, and the audit trail; and the CSV of some people."""

import io
from datetime import date, timedelta

import pytest

from core.clock import now
from core.domain.errors import SettingsError
from core.services.export import export_users
from core.services.people import Wanted, count_pending, find_learner, pending_page, pending_users
from core.services.portals import change_portal
from core.services.trail import changes_between, count_trail, trail_page
from core.store.models import Invite


@pytest.fixture
def invited(add_learner):
    """Call with an e-mail to have somebody invited who has not accepted."""

    async def invite(email: str, **values) -> None:
        row = await add_learner(email, status="pending", **values)
        for number in range(2):
            await Invite.create(
                learner=row, kind="invitation", status="open", token_hash=f"{email}{number}", created_at=now()
            )

    return invite


async def emails(text: str = "", offset: int = 0, limit: int = 10) -> list[str]:
    return [user.email for user in await pending_page("acme", text, offset, limit)]


async def test_pages_of_the_pending_hold_everyone_once_in_the_order_of_the_list(invited, add_learner):
    for number in range(5):
        await invited(f"p{number}@example.com")
    await add_learner("never-invited@example.com", status="pending")
    await add_learner("active@example.com")
    await invited("over@example.com", account_expires=(now() - timedelta(days=9)).date())
    everyone = [user.email for user in await pending_users("acme")]
    assert everyone == [f"p{number}@example.com" for number in range(5)]
    assert [email for offset in (0, 2, 4) for email in await emails(offset=offset, limit=2)] == everyone
    assert await count_pending("acme") == 5


async def test_the_pending_are_narrowed_by_words(invited):
    await invited("ann@example.com", first_name="Ann", last_name="Lee")
    await invited("bea@example.com", first_name="Bea", last_name="Lee")
    assert await emails("lee BEA") == ["bea@example.com"]
    assert await count_pending("acme", "lee bea") == 1
    assert await count_pending("acme", "lee") == 2


async def test_a_learner_is_found_by_the_whole_e_mail_alone(add_learner):
    await add_learner("ann@example.com")
    found = await find_learner("acme", " ANN@example.com ")
    assert found is not None
    assert found.email == "ann@example.com"
    assert await find_learner("acme", "ann@example") is None


async def test_the_trail_is_paged_newest_first_and_narrowed_by_words_and_day(acme, set_clock):
    await change_portal("acme", name="First")
    set_clock("2026-03-12T12:00:00Z")
    await change_portal("acme", name="Second")
    assert [entry.after for entry in await trail_page("acme", 0, 2)] == [{"name": "Second"}, {"name": "First"}]
    assert [entry.action for entry in await trail_page("acme", 2, 9)] == ["portal created"]
    assert await count_trail("acme") == 3
    assert await count_trail("acme", text="SETTINGS acme") == 2
    assert await count_trail("acme", since=date(2026, 3, 12)) == 1
    assert await trail_page("acme", 0, 9, text="nothing like it") == []


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({"a": 1}, {"a": 2, "b": 3}, {"a": (1, 2), "b": (None, 3)}),
        (None, {"a": 2}, {"a": (None, 2)}),
        ({"a": 1}, None, {"a": (1, None)}),
        (["x"], ["y"], {"": (["x"], ["y"])}),
        (None, None, {}),
    ],
)
def test_what_a_line_holds_is_told_value_by_value(before, after, changes):
    assert changes_between(before, after) == changes


async def test_the_csv_holds_those_wanted_alone(add_learner):
    await add_learner("hand@example.com")
    await add_learner("made@example.com", source="ukg")
    file = io.StringIO(newline="")
    assert await export_users("acme", file, Wanted(source="ukg")) == 1
    assert "made@example.com" in file.getvalue()
    assert "hand@example.com" not in file.getvalue()
    with pytest.raises(SettingsError):
        await export_users("acme", io.StringIO(), Wanted(group="No such group"))
