"""Mails go once, to whom they should, with a link that is what the database knows."""

import asyncio
import re
import threading
from datetime import date, timedelta

import pytest

from core.clock import now
from core.jobs.outbox import deliver_due
from core.portals.embedded.invites import close_invites, token_hash
from core.store.connection import open_store
from core.store.models import Invite, Learner, Mail, Portal
from core.store.transactions import write_transaction
from tests.core.store.databases import on_sqlite

LINK = re.compile(r"https://learn\.acme\.example\.com/acme/(accept|reset)/([A-Za-z0-9_-]{43})\s")


async def test_a_mail_goes_to_its_learner_and_is_marked_with_when_and_whereto(store, smtp, owe):
    await owe("ann@example.com")
    assert (await deliver_due(store)).sent == 1
    (received,) = smtp.messages
    assert (received.sender, received.recipient) == ("learning@acme.example.com", "ann@example.com")
    mail = await Mail.get()
    assert (mail.state, mail.sent_at, mail.sent_to, mail.attempts) == ("sent", now(), "ann@example.com", 1)
    assert (mail.claimed_until, mail.error) == (None, None)


async def test_the_link_in_the_mail_is_the_one_whose_hash_is_stored(store, smtp, owe):
    await owe("ann@example.com", "bea@example.com")
    await deliver_due(store)
    for received in smtp.messages:
        page, token = LINK.search(received.text).groups()
        assert (page, token in received.html) == ("accept", True)
        invite = await Invite.get(token_hash=token_hash(token))
        assert (await Learner.get(id=invite.learner_id)).email == received.recipient


@pytest.mark.parametrize(
    ("kind", "page", "hours"), [("invitation", "accept", 72), ("welcome", "accept", 72), ("reset", "reset", 2)]
)
@on_sqlite
async def test_a_links_life_is_counted_from_its_sending(store, smtp, owe, set_clock, kind, page, hours):
    await owe("ann@example.com", kind=kind)
    set_clock("2026-03-13")
    await deliver_due(store)
    assert LINK.search(smtp.messages[0].text).group(1) == page
    assert f"{hours} hours" in smtp.messages[0].text
    assert (await Invite.get()).expires_at == now() + timedelta(hours=hours)


async def test_a_second_delivery_sends_nothing(store, smtp, owe):
    await owe("ann@example.com")
    assert (await deliver_due(store)).sent == 1
    assert (await deliver_due(store)).sent == 0
    assert smtp.recipients == ["ann@example.com"]


@on_sqlite
async def test_the_mail_follows_an_address_and_a_name_that_changed_since(store, smtp, owe):
    await owe("old@example.com")
    await Learner.all().update(email="new@example.com", email_key="new@example.com", first_name="Anna")
    await deliver_due(store)
    assert smtp.recipients == ["new@example.com"]
    assert "Hello Anna," in smtp.messages[0].text
    assert (await Mail.get()).sent_to == "new@example.com"


async def test_what_should_not_go_any_more_is_void(store, smtp, owe, acme):
    await owe("cancelled@example.com")
    await Invite.all().update(status="cancelled")
    await owe("disabled@example.com", kind="welcome", status="disabled")
    await owe("expired@example.com", account_expires=date(2026, 3, 9))
    accepted = await owe("accepted@example.com")
    await Learner.filter(id=accepted.learner_id).update(status="active")
    await owe("last-day@example.com", account_expires=date(2026, 3, 10))
    assert (await deliver_due(store)).sent == 1
    assert smtp.recipients == ["last-day@example.com"]
    assert [mail.state for mail in await Mail.all().order_by("id")] == ["void", "void", "void", "void", "sent"]


async def test_a_portal_with_single_sign_on_sends_no_mail(store, smtp, owe):
    for kind in ("invitation", "welcome", "reset"):
        await owe(f"{kind}@example.com", kind=kind)
    await Portal.all().update(sso=True)
    assert (await deliver_due(store)).sent == 0
    assert (smtp.messages, {mail.state for mail in await Mail.all()}) == ([], {"void"})


@on_sqlite
async def test_a_mail_that_is_not_due_yet_waits(store, smtp, owe, set_clock):
    await owe("ann@example.com")
    await Mail.all().update(due_at=now() + timedelta(minutes=5))
    assert (await deliver_due(store)).waiting == 1
    set_clock("2026-03-10T12:05:00Z")
    assert (await deliver_due(store)).sent == 1


@on_sqlite
async def test_no_more_are_sent_than_asked_for_the_oldest_first(store, smtp, owe):
    await owe("ann@example.com", "bea@example.com", "cleo@example.com")
    delivered = await deliver_due(store, most=2)
    assert (delivered.sent, delivered.waiting) == (2, 1)
    assert smtp.recipients == ["ann@example.com", "bea@example.com"]


@on_sqlite
async def test_a_hundred_mails_go_over_one_connection(store, smtp, owe):
    emails = [f"p{number}@example.com" for number in range(100)]
    await owe(*emails)
    assert (await deliver_due(store)).sent == 100
    assert smtp.recipients == emails
    assert smtp.connections == 1


async def test_two_senders_at_once_never_send_one_mail_twice(store, smtp, owe):
    emails = [f"p{number}@example.com" for number in range(20)]
    await owe(*emails)

    async def send_from_another_connection() -> int:
        async with open_store(store):
            return (await deliver_due(store)).sent

    counts = await asyncio.gather(*(asyncio.create_task(send_from_another_connection()) for _ in range(3)))
    assert (sum(counts), sorted(smtp.recipients)) == (20, sorted(emails))


async def test_a_mail_that_another_sender_holds_is_left_to_it_until_its_claim_lapses(store, smtp, owe, set_clock):
    await owe("ann@example.com")
    await Mail.all().update(claimed_until=now() + timedelta(minutes=10))
    assert await deliver_due(store) == await deliver_due(store)
    assert smtp.messages == []
    set_clock("2026-03-10T12:10:00Z")
    assert (await deliver_due(store)).sent == 1


async def test_a_link_voided_while_its_mail_was_on_its_way_stays_void(store, smtp, owe):
    mail = await owe("ann@example.com")
    loop, arrived, may_answer = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

    def hold_back(received) -> None:
        loop.call_soon_threadsafe(arrived.set)
        may_answer.wait(timeout=10)

    smtp.on_mail = hold_back
    delivery = asyncio.create_task(deliver_due(store))
    await asyncio.wait_for(arrived.wait(), timeout=10)
    async with write_transaction():
        await close_invites([mail.learner_id], "cancelled")
    may_answer.set()
    await delivery
    assert ((await Invite.get()).status, (await Mail.get()).state) == ("cancelled", "sent")
