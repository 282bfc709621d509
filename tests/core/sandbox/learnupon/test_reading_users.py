import pytest

from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.records import FieldType, UserType
from core.sandbox.learnupon.settings import LearnUponSettings
from tests.core.sandbox.learnupon.client import Client


@pytest.fixture
def ada(realm: Realm) -> int:
    realm.add_field(realm.top, "Department")
    membership = realm.add_user(realm.top, "Ada@Example.com", "Ada", "Lovelace", user_type=UserType.MANAGER)
    realm.add_user(realm.top, "bob@example.com", "Bob", "Byte").enabled = False
    return membership.account.id


async def test_list_show_and_search_answer_the_definitions_and_then_an_array_of_users(ada: int, top: Client) -> None:
    for reply in (
        await top.get("users"),
        await top.get(f"users/{ada}"),
        await top.get("users/search", email="ada@example.com"),
    ):
        assert reply.status == 200
        assert list(reply.body) == ["customDataFieldDefintions", "user"]
        assert [set(one) for one in reply.body["customDataFieldDefintions"]] == [{"id", "type_id", "label"}]
        assert reply.body["user"][0]["id"] == ada


async def test_the_definitions_may_be_spelled_right(ada: int, top: Client, settings: LearnUponSettings) -> None:
    settings.definitions_key = "right"
    assert list((await top.get("users")).body) == ["customDataFieldDefinitions", "user"]


async def test_a_user_has_the_documented_fields(ada: int, top: Client) -> None:
    user = await top.user(ada)
    assert (user["email"], user["first_name"], user["last_name"]) == ("Ada@Example.com", "Ada", "Lovelace")
    assert (user["user_type"], user["enabled"], user["locale"]) == ("manager", True, "en")
    assert user["created_at"] == "2026-03-10T09:00:30Z"
    assert (user["account_expires"], user["CustomData"], user["customDataFieldValues"]) == (None, None, [])
    assert (user["can_enroll"], user["can_delete_users"], user["tutor_can_edit_their_courses"]) == (True, False, True)
    assert not {"username", "updated_at", "timezone_id"} & set(user)


async def test_versions_add_the_last_update_and_the_time_zone(ada: int, top: Client) -> None:
    assert (await top.user(ada, version_id="1.1"))["updated_at"] == "2026-03-10T09:00:30Z"
    assert "timezone_id" not in await top.user(ada, version_id="1.1")
    await top.update(ada, timezone_id="Dublin")
    assert (await top.user(ada, version_id="1.2"))["timezone_id"] == "Dublin"


async def test_the_list_may_be_narrowed_to_those_who_can_sign_in_or_cannot(ada: int, top: Client) -> None:
    assert await top.emails() == ["Ada@Example.com", "bob@example.com"]
    assert await top.emails(login_enabled="true") == ["Ada@Example.com"]
    assert await top.emails(login_enabled="false") == ["bob@example.com"]


async def test_unknown_parameters_are_ignored_and_everybody_comes_back(ada: int, top: Client) -> None:
    everybody = ["Ada@Example.com", "bob@example.com"]
    assert await top.emails(email="bob@example.com") == everybody
    found = await top.get("users/search", user_id=ada)
    assert [row["email"] for row in found.body["user"]] == everybody


async def test_a_search_that_finds_nobody_is_a_404_with_a_code(
    ada: int, top: Client, settings: LearnUponSettings
) -> None:
    reply = await top.get("users/search", email="nobody@example.com")
    assert (reply.status, reply.body["response_code"]) == (404, 404)
    assert reply.message
    settings.response_code = False
    assert "response_code" not in (await top.get("users/search", email="nobody@example.com")).body


async def test_search_may_mind_the_case_of_letters(ada: int, top: Client, settings: LearnUponSettings) -> None:
    assert (await top.get("users/search", email="ADA@example.com")).status == 200
    settings.email_search = "sensitive"
    assert (await top.get("users/search", email="ADA@example.com")).status == 404
    assert (await top.get("users/search", email="Ada@Example.com")).status == 200


async def test_search_may_be_narrowed_to_those_who_can_sign_in(ada: int, top: Client) -> None:
    assert (await top.get("users/search", email="bob@example.com", login_enabled="true")).status == 404
    assert (await top.get("users/search", email="bob@example.com", login_enabled="false")).status == 200


async def test_an_unknown_id_is_refused(ada: int, top: Client, settings: LearnUponSettings) -> None:
    for status in (404, 400):
        settings.unknown_user_status = status
        for reply in (await top.get("users/1"), await top.update(1, first_name="X"), await top.delete("users/1")):
            assert (reply.status, reply.message) == (status, "User not found")


async def test_where_usernames_are_used_they_are_shown_and_found(
    realm: Realm, top: Client, settings: LearnUponSettings
) -> None:
    settings.identifier = "username"
    realm.add_user(realm.top, None, "Ada", username="ada.lovelace")
    reply = await top.get("users/search", username="ADA.lovelace")
    (row,) = reply.body["user"]
    assert (row["username"], row["email"]) == ("ada.lovelace", None)
    missing = await top.create(email="bob@example.com")
    assert (missing.status, missing.message) == (400, "Username is missing")
    assert (await top.create(username="bob")).status == 400
    assert (await top.create(username="bob.byte", email="bob@example.com")).status == 200
    assert (await top.create(username="Bob.Byte")).message.startswith("user already exists")


async def test_the_definitions_call_has_the_choices_and_the_right_spelling(
    realm: Realm, top: Client, settings: LearnUponSettings
) -> None:
    shift = realm.add_field(realm.top, "Shift", FieldType.INTEGER_CHOICE, "1", "2")
    note = realm.add_field(realm.top, "Note")
    for delimiter in (",", ", ", "\n"):
        settings.choice_delimiter = delimiter
        assert (await top.get("users/customuserdata")).body == {
            "customDataFieldDefinitions": [
                {"id": shift.id, "type_id": 6, "label": "Shift", "predefined_values": f"1{delimiter}2"},
                {"id": note.id, "type_id": 1, "label": "Note", "predefined_values": None},
            ]
        }
