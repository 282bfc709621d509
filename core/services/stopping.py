"""Stopping what was asked to run: what waits never begins, what runs is broken off by whoever carries it out."""

import msgspec

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.jobs.requests import PLANS, RequestKind, State, take_up_again
from core.services.acting import current_actor
from core.services.audit import audit
from core.services.portals import portal_for
from core.store.models import Portal, Run, RunRequest
from core.store.transactions import write_transaction


class Stopped(msgspec.Struct, frozen=True):
    """A request that was asked to stop. `what` is a `core.jobs.requests.RequestKind`; `over` tells that it had not
    begun and never will, else whoever carries it out breaks it off within about a second."""

    request: int
    portal: str
    what: str
    asked_by: str
    over: bool


async def stop(slug: str, request_id: int | None = None) -> list[Stopped]:
    """Stop what runs in the portal and what people asked for and waits; or only the request of that number.

    A run that is broken off stops between two people: what it wrote stays, and the next sync goes on from there.
    Raises `SettingsError` when there is nothing that could be stopped.
    """
    portal = await portal_for(slug, Role.OPERATOR)
    await take_up_again(asked_for=portal.id)  # so that what nobody carries out any more is over at once
    async with write_transaction():
        await Portal.filter(id=portal.id).select_for_update().first()
        is_open = RunRequest.filter(portal_id=portal.id, state__in=[State.WAITING.value, State.RUNNING.value])
        wanted = [each for each in await is_open.order_by("id") if _is_meant(each, request_id)]
        stopped = [found for each in wanted if (found := await _stop(each, portal)) is not None]
    if not stopped:
        raise SettingsError(await _why_not(portal, request_id))
    return stopped


def stopped_sentence(request: RunRequest, by: str) -> str:
    """How a request ends that was stopped by this person while it ran."""
    if RequestKind(request.kind) in PLANS:
        return f"Stopped by {by}; no plan was saved."
    return f"Stopped by {by}; what was written before stays, and the next sync goes on from there."


def _is_meant(request: RunRequest, request_id: int | None) -> bool:
    if request_id is not None:
        return request.id == request_id
    return request.state == State.RUNNING or request.slot is None


async def _stop(request: RunRequest, portal: Portal) -> Stopped | None:
    """None when it is over, or begun, since it was looked for: whoever carries requests out takes no portal's lock."""
    name = current_actor().name[:200]
    same = RunRequest.filter(id=request.id)
    ended = {"error": f"Stopped by {name} before it began; nothing was written.", "finished_at": now()}
    waiting = same.filter(state=State.WAITING.value)
    over = bool(await waiting.update(state=State.SKIPPED.value, stopped_by=name, not_before=None, **ended))
    if not over and not await same.filter(state=State.RUNNING.value).update(stopped_by=name):
        return None
    after = {"kind": request.kind, "asked_by": request.asked_by, "begun": not over}
    await audit(portal, "run stopped", portal.slug, after=after)
    return Stopped(request.id, portal.slug, request.kind, request.asked_by, over)


async def _why_not(portal: Portal, request_id: int | None) -> str:
    if request_id is not None:
        return "It is over already; nothing was stopped."
    if await Run.exists(portal_id=portal.id, status="running"):
        return (
            f"The run of {portal.slug} was begun at a command line and goes on; nothing was stopped. Stop it there, "
            "with Ctrl+C."
        )
    return f"Nothing runs or waits in {portal.slug}; nothing was stopped."
