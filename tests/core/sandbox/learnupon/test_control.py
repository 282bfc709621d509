import pytest

from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings
from tests.core.sandbox.learnupon.client import Client


async def test_a_portal_says_what_it_is_and_holds(realm: Realm, top: Client, sales: Client) -> None:
    realm.add_field(realm.top, "Department")
    realm.add_user(realm.top, "ada@example.com")
    await top.invite("bob@example.com")
    shown = (await top.get("/sandbox")).body
    assert (shown["url"], shown["users"], shown["pending_invites"]) == (top.portal.url, 1, 1)
    assert (shown["username"], shown["password"]) == (top.portal.username, top.portal.password)
    assert (shown["fields"], shown["portals"]["sales"]) == (["Department"], sales.portal.url)


async def test_a_user_is_edited_by_hand(realm: Realm, top: Client) -> None:
    realm.add_field(realm.top, "Department")
    ada = realm.add_user(realm.top, "ada@example.com").account.id
    edited = await top.control(
        f"users/{ada}", new_email="king@example.com", enabled=False, CustomData={"Department": "Looms"}
    )
    assert (edited.body["email"], edited.body["enabled"]) == ("king@example.com", False)
    assert (await top.user(ada))["CustomData"] == {"Department": "Looms"}
    assert (await top.control("users/1", first_name="X")).status == 404
    assert (await top.control(f"users/{ada}", user_type="king")).status == 400


async def test_a_user_is_deleted_by_hand(realm: Realm, top: Client) -> None:
    ada = realm.add_user(realm.top, "ada@example.com").account.id
    assert (await top.delete(f"/sandbox/users/{ada}")).status == 200
    assert await top.emails() == []


async def test_a_field_is_added_renamed_retyped_and_removed(realm: Realm, top: Client) -> None:
    field = (await top.control("fields", label="Shift", type_id=6, choices=["1", "2"])).body["id"]
    ada = realm.add_user(realm.top, "ada@example.com").account.id
    await top.update(ada, CustomData={"Shift": "2"})
    assert (await top.control(f"fields/{field}", label="Turn")).body["label"] == "Turn"
    assert (await top.user(ada))["CustomData"] == {"Turn": "2"}
    await top.update(ada, CustomData={"Shift": "1"})
    assert (await top.user(ada))["CustomData"] == {"Turn": "2"}
    await top.control(f"fields/{field}", type_id=5)
    assert (await top.get("users/customuserdata")).body["customDataFieldDefinitions"][0]["type_id"] == 5
    await top.delete(f"/sandbox/fields/{field}")
    assert (await top.user(ada))["CustomData"] is None
    assert (await top.control(f"fields/{field}", label="Gone")).status == 404


async def test_a_choice_is_removed_and_added(realm: Realm, top: Client) -> None:
    field = (await top.control("fields", label="Shift", type_id=6, choices=["1", "2"])).body["id"]
    ada = realm.add_user(realm.top, "ada@example.com").account.id
    await top.update(ada, CustomData={"Shift": "2"})
    assert (await top.control(f"fields/{field}", remove_choice="2")).body["choices"] == ["1"]
    assert (await top.user(ada))["CustomData"] == {"Shift": "2"}
    assert (await top.update(ada, CustomData={"Shift": "2"})).status == 400
    assert (await top.control(f"fields/{field}", remove_choice="2")).status == 400
    await top.control(f"fields/{field}", add_choice="2")
    assert (await top.update(ada, CustomData={"Shift": "2"})).status == 200


async def test_two_fields_cannot_have_one_label(top: Client) -> None:
    first = (await top.control("fields", label="Cost Centre")).body["id"]
    assert (await top.control("fields", label="costcentre")).status == 400
    second = (await top.control("fields", label="Shift")).body["id"]
    assert (await top.control(f"fields/{second}", label="COST CENTRE")).status == 400
    assert (await top.control(f"fields/{first}", label="COST CENTRE")).status == 200


async def test_keys_are_rotated_by_hand(top: Client) -> None:
    old = (top.portal.username, top.portal.password)
    fresh = (await top.control("keys")).body
    assert (await top.get("users", keys=old)).status == 401
    assert (await top.get("users", keys=(fresh["username"], fresh["password"]))).status == 200


async def test_the_weeks_budget_is_spent_by_hand(top: Client, sales: Client, settings: LearnUponSettings) -> None:
    settings.rate_limit = 300
    await top.control("week", left=2)
    statuses = [(await top.get("groups")).status for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert (await sales.get("groups")).status == 200


async def test_faults_are_set_and_cleared_by_hand(top: Client, sales: Client) -> None:
    assert (await top.control("faults", kind="status", code=503, call="reads", times=5)).body == {"waiting": 1}
    assert (await top.get("groups")).status == 503
    assert (await sales.get("groups")).status == 200
    await top.delete("/sandbox/faults")
    assert (await top.get("groups")).status == 200
    assert (await top.control("faults", kind="earthquake")).status == 400


async def test_switches_are_thrown_by_hand(top: Client, settings: LearnUponSettings) -> None:
    reply = await top.control("settings", create_status=201, silent=["PUT users/#"])
    assert (reply.body["create_status"], reply.body["silent"]) == (201, ["PUT users/#"])
    assert (settings.create_status, settings.silent) == (201, {"PUT users/#"})
    assert (await top.control("settings", page_size=3, create_status=418)).status == 400
    assert (await top.control("settings", no_such_switch=True)).body == {
        "error": "There is no setting 'no_such_switch'."
    }
    assert settings.page_size == 499


async def test_the_log_can_be_read_and_control_requests_are_not_in_it(sandbox: LearnUponSandbox, top: Client) -> None:
    await top.get("users", page=2)
    await top.control("keys")
    log = (await top.get("/sandbox/requests")).body
    assert log["counts"] == {"GET users": 1}
    (seen,) = log["requests"]
    assert (seen["portal"], seen["path"], seen["query"], seen["status"]) == ("top", "/api/v1/users", ["page"], 200)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/sandbox"), ("GET", "/sandbox/dance"), ("DELETE", "/sandbox/users/1")]
)
async def test_what_is_no_button_is_a_404(top: Client, method: str, path: str) -> None:
    assert (await top.ask(method, path)).status == 404


async def test_a_body_that_cannot_be_read_changes_nothing(realm: Realm, top: Client) -> None:
    for button, body in (("fields", b"{"), ("fields", b'{"label": "A", "colour": 1}'), ("users/1", b"[]")):
        assert (await top.ask("POST", f"/sandbox/{button}", body)).status in (400, 404)
    assert realm.top.fields == {}
