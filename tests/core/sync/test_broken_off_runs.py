"""A run that broke off in the middle is reported with what it wrote, and not with what it was going to write."""

import pytest

from core.services.history import list_runs, report_run
from core.services.syncing import sync_portal
from core.store.models import Learner
from core.sync.plan_items import BLOCK
from core.sync.progress import Step


class Broken(Exception):
    """What breaks the run off."""


def after_the_first_block(step: Step, done: int, total: int | None, note: str = "") -> None:
    """Watches a run, and breaks it off once something is written."""
    if step is Step.APPLY and done:
        raise Broken


async def test_whoever_a_run_did_not_come_to_is_reported_as_failed(town):
    for number in range(BLOCK + 3):
        town.hire(f"E{number}")
    with pytest.raises(Broken):
        await sync_portal("acme", town.database_url, watcher=after_the_first_block)
    assert await Learner.all().count() == BLOCK
    (listed,) = await list_runs("acme")
    run = await report_run(listed.run)
    assert (run.status, run.counts, run.counts.invited, run.counts.failed) == ("failed", listed.counts, BLOCK, 3)
    run.counts.check()
    left = [row for row in run.outcomes if row.outcome == "failed"]
    assert {row.reason for row in left} == {"not_reached"}
    assert len(left) == 3
    assert (await town.sync()).counts.invited == 3
