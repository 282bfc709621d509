"""`/ukg groups`: groups are added, their rules written in words, counted, run and stopped."""

import pytest

from core.domain.custom_fields import FieldType
from core.domain.invite_settings import InviteHow
from core.domain.roles import Role
from core.services.admins import set_admin
from core.services.fields import add_field
from core.services.groups import add_group, group_members, list_groups
from core.services.mappings import map_attributes
from core.services.portals import create_portal, set_invites
from core.services.rules import run_rule, set_rule, show_rule
from core.services.syncing import sync_portal
from tests.bot.companies import after, words


@pytest.fixture
async def learners(connected):
    """Four learners with accounts, of whom two are Nursing, and a group."""
    await set_invites("acme", when=None, how=InviteHow.ACTIVE)
    await add_field("acme", "Job", FieldType.STRING)
    await map_attributes("acme", ["job_title=Job"])
    await sync_portal("acme", connected)
    await add_group("acme", "Nurses")


async def members():
    return sorted(member.email.split("@")[0] for member in await group_members("acme", "Nurses"))


async def test_groups_are_listed_and_added(opened, bot, click, acme):
    view = await opened("groups")
    assert "*acme* has no group yet." in words(view)
    view = await click(view, "groups_add")
    view = await after(bot, view, bot.submit(view, {"group_title": "Nurses & <Co>"}))
    assert "Nurses & <Co> is added." in words(view)
    assert "*Nurses &amp; &lt;Co&gt;*: 0 members; rule: none" in words(view)
    view = await click(view, "groups_add")
    view = await after(bot, view, bot.submit(view, {"group_title": "nurses & <co>"}))
    assert "has a group" in words(view)
    assert len(await list_groups("acme")) == 1


async def test_a_rule_is_written_counted_run_and_stopped(opened, bot, click, learners):
    view = await click(await opened("groups"), "groups_rule")
    view = await after(bot, view, bot.submit(view, {"group_where": "Job is Nursing"}))
    assert "The draft of Nurses is kept. It does nothing until it is run." in words(view)
    assert "2 match, 2 would join, 0 would leave; 0 members now, 2 then." in words(view)
    assert "Bea Lee (bea@example.com) joins" in words(view)
    assert await members() == []
    view = await click(view, "groups_run")
    assert "The rule of Nurses runs: 2 joined, 0 left, 2 members now." in words(view)
    assert await members() == ["bea", "dan"]
    view = await click(view, "groups_stop")
    assert "The rule of Nurses is stopped; its 2 members stay." in words(view)
    assert (await show_rule("acme", "Nurses")).running is None


async def test_any_of_several_lines_is_enough_and_all_users_need_none(opened, bot, click, learners):
    view = await click(await opened("groups"), "groups_rule")
    view = await after(bot, view, bot.submit(view, {"group_where": "Job is Cook\nJob is Nurse"}))
    assert "2 match" in words(view)
    view = await after(bot, view, bot.submit(view, {"group_who": "everyone"}))
    assert "4 match" in words(view)
    assert (await show_rule("acme", "Nurses")).draft == []


async def test_a_condition_that_cannot_be_read_is_explained_and_stays_written(opened, bot, click, learners):
    view = await click(await opened("groups"), "groups_rule")
    view = await after(bot, view, bot.submit(view, {"group_where": "Jbo is Cook"}))
    assert "nothing was changed" in words(view)
    (where,) = [block for block in view.content["blocks"] if block.get("block_id") == "group_where"]
    assert where["element"]["initial_value"] == "Jbo is Cook"


async def test_a_rule_may_look_at_the_members_of_another_group_alone(opened, bot, click, learners):
    await add_group("acme", "Juniors")
    view = await opened("groups")
    juniors = next(block for block in view.content["blocks"] if "Juniors" in block.get("text", {}).get("text", ""))
    view.content["blocks"] = [juniors]
    view = await click(view, "groups_rule")
    (menu,) = [block for block in view.content["blocks"] if block.get("block_id") == "group_members_of"]
    assert [option["text"]["text"] for option in menu["element"]["options"]] == ["Of all users", "Nurses"]
    await after(bot, view, bot.submit(view, {"group_who": "everyone", "group_members_of": "Nurses"}))
    assert (await show_rule("acme", "Juniors")).draft_population == "Nurses"


async def test_a_rule_that_empties_a_group_is_run_only_knowing_it(opened, bot, click, learners):
    await set_rule("acme", "Nurses", where=["Job is Nursing"])
    await run_rule("acme", "Nurses")
    await set_rule("acme", "Nurses", where=["Job is Pilot"])
    view = await click(await opened("groups"), "groups_rule")
    assert "It would leave nobody: all 2 members would go." in words(view)
    (run,) = [
        element
        for block in view.content["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == "groups_run"
    ]
    assert (run["style"], run["value"]) == ("danger", "even-if-empty")
    assert "It leaves nobody in the group. 0 would join and 2 leave" in run["confirm"]["text"]["text"]
    await click(view, "groups_run")
    assert await members() == []


async def test_a_group_that_is_gone_is_said_to_be_gone(opened, bot, click, learners):
    from core.services.groups import remove_group

    view = await opened("groups")
    await remove_group("acme", "Nurses")
    assert "This group is not there any more; nothing was done." in words(await click(view, "groups_rule"))


async def test_learnupon_keeps_its_own_groups(opened, acme):
    await create_portal("there", kind="learnupon")
    await set_admin("there", "Ann Lee", Role.ADMIN, slack_user="UANN")
    view = await opened("groups there")
    assert "LearnUpon keeps its own groups and the rules that fill them." in words(view)
    assert len(view.content["blocks"]) == 1


async def test_a_viewer_sees_the_rule_and_what_it_matches(opened, click, learners):
    await set_admin("acme", "Bob", Role.VIEWER, slack_user="UBOB")
    await set_rule("acme", "Nurses", where=["Job is Nursing"])
    view = await click(await opened("groups", user="UBOB"), "groups_rule")
    assert "2 match" in words(view)
    assert "submit" not in view.content
