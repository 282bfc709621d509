"""A generated company over weeks: every day adds up, and is quiet when looked at twice."""

from datetime import date, timedelta

from core.domain.custom_fields import FieldType
from core.domain.guard import Kind, Span
from core.domain.invite_settings import InviteHow
from core.sandbox.ukg.company import Company
from core.services import portals
from core.services.guard import change_guard

START = date(2026, 3, 10)


async def test_six_weeks_of_joiners_movers_and_leavers_add_up_every_day(town):
    town.sandbox.company = Company.generate(120, seed=3, start=START)
    await portals.set_invites("acme", when=None, how=InviteHow.ACTIVE)
    for span in (Span.RUN, Span.WEEK):
        await change_guard("acme", dict.fromkeys(Kind), span)
    await town.map("Department", "department")
    await town.map("Hired", "hire_date", FieldType.DATE)
    seen: set[str] = set()
    for day in range(0, 42, 3):
        town.sandbox.day = day
        town.day((START + timedelta(days=day)).isoformat())
        report = await town.sync()
        report.counts.check()
        assert report.complete_source
        seen |= {row.outcome for row in report.outcomes}
        before = await town.everything()
        again = await town.sync()
        assert not again.counts.of(("created", "invited", "updated", "reactivated", "ended"))
        assert {row.employee_id for row in again.outcomes} == {
            row.employee_id for row in report.outcomes if row.outcome in ("skipped", "conflict", "failed")
        }
        if day == 0:
            continue
        assert await town.everything() == before
    assert {"created", "updated", "ended", "skipped", "conflict"} <= seen
