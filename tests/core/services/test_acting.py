"""Who may do what: roles are asked for by every service, and the machine's operator may do everything."""

import asyncio

import pytest

from core.domain.custom_fields import FieldType
from core.domain.invite_settings import InviteHow
from core.domain.learner import UserType
from core.domain.roles import Role
from core.services import admins, connections, fields, history, mappings, people, portals, syncing, trail
from core.services.accounts import NewLearner, add_learner, disable, set_user_type
from core.services.acting import Actor, NotAllowed, acting_as
from tests.core.store.databases import on_sqlite

VIEWER, OPERATOR, ADMIN = Actor("Vera", "slack", slack_user="UVERA"), Actor("Otto", "tui"), Actor("Ada", "cli")


@pytest.fixture
async def staff(acme):
    await admins.set_admin("acme", "Ada", Role.ADMIN)
    await admins.set_admin("acme", "Otto", Role.OPERATOR)
    await admins.set_admin("acme", "Vera", Role.VIEWER, slack_user="UVERA")


async def everyone():
    return [row async for row in people.learners("acme")]


async def whole_trail():
    return [row async for row in trail.trail("acme")]


LOOKS = {
    "learners": everyone,
    "pending": lambda: people.pending_users("acme"),
    "fields": lambda: fields.list_fields("acme"),
    "mapping": lambda: mappings.list_mappings("acme"),
    "runs": lambda: history.list_runs("acme"),
    "admins": lambda: admins.list_admins("acme"),
    "audit": whole_trail,
}
WORK = {
    "add learner": lambda: add_learner("acme", NewLearner("new@example.com"), InviteHow.ACTIVE),
    "disable": lambda: disable("acme", "ann@example.com"),
    "sync": lambda: syncing.sync_portal("acme", ""),
    "plan": lambda: syncing.plan_portal("acme", ""),
}
SETTINGS = {
    "portal set": lambda: portals.change_portal("acme", name="Other"),
    "field": lambda: fields.add_field("acme", "Job", FieldType.STRING),
    "map": lambda: mappings.map_attributes("acme", ["job_title=Job"]),
    "connect": lambda: connections.disconnect("acme"),
    "user type": lambda: set_user_type("acme", "ann@example.com", UserType.ADMIN),
    "role": lambda: admins.set_admin("acme", "Mallory", Role.ADMIN),
    "role away": lambda: admins.remove_admin("acme", "Ada"),
}
OWNER = {
    "create portal": lambda: portals.create_portal("new"),
    "switch off": lambda: portals.change_portal("acme", integration_enabled=False),
}


async def allowed(work) -> bool:
    """Whether the work got past the question who asks for it; what comes of it then is another matter."""
    try:
        await work()
    except NotAllowed:
        return False
    except Exception:
        return True
    return True


@on_sqlite
@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (VIEWER, {"looks": True, "work": False, "settings": False, "owner": False}),
        (OPERATOR, {"looks": True, "work": True, "settings": False, "owner": False}),
        (ADMIN, {"looks": True, "work": True, "settings": True, "owner": False}),
        (Actor("Nobody", "slack", slack_user="UNOBODY"), dict.fromkeys(("looks", "work", "settings", "owner"), False)),
        (Actor("root", "cli", owner=True), dict.fromkeys(("looks", "work", "settings", "owner"), True)),
    ],
    ids=["viewer", "operator", "admin", "nobody", "owner"],
)
async def test_each_role_may_do_what_it_is_for_and_nothing_above(staff, add_learner, actor, may):
    await add_learner("ann@example.com")
    with acting_as(actor):
        for kind, group in (("looks", LOOKS), ("work", WORK), ("settings", SETTINGS), ("owner", OWNER)):
            assert {name: await allowed(work) for name, work in group.items()} == dict.fromkeys(group, may[kind])


async def test_a_slack_user_is_known_by_id_and_never_by_name(staff):
    with acting_as(Actor("Ada", "slack", slack_user="USTRANGER")), pytest.raises(NotAllowed) as refused:
        await people.pending_users("acme")
    assert str(refused.value).startswith("Ada has no role in acme; nothing was done.")


async def test_an_admin_of_the_top_level_portal_is_one_in_its_sub_portals(staff):
    await portals.create_portal("sub", parent="acme")
    with acting_as(ADMIN):
        await portals.change_portal("sub", name="Sub")
    with acting_as(OPERATOR), pytest.raises(NotAllowed, match="Otto is operator in sub, and this takes admin"):
        await portals.change_portal("sub", name="Other")


async def test_the_other_way_round_it_is_not_so(acme):
    await portals.create_portal("sub", parent="acme")
    await admins.set_admin("sub", "Sam", Role.ADMIN)
    with acting_as(Actor("Sam", "tui")):
        assert [row.slug for row in await portals.list_portals()] == ["sub"]
        with pytest.raises(NotAllowed):
            await portals.change_portal("acme", name="Other")


async def test_of_two_admins_who_go_at_the_same_time_one_stays(acme, add_learner):
    names = ["ada@example.com", "bea@example.com"]
    for name in names:
        await add_learner(name, user_type="admin")
        await admins.set_admin("acme", name, Role.ADMIN)
    for flow in (admins.remove_admin, disable):
        went = await asyncio.gather(*(flow("acme", name) for name in names), return_exceptions=True)
        assert ["last" in str(one) for one in went if isinstance(one, Exception)] == [True]


async def test_the_last_admin_can_be_neither_removed_nor_lowered(acme):
    await admins.set_admin("acme", "Ada", Role.ADMIN)
    await admins.set_admin("acme", "Otto", Role.OPERATOR)
    for attempt in (admins.remove_admin("acme", " ADA "), admins.set_admin("acme", "Ada", Role.VIEWER)):
        with pytest.raises(Exception, match="Ada is the last admin of acme and cannot"):
            await attempt
    await admins.set_admin("acme", "Bea", Role.ADMIN)
    await admins.remove_admin("acme", "ada")
    assert [(row.name, row.role) for row in await admins.list_admins("acme")] == [
        ("Bea", "admin"),
        ("Otto", "operator"),
    ]


@on_sqlite
@pytest.mark.parametrize("slack_user", ["ann@example.com", "U", "u024be7lh", "U024BE7LH; drop", "@ann"])
async def test_what_is_no_slack_user_id_is_refused(acme, slack_user):
    with pytest.raises(Exception, match="is not a Slack user id; nothing was changed"):
        await admins.set_admin("acme", "Ada", Role.ADMIN, slack_user=slack_user)
    assert await admins.list_admins("acme") == []


async def test_one_slack_user_is_one_person_in_a_portal(acme):
    await admins.set_admin("acme", "Ada", Role.ADMIN, slack_user="U024BE7LH")
    with pytest.raises(Exception, match="The Slack user U024BE7LH is Ada already"):
        await admins.set_admin("acme", "Bea", Role.ADMIN, slack_user="U024BE7LH")
    again = await admins.set_admin("acme", "ada", Role.ADMIN)
    assert (again.name, again.slack_user) == ("ada", "U024BE7LH")
