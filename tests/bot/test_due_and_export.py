"""`/ukg upcoming`, `/ukg export` and one run of `/ukg runs`: what an asker alone gets to see."""

import csv
import io

from core.services.history import list_runs
from tests.bot.fake_slack.faults import CUT


async def test_before_the_first_read_nothing_is_known_to_fall_due(ask, acme):
    assert "UKG Pro was not read for acme yet" in (await ask("upcoming")).text


async def test_who_leaves_soon_is_listed(ask, synced, sandbox):
    from core.services.syncing import sync_portal

    sandbox.company.employments[0]["dateOfTermination"] = "2026-03-20T00:00:00"
    sandbox.company.touch()
    await sync_portal("acme", synced)
    answer = await ask("upcoming")
    assert "*1 due in acme within 14 days*" in answer.text
    assert "2026-03-20 *ends* Ann Lee (ann@example.com)" in answer.text
    assert answer.only_for == "UANN"
    assert "Nothing falls due in acme within 5 days." in (await ask("upcoming 5")).text


async def test_days_that_are_none_are_refused(ask, synced):
    assert "Write a number, like `/ukg upcoming 30`" in (await ask("upcoming soon")).text
    assert "The number of days is 1 to 366" in (await ask("upcoming 9999")).text


async def test_the_export_goes_to_the_asker_alone_wherever_it_was_asked_for(ask, bot, synced):
    answer = await ask("export")
    assert answer.text == "4 people are in acme-2026-03-10.csv, which I have sent to you in a direct message."
    (file,) = bot.workspace.files.values()
    assert (file.name, file.shared_in) == ("acme-2026-03-10.csv", "DUANN")
    rows = list(csv.DictReader(io.StringIO(file.body.decode("utf-8-sig"))))
    assert {row["email"] for row in rows} == {f"{name}@example.com" for name in ("ann", "bea", "cleo", "dan")}


async def test_a_file_that_slack_does_not_take_is_said_to_have_reached_nobody(ask, bot, synced):
    bot.fail("upload", CUT)
    assert "Slack did not take the file" in (await ask("export")).text
    bot.fail("conversations.open", "user_disabled")
    said = (await ask("export")).text
    assert "Slack did not take the file (user_disabled); nobody got it." in said
    assert said.endswith("write at a terminal: `ukg export acme`")
    assert all(file.shared_in is None for file in bot.workspace.files.values())


async def test_one_run_is_shown_with_its_people(ask, synced):
    (run,) = await list_runs("acme")
    listed = await ask("runs")
    assert f"`/ukg runs acme {run.run}`" in listed.text
    answer = await ask(f"runs {run.run}")
    assert "4 invited" in answer.text
    assert "Bea Lee (E2, bea@example.com): *invited* (new)" in answer.text
    assert answer.only_for == "UANN"


async def test_a_run_of_another_portal_is_not_shown(ask, beta, synced):
    (run,) = await list_runs("acme")
    assert "acme has no run 'nonsense'" in (await ask("runs acme nonsense")).text
    answer = await ask(f"runs beta {run.run}", user="UBOB")
    assert "beta has no run" in answer.text
