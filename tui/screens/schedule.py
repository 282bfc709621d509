"""The daily sync: when it runs, whether anything stands in its way, and how it went."""

from core.domain.schedule import time_of_day
from core.services.schedule import LastRun, Schedule, set_schedule, show_schedule
from tui.fields import OFF, ON, Field, Switch
from tui.screens.form import Form, FormScreen, Values
from tui.words import moment


class ScheduleScreen(FormScreen):
    """On or off, and at what time."""

    PLACE = "Daily sync"
    ABOUT = (
        "Once a day, at this time in the portal's time zone, the portal is synced by itself. That needs a process that "
        "stays on the machine: ukg serve, or ukg run-due from cron. A day that was missed is caught up with."
    )

    async def read(self) -> Form:
        """The schedule as it is, and what stands in its way."""
        schedule = await show_schedule(self.slug)
        return Form(
            fields=[
                Switch(
                    name="on",
                    label="The daily sync is",
                    on="on",
                    off="off",
                    about="Off: nothing runs by itself. Days on which it was off do not count as missed.",
                ),
                Field(
                    name="at",
                    label=f"It runs at ({schedule.timezone})",
                    hint="HH:MM",
                    required=True,
                    check=_check_time,
                    about="HH:MM. A time that has passed today starts today's sync soon, unless it has been already.",
                ),
            ],
            values={"on": ON if schedule.on else OFF, "at": schedule.at},
            above=["\n".join(_standing(schedule)), *(f"! {each.sentence}" for each in schedule.notices)],
        )

    async def save(self, values: Values) -> str:
        """From now on at this time."""
        schedule = await set_schedule(self.slug, at=values.new_text("at"), on=values.new_on("on"))
        when = f"on, every day at {schedule.at} ({schedule.timezone})" if schedule.on else "off"
        return f"Saved: the daily sync of {self.slug} is {when}."


def _check_time(text: str) -> None:
    time_of_day(text.strip())


def _standing(schedule: Schedule) -> list[str]:
    lines = [f"The daily sync is {'on' if schedule.on else 'off'}."]
    if schedule.paused:
        lines.append(f"It does not run now. {schedule.paused}")
    elif schedule.next_run is not None:
        lines.append(f"Next: {moment(schedule.next_run, schedule.timezone)}")
    if schedule.last_run is not None:
        lines.append(_last(schedule.last_run))
    return lines


def _last(run: LastRun) -> str:
    return f"Last: {run.date}, {run.status or run.state}" + (f". {run.error}" if run.error else "")
