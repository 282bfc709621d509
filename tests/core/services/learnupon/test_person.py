"""One person of a LearnUpon portal in five steps, and the lists that they are in."""

import io

from core.services.export import export_users
from core.services.mappings import map_attributes
from core.services.people import learners, pending_users
from core.services.person import explain_person, sync_person
from core.services.syncing import sync_portal
from core.services.upcoming import upcoming
from core.store.models import Learner, LearnUponAccount
from tests.core.store.databases import on_sqlite

ANN = "ann@example.com"
SEEN = "As LearnUpon had it on 2026-03-10 12:00 UTC, and with what was written there since."


async def test_the_account_is_told_as_learnupon_had_it(connected, there, store, set_clock):
    there.sandbox.realm.add_user(there.portal, ANN, "Anna", "Lee")
    explanation = await explain_person("acme", ANN, store)
    assert explanation.linked.sentence == (
        "No account in the portal yet. LearnUpon was not read yet; the next sync does: ukg sync acme"
    )
    assert explanation.linked.read_at is None
    await sync_portal("acme", store)
    set_clock("2026-03-11T08:00:00Z")
    sandbox_asked = there.sandbox.counts.total()
    for who in (ANN, "E1"):
        explanation = await explain_person("acme", who, store)
        linked = explanation.linked
        assert linked.sentence == f"Linked to this account. {SEEN}"
        assert (linked.email, linked.status, linked.name) == (ANN, "active", "Ann Lee")
        assert linked.read_at == (await LearnUponAccount.get()).reconciled_at
        assert (explanation.decided.outcome, explanation.would_write) == ("unchanged", {})
    assert there.sandbox.counts.total() == sandbox_asked


async def test_someone_who_is_not_in_ukg_pro_is_told_as_learnupon_had_them(connected, there, store):
    there.sandbox.realm.add_user(there.portal, "boss@example.com", "Bo", "Ss")
    await sync_portal("acme", store)
    explanation = await explain_person("acme", "boss@example.com", store)
    assert explanation.linked.sentence.startswith(
        "An account that no employee is linked to. As LearnUpon had it on 2026"
    )
    explanation = await explain_person("acme", "nobody@example.com", store)
    assert explanation.linked.sentence == f"No account in the portal. {SEEN}"


async def test_one_person_alone_is_written(connected, there, store):
    await map_attributes("acme", ["department=Department"])
    run = await sync_person("acme", ANN, store)
    assert run.status == "succeeded"
    assert [invite.email for invite in there.portal.invites.values()] == [ANN]
    explanation = await explain_person("acme", ANN, store)
    assert (explanation.linked.status, explanation.last_change.run) == ("pending", run.id)


async def test_the_lists_know_who_was_invited_and_who_accepted(connected, there, store):
    await sync_portal("acme", store)
    assert [(user.email, user.source, user.expires_at, user.expired) for user in await pending_users("acme")] == [
        (f"{name}@example.com", "ukg", None, False) for name in ("ann", "bea", "cleo")
    ]
    there.accept(ANN)
    await sync_portal("acme", store)
    assert [user.email for user in await pending_users("acme")] == ["bea@example.com", "cleo@example.com"]
    listed = {row.email: row async for row in learners("acme")}
    assert (listed[ANN].status, listed["bea@example.com"].status) == ("active", "pending")
    assert {(row.source, tuple(row.groups), tuple(row.courses)) for row in listed.values()} == {("ukg", (), ())}
    file = io.StringIO()
    assert await export_users("acme", file) == 3
    assert file.getvalue().splitlines()[0].endswith(",Department,Grade")


@on_sqlite
async def test_the_oldest_invitation_comes_first_whoever_sent_it(connected, there, store, set_clock):
    there.sandbox.realm.clock = lambda: connected.created_at
    await sync_portal("acme", store)
    await Learner.filter(email=ANN).update(invited_at="2026-03-12T00:00:00+00:00")
    assert [user.email for user in await pending_users("acme")][-1] == ANN


@on_sqlite
async def test_what_falls_due_is_known(connected, there, store, sandbox):
    for row in sandbox.company.employments:
        if row["employeeID"] == "E1":
            row["dateOfTermination"] = "2026-03-14T00:00:00Z"
    sandbox.company.touch()
    await sync_portal("acme", store)
    due = (await upcoming("acme")).due
    assert [(row.employee_id, row.what, row.date.isoformat()) for row in due] == [("E1", "ends", "2026-03-14")]
