"""What there is to say in Slack, found in what is recorded: runs, plans that wait for an approval, notices.

A portal without a channel has its admins told directly of what they have to act on; of anything else nobody is told.
"""

from datetime import datetime, timedelta

from tortoise.expressions import Subquery

from core.clock import now
from core.domain.outcome import WRITTEN
from core.jobs.requests import PLANS
from core.services.notices import Kind as NoticeKind
from core.services.slack_channels import admins_in_slack, channel_of
from core.services.slack_posts import Kind, State, put
from core.store.models import Notice, Plan, Portal, Run, RunRequest, SlackPost
from core.store.transactions import write_transaction

_LOOKED_BACK = timedelta(days=30)
_PLANS_LAST = timedelta(days=3)
# Runs that start by the hour, or for one person: told only when they came to something.
_SMALL = ("dates", "retry", "person")
_AT_ONCE = 100


async def put_news() -> None:
    """Put a message for whatever is new; what was before a portal's first day in Slack is not told."""
    if await Portal.filter(slack_since__isnull=True).exists():
        await Portal.filter(slack_since__isnull=True).update(slack_since=now())
    await _put_runs()
    await _put_held()
    await _put_notices()


async def _put_runs() -> None:
    told = SlackPost.filter(kind=Kind.RUN.value).values("subject")
    new = Run.filter(started_at__gte=now() - _LOOKED_BACK).exclude(id__in=Subquery(told))
    for run in await new.order_by("started_at", "number").limit(_AT_ONCE).prefetch_related("plan", "portal"):
        portal = run.portal
        channel = channel_of(portal)
        if run.finished_at is not None and run.finished_at < _since(portal):
            state = State.VOID
        else:
            worth = _is_worth_telling(run, quiet=portal.slack_quiet)
            if worth is None:
                continue
            state = State.WAITING if worth and channel is not None else State.VOID
        personal = channel is not None
        await put(Kind.RUN, run.id, portal_id=portal.id, channel=channel or "", personal=personal, state=state)


def _since(portal: Portal) -> datetime:
    assert portal.slack_since is not None, "it was set before"
    return portal.slack_since


def _is_worth_telling(run: Run, *, quiet: bool) -> bool | None:
    """Whether the run is told; None while that cannot be said."""
    small = run.trigger in _SMALL
    if run.finished_at is None:
        return None if quiet or small else True
    counts = run.plan.counts if run.plan is not None else {}
    changed = any(counts.get(name) for name in WRITTEN)
    if small:
        return changed or (run.trigger != "retry" and run.status in ("failed", "held"))
    return not quiet or changed or run.status != "succeeded"


async def _put_held() -> None:
    begun = now() - _PLANS_LAST
    runs = Run.filter(status="held", started_at__gte=begun, plan_id__isnull=False)
    asked = RunRequest.filter(kind__in=list(PLANS), face="slack", requested_at__gte=begun, plan_id__isnull=False)
    plans = [*await runs.values_list("plan_id", flat=True), *await asked.values_list("plan_id", flat=True)]
    if not plans:
        return
    told = await _told(Kind.HELD)
    for plan in await Plan.filter(id__in=plans).order_by("created_at", "id").prefetch_related("portal"):
        about = plan.based_on or plan.id
        is_new = about not in told and plan.finished_at is not None and plan.finished_at >= _since(plan.portal)
        if is_new and (plan.counts.get("held") or plan.doubts != "[]"):
            await _put_for_admins(plan.portal, Kind.HELD, about)


async def _put_notices() -> None:
    raised = Notice.filter(raised_at__gte=now() - _LOOKED_BACK).exclude(kind=NoticeKind.PLAN_HELD.value)
    notices = await raised.order_by("id").prefetch_related("portal")
    told = await _told(Kind.NOTICE) if notices else set()
    for notice in notices:
        if str(notice.id) not in told and notice.raised_at >= _since(notice.portal):
            directly = notice.kind == NoticeKind.SLACK_UNREACHABLE
            await _put_for_admins(notice.portal, Kind.NOTICE, str(notice.id), directly=directly)


async def _told(kind: Kind) -> set[str]:
    """What there is a message about already."""
    recent = SlackPost.filter(kind=kind.value, created_at__gte=now() - 2 * _LOOKED_BACK)
    return {str(subject).partition("/")[0] for subject in await recent.values_list("subject", flat=True)}


async def _put_for_admins(portal: Portal, kind: Kind, about: str, *, directly: bool = False) -> None:
    """Into the channel; to each admin by direct message where there is none, or where that is what fails."""
    channel = channel_of(portal)
    if channel is not None and not directly:
        await put(kind, about, portal_id=portal.id, channel=channel, personal=True)
        return
    async with write_transaction():
        for user in await admins_in_slack(portal):
            await put(kind, f"{about}/{user}", portal_id=portal.id, channel=user, personal=True)
