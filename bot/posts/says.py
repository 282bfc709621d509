"""What any message says at this moment, by its kind; and the file that goes with one."""

from bot.posts.details import run_of, say_details
from bot.posts.held import say_held
from bot.posts.notices import say_notice
from bot.posts.requests import say_request
from bot.posts.runs import say_run
from bot.posts.saying import Saying
from core.services.following import follow_request
from core.services.history import report_plan, report_run
from core.services.outcomes_csv import outcomes_csv
from core.services.slack_posts import Kind, Post


async def say(post: Post) -> Saying:
    """What the message says now. Raises `NotYet` or `NothingToSay` when that is nothing."""
    match post.kind:
        case Kind.RUN:
            return await say_run(post.about, personal=post.personal)
        case Kind.REQUEST:
            return await say_request(post)
        case Kind.HELD:
            return await say_held(post)
        case Kind.NOTICE:
            return await say_notice(post)
        case Kind.DETAILS:
            return await say_details(post)
        case Kind.FILE:
            raise AssertionError("a file is shared, not said")


async def replies_at_once(post: Post) -> list[Kind]:
    """What belongs into the thread as soon as the message stands, settled or not: everyone, where names are shown."""
    if post.kind == Kind.HELD and post.personal:
        return [Kind.FILE]
    return [Kind.FILE] if post.personal and await _plan_of(post) else []


async def file_of(post: Post) -> tuple[str, bytes, int]:
    """The name of the file in the thread of `post.parent`, what is in it, and how many people that are."""
    parent = post.parent
    assert parent is not None, "a file is a reply"
    if parent.kind == Kind.HELD:
        report, only = await report_plan(parent.about, outcomes=False), "held"
        name = f"{report.portal}-{parent.about}-held.csv"
    else:
        plan = await _plan_of(parent)
        if plan is not None:
            report = await report_plan(plan, outcomes=False)
        else:
            report = await report_run(await run_of(parent), outcomes=False)
        name, only = f"{report.portal}-{report.run or report.plan}.csv", None
    body, people = await outcomes_csv(report, only=only)
    return name, body, people


async def _plan_of(post: Post) -> str | None:
    """The plan that was asked for, if that is what the message is about."""
    request = await follow_request(int(post.about)) if post.kind == Kind.REQUEST else None
    return request.plan if request is not None and request.makes_plan else None
