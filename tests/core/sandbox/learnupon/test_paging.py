import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.paging import listing
from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.settings import LearnUponSettings
from tests.core.sandbox.learnupon.client import Client


@pytest.fixture
def five(realm: Realm, settings: LearnUponSettings) -> None:
    settings.page_size = 2
    for number in range(5):
        realm.add_user(realm.top, f"{number}@example.com")


@pytest.mark.usefixtures("five")
async def test_a_page_says_in_text_what_it_is_and_whether_another_follows(top: Client) -> None:
    seen = []
    for page in (1, 2, 3):
        reply = await top.get("users", page=page)
        seen.append(len(reply.body["user"]))
        names = ("LU-Current-Page", "LU-Records-Per-Page", "LU-Has-Next-Page")
        assert [reply.headers[name] for name in names] == [str(page), "2", "false" if page == 3 else "true"]
    assert seen == [2, 2, 1]
    assert (await top.get("users")).headers["LU-Current-Page"] == "1"


@pytest.mark.usefixtures("five")
async def test_the_page_size_is_the_servers_whatever_is_asked(top: Client) -> None:
    reply = await top.get("users", per_page=500, limit=500)
    assert len(reply.body["user"]) == 2


@pytest.mark.usefixtures("five")
async def test_a_page_past_the_end_is_empty_or_a_404(top: Client, settings: LearnUponSettings) -> None:
    reply = await top.get("users", page=4)
    assert (reply.status, reply.body["user"], reply.headers["LU-Has-Next-Page"]) == (200, [], "false")
    settings.past_end = "not_found"
    assert (await top.get("users", page=4)).status == 404
    assert (await top.get("users", page=3)).status == 200
    assert (await top.get("groups")).body == {"groups": []}


@pytest.mark.usefixtures("five")
async def test_somebody_deleted_while_pages_are_read_moves_the_others_up(top: Client) -> None:
    first = (await top.get("users", page=1)).body["user"]
    await top.delete(f"users/{first[0]['id']}")
    assert await top.emails(page=2) == ["3@example.com", "4@example.com"]


async def test_the_page_size_is_the_one_seen_on_the_wire(top: Client) -> None:
    assert (await top.get("users")).headers["LU-Records-Per-Page"] == "499"


@given(st.lists(st.integers(), max_size=30), st.integers(1, 7))
def test_the_pages_up_to_the_last_are_all_rows_once(rows: list[int], size: int) -> None:
    realm = Realm("top")
    read: list[int] = []
    for page in range(1, 40):
        call = Call(realm, realm.top, LearnUponSettings(page_size=size), realm.clock(), {"page": str(page)})
        shown: list[int] = []
        answer = listing(call, "rows", rows, shown.append)
        read += shown
        if answer.headers["LU-Has-Next-Page"] == "false":
            break
    assert read == rows
