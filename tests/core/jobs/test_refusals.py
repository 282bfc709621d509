"""What a mail server may answer, and who has to wait for it."""

import asyncio
import time
from datetime import timedelta

import pytest

from core.clock import now
from core.jobs.outbox import deliver_due
from core.settings import load_settings
from core.store.models import Invite, Learner, Mail
from tests.core.store.databases import on_sqlite


async def states() -> dict[str, str]:
    emails = dict(await Learner.all().values_list("id", "email"))
    return {emails[mail.learner_id].partition("@")[0]: mail.state for mail in await Mail.all()}


async def mail_of(name: str) -> Mail:
    return await Mail.get(learner__email=f"{name}@example.com")


async def test_an_address_refused_for_good_is_parked_and_the_others_go(store, smtp, owe):
    await owe("ann@example.com", "gone@example.com", "cleo@example.com")
    smtp.replies["gone@example.com"] = "550 5.1.1 <gone@example.com> no such user"
    delivered = await deliver_due(store)
    assert (delivered.sent, delivered.parked, delivered.waiting, delivered.trouble) == (2, 1, 0, None)
    assert await states() == {"ann": "sent", "gone": "parked", "cleo": "sent"}
    parked = await mail_of("gone")
    assert parked.error == "The mail server refuses the address (550 5.1.1 <gone@example.com> no such user)."
    assert (parked.claimed_until, parked.sent_at) == (None, None)
    assert smtp.connections == 1


@on_sqlite
async def test_a_mail_refused_for_its_text_is_parked_without_a_word_of_it(store, smtp, owe):
    await owe("ann@example.com")
    token = "t" * 43
    smtp.data_replies["ann@example.com"] = f"554 5.7.1 spam: https://learn.acme.example.com/acme/accept/{token} {token}"
    assert (await deliver_due(store)).parked == 1
    assert (await Mail.get()).error == "The mail server refuses the mail (554 5.7.1 spam: … …)."


async def test_a_greylisted_mail_waits_longer_each_time_and_the_others_go(store, smtp, owe):
    await owe("grey@example.com", "bea@example.com")
    smtp.replies["grey@example.com"] = "450 4.2.0 greylisted"
    delivered = await deliver_due(store)
    assert (delivered.sent, delivered.waiting, delivered.parked, delivered.trouble) == (1, 1, 0, None)
    mail = await mail_of("grey")
    assert (mail.state, mail.attempts, mail.claimed_until) == ("waiting", 1, None)
    assert "450 4.2.0 greylisted" in mail.error
    assert timedelta(seconds=48) <= mail.due_at - now() <= timedelta(seconds=72)
    assert (await deliver_due(store)).sent == 0
    smtp.replies.clear()
    await Mail.filter(id=mail.id).update(due_at=now())
    assert (await deliver_due(store)).sent == 1
    assert ((await mail_of("grey")).error, (await mail_of("grey")).attempts) == (None, 2)


@on_sqlite
async def test_the_waits_double_up_to_an_hour_and_after_a_day_of_them_the_mail_is_parked(store, smtp, owe):
    await owe("grey@example.com")
    smtp.replies["grey@example.com"] = "451 4.3.0 not now"
    waits: list[float] = []
    while (await deliver_due(store)).parked == 0:
        waits.append(((await Mail.get()).due_at - now()) / timedelta(minutes=1))
        await Mail.all().update(due_at=now())
    expected = [1, 2, 4, 8, 16, 32] + [60] * (len(waits) - 6)
    assert all(0.8 * planned <= wait <= 1.2 * planned for wait, planned in zip(waits, expected, strict=True))
    assert 24 * 60 <= sum(expected) < 25 * 60
    mail = await Mail.get()
    assert (mail.state, mail.attempts) == ("parked", len(waits) + 1)
    assert mail.error.startswith("Given up after a day. The mail server does not take the address now (451")


@on_sqlite
async def test_an_unusable_address_is_parked_without_asking_the_server(store, smtp, owe):
    await owe("nonsense", "two@@example.com", "ann@example.com")
    delivered = await deliver_due(store)
    assert (delivered.sent, delivered.parked) == (1, 2)
    assert {mail.error for mail in await Mail.filter(state="parked")} == {
        "Mail cannot be sent to this address. Correct it in UKG Pro or in the portal, then retry."
    }


@on_sqlite
async def test_an_address_beyond_ascii_goes_where_the_server_takes_it_else_it_is_parked(
    store, smtp, owe, start_mail_server, use_mail_server
):
    await owe("jürgen@example.com", "ann@bücher.example.com")
    delivered = await deliver_due(store)
    assert (delivered.sent, delivered.parked) == (1, 1)
    assert smtp.recipients == ["ann@xn--bcher-kva.example.com"]
    assert "beyond ASCII" in (await mail_of("jürgen")).error
    use_mail_server(start_mail_server(enable_SMTPUTF8=True).url)
    await Mail.filter(state="parked").update(state="waiting")
    assert (await deliver_due(store)).sent == 1


@on_sqlite
async def test_an_international_server_gets_the_address_as_it_is(store, owe, start_mail_server, use_mail_server):
    server = start_mail_server(enable_SMTPUTF8=True)
    use_mail_server(server.url)
    await owe("jürgen@example.com")
    await deliver_due(store)
    assert server.recipients == ["jürgen@example.com"]
    assert server.messages[0].message["To"] == "jürgen@example.com"


async def test_a_server_that_is_not_there_is_nobodys_fault(store, owe, use_mail_server, unused_port):
    use_mail_server(f"smtp://127.0.0.1:{unused_port}")
    await owe("ann@example.com", "bea@example.com")
    delivered = await deliver_due(store)
    assert (delivered.sent, delivered.waiting, delivered.parked) == (0, 2, 0)
    assert delivered.trouble == (
        f"The mail server 127.0.0.1:{unused_port} cannot be reached; no mail was sent. "
        "Check UKG_SMTP_URL and that the server is running."
    )
    mails = await Mail.all().order_by("id")
    assert [(mail.state, mail.attempts, mail.claimed_until, mail.due_at) for mail in mails] == [
        ("waiting", 0, None, now())
    ] * 2
    assert [mail.error for mail in mails] == [delivered.trouble, None]
    assert await Invite.filter(expires_at__isnull=False).count() == 0


@on_sqlite
@pytest.mark.parametrize("where", ["replies", "data_replies"])
async def test_a_server_that_breaks_off_lets_all_wait_and_all_go_afterwards(store, smtp, owe, where):
    await owe("ann@example.com", "bea@example.com")
    smtp.once = True
    getattr(smtp, where)["ann@example.com"] = "421 4.3.2 closing"
    delivered = await deliver_due(store)
    assert (delivered.sent, delivered.waiting) == (0, 2)
    assert "takes no mail now (421 4.3.2 closing)" in delivered.trouble
    assert {(mail.state, mail.attempts) for mail in await Mail.all()} == {("waiting", 0)}
    delivered = await deliver_due(store)
    assert (delivered.sent, delivered.waiting, delivered.trouble) == (2, 0, None)


@on_sqlite
async def test_the_mail_a_server_breaks_off_at_does_not_stand_before_the_others_for_ever(store, smtp, owe, set_clock):
    await owe("bad@example.com", "good@example.com")
    smtp.data_replies["bad@example.com"] = "421 4.3.2 closing"
    set_clock("2026-03-10T12:01:00Z")
    assert (await deliver_due(store)).sent == 0
    assert (await deliver_due(store)).sent == 1
    assert smtp.recipients == ["good@example.com"]


@on_sqlite
async def test_a_sender_that_is_refused_is_nobodys_fault_and_told(store, smtp, owe):
    await owe("ann@example.com")
    smtp.sender_reply = "553 5.7.1 not yours"
    delivered = await deliver_due(store)
    assert (delivered.waiting, delivered.parked) == (1, 0)
    assert "UKG_MAIL_FROM" in delivered.trouble
    assert "553 5.7.1 not yours" in delivered.trouble


@on_sqlite
async def test_a_server_that_hangs_does_not_hang_us(store, smtp, owe):
    await owe("ann@example.com", "bea@example.com")
    smtp.data_replies["ann@example.com"] = "hang"
    delivered = await asyncio.wait_for(deliver_due(store, step_seconds=0.3), timeout=10)
    assert (delivered.sent, delivered.waiting) == (0, 2)
    assert "did not answer in time" in delivered.trouble


@on_sqlite
async def test_a_server_that_looks_long_at_a_mail_is_given_it_once(store, smtp, owe):
    await owe("ann@example.com")
    smtp.on_mail = lambda received: time.sleep(1)
    for _ in range(2):
        await deliver_due(store, step_seconds=0.3)
    assert smtp.recipients == ["ann@example.com"]
    assert (await Mail.get()).state == "sent"


@on_sqlite
async def test_a_server_that_never_says_hello_does_not_hang_us(store, owe, use_mail_server):
    writers: list[asyncio.StreamWriter] = []
    listening = await asyncio.start_server(lambda reader, writer: writers.append(writer), "127.0.0.1", 0)
    use_mail_server(f"smtp://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    await owe("ann@example.com")
    delivered = await asyncio.wait_for(deliver_due(store, step_seconds=0.3), timeout=10)
    assert "does not answer in time" in delivered.trouble
    assert (await Mail.get()).attempts == 0
    for writer in writers:
        writer.close()
    listening.close()
    await listening.wait_closed()


async def test_when_the_server_dies_within_a_mail_that_one_waits_and_the_others_go(store, smtp, owe):
    await owe("ann@example.com", "fatal@example.com", "cleo@example.com")
    smtp.data_replies["fatal@example.com"] = "die"
    delivered = await deliver_due(store)
    assert (delivered.sent, delivered.waiting, delivered.parked, delivered.trouble) == (2, 1, 0, None)
    assert await states() == {"ann": "sent", "fatal": "waiting", "cleo": "sent"}
    mail = await mail_of("fatal")
    assert (mail.attempts, mail.due_at > now()) == (1, True)
    assert smtp.connections == 2


@on_sqlite
async def test_a_server_that_dies_at_every_mail_is_left_alone(store, smtp, owe):
    emails = [f"p{number}@example.com" for number in range(6)]
    await owe(*emails)
    smtp.data_replies = dict.fromkeys(emails, "die")
    delivered = await deliver_due(store)
    assert (delivered.sent, delivered.waiting, smtp.connections) == (0, 6, 3)
    assert "hung up" in delivered.trouble
    assert await Mail.filter(attempts=0).count() == 3


@on_sqlite
async def test_a_parked_mail_stays_parked(store, smtp, owe):
    await owe("ann@example.com")
    smtp.replies["ann@example.com"] = "550 no"
    await deliver_due(store)
    smtp.replies.clear()
    assert (await deliver_due(store)).sent == 0


@on_sqlite
async def test_without_a_mail_server_mails_wait(store, owe, monkeypatch):
    await owe("ann@example.com")
    load_settings.cache_clear()
    with pytest.raises(Exception, match="UKG_SMTP_URL is not set, so no mail was sent"):
        await deliver_due(store)
    assert (await Mail.get()).state == "waiting"
