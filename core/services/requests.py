"""Asking for a run that somebody else carries out: who asked is kept, so that it runs in their name."""

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.jobs.requests import RequestKind, State
from core.services.acting import Actor, current_actor
from core.services.audit import audit
from core.services.portals import portal_for
from core.store.models import Portal, RunRequest
from core.store.transactions import write_transaction

SCHEDULE = Actor("Schedule", "schedule", owner=True)

_OWNER = "owner "
_SLACK = "slack:"


async def request_run(slug: str, kind: RequestKind, plan_id: str | None = None) -> RunRequest:
    """Ask for a run of the portal, of the plan `plan_id` when the kind is `apply`.

    While the same is asked for and waits already, that request is returned. Raises `SettingsError` when a plan is
    missing, or given for another kind.
    """
    portal = await portal_for(slug, Role.OPERATOR)
    if (kind == RequestKind.APPLY) != (plan_id is not None):
        raise SettingsError(f"A run of kind '{kind}' was asked for with the wrong plan; nothing was asked.")
    actor = current_actor()
    async with write_transaction():
        await Portal.filter(id=portal.id).select_for_update().first()  # so that two do not ask at the same moment
        asked = RunRequest.filter(portal_id=portal.id, kind=kind.value, plan_id=plan_id, slot__isnull=True)
        waiting = await asked.filter(state=State.WAITING.value).first()
        if waiting is not None:
            return waiting
        request = await RunRequest.create(
            portal_id=portal.id,
            kind=kind.value,
            plan_id=plan_id,
            asked_by=actor.name[:200],
            asked_by_id=f"{_OWNER if actor.owner else ''}{actor.identity}"[:400],
            face=actor.face,
            state=State.WAITING.value,
            requested_at=now(),
        )
        await audit(portal, "run requested", slug, after={"kind": kind, "plan": plan_id})
    return request


def schedules_request(portal_id: int, kind: RequestKind, slot: str) -> RunRequest:
    """A request of the schedule, not yet put: at most one of the kind and slot will ever be."""
    return RunRequest(
        portal_id=portal_id,
        kind=kind.value,
        slot=slot,
        asked_by=SCHEDULE.name,
        asked_by_id=f"{_OWNER}{SCHEDULE.identity}",
        face=SCHEDULE.face,
        state=State.WAITING.value,
        requested_at=now(),
    )


def asker_of(request: RunRequest) -> Actor:
    """Who asked for the run; it runs in their name, and what they may do is looked up anew."""
    owner = request.asked_by_id.startswith(_OWNER)
    identity = request.asked_by_id.removeprefix(_OWNER)
    slack_user = identity.removeprefix(_SLACK) if identity.startswith(_SLACK) else None
    return Actor(request.asked_by, request.face, owner, slack_user)
