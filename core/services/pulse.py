"""Whether anything moved in the database: a cheap look, for faces that stay open while others change it."""

from tortoise.functions import Max

from core.domain.progress import AtWork, Pulse
from core.services.following import how_far
from core.store.models import AuditLine, Draft, Notice, Plan, Run, RunRequest


async def take_pulse() -> Pulse:
    """Look now. Nobody's rights are asked for: nothing is told but that something moved, and how far runs are."""
    running = (
        await Run.filter(status="running", finished_at__isnull=True).order_by("started_at").prefetch_related("portal")
    )
    at_work = [AtWork(run.portal.slug, run.id, await how_far(run)) for run in running]
    steady = (
        await _newest(AuditLine, "id"),
        await _newest(Run, "started_at"),
        await _newest(Run, "finished_at"),
        await _newest(Plan, "finished_at"),
        await _newest(Notice, "last_at"),
        await _newest(Notice, "resolved_at"),
        await _newest(RunRequest, "id"),
        await _newest(Draft, "changed_at"),
        tuple(await RunRequest.filter(state__in=["waiting", "running"]).order_by("id").values_list("id", "state")),
        tuple((each.run, each.progress.cut_off) for each in at_work),
    )
    return Pulse(steady, tuple(at_work))


async def _newest(
    model: type[AuditLine] | type[Draft] | type[Run] | type[Plan] | type[Notice] | type[RunRequest], column: str
) -> object:
    (newest,) = await model.all().annotate(newest=Max(column)).values_list("newest", flat=True)
    return newest
