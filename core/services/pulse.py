"""Whether anything moved in the database: a cheap look, for faces that stay open while others change it."""

import msgspec
from tortoise.functions import Max

from core.services.following import Progress, progress_of
from core.store.models import AuditLine, Notice, Plan, Run, RunRequest


class AtWork(msgspec.Struct, frozen=True):
    """A run that is at work, of which portal, and how far it is."""

    portal: str
    run: str
    progress: Progress


class Pulse(msgspec.Struct, frozen=True):
    """Two looks are equal when nothing happened between them that a person could see on a screen.

    `steady` changes with everything that is done, but not with the progress of a run, which is in `at_work`.
    """

    steady: tuple[object, ...]
    at_work: tuple[AtWork, ...]


async def take_pulse() -> Pulse:
    """Look now. Nobody's rights are asked for: nothing is told but that something moved, and how far runs are."""
    running = (
        await Run.filter(status="running", finished_at__isnull=True).order_by("started_at").prefetch_related("portal")
    )
    at_work = [AtWork(run.portal.slug, run.id, await progress_of(run.id)) for run in running]
    steady = (
        await _newest(AuditLine, "id"),
        await _newest(Run, "started_at"),
        await _newest(Run, "finished_at"),
        await _newest(Plan, "finished_at"),
        await _newest(Notice, "last_at"),
        await _newest(Notice, "resolved_at"),
        await _newest(RunRequest, "id"),
        tuple(await RunRequest.filter(state__in=["waiting", "running"]).order_by("id").values_list("id", "state")),
        tuple((each.run, each.progress.cut_off) for each in at_work),
    )
    return Pulse(steady, tuple(at_work))


async def _newest(
    model: type[AuditLine] | type[Run] | type[Plan] | type[Notice] | type[RunRequest], column: str
) -> object:
    (newest,) = await model.all().annotate(newest=Max(column)).values_list("newest", flat=True)
    return newest
