"""A sender that dies between handing a mail over and marking it: the mail goes again, recognisably the same."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from core.jobs.outbox import deliver_due
from core.store.models import Mail

_PROGRAM = """
import asyncio, sys
from core.jobs.outbox import deliver_due
from core.store.connection import open_store

async def main():
    async with open_store(sys.argv[1]):
        await deliver_due(sys.argv[1])

asyncio.run(main())
"""


async def test_after_a_kill_the_mail_goes_again_with_the_same_message_id_and_link(store, smtp, owe, set_clock):
    await owe("ann@example.com")
    sender: list[subprocess.Popen[bytes]] = []
    smtp.on_mail = lambda received: os.kill(sender[0].pid, signal.SIGKILL)
    sender.append(
        subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-c", _PROGRAM, store],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        )
    )
    assert sender[0].wait(timeout=60) == -signal.SIGKILL
    smtp.on_mail = None
    mail = await Mail.get()
    assert (mail.state, mail.claimed_until is not None) == ("waiting", True)
    assert (await deliver_due(store)).sent == 0
    set_clock("2026-03-10T14:00:00Z")
    assert (await deliver_due(store)).sent == 1
    first, second = smtp.messages
    assert first.message["Message-ID"] == second.message["Message-ID"] == f"<{mail.message_id}@acme.example.com>"
    links = [re.search(r"https://\S+", received.text).group() for received in (first, second)]
    assert links[0] == links[1]
