"""`/ukg undo`: the plan that takes a run back, to be decided on like any other."""

from bot.commands.runs import report_of
from bot.commands.sync import ask
from bot.flows import Asked, Flow
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.history import list_runs


async def ask_for_undo(asked: Asked) -> None:
    """Ask for the plan that takes back the run that was named, or the newest that wrote something."""
    if len(asked.words) > 1:
        raise SettingsError(f"One run is taken back at a time, so nothing was done. Left over: {asked.words[1][:80]}")
    run = await _named(asked) if asked.words else await _newest(str(asked.portal))
    await ask(asked, "undo", f"The plan that takes {run} of {asked.portal} back", undoes=run)


async def _named(asked: Asked) -> str:
    report = await report_of(str(asked.portal), asked.words[0])
    if report.finished_at is None or not report.counts.written:
        raise SettingsError(f"Run {report.run} wrote nothing, so there is nothing to take back; nothing was done.")
    return str(report.run)


async def _newest(slug: str) -> str:
    wrote = [run for run in await list_runs(slug) if run.finished_at is not None and run.counts.written]
    if not wrote:
        raise SettingsError(f"No run of {slug} wrote anything lately, so there is nothing to take back.")
    return wrote[0].run


FLOW = Flow(
    "undo",
    "Plan how a run is taken back; nothing is written",
    ask_for_undo,
    usage="[portal] [RUN_ID]",
    role=Role.OPERATOR,
    takes_words=True,
)
