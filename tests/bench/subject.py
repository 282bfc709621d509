"""What is measured: one sync or one preview in a process of its own. Prints one JSON object on stdout.

python -m tests.bench.subject DATABASE             a sync of the portal `bench` in that database
python -m tests.bench.subject DATABASE preview     the preview of a new rule over everyone in it
python -m tests.bench.subject DATABASE plan        a plan from the last snapshot, with no network
python -m tests.bench.subject DATABASE person      one person explained from it, the slowest of several
"""

import asyncio
import json
import resource
import sys
import time

import email_validator

from core.cli.session import database_option, in_store
from core.domain.mapping import Owner
from core.services.groups import add_group
from core.services.health import examine
from core.services.history import report_run
from core.services.mappings import map_attributes
from core.services.person import explain_person
from core.services.rules import preview_rule, set_rule
from core.services.syncing import plan_portal, sync_portal
from core.store.models import Link, Note

_TICK = 0.005
# What a process that stays has loaded long before a sync: otherwise loading it would count as being blocked.
_LOADED = email_validator


class LoopWatch:
    """Wakes up every few milliseconds; the most processor time that the loop's thread used from one turn to the next
    is how long the event loop was blocked by our own computing. (The clock on the wall would count what other
    processes of the machine took.)
    """

    def __init__(self) -> None:
        self.longest = 0.0

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            before = time.thread_time()
            await asyncio.sleep(_TICK)
            self.longest = max(self.longest, time.thread_time() - before)


async def _sync(database: str) -> dict[str, object]:
    await examine(database)  # so that all that a request needs is loaded
    watch = LoopWatch()
    watching = asyncio.create_task(watch.watch())
    started = time.perf_counter()
    run = await sync_portal("bench", database)
    seconds = time.perf_counter() - started
    watching.cancel()
    report = await report_run(run.id, outcomes=False)
    return {
        "seconds": seconds,
        "blocked_milliseconds": watch.longest * 1000,
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "counts": {name: getattr(report.counts, name) for name in report.counts.__struct_fields__},
    }


async def _preview(database: str) -> dict[str, object]:
    """Three blocks of conditions, over two fields, an address and a day."""
    await add_group("bench", "Measured")
    where = ["Job title contains e and created after 2020-01-01", "email domain is example.org", "Department is empty"]
    await set_rule("bench", "Measured", where=where)
    started = time.perf_counter()
    preview = await preview_rule("bench", "Measured", most=50)
    return {"seconds": time.perf_counter() - started, "matching": preview.matching}


async def _plan(database: str) -> dict[str, object]:
    """With a field that UKG Pro does not own any more, so that everyone is decided afresh."""
    await map_attributes("bench", ["job_title=Job title"], Owner.LEAVE_IF_BLANK)
    started = time.perf_counter()
    plan = await plan_portal("bench", database, offline=True)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "people": plan.counts["fetched"]}


async def _person(database: str) -> dict[str, object]:
    links = await Link.all().order_by("id").limit(5).prefetch_related("learner")
    stranger = await Note.filter(until__isnull=True, email__isnull=False).first()
    wanted = [link.employee_id for link in links] + [link.learner.email for link in links]
    wanted += [stranger.email or ""] if stranger is not None else []
    seconds = []
    for who in wanted:
        started = time.perf_counter()
        explanation = await explain_person("bench", who, database, offline=True)
        seconds.append(time.perf_counter() - started)
        assert explanation.found.employee_id is not None
    return {"seconds": max(seconds)}


_MEASURED = {"preview": _preview, "plan": _plan, "person": _person}

if __name__ == "__main__":
    database_option.set(sys.argv[1])
    print(json.dumps(in_store(_MEASURED[sys.argv[2]] if len(sys.argv) > 2 else _sync)))
