"""Following what was asked for, and a run at work: seen by whoever has a role in the portal, and by nobody else."""

import pytest

from core.clock import now
from core.domain.roles import Role
from core.jobs.requests import RequestKind
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.admins import set_admin
from core.services.following import asked_by, follow_request, progress_of
from core.services.requests import request_run
from core.store.models import Run, RunProgress


async def test_only_who_has_a_role_in_the_portal_follows_what_goes_on_there(acme):
    request = await request_run("acme", RequestKind.SYNC)
    run = await Run.create(
        id="acme-1",
        portal=acme,
        number=1,
        trigger="manual",
        status="running",
        asked_by="Ann",
        started_at=now(),
        requests_ukg=0,
        requests_portal=0,
    )
    await RunProgress.create(run_id=run.id, step="PLAN", done=3, total=12, at=now())
    with acting_as(Actor("Eve", "tui")):
        for look in (follow_request(request.id), progress_of(run.id), asked_by(run.id)):
            with pytest.raises(NotAllowed, match="Eve has no role in acme"):
                await look
    await set_admin("acme", "Vic", Role.VIEWER)
    with acting_as(Actor("Vic", "tui")):
        assert (await follow_request(request.id)).state == "waiting"
        progress = await progress_of(run.id)
        assert (progress.step, progress.done, progress.total) == ("PLAN", 3, 12)
        assert await asked_by(run.id) == "Ann"
