import aiohttp
import pytest

from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.records import FieldType, UserType
from core.sandbox.learnupon.settings import LearnUponSettings
from tests.core.sandbox.learnupon.client import Client, Clock, account_of


async def invites(client: Client) -> list[dict[str, object]]:
    rows = (await client.get("group_invites")).body["group_invite"]
    assert isinstance(rows, list)
    return rows


async def accept(client: Client, place: int = 0) -> int:
    """Follow the accept_url of an invite; the status."""
    url = (await invites(client))[place]["accept_url"]
    return (await client.ask("POST", str(url))).status


async def test_an_invite_is_pending_until_it_is_accepted(realm: Realm, top: Client) -> None:
    group = realm.add_group(realm.top, "New starters")
    realm.add_field(realm.top, "Department")
    reply = await top.invite(
        "Ada@example.com",
        first_name="Ada",
        last_name="Lovelace",
        expires_at="2027-01-31",
        group_id=group.id,
        portal_membership_type_id=4,
        CustomData={"department": "Engines"},
    )
    assert (reply.status, reply.body) == (
        200,
        {"portal_invite": {"id": reply.body["portal_invite"]["id"], "email": "Ada@example.com"}},
    )
    assert await top.emails() == []

    shown = await top.get(f"group_invites/{reply.body['portal_invite']['id']}")
    assert list(shown.body) == ["customDataFieldDefinitions", "group_invite"]
    (row,) = shown.body["group_invite"]
    assert (row["invite_email_address"], row["first_name"], row["last_name"]) == ("Ada@example.com", "Ada", "Lovelace")
    assert (row["invite_status"], row["user_type"], row["expires_at"]) == ("sent", "manager", "2027-01-31")
    assert (row["group_id"], row["accepted_at"], row["created_at"]) == (group.id, None, "2026-03-10T09:00:30Z")
    assert [one["value"] for one in row["customDataFieldValues"]] == ["Engines"]

    assert await accept(top) == 200
    user = await top.user(account_of(top.holds("Ada@example.com")).id)
    assert (user["first_name"], user["last_name"], user["user_type"]) == ("Ada", "Lovelace", "manager")
    assert (user["account_expires"], user["CustomData"]) == ("2027-01-31", {"Department": "Engines"})
    assert list(group.members) == [user["id"]]
    (row,) = await invites(top)
    assert (row["invite_status"], row["accepted_at"]) == ("accepted", "2026-03-10T09:00:30Z")


async def test_opening_the_page_accepts_nothing_and_its_button_does(
    top: Client, session: aiohttp.ClientSession
) -> None:
    await top.invite("ada@example.com", first_name="Ada")
    url = top.portal.url + str((await invites(top))[0]["accept_url"])
    async with session.get(url) as page:
        assert (page.status, page.content_type) == (200, "text/html")
        assert '<form method="post">' in await page.text()
    assert await top.emails() == []
    async with session.post(url, data={"first_name": "Augusta", "last_name": "King"}) as answer:
        assert answer.status == 200
        user = await top.user((await answer.json())["id"])
    assert (user["first_name"], user["last_name"]) == ("Augusta", "King")


async def test_names_may_come_as_json_and_nonsense_is_refused(top: Client, session: aiohttp.ClientSession) -> None:
    await top.invite("ada@example.com")
    url = top.portal.url + str((await invites(top))[0]["accept_url"])
    for nonsense in (b'{"first_name": 5}', b"\xff=1", b"{"):
        async with session.post(url, data=nonsense) as answer:
            assert answer.status == 400
    async with session.post(url, json={"first_name": "Ada"}) as answer:
        assert (await top.user((await answer.json())["id"]))["first_name"] == "Ada"


async def test_an_invite_is_accepted_once(top: Client) -> None:
    await top.invite("ada@example.com")
    assert [await accept(top), await accept(top)] == [200, 410]
    assert len(top.portal.members) == 1
    assert (await top.ask("POST", "/accept_invitation/nonsense")).status == 404


async def test_a_link_works_for_some_hours_or_for_ever(top: Client, clock: Clock, settings: LearnUponSettings) -> None:
    settings.invite_hours = 72
    await top.invite("ada@example.com")
    clock.forward(hours=72, seconds=1)
    assert await accept(top) == 410
    settings.invite_hours = None
    clock.forward(days=1000)
    assert await accept(top) == 200


async def test_somebody_of_another_portal_keeps_their_account(realm: Realm, top: Client, sales: Client) -> None:
    ada = realm.add_user(realm.top, "ada@example.com", "Ada").account
    await sales.invite("ada@example.com", first_name="Augusta", portal_membership_type_id="3")
    assert await accept(sales) == 200
    user = await sales.user(ada.id)
    assert (user["first_name"], user["user_type"]) == ("Ada", "instructor")


async def test_somebody_who_became_a_member_meanwhile_stays_as_they_are(top: Client) -> None:
    await top.invite("ada@example.com", expires_at="2027-01-31", portal_membership_type_id=2)
    created = await top.create(email="ada@example.com")
    assert await accept(top) == 200
    user = await top.user(created.body["id"])
    assert (user["account_expires"], user["user_type"]) == (None, "learner")


async def test_an_invite_without_a_licence_left_goes_out_and_fails_at_acceptance(sales: Client) -> None:
    sales.portal.licences = 0
    assert (await sales.invite("ada@example.com")).status == 200
    assert await accept(sales) == 403
    assert [row["invite_status"] for row in await invites(sales)] == ["sent"]


@pytest.mark.parametrize("status", [400, 422])
async def test_a_pending_invite_cannot_be_sent_again(top: Client, settings: LearnUponSettings, status: int) -> None:
    settings.invite_duplicate_status = status  # type: ignore[assignment]
    await top.invite("ada@example.com")
    reply = await top.invite("ADA@example.com")
    assert reply.status == status
    assert "already been invited" in reply.message
    settings.invite_duplicate_message = "duplicate invite"
    assert (await top.invite("ada@example.com")).message == "duplicate invite"
    await accept(top)
    settings.invite_member = "sent"
    assert (await top.invite("ada@example.com")).status == 200


async def test_a_member_is_refused_or_invited_again(realm: Realm, top: Client, settings: LearnUponSettings) -> None:
    realm.add_user(realm.top, "ada@example.com")
    assert (await top.invite("ADA@example.com")).status == 400
    settings.invite_member = "sent"
    assert (await top.invite("ADA@example.com")).status == 200


async def test_a_deleted_invite_is_canceled_and_another_may_be_sent(top: Client) -> None:
    first = (await top.invite("ada@example.com")).body["portal_invite"]["id"]
    assert ((await top.delete(f"group_invites/{first}")).body) == {}
    assert await accept(top) == 410
    second = (await top.invite("ada@example.com")).body["portal_invite"]["id"]
    rows = await invites(top)
    assert [(row["id"], row["invite_status"]) for row in rows] == [(first, "canceled"), (second, "sent")]
    await top.delete(f"group_invites/{first}")
    assert (await top.invite("ada@example.com")).status == 400


async def test_a_deleted_invite_may_be_gone(top: Client, settings: LearnUponSettings) -> None:
    settings.deleted_invite = "gone"
    first = (await top.invite("ada@example.com")).body["portal_invite"]["id"]
    url = (await invites(top))[0]["accept_url"]
    await top.delete(f"group_invites/{first}")
    assert await invites(top) == []
    assert (await top.ask("POST", str(url))).status == 404
    assert (await top.delete(f"group_invites/{first}")).status == 404
    assert (await top.get(f"group_invites/{first}")).status == 404
    assert (await top.invite("ada@example.com")).status == 200


async def test_several_are_invited_with_one_text_of_addresses(realm: Realm, top: Client) -> None:
    group = realm.add_group(realm.top, "Managers")
    await top.invite("zoe@example.com")
    wanted = {
        "email_addresses": "a@example.com, b@example.com,A@example.com",
        "group_id": group.id,
        "group_membership_type_id": 4,
    }
    reply = await top.ask("POST", "group_invites", {"GroupInvite": wanted})
    assert [one["invite_email_address"] for one in reply.body["group_invites"]] == ["a@example.com", "b@example.com"]
    narrowed = (await top.get("group_invites", group_id=group.id)).body["group_invite"]
    assert [(row["invite_email_address"], row["user_type"]) for row in narrowed] == [
        ("a@example.com", "manager"),
        ("b@example.com", "manager"),
    ]
    assert len(await invites(top)) == 3


@pytest.mark.parametrize("addresses", ["", None, "c@example.com,nonsense", "c@example.com,a@example.com"])
async def test_several_are_invited_all_or_none(top: Client, addresses: str | None) -> None:
    await top.invite("a@example.com")
    reply = await top.ask("POST", "group_invites", {"GroupInvite": {"email_addresses": addresses}})
    assert reply.status == 400
    assert len(await invites(top)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"portal_membership_type_id": 5},
        {"portal_membership_type_id": "admin"},
        {"group_id": 1},
        {"group_id": "x"},
        {"expires_at": "soon"},
        {"first_name": 5},
        {"CustomData": {"Shift": "nine"}},
    ],
)
async def test_what_cannot_be_taken_is_refused_and_nobody_is_invited(
    realm: Realm, top: Client, fields: dict[str, object]
) -> None:
    realm.add_field(realm.top, "Shift", FieldType.INTEGER)
    assert (await top.invite("ada@example.com", **fields)).status == 400
    assert await invites(top) == []


async def test_where_usernames_are_used_an_invite_goes_by_them(top: Client, settings: LearnUponSettings) -> None:
    settings.identifier = "username"
    body = {"Invite": {"username": "ada.lovelace"}}
    assert (await top.ask("POST", "portal_invite", body)).status == 200
    assert (await top.ask("POST", "portal_invite", body)).status == 400
    assert await accept(top) == 200
    assert (await top.get("users/search", username="ada.lovelace")).body["user"][0]["user_type"] == UserType.LEARNER
