"""Asking for a run that somebody else carries out: who asked is kept, so that it runs in their name."""

from datetime import datetime

import msgspec

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.jobs.requests import RequestKind, State, take_up_again
from core.services.acting import Actor, current_actor
from core.services.audit import audit
from core.services.portals import portal_for
from core.store.models import Portal, RunRequest
from core.store.transactions import write_transaction

SCHEDULE = Actor("Schedule", "schedule", owner=True)

_OWNER = "owner "
_SLACK = "slack:"


class OpenRequest(msgspec.Struct, frozen=True):
    """What was asked for and is not over: `waiting` or `running`. `what` is a `core.jobs.requests.RequestKind`;
    `stopped_by` is who asked that it ends, and `by_schedule` tells that no person asked for it."""

    request: int
    what: str
    state: str
    asked_by: str
    face: str
    by_schedule: bool
    asked_at: datetime
    begun_at: datetime | None
    not_before: datetime | None
    stopped_by: str | None


async def open_requests(slug: str) -> list[OpenRequest]:
    """What runs or waits in the portal, what runs first, then by when it was asked for."""
    portal = await portal_for(slug, Role.VIEWER)
    found = RunRequest.filter(portal_id=portal.id, state__in=[State.RUNNING.value, State.WAITING.value])
    return [
        OpenRequest(
            each.id,
            each.kind,
            each.state,
            each.asked_by,
            each.face,
            each.slot is not None,
            each.requested_at,
            each.started_at if each.state == State.RUNNING else None,
            each.not_before if each.state == State.WAITING else None,
            each.stopped_by,
        )
        for each in await found.order_by("state", "id")
    ]


async def ask_for(slug: str, what: str, *, plan_id: str | None = None, undoes: str | None = None) -> int:
    """The same as `request_run`, for faces that know a kind by its word; gives the number of the request."""
    return (await request_run(slug, RequestKind(what), plan_id, undoes=undoes)).id


async def newest_for_plan(plan_id: str) -> int:
    """The number of the newest request to apply the plan; raises `SettingsError` if there is none."""
    found = await RunRequest.filter(kind=RequestKind.APPLY.value, plan_id=plan_id).order_by("-id").first()
    if found is None:
        raise SettingsError(f"Nobody has asked to apply plan {plan_id}.")
    await portal_for((await Portal.get(id=found.portal_id)).slug, Role.VIEWER)
    return found.id


async def request_run(
    slug: str, kind: RequestKind, plan_id: str | None = None, *, undoes: str | None = None
) -> RunRequest:
    """Ask for a run of the portal: of the plan `plan_id` when the kind is `apply`; when it is `undo`, for the plan that
    takes the run `undoes` back.

    While the same is asked for and waits already, that request is returned; so is one whose process is gone. Raises
    `SettingsError` when a plan or a run is missing, or given for another kind.
    """
    portal = await portal_for(slug, Role.OPERATOR)
    if (kind == RequestKind.APPLY) != (plan_id is not None) or (kind == RequestKind.UNDO) != (undoes is not None):
        raise SettingsError(f"A run of kind '{kind}' was asked for with the wrong plan or run; nothing was asked.")
    actor = current_actor()
    await take_up_again(asked_for=portal.id)
    async with write_transaction():
        await Portal.filter(id=portal.id).select_for_update().first()  # so that two do not ask at the same moment
        asked = RunRequest.filter(portal_id=portal.id, kind=kind.value, plan_id=plan_id, undoes=undoes)
        waiting = await asked.filter(state=State.WAITING.value, slot__isnull=True).first()
        if waiting is not None:
            return waiting
        request = await RunRequest.create(
            portal_id=portal.id,
            kind=kind.value,
            plan_id=plan_id,
            undoes=undoes,
            asked_by=actor.name[:200],
            asked_by_id=f"{_OWNER if actor.owner else ''}{actor.identity}"[:400],
            face=actor.face,
            state=State.WAITING.value,
            requested_at=now(),
        )
        await audit(
            portal,
            "run requested",
            slug,
            after={"kind": kind, "plan": plan_id} | ({"undoes": undoes} if undoes else {}),
        )
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
