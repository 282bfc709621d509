"""The day of the expiry itself has access; when it has ended the account is disabled."""

from datetime import date

import pytest

from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.settings import LearnUponSettings
from tests.core.sandbox.learnupon.client import Client, Clock


@pytest.fixture
def ada(realm: Realm) -> int:
    realm.add_user(realm.portals["sales"], "ada@example.com")
    return realm.add_user(realm.top, "ada@example.com").account.id


async def enabled(client: Client, user_id: int) -> bool:
    return bool((await client.user(user_id))["enabled"])


async def test_an_account_is_disabled_when_its_expiry_day_has_ended(ada: int, top: Client, clock: Clock) -> None:
    await top.update(ada, account_expires="2026-03-11")
    assert await enabled(top, ada)
    clock.forward(days=1)
    assert await enabled(top, ada)
    clock.forward(days=1)
    assert not await enabled(top, ada)
    assert (await top.user(ada, version_id="1.1"))["updated_at"].startswith("2026-03-12")


async def test_the_day_ends_where_the_settings_say(
    ada: int, top: Client, clock: Clock, settings: LearnUponSettings
) -> None:
    settings.expiry_timezone = "Pacific/Auckland"  # the 10th here is still the 10th there, until 11:00 UTC
    await top.update(ada, account_expires="2026-03-10")
    assert await enabled(top, ada)
    clock.forward(hours=3)
    assert not await enabled(top, ada)


async def test_an_expiry_that_is_past_disables_at_once(ada: int, top: Client) -> None:
    await top.update(ada, account_expires="2026-03-09")
    assert not await enabled(top, ada)


async def test_expiring_at_the_top_goes_down_and_never_up(ada: int, top: Client, sales: Client, clock: Clock) -> None:
    await sales.update(ada, account_expires="2026-03-10")
    clock.forward(days=1)
    assert [await enabled(top, ada), await enabled(sales, ada)] == [True, False]
    await sales.update(ada, account_expires=None, enabled=True)
    await top.update(ada, account_expires="2026-03-10")
    assert [await enabled(top, ada), await enabled(sales, ada)] == [False, False]


async def test_clearing_the_expiry_enables_nobody_by_itself(ada: int, top: Client) -> None:
    await top.update(ada, account_expires="2026-03-09")
    await top.update(ada, account_expires=None)
    assert not await enabled(top, ada)
    await top.update(ada, enabled=True)
    assert await enabled(top, ada)


async def test_enabling_while_the_expiry_is_past_is_undone_or_lasts(
    ada: int, top: Client, settings: LearnUponSettings
) -> None:
    await top.update(ada, account_expires="2026-03-09")
    assert not await enabled(top, ada)
    await top.update(ada, enabled=True)
    assert not await enabled(top, ada)
    settings.enable_expired = "lasts"
    await top.update(ada, enabled=True)
    assert await enabled(top, ada)


async def test_an_expiry_that_was_moved_counts_from_where_it_is(ada: int, top: Client, clock: Clock) -> None:
    await top.update(ada, account_expires="2026-03-10")
    await top.update(ada, account_expires="2026-03-20")
    clock.forward(days=5)
    assert await enabled(top, ada)
    clock.forward(days=6)
    assert not await enabled(top, ada)


async def test_the_expiry_of_somebody_who_is_gone_is_forgotten(ada: int, realm: Realm, top: Client) -> None:
    await top.update(ada, account_expires="2026-03-12")
    await top.delete(f"users/{ada}")
    realm.end_expired(date(2026, 4, 1))
    assert not realm.has_expiring
