"""`/ukg runs`: a portal's latest runs, or one of them with its people."""

from contextlib import suppress

from bot.content import Content, context, escaped, joined, paragraphs
from bot.flows import Asked, Flow
from bot.run_words import told
from core.domain.errors import SettingsError
from core.services.history import Report, ReportedOutcome, RunOverview, list_runs, report_run

_MOST = 10
_MOST_PEOPLE = 20


async def answer_runs(asked: Asked) -> None:
    """Answer with the latest runs, the newest first, or with the run that was named."""
    slug = str(asked.portal)
    if asked.words:
        await asked.answer(await _one(slug, asked.words[0]))
        return
    runs = await list_runs(slug, limit=_MOST)
    if not runs:
        await asked.answer(paragraphs(f"There was no run of {slug} yet."))
        return
    lines = "\n".join(f"`{run.run}` {told(run)}" for run in runs)
    hint = f"Who was in a run, with reasons: `/ukg runs {slug} {runs[0].run}`"
    await asked.answer(joined(paragraphs(f"*Latest runs of {slug}*\n{lines}"), Content(hint, [context(hint)])))


async def _one(slug: str, run_id: str) -> Content:
    report = await report_of(slug, run_id)
    people = report.outcomes[:_MOST_PEOPLE]
    parts = [paragraphs(f"`{run_id}` {told(_overview(report))}", *_why(report))]
    if people:
        parts.append(
            paragraphs(*("\n".join(map(_line, people[start : start + 10])) for start in range(0, len(people), 10)))
        )
    left = len(report.outcomes) - len(people)
    if left:
        hint = f"{left} more: `ukg run show {run_id}`"
        parts.append(Content(hint, [context(hint)]))
    return joined(*parts)


async def report_of(slug: str, run_id: str) -> Report:
    """The run of this portal; one of another is as unknown as one that never was."""
    with suppress(SettingsError):
        report = await report_run(run_id)
        if report.portal == slug:
            return report
    raise SettingsError(f"{slug} has no run '{run_id[:40]}'; the latest: /ukg runs {slug}")


def _overview(report: Report) -> RunOverview:
    return RunOverview(
        str(report.run),
        report.plan,
        report.trigger,
        report.status,
        report.started_at,
        report.finished_at,
        report.counts,
        report.error,
    )


def _why(report: Report) -> list[str]:
    return [escaped(" ".join(sentences)) for sentences in (report.tripped, report.doubts) if sentences]


def _line(row: ReportedOutcome) -> str:
    who = f"{row.name} ({row.employee_id}, {row.email or 'no e-mail'})"
    detail = f": {row.detail}" if row.detail else ""
    return f"{escaped(who)}: *{row.outcome}* ({row.reason.replace('_', ' ')}){escaped(detail)}"


FLOW = Flow("runs", "List the latest runs, or show one", answer_runs, usage="[portal] [RUN_ID]", takes_words=True)
