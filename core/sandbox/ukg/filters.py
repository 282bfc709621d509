"""Query filters: equality on plain values and comma lists, operators inside date values.

Source: facts/ukg-pro-api, section 3. Values are compared without trailing blanks and without regard to case,
as the database behind the API does. Whether the operators are strict is not established; here `>` and `<`
compare with midnight at the start of the day, `{a,b}` includes both days, a bare date is the whole day.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from core.sandbox.answers import Refusal
from core.sandbox.ukg.rows import Row

Test = Callable[[Row], bool]

_PERSON = """
    companyId employeeId lastName emailAddress addressState addressCountry cobraIsActive cobraStatus nationalId
    nationalIdCountry
"""
_EMPLOYMENT = """
    companyID employeeID primaryJobCode jobTitle fullTimeOrPartTimeCode primaryWorkLocationCode primaryProjectCode
    deductionGroupCode earningGroupCode employeeTypeCode employeeStatusCode employeeNumber supervisorID payGroup
"""
_EQUALITY = {
    "person-details": _PERSON,
    "employment-details": _EMPLOYMENT,
    "employee-supervisor-details": """
        companyID employeeID supervisorCompanyID supervisorEmployeeID supervisorCompanyCode
    """,
    "user-defined-fields": "employeeId",
    "org-levels": "levelDescription code budgetGroup reportingCategory isActive",
    "jobs": "countryCode isActive",
    "locations": "countryCode isActive",
    "company-details": "companyID masterCompanyId companyCode isMasterCompany",
}
_DATES = {
    "person-details": "dateOfCobraEvent datetimeCreated datetimeChanged",
    "employment-details": """
        originalHireDate lastHireDate dateOfTermination dateOfRetirement dateTimeCreated dateTimeChanged
        dateLastPayDatePaid
    """,
}


def _by_lower_name(table: dict[str, str]) -> dict[str, dict[str, str]]:
    return {endpoint: {name.lower(): name for name in names.split()} for endpoint, names in table.items()}


_EQUALITY_FIELDS = _by_lower_name(_EQUALITY)
_DATE_FIELDS = _by_lower_name(_DATES)


def tests_for(endpoint: str, query: dict[str, str]) -> list[tuple[str, Test]]:
    """The tests a row must pass, each with its query name. `query` has lower-case names; unknown ones are ignored.

    Raises Refusal (400) for a date that cannot be read.
    """
    tests = []
    for name, value in query.items():
        if name in _EQUALITY_FIELDS[endpoint]:
            tests.append((name, _equals(_EQUALITY_FIELDS[endpoint][name], value)))
        elif name in _DATE_FIELDS.get(endpoint, {}):
            tests.append((name, _within(_DATE_FIELDS[endpoint][name], value)))
    return tests


def comparable(value: Any) -> str:
    """A value as the filters compare it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).rstrip().casefold()


def _value(row: Row, field: str) -> Any:
    """The field of a row, also when a hand-made row spells it in another case."""
    if field in row:
        return row[field]
    wanted = field.lower()
    return next((value for name, value in row.items() if name.lower() == wanted), None)


def _equals(field: str, value: str) -> Test:
    wanted = {comparable(part.strip()) for part in value.split(",")}
    return lambda row: comparable(_value(row, field)) in wanted


def _within(field: str, value: str) -> Test:
    earliest, latest = _bounds(value.strip())

    def test(row: Row) -> bool:
        try:
            moment = datetime.fromisoformat(str(_value(row, field)))
        except ValueError:
            return False
        return earliest <= moment < latest

    return test


def _bounds(value: str) -> tuple[datetime, datetime]:
    """The half-open interval of moments a date filter lets through."""
    one_day = timedelta(days=1)
    if value.startswith(">"):
        return _date(value[1:]), datetime.max
    if value.startswith("<"):
        return datetime.min, _date(value[1:])
    if value.startswith("{") and value.endswith("}") and "," in value:
        first, _, last = value[1:-1].partition(",")
        return _date(first), _date(last) + one_day
    return _date(value), _date(value) + one_day


def _date(text: str) -> datetime:
    try:
        return datetime.strptime(text.strip(), "%m-%d-%Y")
    except ValueError as problem:
        raise Refusal(400, f"{text!r} is not a date written MM-DD-YYYY.") from problem
