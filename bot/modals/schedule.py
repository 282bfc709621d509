"""The schedule: when the daily sync runs, whether anything stands in its way, and how it went."""

from collections.abc import Sequence

from bot.blocks import at_time, notice, one_of, option
from bot.content import Block, context, escaped, moment, section
from bot.interactions import About, Act, Form, Interactions, Modal
from bot.terminal import for_slack
from core.domain.roles import Role
from core.services.schedule import LastRun, Schedule, set_schedule, show_schedule

TITLE = "Daily sync"
_FORM, _ON, _AT = "schedule", "schedule_on", "schedule_at"


async def first_page(slug: str, role: Role) -> Modal:
    """The schedule as it is."""
    return _page(await show_schedule(slug), role)


def _page(schedule: Schedule, role: Role, top: Sequence[Block] = (), *, said: str = "") -> Modal:
    about = About(schedule.portal)
    blocks = [*top, section("\n".join(_standing(schedule)))]
    blocks += [section(f"Notice: {escaped(for_slack(each.sentence))}") for each in schedule.notices]
    if not role.allows(Role.ADMIN):
        return Modal(TITLE, blocks, about)
    blocks += [
        one_of(_ON, "The daily sync is", [option("On", "on"), option("Off", "off")], "on" if schedule.on else "off"),
        at_time(_AT, f"It runs at ({schedule.timezone})", schedule.at),
        context("A time that has passed today starts today's sync soon, unless it has been already."),
    ]
    return Modal(TITLE, blocks, about, form=_FORM, submit="Save", said=said)


def _standing(schedule: Schedule) -> list[str]:
    lines = [f"The daily sync of *{schedule.portal}* is {'on' if schedule.on else 'off'}."]
    if schedule.paused:
        lines.append(f"It does not run now. {escaped(for_slack(schedule.paused))}")
    if schedule.next_run is not None:
        lines.append(f"Next: {moment(schedule.next_run)}")
    return [*lines, *([_last(schedule.last_run)] if schedule.last_run is not None else [])]


def _last(run: LastRun) -> str:
    how = run.status or run.state
    return f"Last: {run.date}, {how}" + (f". {escaped(run.error)}" if run.error else "")


async def _save(act: Act) -> Modal:
    on, at = act.values.choice(_ON), act.values.choice(_AT)
    schedule = await set_schedule(act.about.portal, at=at, on=None if on is None else on == "on")
    when = f"on, every day at {schedule.at} ({schedule.timezone})" if schedule.on else "off"
    said = f"Saved: the daily sync of {schedule.portal} is {when}."
    return _page(schedule, act.role, [notice(said, "success")], said=said)


INTERACTIONS = Interactions(forms=[Form(_FORM, _save, Role.ADMIN)])
