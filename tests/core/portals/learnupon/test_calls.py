"""What goes over the wire, and what is made of the answers."""

import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import core.portals.learnupon
from core.domain.learner import UserType
from core.portals.learnupon.client import LearnUponClient
from core.portals.learnupon.errors import (
    AlreadyExists,
    AlreadyInvited,
    NoLicence,
    NoSuchUser,
    Refused,
    UnreadableAnswer,
)
from core.portals.learnupon.records import InviteStatus, Newcomer, User, UserChange
from tests.core.portals.learnupon.conftest import DEFINITIONS, PASSWORD, USERNAME, Scripted

Connect = Callable[..., Awaitable[LearnUponClient]]

JO = Newcomer("jo@example.com", "Jo", "Doe")


def _user(number: int | str = 7, email: str = "jo@example.com", **values: Any) -> dict[str, Any]:
    return {"id": number, "email": email, "first_name": "Jo", "last_name": "Doe", "enabled": True} | values


def _users(*rows: dict[str, Any], key: str = "customDataFieldDefintions") -> dict[str, Any]:
    return {key: [{**row, "predefined_values": None} for row in DEFINITIONS], "user": list(rows)}


def _page(number: int, more: bool | None, *rows: dict[str, Any]) -> tuple[Any, ...]:
    headers = {"LU-Current-Page": str(number), "LU-Records-Per-Page": "2"}
    return 200, _users(*rows), headers | ({} if more is None else {"LU-Has-Next-Page": str(more).lower()})


async def _everyone(client: LearnUponClient, **arguments: Any) -> list[User]:
    return [user async for page in client.everyone(**arguments) for user in page]


async def test_the_check_is_one_request_that_changes_nothing(client: LearnUponClient, portal: Scripted) -> None:
    await client.check()
    (seen,) = portal.seen
    assert seen.call == "GET /users/customuserdata"
    assert seen.headers["Authorization"] == f"Basic {base64.b64encode(f'{USERNAME}:{PASSWORD}'.encode()).decode()}"
    assert seen.headers["Accept"] == "application/json"
    assert client.requests == 1


async def test_a_call_without_a_body_says_nothing_of_one(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["DELETE /group_invites/5"] = [(200, {})]
    await client.check()
    await client.cancel_invite("5")
    assert [seen for seen in portal.seen if "Content-Type" in seen.headers] == []


def test_the_call_that_replaces_the_keys_is_nowhere_in_the_client() -> None:
    folder = Path(core.portals.learnupon.__file__).parent
    assert [path.name for path in folder.glob("*.py") if "generate_keys" in path.read_text()] == []
    assert len(list(folder.glob("*.py"))) > 5


@pytest.mark.parametrize("key", ["customDataFieldDefintions", "customDataFieldDefinitions"])
async def test_definitions_are_read_under_either_spelling(client: LearnUponClient, portal: Scripted, key: str) -> None:
    portal.answers["GET /users/customuserdata"] = [(200, {key: DEFINITIONS})]
    assert [(field.id, field.label) for field in await client.definitions()] == [
        ("231", "Department"),
        ("640", "Grade"),
        ("641", "Hired On"),
    ]
    portal.answers["GET /users/7"] = [(200, _users(_user(CustomData={"grade": 2.5}), key=key))]
    assert (await client.user("7")).custom == {"Grade": "2.5"}


async def test_a_user_is_read_whole_whatever_the_spelling(client: LearnUponClient, portal: Scripted) -> None:
    row = _user(
        "7",
        " jo@example.com",
        last_name=None,
        user_type="manager",
        enabled="false",
        account_expires="2026-01-31T00:00:00Z",
        created_at="2025-12-01T08:00:00Z",
        updated_at="nonsense",
        sign_in_count="3",
        CustomData={"Department": "Old"},
        customDataFieldValues=[{"definition_id": 231, "value": "Ops"}],
        awards=[],
    )
    portal.answers["GET /users/7"] = [(200, _users(row))]
    assert await client.user("7") == User(
        id="7",
        email="jo@example.com",
        username="",
        first_name="Jo",
        last_name="",
        user_type=UserType.MANAGER,
        enabled=False,
        account_expires=date(2026, 1, 31),
        created_at=datetime(2025, 12, 1, 8, tzinfo=UTC),
        updated_at=None,
        last_sign_in_at=None,
        sign_in_count=3,
        language="",
        custom={"Department": "Ops"},
    )
    assert portal.seen[0].query == {"version_id": "1.1"}


async def test_everyone_is_read_until_the_header_says_so(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["GET /users"] = [
        _page(1, True, _user(1), _user(2)),
        _page(2, True, _user(3)),
        _page(3, False, _user(4)),
    ]
    assert [user.id for user in await _everyone(client)] == ["1", "2", "3", "4"]
    assert [seen.query for seen in portal.seen] == [{"version_id": "1.1", "page": str(page)} for page in (1, 2, 3)]


async def test_an_empty_page_is_the_end_whatever_the_header_says(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["GET /users"] = [_page(1, True, _user(1)), _page(2, True)]
    assert [user.id for user in await _everyone(client)] == ["1"]


@pytest.mark.parametrize(
    "past_the_end",
    [_page(2, None), (404, "<html>none</html>"), (404, {"response_type": "ERROR", "message": "no such page"})],
)
async def test_without_the_header_what_is_past_the_end_ends_it(
    client: LearnUponClient, portal: Scripted, past_the_end: tuple[Any, ...]
) -> None:
    portal.answers["GET /users"] = [_page(1, None, _user(1)), past_the_end]
    assert [user.id for user in await _everyone(client)] == ["1"]


async def test_a_row_that_moved_to_the_next_page_is_given_once(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["GET /users"] = [_page(1, True, _user(1), _user(2)), _page(2, False, _user(2), _user(3))]
    assert [user.id for user in await _everyone(client)] == ["1", "2", "3"]


async def test_the_same_page_over_and_over_is_no_complete_list(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["GET /users"] = [(200, _users(_user(1)), {"LU-Has-Next-Page": "true"})]
    with pytest.raises(UnreadableAnswer, match="does not come to an end"):
        await _everyone(client)


async def test_another_page_than_asked_for_is_not_taken(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["GET /users"] = [_page(1, True, _user(1)), _page(1, False, _user(2))]
    with pytest.raises(UnreadableAnswer):
        await _everyone(client)


async def test_a_filter_that_is_ignored_lets_nobody_else_through(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["GET /users"] = [_page(1, False, _user(1), _user(2, enabled=False))]
    assert [user.id for user in await _everyone(client, enabled=False)] == ["2"]
    assert portal.seen[0].query["login_enabled"] == "false"


async def test_a_person_is_found_by_address_whatever_its_case(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["GET /users/search"] = [(200, _users(_user(7, "JO+x@Example.com")))]
    found = await client.find("jo+x@example.com")
    assert found is not None
    assert found.id == "7"
    assert portal.seen[0].query["email"] == "jo+x@example.com"


async def test_an_address_with_capitals_is_looked_for_in_small_letters_too(
    client: LearnUponClient, portal: Scripted
) -> None:
    missing = (404, {"response_type": "ERROR", "response_code": 404, "message": "No user found"})
    portal.answers["GET /users/search"] = [missing, (200, _users(_user(7)))]
    found = await client.find("Jo@Example.com")
    assert found is not None
    assert [seen.query["email"] for seen in portal.seen] == ["Jo@Example.com", "jo@example.com"]


@pytest.mark.parametrize(
    "missing",
    [
        (404, {"response_type": "ERROR", "response_code": 404, "message": "whatever it says"}),
        (404, "<html><h1>Not found</h1></html>"),
        (404, ""),
        (400, {"response_type": "ERROR", "message": "No user found"}),
        (200, {"response_type": "ERROR", "response_code": "404", "message": "none"}),
        (200, _users()),
    ],
)
async def test_nobody_is_found_however_it_is_told(
    client: LearnUponClient, portal: Scripted, missing: tuple[Any, ...]
) -> None:
    portal.answers["GET /users/search"] = [missing]
    assert await client.find("jo@example.com") is None


async def test_a_search_answered_with_others_finds_nobody_and_proves_nothing(
    client: LearnUponClient, portal: Scripted
) -> None:
    portal.answers["GET /users/search"] = [(200, _users(_user(1, "a@example.com"), _user(2, "b@example.com")))]
    with pytest.raises(Refused, match="answered with 2 other users"):
        await client.find("jo@example.com")


async def test_a_user_asked_for_by_id_is_that_user(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["GET /users/7"] = [(200, _users(_user(8), _user("7", "seven@example.com")))]
    assert (await client.user("7")).email == "seven@example.com"


@pytest.mark.parametrize("nobody", ["0", "", "000"])
async def test_the_id_that_picks_by_the_body_is_never_sent(
    client: LearnUponClient, portal: Scripted, nobody: str
) -> None:
    with pytest.raises(NoSuchUser):
        await client.update(nobody, UserChange(first_name="Jo"))
    assert portal.seen == []


@pytest.mark.parametrize("status", [200, 201])
async def test_an_account_is_made_with_a_password_nobody_knows(
    client: LearnUponClient, portal: Scripted, status: int
) -> None:
    portal.answers["POST /users"] = [(status, {"id": 99})]
    someone = Newcomer("jo@example.com", "Jo", "Doe", date(2026, 1, 31), {"Grade": "1", "Department": None})
    assert [await client.create(someone), await client.create(JO)] == ["99", "99"]
    first, second = (seen.body["User"] for seen in portal.seen if seen.call == "POST /users")
    passwords = {first.pop("password"), second.pop("password")}
    assert len(passwords) == 2
    assert all(len(password) > 40 for password in passwords)
    assert first == {
        "email": "jo@example.com",
        "first_name": "Jo",
        "last_name": "Doe",
        "change_password_on_first_login": True,
        "account_expires": "2026-01-31",
        "CustomData": {"use_definition_ids": 1, "640": "1.00"},
    }
    assert portal.calls() == ["GET /users/customuserdata", "POST /users", "POST /users"]
    assert portal.seen[1].headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("answer", [{"portal_invite": {"id": 5}}, {"portal_invite": [{"id": "5"}]}, {"id": 5}])
async def test_an_invite_goes_out_and_its_id_comes_back(
    client: LearnUponClient, portal: Scripted, answer: dict[str, Any]
) -> None:
    portal.answers["POST /portal_invite"] = [(200, answer)]
    someone = Newcomer("jo@example.com", "Jo", "Doe", date(2026, 1, 31), {"Department": "Ops"})
    assert await client.invite(someone) == "5"
    assert portal.seen[-1].body == {
        "Invite": {
            "email": "jo@example.com",
            "first_name": "Jo",
            "last_name": "Doe",
            "expires_at": "2026-01-31",
            "CustomData": {"use_definition_ids": 1, "231": "Ops"},
        }
    }


@pytest.mark.parametrize("answer", [(200, {"id": 7}), (200, {}), (200, ""), (204, "")])
async def test_an_update_sends_what_changed_and_nothing_else(
    client: LearnUponClient, portal: Scripted, answer: tuple[Any, ...]
) -> None:
    portal.answers["PUT /users/7"] = [answer]
    await client.update("7", UserChange(email="new@example.com", enabled=False))
    await client.update("7", UserChange(account_expires=date(2026, 1, 31), custom={"DEPARTMENT": "Ops"}))
    await client.update("7", UserChange())
    assert [seen.body["User"] for seen in portal.seen if seen.call == "PUT /users/7"] == [
        {"new_email": "new@example.com", "enabled": False},
        {"account_expires": "2026-01-31", "CustomData": {"use_definition_ids": 1, "231": "Ops"}},
    ]


async def test_a_field_that_was_added_meanwhile_is_learned(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["PUT /users/7"] = [(200, {"id": 7})]
    await client.definitions()
    added = [*DEFINITIONS, {"id": 900, "type_id": 1, "label": "Team"}]
    portal.answers["GET /users/customuserdata"] = [(200, {"customDataFieldDefinitions": added})]
    await client.update("7", UserChange(custom={"Team": "A"}))
    assert portal.seen[-1].body == {"User": {"CustomData": {"use_definition_ids": 1, "900": "A"}}}
    with pytest.raises(Refused, match="no custom user data field 'Nope'"):
        await client.update("7", UserChange(custom={"Nope": "A"}))


@pytest.mark.parametrize(
    ("wording", "error"),
    [
        ("user already exists, you can try to invite them to this portal?", AlreadyExists),
        ("Email has already been taken", AlreadyExists),
        ("duplicate invite", AlreadyInvited),
        ("This user has already been invited", AlreadyInvited),
        ("There are no licenses left in this portal", NoLicence),
        ("Password is too short", Refused),
    ],
)
@pytest.mark.parametrize("status", [400, 422, 200])
async def test_a_refusal_is_known_by_its_words(
    client: LearnUponClient,
    portal: Scripted,
    check_sentence: Callable[[Exception], None],
    wording: str,
    error: type[Exception],
    status: int,
) -> None:
    portal.answers["POST /users"] = [(status, {"response_type": "ERROR", "message": wording})]
    with pytest.raises(error) as refused:
        await client.create(JO)
    assert type(refused.value) is error
    check_sentence(refused.value)
    assert len(portal.seen) == 1


async def test_a_refusal_is_quoted_short_and_without_anything_personal(
    client: LearnUponClient, portal: Scripted, check_sentence: Callable[[Exception], None]
) -> None:
    wording = "<p>Department 'Ops' of <b>Jo</b> Doe (jo@example.com, 123456789) is bad</p>" + " and so on" * 50
    portal.answers["PUT /users/7"] = [(400, {"error": wording})]
    with pytest.raises(Refused, match=r"\(400: Department '…' of … … \(…, …\) is bad") as refused:
        await client.update("7", UserChange(first_name="Jo", last_name="Doe", custom={"Department": "Ops"}))
    check_sentence(refused.value)
    assert len(str(refused.value)) < 350


@pytest.mark.parametrize("status", [404, 400])
async def test_an_update_of_nobody_says_so(client: LearnUponClient, portal: Scripted, status: int) -> None:
    portal.answers["PUT /users/7"] = [(status, {"response_type": "ERROR", "message": "User not found"})]
    with pytest.raises(NoSuchUser):
        await client.update("7", UserChange(first_name="Jo"))


async def test_a_wrong_body_is_not_taken_for_a_missing_user(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["PUT /users/7"] = [(404, {"response_type": "ERROR", "message": "Invalid user parameters provided"})]
    with pytest.raises(Refused):
        await client.update("7", UserChange(first_name="Jo"))


async def test_invites_are_read_page_by_page(client: LearnUponClient, portal: Scripted) -> None:
    rows = [
        {"id": 1, "invite_email_address": "a@example.com", "invite_status": "sent", "group_id": None},
        {"id": "2", "invite_email_address": "b@example.com", "invite_status": "cancelled", "group_id": 4},
        {"id": 3, "invite_email_address": "c@example.com", "invite_status": "unheard of", "accept_url": "/secret"},
    ]
    answers = [
        (200, {"group_invite": rows[:2]}, {"LU-Has-Next-Page": "true"}),
        (200, {"group_invite": rows[2:]}, {"LU-Has-Next-Page": "false"}),
    ]
    portal.answers["GET /group_invites"] = [*answers]
    read = [invite async for page in client.invites() for invite in page]
    assert [(invite.id, invite.email, invite.status) for invite in read] == [
        ("1", "a@example.com", InviteStatus.SENT),
        ("2", "b@example.com", InviteStatus.CANCELED),
        ("3", "c@example.com", InviteStatus.UNKNOWN),
    ]
    assert "secret" not in repr(read)
    portal.answers["GET /group_invites"] = [*answers]
    assert [invite.id async for page in client.invites("4") for invite in page] == ["2"]


async def test_cancelling_an_invite_that_is_gone_says_so(client: LearnUponClient, portal: Scripted) -> None:
    portal.answers["DELETE /group_invites/5"] = [(200, {}), (404, {"response_type": "ERROR", "message": "none"})]
    await client.cancel_invite("5")
    with pytest.raises(NoSuchUser):
        await client.cancel_invite("5")
