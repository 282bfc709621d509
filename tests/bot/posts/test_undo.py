"""`/ukg undo`: the plan that takes a run back is asked for, posted like any plan, decided and applied."""

import pytest

from core.domain.guard import Kind as GuardKind
from core.domain.roles import Role
from core.services.admins import set_admin
from core.services.guard import change_guard, parse_limit
from core.services.history import list_runs
from core.services.portals import create_portal
from core.services.syncing import sync_portal
from core.store.models import Learner, Plan, RunRequest


async def named(name):
    return await Learner.filter(first_name=name).count()


@pytest.fixture
async def renamed(told, store, rename):
    """Acme, where everybody was invited and then became Robin; gives the two runs, the newest first."""
    await sync_portal("acme", store)
    rename("Robin")
    await sync_portal("acme", store)
    return [run.run for run in await list_runs("acme")]


def table_post(bot, channel="C1"):
    (message,) = [each for each in bot.messages(channel) if each.text.startswith("*What taking")]
    return message


async def test_the_newest_run_that_wrote_something_is_taken_back_once_its_plan_is_applied(
    bot, ask, renamed, looks, carry_out, store
):
    newest, _ = renamed
    await sync_portal("acme", store)  # which finds nothing to change
    answer = await ask("undo")
    assert answer.text == f"The plan that takes {newest} of acme back is asked for. <#C1> tells how it goes."
    request = await RunRequest.get()
    assert (request.kind, request.undoes, request.asked_by) == ("undo", newest, "Ann Lee")
    await looks(2)
    assert [each.text for each in bot.messages("C1") if "takes a run of acme back" in each.text] == [
        "*The plan that takes a run of acme back*, asked for by Ann Lee, waits its turn."
    ]
    await carry_out()
    await looks(6)
    message = table_post(bot)
    assert message.text.startswith(f"*What taking {newest} of acme back would do:* 12 updated, of 12 people.")
    assert "Whoever was edited since is left alone." in message.text
    assert await named("Robin") == 12
    (file,) = [each for each in bot.workspace.files.values() if each.thread_ts == message.ts]
    assert file.body.count(b"\r\n") == 13
    await bot.click(message, "apply_plan", user="UANN")
    await bot.wait_for(lambda: [each for each in bot.messages("C1", to="UANN") if "asked to be applied" in each.text])
    await carry_out()
    await looks(6)
    assert await named("Robin") == 0
    assert [each for each in bot.messages("C1") if each.text.startswith("*Taking a run back of acme is done.*")]


async def test_a_run_that_is_named_is_the_one(ask, renamed, carry_out):
    _, first = renamed
    assert f"takes {first} of acme back is asked for" in (await ask(f"undo {first}")).text
    await carry_out()
    assert (await Plan.filter(undoes__isnull=False).get()).undoes == first


async def test_what_the_guard_holds_of_it_waits_for_an_admin(bot, ask, renamed, looks, carry_out):
    await change_guard("acme", {GuardKind.UPDATED: parse_limit("1")})
    await ask("undo")
    await carry_out()
    await looks(8)
    (held,) = [each for each in bot.messages("C1") if "wait for an approval:" in each.text]
    assert "*12 changes of acme wait for an approval:* 12 updated." in held.text
    await bot.click(held, "approve_plan", user="UANN")
    await bot.wait_for(lambda: [each for each in bot.messages("C1", to="UANN") if "are approved" in each.text])
    await carry_out()
    assert await named("Robin") == 0


async def test_asked_for_twice_it_is_made_once(ask, renamed):
    await ask("undo")
    assert "was asked for already and waits its turn." in (await ask("undo")).text
    assert await RunRequest.all().count() == 1


async def test_a_run_that_wrote_nothing_or_is_of_another_portal_is_refused(ask, told, renamed, store):
    await sync_portal("acme", store)
    idle = (await list_runs("acme", limit=1))[0].run
    assert f"Run {idle} wrote nothing, so there is nothing to take back" in (await ask(f"undo {idle}")).text
    assert "One run is taken back at a time, so nothing was done." in (await ask(f"undo {renamed[0]} {idle}")).text
    assert "acme has no run 'nonsense'" in (await ask("undo nonsense")).text
    await create_portal("beta")
    await set_admin("beta", "Otto", Role.OPERATOR, slack_user="UOTTO")
    assert "beta has no run" in (await ask(f"undo {renamed[0]}", user="UOTTO")).text
    assert await RunRequest.all().count() == 0


async def test_where_nothing_was_written_there_is_nothing_to_take_back(ask, told):
    assert "No run of acme wrote anything lately" in (await ask("undo")).text


async def test_a_viewer_takes_nothing_back(ask, renamed):
    await set_admin("acme", "Vera", Role.VIEWER, slack_user="UVERA")
    assert "`/ukg undo` takes operator" in (await ask("undo", user="UVERA")).text
    assert await RunRequest.all().count() == 0


async def test_one_that_cannot_be_made_any_more_is_told_to_who_asked(bot, ask, renamed, looks, carry_out):
    await set_admin("acme", "Otto", Role.OPERATOR, slack_user="UOTTO")
    await ask("undo", user="UOTTO")
    await set_admin("acme", "Otto", Role.VIEWER)
    await carry_out()
    await looks(4)
    said = [each.text for each in bot.messages("C1") if "did not start" in each.text]
    assert len(said) == 1
    assert said[0].startswith("*The plan that takes a run of acme back did not start.* Otto is viewer in acme")
