"""What is measured: one sync in a process of its own. Prints one JSON object on stdout.

python -m tests.bench.subject DATABASE     a sync of the portal `bench` in that database
"""

import asyncio
import json
import resource
import sys
import time

import email_validator

from core.cli.session import database_option, in_store
from core.services.health import examine
from core.services.history import report_run
from core.services.syncing import sync_portal

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


if __name__ == "__main__":
    database_option.set(sys.argv[1])
    print(json.dumps(in_store(_sync)))
