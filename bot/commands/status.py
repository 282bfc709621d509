"""`/ukg` and `/ukg status`: how things stand in one portal, or in all of the asker's."""

from bot.content import Content, context, escaped, joined, moment, section, shortened
from bot.flows import Asked, Flow
from bot.linked import SENTENCES
from bot.run_words import told
from bot.terminal import for_slack
from core.services.history import list_runs
from core.services.notices import Kind
from core.services.portals import PortalOverview, list_portals
from core.services.schedule import Schedule, show_schedule
from core.services.slack_channels import ToldWhere, told_where
from core.services.slack_delivery import delivery
from core.services.waiting import Waiting, what_waits

_MOST = 10
_LETTERS = 1000  # of one portal; a message takes about 11,000 (facts/slack, part A)


async def answer_status(asked: Asked) -> None:
    """Answer with how things stand in the portal, or in the asker's portals: the first ten."""
    overviews = [each for each in await list_portals() if asked.portal in (None, each.slug)]
    parts = [await _of(overview) for overview in overviews[:_MOST]]
    rest = [overview.slug for overview in overviews[_MOST:]]
    if rest:
        line = f"{len(rest)} more: `/ukg status PORTAL` with one of {', '.join(rest[:100])}"
        parts.append(Content(line, [context(line)]))
    hint = f"{SENTENCES[await asked.linked.state()]} More: `/ukg help`"
    await asked.answer(joined(*parts, Content(hint, [context(hint)])))


async def _of(overview: PortalOverview) -> Content:
    schedule, told_in = await show_schedule(overview.slug), await told_where(overview.slug)
    notices = [notice for notice in schedule.notices if notice.kind is not Kind.PLAN_HELD]  # told with what waits
    undelivered = (await delivery(overview.slug)).sentence
    lines = [
        *await standing(overview, schedule),
        *_waiting(await what_waits(overview.slug), told_in),
        *(f"Notice: {escaped(for_slack(notice.sentence))}" for notice in notices),
        _told(told_in),
        *([escaped(undelivered)] if undelivered is not None else []),
    ]
    text = shortened("\n".join(lines), _LETTERS)
    return Content(text, [section(text)])


async def standing(overview: PortalOverview, schedule: Schedule) -> list[str]:
    """A portal in four lines: its name, its connection, the last run and the next."""
    runs = await list_runs(overview.slug, limit=1)
    name = f" ({escaped(overview.name)})" if overview.name != overview.slug else ""
    last = f"Last run {told(runs[0])}" if runs else "No run yet."
    return [f"*{overview.slug}*{name}", _connection(overview), last, _next(overview, schedule)]


def _connection(overview: PortalOverview) -> str:
    slug = overview.slug
    match overview.connection:
        case "active":
            line = "Connected to UKG Pro."
        case "none" | "disconnected":
            line = "Not connected to UKG Pro."
        case _:
            line = f"UKG Pro refuses the service account; an admin gives it anew: `/ukg connect {slug}`"
    match overview.learnupon:
        case None:
            return line
        case "active":
            return f"{line} LearnUpon's API keys are known."
        case "none":
            return f"{line} LearnUpon's API keys are not known; an admin gives them: `/ukg connect {slug}`"
        case _:
            return f"{line} LearnUpon refuses the API keys; an admin gives them anew: `/ukg connect {slug}`"


def _told(told_in: ToldWhere) -> str:
    if told_in.channel is None:
        return "No channel hears of the runs; an admin chooses one in it: `/ukg channel here`"
    return f"<#{told_in.channel}> hears of {'changes and problems' if told_in.quiet else 'every run'}."


def _next(overview: PortalOverview, schedule: Schedule) -> str:
    if not schedule.on:
        return "The daily sync is off."
    when = f"every day at {schedule.at} ({schedule.timezone})"
    if schedule.next_run is None:
        unconnected = overview.connection in ("none", "disconnected") or overview.learnupon == "none"
        why = "" if unconnected else escaped(for_slack(schedule.paused or ""))
        return f"The daily sync is set to {when}, but does not run now. {why}".rstrip()
    return f"Next sync {moment(schedule.next_run)}, {when}."


def _waiting(waiting: Waiting, told_in: ToldWhere) -> list[str]:
    where = f"<#{told_in.channel}>" if told_in.channel else "the admins' direct messages"
    lines = []
    for plan in waiting.plans[:3]:
        numbers = ", ".join(f"{number} {outcome}" for outcome, number in plan.held.items()) or "no change"
        lines.append(f"Waits for approval: {numbers}, in {plan.plan}. The buttons are in {where}.")
    if waiting.people:
        wait = "1 person waits" if len(waiting.people) == 1 else f"{len(waiting.people)} people wait"
        lines.append(f"{wait} for another try.")
    return lines


FLOW = Flow("status", "Say how things stand", answer_status, portal="any")
