"""What is said to whoever asked for a sync or a plan in Slack."""

from datetime import timedelta

from bot.blocks import button, buttons, confirmation
from bot.content import Block, Content, context, escaped, paragraphs, section
from bot.interactions import About, written_down
from bot.posts.runs import say_run
from bot.posts.saying import NothingToSay, NotYet, Saying
from bot.posts.tables import table_of
from bot.run_words import counted
from bot.terminal import for_slack
from core.services.approving import still_applies
from core.services.following import Followed, follow_request
from core.services.history import Report, report_plan
from core.services.slack_channels import told_where
from core.services.slack_posts import Post

_OVER = ("done", "failed", "skipped")
_SOON = timedelta(0)
_LOOK_AFTER = timedelta(seconds=30)
_ROWS = 60
_WHAT = {
    "sync": "The sync of {}",
    "plan": "The plan of {}",
    "undo": "The plan that takes a run of {} back",
    "apply": "Applying a plan of {}",
}
_UNDONE = (
    "Whoever was edited since is left alone. The next sync does again what is taken back, unless mapping, scope or UKG "
    "Pro change before it."
)
APPLY = "apply_plan"


async def say_request(post: Post) -> Saying:
    """How what was asked for stands. Raises `NotYet` while the channel tells of it, `NothingToSay` once it has."""
    request = await follow_request(int(post.about))
    if request.state in _OVER and request.plan and request.makes_plan:
        return await _say_plan(request.plan)
    if request.state in _OVER and request.run is None:
        return _did_not_run(request)
    if not request.makes_plan:
        if request.told:
            raise NothingToSay
        if request.told is None and request.state in _OVER:
            raise NotYet
        if request.run is not None and (request.state in _OVER or not await _has_channel(request)):
            return await say_run(request.run, personal=post.personal)
        if await _has_channel(request):
            raise NotYet
    state = "is being worked on" if request.state == "running" else "waits its turn"
    text = f"*{_WHAT[request.what].format(request.portal)}*, asked for by {escaped(request.asked_by)}, {state}."
    return Saying(Content(text, [section(text)]), settled=False, live=True, look_after=_SOON)


async def _has_channel(request: Followed) -> bool:
    return (await told_where(request.portal)).channel is not None


def _did_not_run(request: Followed) -> Saying:
    why = request.error or "It was not carried out."
    what = _WHAT[request.what].format(request.portal)
    return Saying(paragraphs(f"*{what} did not start.* {escaped(for_slack(why))}"))


async def _say_plan(plan_id: str) -> Saying:
    """Who would change; it can be applied with a button for as long as it may be applied at all."""
    report = await report_plan(plan_id, most=_ROWS)
    what = f"What a sync of {report.portal} would do now"
    if report.undoes:
        what = f"What taking {report.undoes} of {report.portal} back would do"
    text = f"*{what}:* {counted(report.counts)} Nothing was written to the portal."
    whys = [
        escaped(each)
        for each in [report.cost, _UNDONE if report.undoes else "", *report.doubts, *report.tripped]
        if each
    ]
    table, shown = table_of(report.outcomes, what)
    state = await _state(report)
    small = f"{_left(report, shown)}{state}Plan {plan_id}"
    head = "\n".join([text, *whys])
    blocks = [section(head), *([table] if table else []), *([] if state else [_button(report)]), context(small)]
    settled = bool(state)
    content = Content("\n".join([head, *_first(report), small]), blocks)
    return Saying(content, settled=settled, look_after=_LOOK_AFTER)


async def _state(report: Report) -> str:
    """Why nothing can be applied any more, or nothing is there to apply."""
    if not report.counts.written:
        return "There is nothing to apply. "
    if report.state != "open":
        return f"It was {report.state}. "
    return "" if await still_applies(str(report.plan)) else "It has expired. "


def _button(report: Report) -> Block:
    number = report.counts.written
    changes = f"{number:,} change{' is' if number == 1 else 's are'}"
    ask = confirmation("Apply it?", f"{changes} made in {report.portal}, in your name: exactly this plan.", "Apply")
    value = written_down(About(report.portal, subject=f"{report.plan} {report.hash}"))
    return buttons(button("Apply", APPLY, value, style="primary", confirm=ask))


def _first(report: Report) -> list[str]:
    """The first people, for where the table cannot be shown."""
    return [f"• {row.outcome}: {escaped(row.name or row.employee_id)}" for row in report.outcomes[:10]]


def _left(report: Report, shown: int) -> str:
    left = report.counts.fetched - report.counts.unchanged - shown
    return f"{left:,} more are in the file in the thread. " if left > 0 else ""
