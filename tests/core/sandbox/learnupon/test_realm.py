"""Accounts exist once in a realm; portals have memberships."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.records import UserType
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings
from tests.core.sandbox.learnupon.client import Client


async def test_each_portal_has_an_address_and_keys_of_its_own(top: Client, sales: Client) -> None:
    assert top.portal.url != sales.portal.url
    assert top.portal.password != sales.portal.password
    assert (await top.get("users")).status == (await sales.get("users")).status == 200
    assert (await sales.get("users", keys=(top.portal.username, top.portal.password))).status == 401


async def test_a_portal_sees_its_own_members_only(realm: Realm, top: Client, sales: Client) -> None:
    ada = realm.add_user(realm.top, "ada@example.com").account
    realm.add_user(sales.portal, "bob@example.com")
    assert (await top.emails(), await sales.emails()) == (["ada@example.com"], ["bob@example.com"])
    assert (await sales.get(f"users/{ada.id}")).status == 404


async def test_names_and_e_mail_belong_to_the_realm_the_rest_to_the_portal(
    realm: Realm, top: Client, sales: Client
) -> None:
    ada = realm.add_user(realm.top, "ada@example.com").account
    realm.add_user(sales.portal, "ada@example.com")
    await sales.update(
        ada.id, first_name="Ada", new_email="king@example.com", account_expires="2027-01-31", user_type="manager"
    )
    here = await top.user(ada.id)
    assert (here["first_name"], here["email"]) == ("Ada", "king@example.com")
    assert (here["account_expires"], here["user_type"]) == (None, "learner")


async def test_disabling_at_the_top_goes_down_and_never_up(
    realm: Realm, top: Client, sales: Client, plant: Client
) -> None:
    ada = realm.add_user(realm.top, "ada@example.com").account
    for below in (sales, plant):
        realm.add_user(below.portal, "ada@example.com")

    await sales.update(ada.id, enabled=False)
    assert [(await one.user(ada.id))["enabled"] for one in (top, sales, plant)] == [True, False, True]
    await sales.update(ada.id, enabled=True)
    await top.update(ada.id, enabled=False)
    assert [(await one.user(ada.id))["enabled"] for one in (top, sales, plant)] == [False, False, False]
    await top.update(ada.id, enabled=True)
    assert [(await one.user(ada.id))["enabled"] for one in (top, sales, plant)] == [True, False, False]


async def test_deleting_at_the_top_goes_down_and_never_up(
    realm: Realm, top: Client, sales: Client, plant: Client
) -> None:
    ada = realm.add_user(realm.top, "ada@example.com").account
    for below in (sales, plant):
        realm.add_user(below.portal, "ada@example.com")
    await sales.delete(f"users/{ada.id}")
    assert [await one.emails() for one in (top, sales, plant)] == [["ada@example.com"], [], ["ada@example.com"]]
    await top.delete(f"users/{ada.id}")
    assert [await one.emails() for one in (top, sales, plant)] == [[], [], []]
    assert realm.accounts == {}


async def test_a_top_level_admin_is_an_admin_everywhere(
    realm: Realm, top: Client, sales: Client, settings: LearnUponSettings
) -> None:
    ada = realm.add_user(realm.top, "ada@example.com", user_type=UserType.ADMIN).account
    realm.add_user(sales.portal, "ada@example.com")
    assert (await sales.user(ada.id))["user_type"] == "admin"
    assert (await sales.update(ada.id, user_type="learner", first_name="Ada")).status == 200
    assert (await sales.user(ada.id))["user_type"] == "admin"

    settings.top_admin_type = "refused"
    assert (await sales.update(ada.id, user_type="learner", first_name="X")).status == 400
    assert (await sales.update(ada.id, user_type="admin")).status == 200
    assert (await sales.user(ada.id))["first_name"] == "Ada"
    await top.update(ada.id, user_type="learner")
    assert (await sales.user(ada.id))["user_type"] == "learner"


async def test_the_top_lists_the_portals_below_and_those_have_none(realm: Realm, top: Client, sales: Client) -> None:
    sales.portal.licences = 10
    realm.add_user(sales.portal, "ada@example.com")
    rows = (await top.get("portals")).body["portals"]
    assert (rows[0]["id"], rows[0]["subdomain"]) == (sales.portal.id, "sales")
    assert [row["title"] for row in rows] == ["Sales", "Plant"]
    assert (rows[0]["number_licenses_purchased"], rows[0]["number_licenses_used"]) == (10, 1)
    assert [row["title"] for row in (await top.get("portals", title="Plant")).body["portals"]] == ["Plant"]
    assert (await sales.get("portals")).body == {"portals": []}


async def test_generating_keys_kills_the_old_ones(
    sandbox: LearnUponSandbox, top: Client, sales: Client, settings: LearnUponSettings
) -> None:
    old = (sales.portal.username, sales.portal.password)
    (keys,) = (await top.get(f"portals/{sales.portal.id}/generate_keys")).body["portal"]
    assert (await sales.get("users", keys=(keys["username"], keys["password"]))).status == 200
    assert (await sales.get("users", keys=old)).status == 401
    settings.keys_reply = "object"
    assert (await top.get(f"portals/{sales.portal.id}/generate_keys")).body["portal"]["id"] == sales.portal.id
    assert (await sales.get(f"portals/{top.portal.id}/generate_keys")).status == 404
    assert sandbox.counts["GET portals/#/generate_keys"] == 3


steps = st.lists(
    st.tuples(
        st.sampled_from(["join", "leave", "rename"]),
        st.sampled_from(["top", "sales", "plant"]),
        st.sampled_from(["a@x.io", "A@x.io", "b@x.io", "c@x.io"]),
        st.sampled_from(["a@x.io", "d@x.io", "B@x.io"]),
    ),
    max_size=30,
)


@settings(max_examples=100, deadline=None)
@given(steps)
def test_whatever_happens_an_address_is_one_account_and_an_account_has_a_portal(
    story: list[tuple[str, str, str, str]],
) -> None:
    realm = Realm("top", "sales", "plant")
    for step, name, email, other in story:
        portal = realm.portals[name]
        found = realm.account(email)
        if step == "join":
            realm.add_user(portal, email)
        elif found is not None and step == "leave" and found.id in portal.members:
            realm.leave(portal, found)
        elif found is not None and step == "rename" and realm.account(other) in (None, found):
            realm.rename(found, email=other)
    accounts = list(realm.accounts.values())
    keys = [(account.email or "").casefold() for account in accounts]
    assert len(keys) == len(set(keys))
    for account in accounts:
        assert realm.account(account.email) is account
        assert account.portals == {name for name, one in realm.portals.items() if account.id in one.members} != set()
    for email in ("a@x.io", "b@x.io", "c@x.io", "d@x.io"):
        assert (realm.account(email) is not None) == (email in keys)
