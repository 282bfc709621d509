"""The generated company through time: the founding state and every day after it."""

from datetime import date
from functools import partial
from operator import attrgetter

from core.sandbox.ukg import catalog, render
from core.sandbox.ukg.days import next_day
from core.sandbox.ukg.founding import found
from core.sandbox.ukg.render import View
from core.sandbox.ukg.snapshot import RenderedRows, Snapshot
from core.sandbox.ukg.state import State

_DAYS_REMEMBERED = 8
_EMPLOYEE = attrgetter("employee_id")


class Timeline:
    """Each day is made from the day before; the first day and the latest few are kept."""

    def __init__(self, employees: int, seed: int, start: date) -> None:
        self._seed = seed
        self._states: dict[int, State] = {0: found(employees, seed, start)}

    def state(self, day: int) -> State:
        """The records on a day (0 or later)."""
        if day < 0:
            raise ValueError("A company has no day before day 0.")
        nearest = max(known for known in self._states if known <= day)
        state = self._states[nearest]
        for coming in range(nearest + 1, day + 1):
            state = next_day(state, self._seed)
            self._states[coming] = state
            self._forget_old_days(coming)
        return state

    def _forget_old_days(self, current: int) -> None:
        for day in [known for known in self._states if known and abs(known - current) >= _DAYS_REMEMBERED]:
            del self._states[day]

    def snapshot(self, day: int, view: View) -> Snapshot:
        """Every table on a day, rendered row by row on demand."""
        state = self.state(day)
        return Snapshot(
            day=day,
            date=state.today,
            people=RenderedRows(state.people, render.person_details, _EMPLOYEE),
            employments=RenderedRows(
                state.employments, partial(render.employment_details, state=state, view=view), _EMPLOYEE
            ),
            supervisors=RenderedRows(
                state.employments, partial(render.supervisor_details, state=state, view=view), _EMPLOYEE
            ),
            user_defined_fields=RenderedRows(state.people, render.user_defined_fields, _EMPLOYEE),
            org_levels=catalog.org_level_rows(),
            jobs=catalog.job_rows(),
            locations=catalog.location_rows(),
            companies=catalog.company_rows(),
        )
