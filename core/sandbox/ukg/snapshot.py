"""The company's tables on one day, as the rows the API serves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar, overload

from core.sandbox.ukg.rows import Row

Record = TypeVar("Record")


class RenderedRows(Sequence[Row], Generic[Record]):
    """Rows made from records at the moment they are asked for, and not kept."""

    def __init__(
        self, records: Sequence[Record], render: Callable[[Record], Row], employee_id: Callable[[Record], str]
    ) -> None:
        self._records = records
        self._render = render
        self._employee_id = employee_id

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, position: int) -> Row: ...
    @overload
    def __getitem__(self, position: slice) -> list[Row]: ...
    def __getitem__(self, position: int | slice) -> Row | list[Row]:
        if isinstance(position, slice):
            return [self._render(record) for record in self._records[position]]
        return self._render(self._records[position])

    def employee_ids(self) -> list[str]:
        """The employeeId of every row, without making the rows."""
        return [self._employee_id(record) for record in self._records]


def employee_ids(rows: Sequence[Row]) -> list[Any]:
    """The employeeId of every row of a table, however it is spelled."""
    if isinstance(rows, RenderedRows):
        return rows.employee_ids()
    return [row.get("employeeId", row.get("employeeID")) for row in rows]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Every table on one day. Rows are plain dicts spelled as documented."""

    day: int
    date: date
    people: Sequence[Row]
    employments: Sequence[Row]
    supervisors: Sequence[Row]
    user_defined_fields: Sequence[Row]
    org_levels: Sequence[Row]
    jobs: Sequence[Row]
    locations: Sequence[Row]
    companies: Sequence[Row]
