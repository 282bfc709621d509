"""`/ukg` and `/ukg status`: how things stand in one portal, or in all of the asker's."""

from bot.content import Content, context, escaped, joined, moment, section, shortened
from bot.flows import Asked, Flow
from bot.run_words import told
from core.services.history import list_runs
from core.services.portals import PortalOverview, list_portals
from core.services.schedule import Schedule, show_schedule
from core.services.waiting import Waiting, what_waits

_MOST = 10
_LETTERS = 1000  # of one portal; a message takes about 11,000 (facts/slack, part A)


async def answer_status(asked: Asked) -> None:
    """Answer with how things stand."""
    await asked.answer(await how_things_stand(asked.portal))


async def how_things_stand(slug: str | None = None) -> Content:
    """How things stand in the portal, or in the portals in which whoever acts has a role: the first ten."""
    overviews = [each for each in await list_portals() if slug in (None, each.slug)]
    parts = [await _of(overview) for overview in overviews[:_MOST]]
    rest = [overview.slug for overview in overviews[_MOST:]]
    if rest:
        line = f"{len(rest)} more: `/ukg status PORTAL` with one of {', '.join(rest[:100])}"
        parts.append(Content(line, [context(line)]))
    hint = "More: `/ukg help`"
    return joined(*parts, Content(hint, [context(hint)]))


async def _of(overview: PortalOverview) -> Content:
    schedule, waiting = await show_schedule(overview.slug), await what_waits(overview.slug)
    lines = [
        *await standing(overview, schedule),
        *_waiting(waiting),
        *(f"Notice: {escaped(notice.sentence)}" for notice in schedule.notices),
    ]
    text = shortened("\n".join(lines), _LETTERS)
    return Content(text, [section(text)])


async def standing(overview: PortalOverview, schedule: Schedule) -> list[str]:
    """A portal in four lines: its name, its connection, the last run and the next."""
    runs = await list_runs(overview.slug, limit=1)
    name = f" ({escaped(overview.name)})" if overview.name != overview.slug else ""
    last = f"Last run {told(runs[0])}" if runs else "No run yet."
    return [f"*{overview.slug}*{name}", _connection(overview), last, _next(schedule)]


def _connection(overview: PortalOverview) -> str:
    match overview.connection:
        case "active":
            return "Connected to UKG Pro."
        case "none":
            return "Not connected to UKG Pro."
        case other:
            return f"The connection to UKG Pro does not work: {other}."


def _next(schedule: Schedule) -> str:
    if not schedule.on:
        return "The daily sync is off."
    when = f"every day at {schedule.at} ({schedule.timezone})"
    if schedule.next_run is None:
        return f"The daily sync is set to {when}, but does not run now. {escaped(schedule.paused or '')}".rstrip()
    return f"Next sync {moment(schedule.next_run)}, {when}."


def _waiting(waiting: Waiting) -> list[str]:
    lines = []
    for plan in waiting.plans[:3]:
        numbers = ", ".join(f"{number} {outcome}" for outcome, number in plan.held.items()) or "no change"
        lines.append(f"Waits for approval: {numbers}, in {plan.plan}.")
    if waiting.people:
        lines.append(f"{len(waiting.people)} people wait for another try.")
    return lines


FLOW = Flow("status", "Say how things stand", answer_status, portal="any")
