"""How the link to Slack stands, for an admin in Slack and for a machine that watches `/health`."""

import json

import aiohttp

from bot.linked import SENTENCES, Linked, State
from core.services.slack_channels import tell_in
from core.web.serving import open_door


async def health(address):
    async with aiohttp.ClientSession() as session, session.get(f"{address}/health") as answer:
        return answer.status, json.loads(await answer.text())


async def test_it_is_made_then_open_then_broken_and_open_again():
    open_now = False

    async def is_open():
        return open_now

    linked = Linked()
    assert await linked.state() is State.CONNECTING
    linked.is_open = is_open
    assert await linked.state() is State.CONNECTING
    open_now = True
    assert await linked.state() is State.LINKED
    open_now = False
    assert await linked.state() is State.BROKEN
    open_now = True
    assert await linked.state() is State.LINKED
    assert await Linked(over_http=True).state() is State.HTTP
    assert set(SENTENCES) == set(State)


async def test_status_says_so_and_where_runs_are_told(ask, bot, acme):
    assert "Linked to Slack. More: `/ukg help`" in (await ask("status")).text
    assert "No channel hears of the runs; an admin chooses one in it: `/ukg channel here`" in (await ask("status")).text
    await tell_in("acme", channel="C1")
    assert "<#C1> hears of every run." in (await ask("status")).text
    await tell_in("acme", quiet=True)
    assert "<#C1> hears of changes and problems." in (await ask("status")).text


async def test_health_tells_of_the_link_and_does_not_fail_for_it(store):
    linked = Linked()
    async with open_door(store, slack=linked.state) as address:
        assert await health(address) == (200, {"status": "ok", "slack": "connecting"})
    async with open_door(store) as address:
        assert await health(address) == (200, {"status": "ok"})
