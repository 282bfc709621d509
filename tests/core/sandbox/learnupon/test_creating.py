import pytest

from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.settings import USER_EXISTS, LearnUponSettings
from tests.core.sandbox.learnupon.client import Client, account_of


async def test_a_user_is_created_with_what_was_sent(top: Client) -> None:
    reply = await top.create(
        email="ada@example.com",
        first_name="Ada",
        last_name="Lovelace",
        language="fr_ca",
        user_type="instructor",
        account_expires="2026-12-31",
        enabled="false",
        can_manage_sessions="true",
        sf_user_id="SF1",
    )
    assert (reply.status, list(reply.body)) == (200, ["id"])
    user = await top.user(reply.body["id"])
    assert (user["first_name"], user["last_name"], user["locale"]) == ("Ada", "Lovelace", "fr_ca")
    assert (user["user_type"], user["account_expires"], user["enabled"]) == ("instructor", "2026-12-31", False)
    assert (user["can_manage_sessions"], user["sf_user_id"]) == (True, "SF1")


async def test_somebody_new_is_a_learner_who_can_sign_in(top: Client) -> None:
    user = await top.user((await top.create(email="ada@example.com")).body["id"])
    assert (user["user_type"], user["enabled"], user["account_expires"]) == ("learner", True, None)


async def test_a_creation_may_be_answered_with_201(top: Client, settings: LearnUponSettings) -> None:
    settings.create_status = 201
    assert (await top.create(email="ada@example.com")).status == 201


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Email is missing"),
        ({"email": "not an address"}, "Email is not an email address"),
        ({"email": "a@example.com", "password": "short"}, "Password is too short (minimum is 6 characters)"),
        ({"email": "a@example.com", "password": None}, "Password is too short (minimum is 6 characters)"),
        ({"email": "a@example.com", "language": "klingon"}, "Language is not a language"),
        ({"email": "a@example.com", "user_type": "king"}, "User type is not a user type"),
        ({"email": "a@example.com", "enabled": "perhaps"}, "Enabled must be true or false"),
        ({"email": "a@example.com", "first_name": 5}, "First name must be text"),
        ({"email": "a@example.com", "account_expires": "31/12/2026"}, "Account expires is not a date"),
        ({"email": "a@example.com", "CustomData": []}, "CustomData must be an object"),
    ],
)
async def test_what_cannot_be_taken_is_refused_and_nobody_is_created(
    top: Client, settings: LearnUponSettings, fields: dict[str, object], message: str
) -> None:
    reply = await top.create(**fields)
    assert (reply.status, reply.message) == (400, message)
    settings.invalid_status = 422
    assert (await top.create(**fields)).status == 422
    assert (await top.get("users")).body["user"] == []


async def test_somebody_of_another_portal_exists_though_the_search_finds_nobody(
    top: Client, sales: Client, settings: LearnUponSettings
) -> None:
    await sales.create(email="ada@example.com")
    assert (await top.get("users/search", email="ada@example.com")).status == 404
    reply = await top.create(email="ADA@example.com")
    assert (reply.status, reply.message) == (400, USER_EXISTS)
    settings.duplicate_status = 422
    assert (await top.create(email="ada@example.com")).status == 422


async def test_a_member_of_this_portal_may_be_refused_in_other_words(top: Client, settings: LearnUponSettings) -> None:
    await top.create(email="ada@example.com")
    assert (await top.create(email="ada@example.com")).message == USER_EXISTS
    settings.duplicate_message = "This user is in the realm"
    assert (await top.create(email="ada@example.com")).message == "This user is in the realm"
    settings.duplicate_here_message = "Email has already been taken"
    assert (await top.create(email="ada@example.com")).message == "Email has already been taken"
    assert len(top.portal.members) == 1


async def test_a_realm_may_allow_a_second_membership(top: Client, sales: Client, settings: LearnUponSettings) -> None:
    settings.allow_user_creation_if_exists = True
    first = await sales.create(email="ada@example.com", first_name="Ada", user_type="manager")
    second = await top.create(email="ada@example.com", first_name="Augusta", account_expires="2026-12-31")
    assert (second.status, second.body) == (200, first.body)
    assert (await top.create(email="ada@example.com")).status == 400
    here, there = await top.user(second.body["id"]), await sales.user(first.body["id"])
    assert (here["user_type"], here["account_expires"]) == ("learner", "2026-12-31")
    assert (there["user_type"], there["account_expires"]) == ("manager", None)
    assert here["first_name"] == there["first_name"] == "Ada"


async def test_the_second_creation_may_overwrite_the_names(
    top: Client, sales: Client, settings: LearnUponSettings
) -> None:
    settings.allow_user_creation_if_exists, settings.existing_account = True, "overwritten"
    await sales.create(email="ada@example.com", first_name="Ada")
    user = await top.user((await top.create(email="ada@example.com", first_name="Augusta")).body["id"])
    assert user["first_name"] == "Augusta"


async def test_e_mails_may_differ_by_case_alone_where_uniqueness_minds_it(
    top: Client, settings: LearnUponSettings
) -> None:
    settings.email_uniqueness = "sensitive"
    await top.create(email="ada@example.com")
    assert (await top.create(email="ada@example.com")).status == 400
    assert (await top.create(email="Ada@example.com")).status == 200
    assert await top.emails() == ["ada@example.com", "Ada@example.com"]


async def test_e_mails_may_be_kept_in_lower_case(top: Client, settings: LearnUponSettings) -> None:
    await top.create(email="Ada@Example.com")
    settings.email_kept = "lower"
    await top.create(email="Bob@Example.com")
    assert await top.emails() == ["Ada@Example.com", "bob@example.com"]


@pytest.mark.parametrize(("behaviour", "status"), [("creates", 200), ("refuses", 400)])
async def test_creating_somebody_with_a_pending_invite(
    top: Client, settings: LearnUponSettings, behaviour: str, status: int
) -> None:
    settings.create_for_invited = behaviour  # type: ignore[assignment]
    await top.invite("ada@example.com")
    assert (await top.create(email="Ada@example.com")).status == status
    assert len(top.portal.members) == (status == 200)


async def test_without_a_licence_left_nobody_is_created(realm: Realm, sales: Client) -> None:
    sales.portal.licences = 1
    assert (await sales.create(email="ada@example.com")).status == 200
    reply = await sales.create(email="bob@example.com")
    assert (reply.status, "licenses" in reply.message) == (400, True)
    assert realm.account("bob@example.com") is None


async def test_the_portal_may_enrol_everyone_new_by_rules_of_its_own(
    realm: Realm, top: Client, settings: LearnUponSettings
) -> None:
    realm.add_course(realm.top, "Safety")
    await top.create(email="ada@example.com")
    settings.enrol_new_users = True
    await top.create(email="bob@example.com")
    rows = (await top.get("enrollments/search")).body["enrollments"]
    assert [(row["email"], row["course_name"]) for row in rows] == [("bob@example.com", "Safety")]
    bob = await top.user(account_of(top.holds("bob@example.com")).id)
    assert (bob["number_of_enrollments"], bob["number_of_enrollments_accessed"]) == (1, 0)
