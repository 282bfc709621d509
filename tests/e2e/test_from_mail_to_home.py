"""The whole way of a new employee: in UKG Pro, synced, mailed by `ukg serve`, and in a browser signed in at home."""

import asyncio
import re
import signal
import socket
from collections.abc import AsyncIterator

import pytest

from tests.core.jobs.mail_server import MailServer, start_mail_server  # noqa: F401
from tests.e2e.browsers import page  # noqa: F401
from tests.e2e.conftest import CommandLine

PASSWORD = "plain tall ships"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def served(acme: CommandLine, start_mail_server) -> AsyncIterator[tuple[CommandLine, MailServer]]:  # noqa: F811
    """The portal with a course for everybody, and `ukg serve` at its door, with a real mail server."""
    server, port = start_mail_server(), free_port()
    acme.environment |= {
        "UKG_SMTP_URL": server.url,
        "UKG_MAIL_FROM": "learning@example.com",
        "UKG_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    for words in (
        ("group", "add", "acme", "Everybody"),
        ("rule", "set", "acme", "Everybody", "--all"),
        ("rule", "run", "acme", "Everybody"),
        ("course", "add", "acme", "Welcome aboard"),
        ("course", "assign", "acme", "Welcome aboard", "Everybody"),
    ):
        result = acme(*words)
        assert result.returncode == 0, result.stderr
    process = acme.start("serve", "--port", str(port))
    assert process.stderr is not None
    assert "is open at" in await asyncio.to_thread(process.stderr.readline)
    yield acme, server
    process.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(process.wait, 30) == 0
    assert "Traceback" not in await asyncio.to_thread(process.stderr.read)
    process.stdout.close()
    process.stderr.close()


async def first_mail(server: MailServer):
    async with asyncio.timeout(60):
        while not server.messages:
            await asyncio.sleep(0.05)
    return server.messages[0]


async def test_a_new_employee_comes_from_the_mail_to_the_home_page(served, page):  # noqa: F811
    acme, server = served
    synced = await asyncio.to_thread(acme, "sync", "acme")
    assert synced.returncode in (0, 1), synced.stderr
    mail = await first_mail(server)
    (link,) = re.findall(r"http://\S+", mail.text)

    await page.goto(link)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("Repeat the password").fill(PASSWORD)
    await page.get_by_role("button", name="Save and sign in").click()
    await page.get_by_role("heading", name="Hello").wait_for()
    assert await page.get_by_text("Welcome aboard").is_visible()
    assert await page.get_by_text("Everybody").is_visible()

    learners = await asyncio.to_thread(acme.json, "learners", "acme")
    (learner,) = [row for row in learners if row["email"] == mail.recipient]
    assert (learner["status"], learner["groups"], learner["courses"]) == ("active", ["Everybody"], ["Welcome aboard"])
    pending = await asyncio.to_thread(acme.json, "pending", "acme")
    assert mail.recipient not in [user["email"] for user in pending]
