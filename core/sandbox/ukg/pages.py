"""Bodies of pages: rows chosen, rendered, encoded, and kept for the next time they are asked for."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from core.sandbox.ukg.company import Company
from core.sandbox.ukg.filters import comparable, tests_for
from core.sandbox.ukg.presentation import Presentation, present, presentation_of
from core.sandbox.ukg.render import View
from core.sandbox.ukg.rows import Row
from core.sandbox.ukg.settings import SandboxSettings
from core.sandbox.ukg.snapshot import Snapshot, employee_ids

_BODY_BYTES_KEPT = 800_000_000
_CHOICES_KEPT = 64
_BY_EMPLOYEE = frozenset({"person-details", "employment-details", "employee-supervisor-details", "user-defined-fields"})


@dataclass(frozen=True)
class Moment:
    """Everything that decides what the rows are, apart from the query."""

    day: int
    version: int
    view: View
    style: Presentation


@dataclass(frozen=True)
class Selection:
    """Rows of an endpoint that pass the filters of a query; names the endpoint does not know are left out."""

    endpoint: str
    moment: Moment
    query: tuple[tuple[str, str], ...]
    positions: Sequence[int]

    @property
    def filtered(self) -> bool:
        """Whether any filter was given."""
        return bool(self.query)


class Pages:
    """A company as bytes. Bodies are kept up to a number of bytes; those unused longest go first."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self._moment: Moment | None = None
        self._snapshot: Snapshot | None = None
        self._positions: dict[str, dict[str, list[int]]] = {}
        self._selections: OrderedDict[tuple[object, ...], Selection] = OrderedDict()
        self._bodies: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
        self._body_bytes = 0

    def moment(self, day: int, settings: SandboxSettings) -> Moment:
        """What the day and the settings make of the company now."""
        view = View(
            flips_at_once=settings.future_termination_status == "flips_at_once",
            clears_termination=settings.clear_termination_on_rehire,
        )
        return Moment(day, self.company.version, view, presentation_of(settings))

    def snapshot(self, moment: Moment) -> Snapshot:
        """The company's tables at a moment."""
        if self._snapshot is None or self._moment != moment:
            self._snapshot, self._moment = self.company.on_day(moment.day, moment.view), moment
            self._positions.clear()
        return self._snapshot

    def select(self, moment: Moment, endpoint: str, query: dict[str, str]) -> Selection:
        """The rows a query asks for; its names are in lower case, unknown ones ignored. Raises Refusal (400)."""
        key = (moment, endpoint, tuple(sorted(query.items())))
        if key in self._selections:
            self._selections.move_to_end(key)
            return self._selections[key]
        selection = self._chosen(moment, endpoint, query)
        self._selections[key] = selection
        if len(self._selections) > _CHOICES_KEPT:
            self._selections.popitem(last=False)
        return selection

    def _chosen(self, moment: Moment, endpoint: str, query: dict[str, str]) -> Selection:
        rows = self._table(moment, endpoint)
        used: dict[str, str] = {}
        positions: Sequence[int] = range(len(rows))
        if endpoint in _BY_EMPLOYEE and "employeeid" in query:
            used["employeeid"] = query["employeeid"]
            positions = self._positions_of(moment, endpoint, query["employeeid"])
        if endpoint == "employment-details" and "ishomecompany" in query:
            used["ishomecompany"] = query["ishomecompany"]
            homes = {row.get("employeeId"): row.get("companyId") for row in self.snapshot(moment).people}
            wanted = query["ishomecompany"].lower() in ("true", "y")
            positions = [
                at for at in positions if (homes.get(rows[at].get("employeeID")) == rows[at].get("companyID")) is wanted
            ]
        for name, test in tests_for(endpoint, query):
            if name not in used:
                used[name] = query[name]
                positions = [at for at in positions if test(rows[at])]
        return Selection(endpoint, moment, tuple(sorted(used.items())), positions)

    def rows(self, selection: Selection, start: int, stop: int) -> list[Row]:
        """Rows of a selection from start to before stop, spelled as served."""
        rows = self._table(selection.moment, selection.endpoint)
        chosen = selection.positions[start:stop]
        found = rows[chosen.start : chosen.stop] if isinstance(chosen, range) else [rows[at] for at in chosen]
        return list(present(found, selection.endpoint, selection.moment.style))

    def body(self, selection: Selection, start: int, stop: int) -> bytes:
        """The JSON array of those rows."""
        key = (selection.moment, selection.endpoint, selection.query, start, stop)
        body = self._bodies.get(key)
        if body is not None:
            self._bodies.move_to_end(key)
            return body
        body = msgspec.json.encode(self.rows(selection, start, stop))
        self._bodies[key] = body
        self._body_bytes += len(body)
        while self._body_bytes > _BODY_BYTES_KEPT and len(self._bodies) > 1:
            self._body_bytes -= len(self._bodies.popitem(last=False)[1])
        return body

    def _table(self, moment: Moment, endpoint: str) -> Sequence[Row]:
        snapshot = self.snapshot(moment)
        tables = {
            "person-details": snapshot.people,
            "employment-details": snapshot.employments,
            "employee-supervisor-details": snapshot.supervisors,
            "user-defined-fields": snapshot.user_defined_fields,
            "org-levels": snapshot.org_levels,
            "jobs": snapshot.jobs,
            "locations": snapshot.locations,
            "company-details": snapshot.companies,
        }
        return tables[endpoint]

    def _positions_of(self, moment: Moment, endpoint: str, wanted: str) -> list[int]:
        rows = self._table(moment, endpoint)
        index = self._positions.get(endpoint)
        if index is None:
            index = {}
            for position, employee_id in enumerate(employee_ids(rows)):
                index.setdefault(comparable(employee_id), []).append(position)
            self._positions[endpoint] = index
        found: set[int] = set()
        for part in wanted.split(","):
            found.update(index.get(comparable(part.strip()), ()))
        return sorted(found)
