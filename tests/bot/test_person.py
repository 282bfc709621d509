"""`/ukg person`: the five steps for the asker alone, and syncing the person at a click."""

from bot.commands.person import SYNC
from core.domain.guard import Kind
from core.domain.roles import Role
from core.services.admins import remove_admin, set_admin
from core.services.guard import change_guard, parse_limit
from core.services.people import learners
from core.services.trail import trail
from core.store.models import Draft


async def accounts():
    return {learner.email async for learner in learners("acme")}


async def test_one_person_is_explained_in_five_steps_to_the_asker_alone(ask, connected):
    answer = await ask("person bea@example.com")
    steps = ["*1 Found:* In UKG Pro, just now.", "*2 Linked:* No account", "*3 Mapped:*", "*4 Decided:* invited (new)"]
    assert all(step in answer.text for step in steps)
    assert "*5 Would write:*" in answer.text
    assert "Bea Lee (E2), bea@example.com" in answer.text
    assert answer.only_for == "UANN"
    assert await accounts() == set()


async def test_an_employee_id_is_as_good_as_an_e_mail(ask, connected):
    assert "Cleo Lee (E3)" in (await ask("person acme E3")).text


async def test_someone_nobody_knows_is_said_to_be_unknown_and_cannot_be_synced(ask, connected):
    answer = await ask("person zoe@example.com")
    assert "UKG Pro has nobody with this e-mail" in answer.text
    assert "actions" not in [block["type"] for block in answer.blocks]


async def test_without_a_name_it_says_what_to_write(ask, acme):
    assert "Say who: `/ukg person E-MAIL`" in (await ask("person")).text


async def test_an_operator_syncs_the_person_and_nobody_else_at_a_click(ask, bot, connected):
    answer = await ask("person bea@example.com")
    seen = len(bot.messages("C1", to="UANN"))
    await bot.click(answer, SYNC, user="UANN")
    done = await bot.wait_for(lambda: bot.messages("C1", to="UANN")[seen:])
    assert "Synced: *invited* (new)" in done[0].text
    assert done[0].only_for == "UANN"
    assert await accounts() == {"bea@example.com"}
    lines = [line async for line in trail("acme") if line.action == "person synced"]
    assert [(line.actor, line.face) for line in lines] == [("Ann Lee", "slack")]


async def test_the_button_carries_no_name_and_no_id_of_the_person(ask, bot, connected):
    answer = await ask("person bea@example.com")
    (block,) = [block for block in answer.blocks if block["type"] == "actions"]
    value = block["elements"][0]["value"]
    assert not any(part in value for part in ("bea", "Lee", "E2"))
    assert "E2" in (await Draft.get()).content


async def test_a_viewer_gets_no_button(ask, connected):
    await set_admin("acme", "Bob", Role.VIEWER, slack_user="UBOB")
    answer = await ask("person bea@example.com", user="UBOB")
    assert "*5 Would write:*" in answer.text
    assert "actions" not in [block["type"] for block in answer.blocks]


async def test_the_role_counts_at_the_click_not_when_the_button_was_drawn(ask, bot, connected):
    await set_admin("acme", "Bob", Role.OPERATOR, slack_user="UBOB")
    answer = await ask("person bea@example.com", user="UBOB")
    await set_admin("acme", "Bob", Role.VIEWER)
    await bot.click(answer, SYNC, user="UBOB")
    refusal = await bot.wait_for(lambda: bot.messages("C1", to="UBOB")[1:])
    assert "You are viewer in acme, and this takes operator; nothing was done." in refusal[0].text
    await remove_admin("acme", "Bob")
    await bot.click(answer, SYNC, user="UBOB")
    refusal = await bot.wait_for(lambda: bot.messages("C1", to="UBOB")[2:])
    assert "no role in this portal" in refusal[0].text
    assert await accounts() == set()


async def test_an_old_button_says_that_it_is_old(ask, bot, connected, set_clock):
    answer = await ask("person bea@example.com")
    set_clock("2026-04-10")
    await bot.click(answer, SYNC, user="UANN")
    late = await bot.wait_for(lambda: bot.messages("C1", to="UANN")[1:])
    assert "This is no longer kept; nothing was done. Ask for it anew." in late[0].text
    assert await accounts() == set()


async def test_a_change_that_the_guard_holds_is_said_to_wait(ask, bot, synced, sandbox):
    await change_guard("acme", {Kind.UPDATED: parse_limit("0")})
    sandbox.company.people[1]["lastName"] = "Moore"
    sandbox.company.touch()
    answer = await ask("person bea@example.com")
    assert "last_name: Lee → Moore" in answer.text
    await bot.click(answer, SYNC, user="UANN")
    done = await bot.wait_for(lambda: bot.messages("C1", to="UANN")[1:])
    assert "Synced: *held*" in done[0].text
    assert "Written: nothing, it waits for approval." in done[0].text
