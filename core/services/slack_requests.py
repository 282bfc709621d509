"""Runs and plans that people ask for in Slack."""

from typing import Literal

import msgspec

from core.domain.roles import Role
from core.jobs.requests import PLANS, RequestKind
from core.services.portals import portal_for
from core.services.requests import request_run
from core.services.slack_channels import channel_of
from core.services.slack_posts import Kind, put
from core.store.models import Portal, RunRequest
from core.store.transactions import write_transaction


class AskedFor(msgspec.Struct, frozen=True):
    """What was asked for waits its turn. `channel` is the portal's, where a run is told; None without one. `again`
    tells that somebody had asked for it already."""

    request: int
    channel: str | None
    again: bool


async def ask_in_slack(
    slug: str,
    what: Literal["sync", "plan", "undo", "apply"],
    *,
    user: str,
    channel: str,
    plan_id: str | None = None,
    undoes: str | None = None,
) -> AskedFor:
    """Ask for a sync, a plan, the plan that takes the run `undoes` back, or that a plan is applied;
    what comes of it is told in the portal's channel, else where it was asked (a channel or a user of Slack)."""
    portal = await portal_for(slug, Role.OPERATOR)
    async with write_transaction():
        request = await request_run(slug, RequestKind(what), plan_id, undoes=undoes)
        new = await tell_of(request, portal, user=user, channel=channel)
    return AskedFor(request.id, channel_of(portal), again=not new)


async def tell_of(request: RunRequest, portal: Portal, *, user: str, channel: str) -> bool:
    """Let the Slack user who asked for it be told what comes of it, in the portal's channel or where they asked.
    Returns whether nobody is told of it yet."""
    told_in = channel_of(portal)
    makes_plan = request.kind in PLANS
    alone = told_in is not None or makes_plan  # the channel hears of the run itself
    place = told_in if makes_plan and told_in else user if alone else channel
    personal = place in (user, told_in)
    return await put(
        Kind.REQUEST, str(request.id), portal_id=portal.id, channel=place, personal=personal, asked_by=user
    )
