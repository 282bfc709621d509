import aiohttp
import pytest

from core.sandbox.learnupon.faults import Kind, cut, html, lost, silent, slow, status
from core.sandbox.learnupon.server import LearnUponSandbox
from tests.core.sandbox.learnupon.client import Client


async def test_an_answer_may_be_lost_after_the_write_was_done(sandbox: LearnUponSandbox, top: Client) -> None:
    sandbox.faults.add(lost)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await top.create(email="ada@example.com")
    assert await top.emails() == ["ada@example.com"]
    assert [one.status for one in sandbox.requests] == [0, 200]


async def test_a_connection_may_be_cut_before_anything_is_done(sandbox: LearnUponSandbox, top: Client) -> None:
    sandbox.faults.add(cut)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await top.create(email="ada@example.com")
    assert await top.emails() == []


@pytest.mark.parametrize(
    ("kind", "code", "content_type"),
    [(status(500), 500, "application/json"), (status(503), 503, "application/json"), (html, 502, "text/html")],
)
async def test_a_server_in_trouble_does_nothing_and_says_so(
    sandbox: LearnUponSandbox, top: Client, kind: Kind, code: int, content_type: str
) -> None:
    sandbox.faults.add(kind)
    reply = await top.create(email="ada@example.com")
    assert (reply.status, reply.headers["Content-Type"]) == (code, content_type)
    assert await top.emails() == []


async def test_a_write_may_be_answered_200_and_not_be_done(sandbox: LearnUponSandbox, top: Client) -> None:
    sandbox.faults.add(silent, "writes")
    reply = await top.create(email="ada@example.com")
    assert (reply.status, reply.body) == (200, {"success": "ok"})
    assert await top.emails() == []


async def test_a_slow_answer_is_the_right_one(sandbox: LearnUponSandbox, top: Client) -> None:
    sandbox.faults.add(slow(0.3))
    with pytest.raises(TimeoutError):
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.1)) as impatient:
            await Client(top.portal, impatient).get("users")
    sandbox.faults.add(slow(0.01))
    assert (await top.get("users")).status == 200


async def test_a_fault_hits_the_calls_it_is_meant_for_and_as_often(
    sandbox: LearnUponSandbox, top: Client, sales: Client
) -> None:
    sandbox.faults.add(status(500), "PUT users/#", times=2)
    ada = (await top.create(email="ada@example.com")).body["id"]
    assert [(await top.update(ada, first_name="A")).status for _ in range(3)] == [500, 500, 200]
    sandbox.faults.add(status(500), "reads", portal="sales", times=None)
    assert (await top.get("users")).status == 200
    assert (await sales.create(email="bob@example.com")).status == 200
    assert [(await sales.get("users")).status for _ in range(3)] == [500] * 3
    assert len(sandbox.faults) == 1
    sandbox.faults.clear()
    assert (await sales.get("users")).status == 200


async def test_of_two_faults_the_older_comes_first(sandbox: LearnUponSandbox, top: Client) -> None:
    sandbox.faults.add(status(500))
    sandbox.faults.add(html)
    assert [(await top.get("users")).status for _ in range(3)] == [500, 502, 200]
