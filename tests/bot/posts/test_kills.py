"""`ukg-bot` is killed in the middle of posting: the next one goes on, and nothing comes twice or not at all."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from core.domain.roles import Role
from core.services import connections
from core.services.admins import set_admin
from core.services.portals import create_portal
from core.services.slack_channels import tell_in
from core.services.syncing import sync_portal
from core.store.connection import open_store
from core.store.models import SlackPost
from tests.bot.fake_slack import APP_TOKEN, BOT_TOKEN
from tests.bot.fake_slack.faults import UNANSWERED
from tests.bot.posts.test_delivery import ENTIRE, everything

ROOT = Path(__file__).parents[3]
RUN = """
import sys, bot.posts.sending
bot.posts.sending.Sending.work.__kwdefaults__['poll_seconds'] = 0.1
from bot.__main__ import main
sys.argv = ['ukg-bot', '--port', '0']
main()
"""


@pytest.fixture
async def database(tmp_path, migrated_file, sandbox):
    """A database with the portal acme: connected, told of in C1, and synced once since."""
    path = tmp_path / "ukg.db"
    shutil.copy(migrated_file, path)
    async with open_store(str(path)):
        await create_portal("acme")
        await set_admin("acme", "Ann", Role.ADMIN, slack_user="UANN")
        settings = sandbox.settings
        credentials = connections.checked_credentials(
            url=sandbox.url,
            user=settings.user,
            password=settings.password,
            customer_api_key=settings.customer_api_key,
            user_api_key=None,
        )
        await connections.connect("acme", credentials, str(path))
        await tell_in("acme", channel="C1")
        await sync_portal("acme", str(path))
    return path


@pytest.fixture
async def start(slack, database, tmp_path):
    """Call to start `ukg-bot`."""
    started = []

    async def run():
        environment = {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "UKG_DATABASE_URL": f"sqlite://{database}",
            "PYTHONPATH": str(ROOT),
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", RUN, cwd=tmp_path, env={**os.environ, **environment}, stderr=asyncio.subprocess.PIPE
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize("method", ["chat.postMessage", "files.completeUploadExternal"])
async def test_killed_between_posting_and_noting_it_the_next_one_posts_the_rest_and_nothing_twice(
    slack, start, database, method
):
    slack.fail(method, UNANSWERED)
    first = await start()
    await slack.wait_for(lambda: slack.called(method))
    first.kill()
    await first.wait()
    slack.mend()
    await start()
    await slack.wait_for(lambda: everything(slack) == (ENTIRE, 1))
    async with open_store(str(database)), asyncio.timeout(60):
        while await SlackPost.exclude(state__in=["settled", "void"]).exists():
            await asyncio.sleep(0.1)
    assert everything(slack) == (ENTIRE, 1)


async def test_a_sync_asked_for_in_slack_runs_beside_and_is_told(slack, start):
    await start()
    await slack.wait_for(lambda: everything(slack) == (ENTIRE, 1))
    await slack.wait_for(lambda: slack.links.number_open)
    await slack.command("/ukg", "plan", user="UANN", channel="C1")
    await slack.wait_for(lambda: [each for each in slack.messages("C1") if "What a sync of acme would do" in each.text])
    await slack.command("/ukg", "sync", user="UANN", channel="C1")
    await slack.wait_for(lambda: slack.messages("DUANN"))
    assert "did not start" in slack.messages("DUANN")[0].text
