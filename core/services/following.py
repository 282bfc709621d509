"""How far something is that was asked for, or that runs, for whoever follows it from another process."""

import msgspec

from core.domain.progress import Progress
from core.domain.roles import Role
from core.jobs.requests import PLANS, State
from core.services.acting import require
from core.services.slack_posts import Kind
from core.services.slack_posts import State as PostState
from core.store.models import Run, RunLock, RunProgress, RunRequest, SlackPost
from core.store.run_lock import is_alive


class Followed(msgspec.Struct, frozen=True):
    """A request as it stands: `waiting`, `running`, `done`, `failed` or `skipped`. `what` is a
    `core.jobs.requests.RequestKind`; `makes_plan` tells that it ends with a plan, and not with a run.

    `run` is the run that carries it out, once that is known; `told` that the portal's channel hears of that run, None
    while that is not known.
    """

    portal: str
    what: str
    makes_plan: bool
    asked_by: str
    state: str
    error: str | None
    run: str | None
    plan: str | None
    told: bool | None


async def follow_request(request_id: int) -> Followed:
    """How far the request is; whoever has a role in its portal may see that."""
    request = await RunRequest.get(id=request_id).prefetch_related("portal")
    await require(request.portal, Role.VIEWER)
    run_id = request.run_id
    if run_id is None and request.state == State.RUNNING and request.kind not in PLANS:
        begun = Run.filter(portal_id=request.portal_id, status="running", started_at__gte=request.started_at)
        run = await begun.order_by("-number").first()
        run_id = run.id if run is not None else None
    message = await SlackPost.get_or_none(kind=Kind.RUN.value, subject=run_id) if run_id else None
    return Followed(
        portal=request.portal.slug,
        what=request.kind,
        makes_plan=request.kind in PLANS,
        asked_by=request.asked_by,
        state=request.state,
        error=request.error,
        run=run_id,
        plan=request.plan_id,
        told=message.state != PostState.VOID if message is not None else None,
    )


async def progress_of(run_id: str) -> Progress:
    """How far a run is that is at work; whoever has a role in its portal may see that."""
    return await how_far(await _run(run_id))


async def how_far(run: Run) -> Progress:
    """The same, for whoever has looked at the role."""
    row = await RunProgress.get_or_none(run_id=run.id)
    lock = await RunLock.get_or_none(portal_id=run.portal_id)
    cut_off = run.finished_at is None and (lock is None or not is_alive(lock))
    return Progress(row.step, row.done, row.total, cut_off) if row is not None else Progress(None, 0, None, cut_off)


async def asked_by(run_id: str) -> str:
    """Who asked for the run, by the name they are known by."""
    return (await _run(run_id)).asked_by


async def _run(run_id: str) -> Run:
    run = await Run.get(id=run_id).prefetch_related("portal")
    await require(run.portal, Role.VIEWER)
    return run
