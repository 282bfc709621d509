"""A run is told in the portal's channel, whoever started it: one message, edited in place, with more in its thread."""

import asyncio
import csv
import io
import os
import socket
import time

import pytest

from core.clock import now
from core.domain.guard import Kind as GuardKind
from core.domain.roles import Role
from core.sandbox.ukg import faults
from core.services.admins import set_admin
from core.services.due import put_what_is_due
from core.services.guard import change_guard, parse_limit
from core.services.portals import create_portal
from core.services.slack_channels import tell_in
from core.services.syncing import apply_due_dates, sync_portal
from core.store.models import Portal, Run, RunLock, RunProgress, SlackPost
from tests.bot.posts.conftest import texts


async def test_a_run_from_the_command_line_is_told_once_with_its_details_and_everyone_in_the_thread(
    slack, told, looks, store
):
    run = await sync_portal("acme", store)
    await looks(6)
    (message,) = [each for each in slack.messages("C1") if each.thread_ts is None]
    assert message.text.startswith("*The sync of acme is done.* 12 invited, of 12 people.")
    assert f"/ukg runs acme {run.id}" in message.text
    assert texts(slack, thread=message.ts) == ["12 invited: New in UKG Pro."]
    (file,) = slack.workspace.files.values()
    assert (file.name, file.shared_in, file.thread_ts) == (f"acme-{run.id}.csv", "C1", message.ts)
    rows = list(csv.DictReader(io.StringIO(file.body.decode("utf-8-sig"))))
    assert {(row["email"], row["outcome"], row["reason"]) for row in rows} == {
        (f"p{number}@example.com", "invited", "new") for number in range(12)
    }


async def test_a_second_run_with_nothing_to_do_is_one_line_without_a_thread(slack, told, looks, store):
    await sync_portal("acme", store)
    await sync_portal("acme", store)
    await looks()
    _, second = [each for each in slack.messages("C1") if each.thread_ts is None]
    assert second.text.startswith("*The sync of acme is done.* 12 unchanged, of 12 people.")
    assert texts(slack, thread=second.ts) == []


async def test_what_was_before_the_channel_was_chosen_is_not_told(slack, connected, looks, store, set_clock):
    await sync_portal("acme", store)
    set_clock("2026-03-10T13:00:00Z")
    await looks()
    await tell_in("acme", channel="C1")
    await looks()
    assert texts(slack) == []


async def test_the_channel_of_the_settings_is_that_of_portals_without_one(
    slack, connected, looks, store, monkeypatch, set_clock
):
    monkeypatch.setenv("UKG_SLACK_CHANNEL", "C1")
    set_clock("2026-03-10T12:00:00Z")
    await looks(1)
    await sync_portal("acme", store)
    await looks()
    assert len(texts(slack)) == 1


async def locked(portal):
    """The portal's lock is held by this process, for an hour."""
    mine = {"holder": "me", "host": socket.gethostname(), "pid": os.getpid(), "expires_at": time.time() + 3600}
    await RunLock.create(portal_id=portal.id, **mine)


@pytest.fixture
async def at_work(told, store):
    """A run of acme that is at work elsewhere; call to say how far it is."""
    portal = await Portal.get(slug="acme")
    run = await Run.create(
        id="run-live", portal_id=portal.id, number=1, trigger="manual", status="running", asked_by="Ann",
        started_at=now(),
    )  # fmt: skip

    await locked(portal)

    async def is_at(step, done, total):
        await RunProgress.filter(run_id=run.id).delete()
        await RunProgress.create(run_id=run.id, step=step, done=done, total=total, at=now())

    return run, is_at


async def test_a_run_at_work_is_one_message_that_follows_it(slack, at_work, looks):
    run, is_at = at_work
    await looks(1)
    (message,) = slack.messages("C1")
    assert "*The sync of acme* is at work, for Ann." in message.text
    assert "*▸ read UKG Pro*   match" in message.text
    for step, done, total, expected in [
        ("READ", 500, None, "500 rows so far."),
        ("PLAN", 3, 12, "✓ read UKG Pro   *▸ match*   *▸ plan*   guard   write   report\n`███░░░░░░░░░` 25%: 3 of 12"),
        ("PLAN", 12, 12, "✓ plan   *▸ guard*   write"),
        ("APPLY", 6, 12, "✓ guard   *▸ write*   report\n`██████░░░░░░` 50%: 6 of 12 people"),
        ("APPLY", 12, 12, "✓ write   *▸ report*"),
    ]:  # fmt: skip
        await is_at(step, done, total)
        await looks(1)
        assert expected in message.text
    await RunProgress.all().delete()
    await Run.filter(id=run.id).update(status="failed", finished_at=now(), error="It broke off.")
    await looks()
    assert message.text.startswith("*The sync of acme failed.* Nobody was looked at.\nIt broke off.")
    assert [each for each in slack.messages("C1") if each.thread_ts is None] == [message]


async def test_of_a_run_whose_process_is_gone_it_is_said_that_it_was_cut_off(slack, at_work, looks, store):
    await looks(1)
    (message,) = slack.messages("C1")
    await RunLock.all().update(expires_at=0.0)
    await looks(1)
    assert "*The sync of acme* was cut off, for Ann. What it had written stays" in message.text
    await RunLock.all().delete()
    await sync_portal("acme", store)
    await looks(2)
    assert "*The sync of acme failed.*" in message.text
    assert "The run was cut off; the next one goes on from there." in message.text


async def test_a_real_run_says_how_far_it_is(slack, told, looks, store, sandbox):
    seen = []

    async def look_now_and_then():
        while True:
            await looks(1)
            seen.extend(message.text for message in slack.messages("C1") if message.text not in seen)
            await asyncio.sleep(0.01)

    sandbox.faults.add("*", kind=faults.slow(0.3), times=None)
    looking = asyncio.create_task(look_now_and_then())
    await sync_portal("acme", store)
    looking.cancel()
    await asyncio.wait({looking})
    await looks()
    assert [text for text in seen if "is at work" in text]
    assert slack.messages("C1")[0].text.startswith("*The sync of acme is done.*")
    assert await RunProgress.all().count() == 0


async def test_what_has_not_changed_is_not_edited(slack, at_work, looks):
    await looks(10)
    assert slack.called("chat.update") == []


async def test_several_runs_together_are_edited_at_most_twenty_times_a_minute(slack, told, looks, store):
    for number in range(1, 9):
        portal = await create_portal(f"portal{number}")
        await tell_in(portal.slug, channel="C1")
        await Run.create(
            id=f"run-{number}", portal_id=portal.id, number=1, trigger="manual", status="running", started_at=now()
        )
        await locked(portal)
    await looks(1)
    looks.clock.seconds = 1.0
    edits = []
    for moment in range(120):
        for number in range(1, 9):
            await RunProgress.filter(run_id=f"run-{number}").delete()
            await RunProgress.create(run_id=f"run-{number}", step="APPLY", done=moment, total=200, at=now())
        before = len(slack.called("chat.update"))
        await looks(1)
        edits += [looks.clock.moment] * (len(slack.called("chat.update")) - before)
    assert len({call.arguments["ts"] for call in slack.called("chat.update")}) == 8
    assert max(sum(1 for edit in edits if start <= edit < start + 60) for start in range(130)) <= 20
    assert len(edits) >= 20


async def test_what_a_run_came_to_is_told_even_while_others_keep_the_pace_busy(slack, at_work, looks):
    run, is_at = at_work
    looks.clock.seconds = 3.0
    await looks(1)
    for done in range(40):
        await is_at("APPLY", done, 40)
        await looks(1)
    await RunProgress.all().delete()
    await Run.filter(id=run.id).update(status="failed", finished_at=now(), error="It broke off.")
    await looks(1)
    assert "It broke off." in slack.messages("C1")[0].text


async def test_a_quiet_channel_hears_of_changes_and_problems_only(slack, told, looks, store, rename, sandbox):
    await sync_portal("acme", store)
    await tell_in("acme", quiet=True)
    await looks()
    await sync_portal("acme", store)
    await looks()
    assert len(texts(slack)) == 1
    rename("Robin")
    await sync_portal("acme", store)
    await looks()
    assert "12 updated" in texts(slack)[-1]


async def test_what_runs_by_the_hour_is_told_only_when_it_came_to_something(slack, told, looks, store):
    await sync_portal("acme", store)
    portal = await Portal.get(slug="acme")
    for number, status in ((2, "succeeded"), (3, "failed")):
        await Run.create(
            id=f"run-{number}", portal_id=portal.id, number=number, trigger="dates", status=status, error=None,
            started_at=now(), finished_at=now(),
        )  # fmt: skip
    assert await apply_due_dates("acme", store) is None
    await looks()
    assert [text.splitlines()[0] for text in texts(slack)][1:] == [
        "*What fell due by date of acme failed.* Nobody was looked at."
    ]


@pytest.fixture
async def daily(told, store, looks):
    """The portal, synced once and told of, whose daily sync is due."""
    await set_admin("acme", "Otto", Role.OPERATOR, slack_user="UOTTO")
    await sync_portal("acme", store)
    await looks()
    await Portal.filter(slug="acme").update(schedule_since=now().replace(day=9))


async def test_a_daily_sync_that_fails_for_now_is_told_loudly_to_the_admins(slack, daily, looks, sandbox, carry_out):
    sandbox.faults.add("*", kind=faults.status(404), times=None)
    await put_what_is_due()
    await carry_out()
    await looks()
    (loud,) = [message for message in slack.messages("C1") if "<@UANN>" in message.text]
    failed = slack.workspace.find_message("C1", loud.thread_ts)
    assert failed.text.startswith("*The daily sync of acme failed.*")
    assert loud.broadcast
    assert not [message for message in slack.messages("C1") if "UOTTO" in message.text]


async def test_a_daily_sync_that_is_refused_is_told_loudly_once(slack, daily, looks, sandbox, carry_out):
    sandbox.settings.password = "changed"
    await put_what_is_due()
    await carry_out()
    await looks()
    (loud,) = [message for message in slack.messages("C1") if "<@UANN>" in message.text]
    assert loud.text.startswith("<@UANN> *acme needs somebody.* Nothing runs by itself for acme until this is mended.")
    assert loud.thread_ts is None


async def test_a_notice_about_a_day_that_was_missed_is_told_to_the_admins(
    slack, told, looks, store, carry_out, set_clock
):
    await sync_portal("acme", store)
    await looks()
    set_clock("2026-03-11T06:00:00Z")
    await put_what_is_due()
    await carry_out()
    set_clock("2026-03-14T06:00:00Z")
    await put_what_is_due()
    await looks(6)
    (missed,) = [text for text in texts(slack) if "did not run on" in text]
    assert missed.startswith("<@UANN> *acme needs somebody.*")
    set_clock("2026-03-15T06:00:00Z")
    await put_what_is_due()
    await looks()
    (over,) = [text for text in texts(slack) if "did not run on" in text]
    assert over.startswith("<@UANN> *acme needed somebody.*")
    assert over.endswith("This is over.")


async def test_without_a_channel_the_admins_are_told_directly_of_what_needs_them(
    slack, connected, looks, store, rename
):
    await looks(1)
    await sync_portal("acme", store)
    await change_guard("acme", {GuardKind.UPDATED: parse_limit("1")})
    rename("Robin")
    await sync_portal("acme", store)
    await looks()
    (held,) = [message for message in slack.messages("DUANN") if message.thread_ts is None]
    assert "12 changes of acme wait for an approval" in held.text
    assert texts(slack) == []
    assert await SlackPost.filter(kind="run").exclude(state="void").count() == 0
