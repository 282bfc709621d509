import pytest

from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.records import Account, Course, Group
from core.sandbox.learnupon.settings import LearnUponSettings
from tests.core.sandbox.learnupon.client import Client


@pytest.fixture
def ada(realm: Realm) -> Account:
    return realm.add_user(realm.top, "ada@example.com", "Ada", "Lovelace").account


@pytest.fixture
def group(realm: Realm, ada: Account) -> Group:
    made = realm.add_group(realm.top, "New starters")
    realm.add_to_group(made, ada)
    realm.add_group(realm.top, "Starters, all of them")
    return made


@pytest.fixture
def course(realm: Realm, ada: Account) -> Course:
    made = realm.add_course(realm.top, "Working safely")
    realm.add_course(realm.top, "Welcome")
    bob = realm.add_user(realm.top, "bob@example.com").account
    for account in (ada, bob):
        realm.top.enrol(realm.next_id(), account, made, realm.clock())
    return made


async def test_groups_are_listed_and_found_by_title(group: Group, top: Client, settings: LearnUponSettings) -> None:
    rows = (await top.get("groups")).body["groups"]
    assert [(row["title"], row["number_of_members"]) for row in rows] == [
        ("New starters", 1),
        ("Starters, all of them", 0),
    ]
    assert [row["id"] for row in (await top.get("groups", title="New starters")).body["groups"]] == [group.id]
    assert (await top.get("groups", title="starters")).body["groups"] == []
    settings.group_title_match = "part"
    assert len((await top.get("groups", title="starters")).body["groups"]) == 2


async def test_memberships_are_listed_by_group_or_by_user(group: Group, ada: Account, top: Client) -> None:
    by_group = (await top.get("group_memberships", group_id=group.id)).body
    assert by_group == {
        "user": [
            {
                "id": ada.id,
                "first_name": "Ada",
                "last_name": "Lovelace",
                "email": "ada@example.com",
                "created_at": "2026-03-10T09:00:30Z",
                "locale": "en",
            }
        ]
    }
    by_user = (await top.get("group_memberships", user_id=ada.id)).body["group"]
    assert [row["title"] for row in by_user] == ["New starters"]
    assert (await top.get("group_memberships", group_id=1)).body == {"user": []}
    assert (await top.get("group_memberships", user_id=1)).body == {"group": []}
    assert (await top.get("group_memberships", group_id="x")).body == {"user": []}


async def test_without_a_filter_memberships_are_a_404(group: Group, top: Client) -> None:
    assert (await top.get("group_memberships")).status == 404


async def test_a_version_adds_the_membership_id_under_one_name_or_another(
    group: Group, ada: Account, top: Client, settings: LearnUponSettings
) -> None:
    for name in ("group_membership_id", "membership_id"):
        settings.membership_id_key = name
        by_group = (await top.get("group_memberships", group_id=group.id, version_id="1.1")).body["user"]
        by_user = (await top.get("group_memberships", user_id=ada.id, version_id="1.1")).body["group"]
        assert by_group[0][name] == by_user[0][name] == group.members[ada.id]


async def test_group_courses_do_not_mind_the_group(group: Group, course: Course, top: Client) -> None:
    group.courses.append(course.id)
    rows = (await top.get("group_courses", group_id=1)).body["group_courses"]
    assert [(row["group_id"], row["course_id"], row["course_name"]) for row in rows] == [
        (group.id, course.id, "Working safely")
    ]


async def test_courses_are_found_by_id_or_name_and_not_by_path(course: Course, top: Client) -> None:
    assert list((await top.get("courses")).body) == ["customDataFieldDefintions", "courses"]
    for query in ({"course_id": str(course.id)}, {"name": "Working safely"}):
        assert [row["id"] for row in (await top.get("courses", **query)).body["courses"]] == [course.id]
    assert (await top.get("courses", course_id="1")).body["courses"] == []
    assert (await top.get(f"courses/{course.id}")).status == 404


async def test_enrolments_are_found_by_user_and_by_course(course: Course, ada: Account, top: Client) -> None:
    async def emails(**query: object) -> list[str]:
        rows = (await top.get("enrollments/search", **query)).body["enrollments"]
        return [row["email"] for row in rows]

    assert await emails(user_id=ada.id) == await emails(email="ADA@example.com") == ["ada@example.com"]
    both = ["ada@example.com", "bob@example.com"]
    assert await emails(course_id=course.id) == await emails(course_name="Working safely") == both
    assert await emails(user_id=ada.id, course_id=1) == await emails(email="no@example.com") == []
    assert await emails(group_id=1) == both


async def test_somebody_deleted_leaves_groups_and_enrolments(
    group: Group, course: Course, ada: Account, top: Client
) -> None:
    await top.delete(f"users/{ada.id}")
    assert (await top.get("group_memberships", group_id=group.id)).body["user"] == []
    assert len((await top.get("enrollments/search")).body["enrollments"]) == 1


async def test_the_bare_list_of_enrolments_is_a_401_whatever_the_keys(top: Client) -> None:
    assert (await top.get("enrollments")).status == 401
