"""Between syncs, dates take effect from the last read of UKG Pro: nothing is asked of the network."""

from core.domain.custom_fields import FieldType
from core.domain.invite_settings import InviteWhen
from core.services import portals
from core.services.history import report_run
from core.services.syncing import apply_due_dates
from core.store.models import Invite, Learner, Run, SnapshotPart


async def _dates(town):
    run = await apply_due_dates("acme", town.database_url)
    return None if run is None else await report_run(run.id)


async def test_someone_is_invited_on_the_hire_date_without_another_sync(town):
    await portals.set_invites("acme", when=InviteWhen.HIRE_DATE, how=None)
    town.hire("E1", lastHireDate="2026-03-12T00:00:00")
    await town.sync()
    assert await _dates(town) is None
    town.day("2026-03-12")
    report = await _dates(town)
    assert (report.trigger, report.counts.invited, report.requests["ukg"]) == ("dates", 1, 0)
    assert await Invite.filter(status="open").count() == 1


async def test_access_ends_when_the_last_day_is_over_without_another_sync(town):
    town.hire("E1")
    town.hire("E2")
    await town.sync()
    town.change("E1", dateOfTermination="2026-03-11T00:00:00")
    await town.sync()
    town.day("2026-03-11")
    assert await _dates(town) is None
    town.day("2026-03-12")
    report = await _dates(town)
    assert (report.counts.fetched, report.counts.ended) == (1, 1)
    assert [row.status for row in await Learner.all().order_by("id")] == ["disabled", "pending"]


async def test_what_a_date_asks_for_is_done_once(town):
    town.hire("E1")
    await town.sync()
    town.change("E1", dateOfTermination="2026-03-11T00:00:00")
    await town.sync()
    town.day("2026-03-12")
    assert await _dates(town) is not None
    assert await _dates(town) is None
    runs = await Run.all().count()
    assert (await town.sync()).counts.unchanged == 1
    assert await Run.all().count() == runs + 1


async def test_a_date_that_cannot_take_effect_is_tried_once_a_day_and_not_every_hour(town):
    town.hire("E1")
    await town.sync()
    await Learner.all().update(user_type="admin", status="active", accepted=True)
    town.change("E1", dateOfTermination="2026-03-11T00:00:00")
    await town.sync()
    town.day("2026-03-12")
    report = await _dates(town)
    assert (report.counts.conflict, report.outcomes[0].reason) == (1, "last_admin")
    assert await _dates(town) is None
    town.day("2026-03-13")
    assert (await _dates(town)).counts.conflict == 1


async def test_before_the_first_sync_no_date_takes_effect(town):
    town.hire("E1")
    assert await _dates(town) is None
    assert await Run.all().count() == 0


async def test_a_report_of_the_dates_names_only_those_it_was_about(town):
    town.hire("E1")
    town.hire("E2", email=None)
    await town.sync()
    town.change("E1", dateOfTermination="2026-03-11T00:00:00")
    await town.sync()
    town.day("2026-03-12")
    report = await _dates(town)
    assert [row.employee_id for row in report.outcomes] == ["E1"]


async def test_the_last_read_keeps_numbers_and_dates_as_what_they_are(town):
    await town.map("Started", "start_date", FieldType.DATE)
    town.hire("E1", lastHireDate="2020-01-06T00:00:00")
    await town.sync()
    town.day("2026-03-12")
    town.change("E1", dateOfTermination="2026-03-20T00:00:00")
    await town.sync()
    town.day("2026-03-21")
    assert (await _dates(town)).outcomes[0].changes == {"status": ("pending", "disabled")}
    assert await SnapshotPart.all().count() == 1, "one for each bucket in which there is somebody"
