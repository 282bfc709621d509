"""`/ukg` over the real link: how things stand, help, what was meant, which portal, and who may."""

import pytest

from core.domain.roles import Role
from core.services.admins import remove_admin, set_admin
from core.services.portals import create_portal
from core.services.trail import trail
from core.store.models import RunRequest
from core.store.transactions import write_transaction
from tests.bot.companies import words
from tests.bot.fake_slack.faults import SILENT


async def refusals(slug):
    return [entry async for entry in trail(slug) if entry.action == "refused a stranger"]


async def test_alone_it_says_how_things_stand_and_where_help_is(ask, acme):
    answer = await ask()
    name, connection, run, schedule, *_ = answer.text.splitlines()
    assert (name, connection, run) == ("*acme* (Acme Ltd)", "Not connected to UKG Pro.", "No run yet.")
    assert schedule.startswith("The daily sync is set to every day at ")
    assert answer.text.endswith("More: `/ukg help`")
    assert answer.only_for == "UANN"
    assert (await ask("status")).text == answer.text


async def test_a_command_is_acknowledged_while_the_database_is_busy(bot, acme):
    async with write_transaction():
        assert (await bot.command("/ukg", "status", user="UANN", channel="C1")).payload == {}
    await bot.wait_for(lambda: bot.messages("C1", to="UANN"))


async def test_a_command_is_acknowledged_while_slack_itself_answers_nothing(bot, acme):
    bot.fail("*", SILENT, times=None)
    assert (await bot.command("/ukg", "status", user="UANN", channel="C1")).payload == {}
    bot.mend()
    await bot.wait_for(lambda: bot.messages("C1", to="UANN"))


async def test_help_lists_what_the_asker_may(ask, acme):
    answer = await ask("help")
    assert "`/ukg status` Say how things stand" in answer.text
    assert "`/ukg help [command]`" in answer.text
    one = await ask("help status")
    assert "For everybody who has a role in the portal." in one.text
    assert (await ask("--help")).text == answer.text
    assert "no command I know" in (await ask("help nonsense")).text


@pytest.mark.parametrize("typed", ["statsu", "Status?", "staus acme"])
async def test_a_typo_is_answered_with_what_was_probably_meant(ask, acme, typed):
    assert "Did you mean `/ukg status`?" in (await ask(typed)).text


async def test_what_is_like_nothing_is_answered_with_where_help_is(ask, acme):
    answer = await ask("xyzzy")
    assert "no command I know; nothing was done" in answer.text
    assert "Did you mean" not in answer.text


async def test_all_portals_stand_in_one_answer_or_the_one_that_is_named(ask, beta):
    everything = await ask("status")
    assert "*acme*" in everything.text
    assert "*beta*" in everything.text
    one = await ask("status BETA")
    assert "*beta*" in one.text
    assert "*acme*" not in one.text


async def test_a_portal_alone_asks_how_it_stands(ask, beta):
    answer = await ask("acme")
    assert answer.text == (await ask("status acme")).text
    assert "*acme*" not in (await ask("acme", user="UBOB")).text
    await create_portal("help")
    await set_admin("help", "Ann Lee", Role.VIEWER, slack_user="UANN")
    assert "*Commands*" in (await ask("help")).text


async def test_a_portal_that_is_misspelt_is_not_another_one(ask, beta):
    answer = await ask("status acne")
    assert "There is no portal" in answer.text
    assert "Did you mean acme? Yours: acme, beta." in answer.text


async def test_nobody_hears_of_a_portal_in_which_they_have_no_role(ask, beta):
    answer = await ask("status acme", user="UBOB")
    assert "There is no portal" in answer.text
    assert answer.text.replace("'acme'", "'xyzq'") == (await ask("status xyzq", user="UBOB")).text
    assert "*acme*" not in (await ask("status", user="UBOB")).text


async def test_more_portals_than_fit_are_named(ask, acme):
    for number in range(12):
        await create_portal(f"sub-{number:02}", parent="acme")
    answer = await ask("status")
    assert answer.text.count("Not connected to UKG Pro.") == 10
    assert "3 more: `/ukg status PORTAL` with one of sub-09, sub-10, sub-11" in answer.text
    assert "*sub-11*" in (await ask("status sub-11")).text


async def test_a_stranger_gets_a_polite_no_and_the_admins_see_it(ask, bot, acme):
    answer = await ask("status acme", user="UBOB")
    assert answer.text.startswith("You have no role in ukg-sync yet, so nothing was done.")
    assert "--slack-user UBOB" in answer.text
    assert "acme" not in answer.text
    (line,) = await refusals("acme")
    assert (line.actor, line.face, line.subject, line.after) == (
        "Slack user UBOB",
        "slack",
        "/ukg status",
        {"slack_user": "UBOB"},
    )


async def test_a_stranger_who_asks_again_and_again_is_one_line_a_day(ask, beta, set_clock):
    await ask("status", user="UEVE")
    await ask("mumble", user="UEVE")
    assert len(await refusals("acme")) == len(await refusals("beta")) == 1
    set_clock("2026-03-12")
    await ask("help", user="UEVE")
    assert len(await refusals("acme")) == 2


async def test_what_a_stranger_wrote_after_the_command_is_not_kept(ask, acme):
    await ask("person someone@example.com", user="UBOB")
    (line,) = await refusals("acme")
    assert line.subject == "/ukg person"
    assert line.after == {"slack_user": "UBOB"}


async def test_a_role_counts_from_the_moment_it_is_given_until_it_is_taken(ask, acme):
    assert "no role" in (await ask(user="UBOB")).text
    await set_admin("acme", "Bob", Role.VIEWER, slack_user="UBOB")
    assert "*acme*" in (await ask(user="UBOB")).text
    await remove_admin("acme", "Bob")
    assert "no role" in (await ask(user="UBOB")).text


async def test_a_name_alone_gives_nobody_a_role(ask, bot, acme):
    bot.add_user("UOTHER", "Ann Lee")
    assert "no role" in (await ask(user="UOTHER")).text


async def test_it_answers_in_a_direct_message_and_in_channels_it_is_not_in(ask, bot, acme):
    bot.add_channel("C2", is_member=False)
    bot.workspace.direct("UANN")
    assert "*acme*" in (await ask(channel="C2")).text
    assert "*acme*" in (await ask(channel="DUANN")).text


async def test_names_are_shown_as_they_are_written_and_mention_nobody(ask, acme):
    await create_portal("gamma", name="<!channel> & Sons", parent="acme")
    answer = await ask("status gamma")
    assert "(&lt;!channel&gt; &amp; Sons)" in answer.text


async def test_the_messages_tab_draws_nothing(bot, ask, acme):
    await bot.open_home("UANN", tab="messages")
    await ask()
    assert bot.called("views.publish") == []


async def test_the_portal_may_come_before_the_command(ask, opened, acme):
    assert (await ask("acme runs")).text == "There was no run of acme yet."
    assert (await opened("acme guard")).title == "Guard"
    assert (await ask("acme")).text.startswith("*acme*")


@pytest.mark.parametrize("typed", ["sync acme tomorrow", "acme sync tomorrow", "acme tomorrow"])
async def test_a_word_too_many_does_nothing_instead_of_something_else(ask, acme, typed):
    answer = await ask(typed)
    assert "takes a portal and nothing more, so nothing was done. Left over: tomorrow" in answer.text
    assert not await RunRequest.exists()


async def test_with_two_portals_the_command_is_given_as_it_has_to_be_typed(ask, beta):
    answer = await ask("person bea@example.com")
    assert "You have a role in 2 portals (acme, beta)" in answer.text
    assert answer.text.endswith("`/ukg person acme bea@example.com`")
    assert "`/ukg status [portal]` Say" in (await ask("help")).text


@pytest.mark.parametrize(
    ("word", "flow"),
    [
        ("rules", "groups"),
        ("history", "runs"),
        ("mapping", "map"),
        ("learners", "people"),
        ("settings", "portal"),
        ("trail", "audit"),
        ("course", "courses"),
    ],
)
async def test_words_that_stand_for_another_are_known(ask, acme, word, flow):
    assert f"`/ukg {flow} " in (await ask(f"help {word}")).text


async def test_help_about_a_typo_says_what_was_probably_meant(ask, acme):
    assert "Did you mean `/ukg status`?" in (await ask("help statsu")).text


async def test_resend_leads_to_those_who_are_meant(opened, synced):
    view = await opened("resend bea@example.com")
    assert view.title == "Pending users"
    assert "bea@example.com" in words(view)
    assert "ann@example.com" not in words(view)


async def test_a_stranger_learns_of_both_ways_to_a_role(ask, acme):
    text = (await ask("", user="UBOB")).text
    assert "under `/ukg admins`" in text
    assert "--slack-user UBOB" in text


async def test_what_is_said_of_a_channel_that_cannot_be(ask, acme):
    refusal = await ask("channel foo")
    assert "'foo' is neither a portal of yours nor one of `here`, `off`, `quiet`, `all`" in refusal.text
    assert "Once there is one it hears of changes and problems only." in (await ask("channel quiet")).text
