"""The delivery that goes on by itself, in a process that stays."""

import asyncio
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.jobs.outbox import deliver_forever, pause_seconds
from core.settings import load_settings
from core.store.models import Mail
from tests.core.store.databases import on_sqlite

pytestmark = pytest.mark.usefixtures("acme")


async def until(condition) -> None:
    async with asyncio.timeout(20):
        while not await condition():
            await asyncio.sleep(0.01)


async def test_what_falls_due_is_sent_until_it_is_told_to_stop(store, smtp, owe):
    stop = asyncio.Event()
    delivery = asyncio.create_task(deliver_forever(store, stop, poll_seconds=0.02))
    for email in ("ann@example.com", "bea@example.com"):
        mail = await owe(email)
        await until(Mail.filter(id=mail.id, state="sent").exists)
    stop.set()
    await asyncio.wait_for(delivery, timeout=5)
    assert smtp.recipients == ["ann@example.com", "bea@example.com"]


@on_sqlite
async def test_it_wakes_when_it_is_told_to_stop(store, smtp):
    stop = asyncio.Event()
    delivery = asyncio.create_task(deliver_forever(store, stop, poll_seconds=3600))
    await asyncio.sleep(0)
    stop.set()
    await asyncio.wait_for(delivery, timeout=5)


@on_sqlite
async def test_told_to_stop_it_finishes_the_mail_at_hand_and_begins_no_other(store, smtp, owe):
    await owe("ann@example.com", "bea@example.com")
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    smtp.on_mail = lambda received: asyncio.run_coroutine_threadsafe(_set(stop), loop).result(timeout=10)
    await asyncio.wait_for(deliver_forever(store, stop), timeout=10)
    assert [mail.state for mail in await Mail.all().order_by("id")] == ["sent", "waiting"]


async def _set(event: asyncio.Event) -> None:
    event.set()


@on_sqlite
async def test_trouble_is_waited_out_and_said_once_naming_nobody(
    store, owe, use_mail_server, start_mail_server, unused_port, caplog
):
    caplog.set_level(logging.INFO, logger="core.jobs.outbox")
    use_mail_server(f"smtp://127.0.0.1:{unused_port}")
    await owe("ann@example.com")
    stop = asyncio.Event()
    delivery = asyncio.create_task(deliver_forever(store, stop, poll_seconds=0.01))
    await until(Mail.filter(error__isnull=False).exists)
    await asyncio.sleep(0.1)  # some more failures
    server = start_mail_server(port=unused_port)
    await until(Mail.filter(state="sent").exists)
    stop.set()
    await asyncio.wait_for(delivery, timeout=5)
    assert server.recipients == ["ann@example.com"]
    said = [record.message for record in caplog.records]
    assert len([line for line in said if "cannot be reached" in line]) == 1
    assert "mail: delivery goes on" in said
    assert "ann" not in caplog.text.lower().replace("cannot", "")


@on_sqlite
async def test_a_setting_that_cannot_be_read_is_said_and_does_not_end_it(store, owe, use_mail_server, caplog):
    use_mail_server("smtp://u:geheim@mail.example.com:port")
    stop = asyncio.Event()
    delivery = asyncio.create_task(deliver_forever(store, stop, poll_seconds=0.01))

    async def said() -> bool:
        return "UKG_SMTP_URL cannot be read" in caplog.text

    await until(said)
    assert not delivery.done()
    stop.set()
    await asyncio.wait_for(delivery, timeout=5)
    assert "geheim" not in caplog.text


@on_sqlite
async def test_without_a_mail_server_it_only_waits_to_be_stopped(store, owe, caplog):
    load_settings.cache_clear()
    await owe("ann@example.com")
    stop = asyncio.Event()
    delivery = asyncio.create_task(deliver_forever(store, stop, poll_seconds=0.01))
    await asyncio.sleep(0)
    assert not delivery.done()
    stop.set()
    await asyncio.wait_for(delivery, timeout=5)
    assert "mails wait in the outbox" in caplog.text


@given(st.integers(0, 10_000))
def test_pauses_grow_up_to_a_quarter_of_an_hour(failures):
    assert pause_seconds(failures) <= pause_seconds(failures + 1) <= 15 * 60
    assert pause_seconds(0) == 5
    assert pause_seconds(10) == 15 * 60
