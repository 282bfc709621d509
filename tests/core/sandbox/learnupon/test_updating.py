import pytest

from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.settings import USER_EXISTS, LearnUponSettings
from tests.core.sandbox.learnupon.client import Client, Clock


@pytest.fixture
async def ada(realm: Realm, top: Client) -> int:
    realm.add_field(realm.top, "Department")
    reply = await top.create(
        email="ada@example.com",
        first_name="Ada",
        last_name="Lovelace",
        language="fr",
        account_expires="2027-01-31",
        user_type="manager",
        CustomData={"Department": "Engines"},
    )
    user_id = reply.body["id"]
    assert isinstance(user_id, int)
    return user_id


async def test_what_a_put_leaves_out_stays(ada: int, top: Client, clock: Clock) -> None:
    before = await top.user(ada, version_id="1.1")
    clock.forward(hours=1)
    reply = await top.update(ada, last_name="King")
    assert (reply.status, reply.body) == (200, {"id": ada})
    after = await top.user(ada, version_id="1.1")
    assert after == before | {"last_name": "King", "updated_at": "2026-03-10T10:00:30Z"}


async def test_a_put_may_replace_instead(ada: int, top: Client, settings: LearnUponSettings) -> None:
    settings.update = "replace"
    await top.update(ada, last_name="King")
    user = await top.user(ada)
    assert (user["first_name"], user["last_name"], user["locale"]) == (None, "King", "en")
    assert (user["account_expires"], user["CustomData"]) == (None, None)
    assert (user["email"], user["user_type"], user["enabled"]) == ("ada@example.com", "manager", True)


async def test_a_user_is_addressed_by_e_mail_with_the_id_0(ada: int, top: Client) -> None:
    assert (await top.update(0, email="ADA@example.com", first_name="Augusta")).body == {"id": ada}
    assert (await top.user(ada))["first_name"] == "Augusta"
    reply = await top.update(0, email="nobody@example.com", first_name="X")
    assert (reply.status, reply.message) == (404, "User not found")
    assert (await top.update(0, first_name="X")).status == 404


async def test_addressing_by_e_mail_minds_case_where_search_does(
    ada: int, top: Client, settings: LearnUponSettings
) -> None:
    settings.email_search = "sensitive"
    assert (await top.update(0, email="ADA@example.com", first_name="X")).status == 404


@pytest.mark.parametrize("by_id", [True, False])
async def test_new_email_renames(ada: int, top: Client, by_id: bool) -> None:
    named = {} if by_id else {"email": "ada@example.com"}
    assert (await top.update(ada if by_id else 0, new_email="king@example.com", **named)).status == 200
    assert await top.emails() == ["king@example.com"]
    assert (await top.get("users/search", email="ada@example.com")).status == 404
    assert (await top.get("users/search", email="king@example.com")).status == 200
    assert (await top.create(email="ada@example.com")).status == 200


async def test_renaming_to_the_same_e_mail_in_other_letters_works(ada: int, top: Client) -> None:
    assert (await top.update(ada, new_email="Ada@Example.com")).status == 200
    assert await top.emails() == ["Ada@Example.com"]


async def test_renaming_to_an_e_mail_of_the_realm_is_refused_and_changes_nothing(
    ada: int, top: Client, sales: Client
) -> None:
    await sales.create(email="bob@example.com")
    before = await top.user(ada)
    reply = await top.update(ada, new_email="BOB@example.com", first_name="Bob")
    assert (reply.status, reply.message) == (400, USER_EXISTS)
    assert await top.user(ada) == before


async def test_plain_email_is_ignored_or_renames(ada: int, top: Client, settings: LearnUponSettings) -> None:
    await top.update(ada, email="king@example.com")
    assert await top.emails() == ["ada@example.com"]
    settings.plain_email_update = "renames"
    await top.update(ada, email="king@example.com")
    assert await top.emails() == ["king@example.com"]


async def test_a_refused_value_changes_nothing(ada: int, top: Client) -> None:
    before = await top.user(ada)
    for bad in ({"user_type": "king"}, {"password": "short"}, {"new_email": "x"}, {"account_expires": "soon"}):
        assert (await top.update(ada, first_name="X", **bad)).status == 400
    assert await top.user(ada) == before


async def test_a_user_is_deleted(ada: int, top: Client) -> None:
    reply = await top.delete(f"users/{ada}")
    assert (reply.status, reply.body) == (200, {})
    assert await top.emails() == []
    assert (await top.create(email="ada@example.com")).status == 200


async def test_a_silent_call_answers_200_and_changes_nothing(
    ada: int, top: Client, settings: LearnUponSettings
) -> None:
    settings.silent = {"PUT users/#", "DELETE users/#"}
    for reply in (await top.update(ada, first_name="X"), await top.delete(f"users/{ada}")):
        assert (reply.status, reply.body) == (200, {"success": "ok"})
    assert (await top.user(ada))["first_name"] == "Ada"
    settings.silent = set()
    await top.update(ada, first_name="X")
    assert (await top.user(ada))["first_name"] == "X"


@pytest.mark.parametrize(
    ("style", "shown"), [("date", "2027-01-31"), ("datetime", "2027-01-31T00:00:00Z"), ("null", None)]
)
async def test_the_expiry_reads_in_one_of_three_ways(
    ada: int, top: Client, settings: LearnUponSettings, style: str, shown: str | None
) -> None:
    settings.account_expires_format = style  # type: ignore[assignment]
    assert (await top.user(ada))["account_expires"] == shown


async def test_the_expiry_may_be_sent_as_a_moment(ada: int, top: Client) -> None:
    await top.update(ada, account_expires="2026-12-24T00:00:00Z")
    assert (await top.user(ada))["account_expires"] == "2026-12-24"


@pytest.mark.parametrize(
    ("clearing", "value", "left"),
    [
        ("both", None, None),
        ("both", "", None),
        ("null", None, None),
        ("null", "", "2027-01-31"),
        ("empty", None, "2027-01-31"),
        ("empty", "", None),
    ],
)
async def test_the_expiry_is_cleared_by_the_form_of_nothing_that_clears(
    ada: int, top: Client, settings: LearnUponSettings, clearing: str, value: str | None, left: str | None
) -> None:
    settings.clearing = clearing  # type: ignore[assignment]
    assert (await top.update(ada, account_expires=value)).status == 200
    assert (await top.user(ada))["account_expires"] == left
