"""Who is in the portal, and who has not accepted yet."""

from datetime import date, timedelta

from core.clock import now
from core.domain.custom_fields import FieldType
from core.services.fields import add_field
from core.services.people import Wanted, learners, pending_users
from core.services.portals import create_portal
from core.services.syncing import sync_portal
from core.store.models import Invite, Learner, Link


async def emails(**filters) -> list[str]:
    return [learner.email async for learner in learners("acme", Wanted(**filters))]


async def invite(learner: Learner, *, hours_ago: float = 0, status: str = "open") -> None:
    made = now() - timedelta(hours=hours_ago)
    await Invite.create(
        learner=learner,
        kind="invitation",
        status=status,
        token_hash=f"{learner.id}-{hours_ago}",
        created_at=made,
        expires_at=made + timedelta(hours=72),
    )


async def test_learners_come_in_the_order_their_accounts_were_made_those_of_this_portal_only(acme, add_learner):
    for email in ("zoe@example.com", "ann@example.com"):
        await add_learner(email)
    await create_portal("other")
    assert await emails() == ["zoe@example.com", "ann@example.com"]
    assert [learner async for learner in learners("other")] == []


async def test_an_expired_account_shows_as_disabled_once_its_last_day_is_over(add_learner, set_clock):
    await add_learner("leaver@example.com", account_expires=date(2026, 3, 10))
    set_clock("2026-03-11T03:59:00Z")  # still the tenth in New York
    assert [learner.status async for learner in learners("acme")] == ["active"]
    set_clock("2026-03-11T04:01:00Z")
    assert [learner.status async for learner in learners("acme")] == ["disabled"]


async def test_created_after_is_a_day_of_the_portals_own_calendar(add_learner, moment):
    await add_learner("late@example.com", created_at=moment("2026-03-05T04:59:00Z"))  # the fourth, 23:59, in New York
    await add_learner("early@example.com", created_at=moment("2026-03-05T05:00:00Z"))
    assert await emails(created_after=date(2026, 3, 4)) == ["late@example.com", "early@example.com"]
    assert await emails(created_after=date(2026, 3, 5)) == ["early@example.com"]
    assert await emails(created_after=date(2026, 3, 6)) == []


async def test_an_account_made_by_a_sync_is_found_by_its_day_too(connected, store, set_clock):
    set_clock("2026-03-05T05:00:00Z")
    await sync_portal("acme", store)
    assert await emails(created_after=date(2026, 3, 5)) == [f"{name}@example.com" for name in ("ann", "bea", "cleo")]
    assert await emails(created_after=date(2026, 3, 6)) == []


async def test_learners_can_be_narrowed_to_a_source(add_learner):
    await add_learner("hand@example.com")
    await add_learner("made@example.com", source="ukg")
    assert await emails(source="ukg") == ["made@example.com"]
    assert await emails(source="manual") == ["hand@example.com"]


async def test_a_learner_shows_every_field_and_the_employee(acme, add_learner):
    await add_field("acme", "Job", FieldType.STRING)
    await add_field("acme", "Grade", FieldType.INTEGER)
    ann = await add_learner("ann@example.com", custom={"Grade": 3, "Gone": "a field removed since"}, user_type="admin")
    await Link.create(portal=acme, employee_id="E1", learner=ann, digest="", settled_revision=1, linked_at=now())
    (listed,) = [learner async for learner in learners("acme")]
    assert listed.custom == {"Job": None, "Grade": 3}
    assert (listed.employee_id, listed.user_type) == ("E1", "admin")


async def test_thousands_are_listed_each_once(acme, add_learner):
    row = await add_learner("first@example.com")
    template = {name: getattr(row, name) for name in row._meta.db_fields if name not in ("id", "email", "email_key")}
    addresses = [f"p{number}@example.com" for number in range(2000)]
    await Learner.bulk_create([Learner(email=email, email_key=email, **template) for email in addresses])
    assert await emails() == ["first@example.com", *addresses]


async def test_pending_are_those_invited_who_have_not_accepted(add_learner):
    await invite(await add_learner("pending@example.com", status="pending", first_name="Ann", last_name="Lee"))
    await invite(await add_learner("accepted@example.com"), status="accepted")
    await invite(await add_learner("ended@example.com", status="disabled"), status="cancelled")
    (pending,) = await pending_users("acme")
    assert (pending.email, pending.first_name, pending.last_name) == ("pending@example.com", "Ann", "Lee")
    assert (pending.invited_at, pending.expires_at - pending.invited_at) == (now(), timedelta(hours=72))


async def test_the_newest_link_counts_and_a_dead_one_is_told(add_learner):
    twice = await add_learner("twice@example.com", status="pending")
    await invite(twice, hours_ago=80, status="voided")
    await invite(twice, hours_ago=1)
    await invite(await add_learner("dead@example.com", status="pending"), hours_ago=72)
    assert [(user.email, user.resent, user.expired) for user in await pending_users("acme")] == [
        ("twice@example.com", 1, False),
        ("dead@example.com", 0, True),
    ]


async def test_someone_pending_whose_last_day_is_over_can_no_longer_accept(add_learner):
    await invite(await add_learner("gone@example.com", status="pending", account_expires=date(2026, 3, 9)))
    await invite(await add_learner("today@example.com", status="pending", account_expires=date(2026, 3, 10)))
    assert [user.email for user in await pending_users("acme")] == ["today@example.com"]
