"""How fast the client is when nobody holds it back."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator

import pytest

from core.portals.learnupon.client import LearnUponClient
from core.portals.learnupon.records import UserChange

SERVER = """
import asyncio
from aiohttp import web

async def handle(request):
    await request.read()
    return web.json_response({"id": 7})

async def main():
    runner = web.ServerRunner(web.Server(handle, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def url() -> Iterator[str]:
    """A server in a process of its own, so that only the client's work is measured here."""
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.terminate()


async def test_two_hundred_writes_cost_less_than_a_second_of_one_core(
    url: str, connect: Callable[..., Awaitable[LearnUponClient]]
) -> None:
    client = await connect(url)
    await client.update("7", UserChange(first_name="Jo"))
    costs = []
    for _ in range(5):  # the best of several, since others are at work on the machine
        began = time.process_time()
        await asyncio.gather(*(client.update("7", UserChange(first_name="Jo")) for _ in range(200)))
        costs.append(time.process_time() - began)
    assert min(costs) < 1.0
