"""What a run's message says: how far it is, then shortly what came of it."""

from bot.content import Content, context, escaped, moment, section
from bot.posts import steps
from bot.posts.saying import Saying
from bot.run_words import counted
from bot.terminal import for_slack
from core.domain.progress import Progress
from core.services.following import asked_by, progress_of
from core.services.history import Report, report_run
from core.services.slack_posts import Kind

_WHAT = {
    "manual": "The sync",
    "schedule": "The daily sync",
    "apply": "Applying a plan",
    "undo": "Taking a run back",
    "dates": "What fell due by date",
    "retry": "Another try for people who were refused",
    "person": "The sync of one person",
}
_ENDS = {
    "succeeded": "is done",
    "partial": "is done, but some people need a look",
    "held": "is done but for changes that wait for an approval",
    "failed": "failed",
}


async def say_run(run_id: str, *, personal: bool) -> Saying:
    """What is said of a run; `personal` where names may be shown."""
    report = await report_run(run_id, outcomes=False)
    who = await asked_by(run_id)
    if report.finished_at is None:
        return _at_work(report, who, await progress_of(run_id))
    replies = _replies(report, personal=personal)
    return Saying(_over(report, who), replies=replies, loud=report.status == "failed")


def what(report: Report) -> str:
    """What ran: "The daily sync of acme"."""
    return f"{_WHAT.get(report.trigger, 'A run')} of {report.portal}"


def _at_work(report: Report, who: str, progress: Progress) -> Saying:
    if progress.cut_off:
        text = f"*{what(report)}* was cut off{_for(who)}. What it had written stays; the next sync goes on from there."
    else:
        text = f"*{what(report)}* is at work{_for(who)}.\n{steps.told(progress)}"
    small = f"Since {moment(report.started_at)}"
    return Saying(Content(f"{text}\n{small}", [section(text), context(small)]), settled=False, live=True)


def _over(report: Report, who: str) -> Content:
    lines = [f"*{what(report)} {_ENDS.get(report.status, report.status)}.* {counted(report.counts)}"]
    if report.error:
        lines.append(escaped(for_slack(report.error)))
    elif not report.complete_source:
        lines.append("UKG Pro's answer could not be proved whole, so nobody's access was ended.")
    text = "\n".join(lines)
    small = f"{_duration(report)}{_for(who)}. Everyone and why: `/ukg runs {report.portal} {report.run}`"
    return Content(f"{text}\n{small}", [section(text), context(small)])


def _replies(report: Report, *, personal: bool) -> list[Kind]:
    """More in the thread, where there is more to say; names only where they may be shown."""
    counts = report.counts
    replies: list[Kind] = []
    anybody = counts.fetched - counts.unchanged
    if personal and (anybody or report.unknown_values or report.doubts or report.status == "failed"):
        replies.append(Kind.DETAILS)
    if personal and anybody:
        replies.append(Kind.FILE)
    return replies


def _for(who: str) -> str:
    return f", for {escaped(who)}" if who else ""


def _duration(report: Report) -> str:
    assert report.finished_at is not None, "it is over"
    seconds = round((report.finished_at - report.started_at).total_seconds())
    took = f"{seconds // 60} min {seconds % 60} s" if seconds >= 60 else f"{seconds} s"
    return f"It took {took}, from {moment(report.started_at)}"
