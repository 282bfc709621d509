"""What stands in the thread of a message: why, by reason, and who needs attention."""

from bot.content import Content, escaped, section, shortened
from bot.posts.saying import Saying
from bot.terminal import for_slack
from core.domain.outcome import SENTENCES, Reason
from core.services.following import follow_request
from core.services.history import Report, Summary, report_run, summarise
from core.services.notices import Kind as Notice
from core.services.notices import open_notices
from core.services.slack_channels import admins_to_tell
from core.services.slack_posts import Kind, Post

_MOST_VALUES = 10
_MENTIONED = 5
_ABOUT_FAILING = (
    Notice.CONNECTION_REFUSED,
    Notice.CONNECTION_FAILING,
    Notice.PORTAL_REFUSED,
    Notice.PORTAL_FAILING,
    Notice.DAY_FAILED,
)
_WHOLE = 2900


async def say_details(post: Post) -> Saying:
    """More about the run of the message in whose thread this stands. Of a daily sync that failed the admins are told
    so that they hear of it, unless a notice tells them already."""
    parent = post.parent
    assert parent is not None, "details are a reply"
    report = await report_run(await run_of(parent), outcomes=False)
    summary = await summarise(report)
    loud = report.status == "failed" and report.trigger == "schedule" and parent.channel[:1] in "CG"
    loud = loud and not [each for each in await open_notices(report.portal) if each.kind in _ABOUT_FAILING]
    users = await admins_to_tell(report.portal) if loud else []
    mentions = " ".join(f"<@{user}>" for user in users[:_MENTIONED])
    lines = [*([f"{mentions} {escaped(for_slack(report.error or ''))}".strip()] if loud else []), *_lines(summary)]
    text = shortened("\n".join(lines) or "There is no more to say of it.", _WHOLE)
    return Saying(Content(text, [section(text)]), loud=loud)


async def run_of(post: Post) -> str:
    """The run that a message is about."""
    if post.kind == Kind.RUN:
        return post.about
    return str((await follow_request(int(post.about))).run)


def _lines(summary: Summary) -> list[str]:
    report = summary.report
    lines = [
        f"{row.people:,} {row.outcome}: {SENTENCES[Reason(row.reason)]}"
        for row in summary.reasons
        if row.outcome != "unchanged"
    ]
    lines += [escaped(sentence) for sentence in [*report.doubts, *report.tripped]]
    if report.outcomes:
        lines += ["*Who needs a look*", *(_person(report, place) for place in range(len(report.outcomes)))]
    if report.unknown_values:
        lines.append("*Values that no choice of their field matches* (what was stored stays)")
        lines += [
            f"• {each.people:,} × {escaped(each.field)}: {escaped(each.value)}"
            for each in report.unknown_values[:_MOST_VALUES]
        ]
    return lines


def _person(report: Report, place: int) -> str:
    row = report.outcomes[place]
    detail = f"would be {row.held_as}." if row.held_as else escaped(row.detail or "")
    return f"• {row.outcome}: {escaped(row.name or row.employee_id)} ({escaped(row.employee_id)}): {detail}"
