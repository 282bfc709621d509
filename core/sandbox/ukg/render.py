"""From records to the full rows UKG would serve."""

from dataclasses import dataclass
from datetime import date

from core.sandbox.ukg.catalog import COMPANIES, JOBS, USER_DEFINED_LABELS
from core.sandbox.ukg.fields import EMPLOYMENT_FIELDS, PERSON_FIELDS, SUPERVISOR_FIELDS
from core.sandbox.ukg.records import EmploymentRecord, PersonRecord, is_terminated
from core.sandbox.ukg.rows import SENSITIVE_VALUES, Row
from core.sandbox.ukg.state import State


@dataclass(frozen=True)
class View:
    """How a tenant shows what the sources leave open; see SandboxSettings."""

    flips_at_once: bool = False
    clears_termination: bool = True


_PERSON: Row = (
    dict.fromkeys(PERSON_FIELDS)
    | SENSITIVE_VALUES
    | {
        "homePhoneCountry": "USA",
        "addressCity": "Springfield",
        "addressState": "WA",
        "addressZipCode": "00000",
        "addressCountry": "USA",
        "ssnIsSuppressed": False,
        "cobraIsActive": False,
        "i9Verified": True,
    }
)

_EMPLOYMENT: Row = dict.fromkeys(EMPLOYMENT_FIELDS) | {
    "languageCode": "en-us",
    "primaryProjectCode": "Z",
    "shift": "Z",
    "workPhoneCountry": "USA",
    "autoAllocate": "N",
    "isAutoAllocated": "N",
    "isAutopaid": "N",
    "isMultipleJob": "N",
    "okToRehire": "Y",
    "payGroup": "BIWK",
    "payGroupDescription": "Biweekly",
    "payPeriod": "B",
    "scheduledAnnualHrs": 2080,
    "scheduledFTE": 1,
    "scheduledWorkHrs": 80,
    "weeklyHours": 40,
    "deductionGroupCode": "STD",
    "earningGroupCode": "STD",
}

_PADDED_CODES = (
    "orgLevel1Code",
    "orgLevel2Code",
    "orgLevel3Code",
    "orgLevel4Code",
    "primaryJobCode",
    "primaryWorkLocationCode",
    "employeeTypeCode",
    "employeeNumber",
    "companyCode",
    "jobDescription",
)


def _midnight(day: date) -> str:
    return f"{day.isoformat()}T00:00:00"


def person_details(person: PersonRecord) -> Row:
    """The person-details row; one in ten carries fields the documentation does not know."""
    row = _PERSON.copy()
    row["personId"] = person.person_id
    row["employeeId"] = person.employee_id
    row["companyId"] = COMPANIES[person.company].identifier
    row["firstName"] = person.first_name
    row["middleName"] = person.middle_name
    row["lastName"] = person.last_name
    row["preferredName"] = person.preferred_name
    row["formerName"] = person.former_name
    row["emailAddress"] = person.email
    row["emailAddressAlternate"] = person.other_email
    row["homePhone"] = person.home_phone
    row["datetimeCreated"] = person.created
    row["datetimeChanged"] = person.changed
    if person.serial % 10 == 0:
        row["addressLine3"] = None
        row["tenantExtension"] = {"source": "import", "revisions": [1, 2]}
    return row


def employment_details(record: EmploymentRecord, state: State, view: View) -> Row:
    """The employment-details row. Supervisor names follow the supervisor without bumping this row's stamp."""
    company, job = COMPANIES[record.company], JOBS[record.job]
    row = _EMPLOYMENT.copy()
    row["companyID"] = company.identifier
    row["companyCode"] = company.code
    row["companyName"] = company.name
    row["employeeID"] = record.employee_id
    row["employeeNumber"] = record.number
    row["jobDescription"] = job.title
    row["primaryJobCode"] = job.code
    row["orgLevel1Code"] = record.division
    row["orgLevel2Code"] = record.department
    row["orgLevel3Code"] = record.team
    row["orgLevel4Code"] = record.region
    row["originalHireDate"] = row["dateOfSeniority"] = _midnight(record.original_hire)
    row["lastHireDate"] = _midnight(record.last_hire)
    row["fullTimeOrPartTimeCode"] = "F" if record.full_time else "P"
    row["salaryOrHourly"] = "S" if record.salaried else "H"
    row["primaryWorkLocationCode"] = record.location
    row["workPhoneNumber"] = "2065550100"
    row["workPhoneExtension"] = record.number[-4:]
    row["dateInJob"] = record.date_in_job
    row["employeeTypeCode"] = record.type_code
    row["employeeStatusCode"] = record.status
    row["statusStartDate"] = _midnight(record.status_start)
    if record.status == "L":
        row["leaveReasonCode"] = "FMLA"
    elif record.status == "S":
        row["dateOfSuspension"] = row["statusStartDate"]
    row["dateTimeCreated"] = record.created
    row["dateTimeChanged"] = record.changed
    _show_termination(row, record, state.today, view)
    if record.supervisor is not None:
        row["supervisorID"] = record.supervisor
        _show_supervisor(row, record.supervisor, state)
    if record.padded:
        for field in _PADDED_CODES:
            row[field] += "  "
    return row


def _show_termination(row: Row, record: EmploymentRecord, today: date, view: View) -> None:
    if is_terminated(record, today, flips_at_once=view.flips_at_once):
        row["employeeStatusCode"] = "T"
    shown = record.termination
    if shown is None and not view.clears_termination:
        shown = record.earlier_termination
    if shown is None:
        return
    if row["employeeStatusCode"] == "T":
        row["statusStartDate"] = _midnight(shown)
    row["dateOfTermination"] = row["dateLastWorked"] = row["datePaidThru"] = _midnight(shown)
    row["termReason"], row["terminationReasonDescription"], row["termType"] = "RESIGN", "Resignation", "V"


def _show_supervisor(row: Row, identifier: str, state: State) -> None:
    person, employment = state.person_of.get(identifier), state.employment_of.get(identifier)
    if person is None or employment is None:
        return
    row["supervisorFirstName"] = person.first_name
    row["supervisorLastName"] = person.last_name
    row["supervisorEmployeeNumber"] = employment.number
    row["supervisorCOID"] = COMPANIES[employment.company].identifier
    row["supervisorCompanyCode"] = COMPANIES[employment.company].code


def supervisor_details(record: EmploymentRecord, state: State, view: View) -> Row:
    """The employee-supervisor-details row; every supervisor field is null when there is none."""
    row: Row = dict.fromkeys(SUPERVISOR_FIELDS)
    row["employeeID"] = record.employee_id
    row["companyID"] = COMPANIES[record.company].identifier
    row["employeeNumber"] = record.number
    if record.supervisor is None:
        return row
    row["supervisorEmployeeID"] = record.supervisor
    person, employment = state.person_of.get(record.supervisor), state.employment_of.get(record.supervisor)
    if person is None or employment is None:
        return row
    gone = is_terminated(employment, state.today, flips_at_once=view.flips_at_once)
    row["supervisorFirstName"] = person.first_name
    row["supervisorLastName"] = person.last_name
    row["supervisorEmployeeNumber"] = employment.number
    row["supervisorCompanyID"] = COMPANIES[employment.company].identifier
    row["supervisorCompanyCode"] = COMPANIES[employment.company].code
    row["supervisorStatusCode"] = "T" if gone else employment.status
    row["supervisorJobCode"] = JOBS[employment.job].code
    row["supervisorEmail"] = person.email
    row["supervisorPersonId"] = person.person_id
    return row


_SIZES = ("S", "M", "L", "XL", None)
_NO_PERSONNEL_VALUES: Row = {f"personnelUDField{slot:02d}": {"field": None, "value": None} for slot in range(1, 15)}
_NO_INTERNATIONAL_VALUES: Row = {
    f"internationalUDField{slot:02d}": {"field": None, "value": None} for slot in range(1, 15)
}


def user_defined_fields(person: PersonRecord) -> Row:
    """The user-defined-fields row: 14 personnel slots, the labelled ones filled for most people."""
    serial = person.serial
    values: dict[int, str | int | None] = {
        1: _SIZES[serial % 5],
        2: f"B{serial:06d}",
        3: serial % 400,
        5: f"20{10 + serial % 15}-{1 + serial % 12:02d}-01T00:00:00" if serial % 3 else None,
    }
    personnel = _NO_PERSONNEL_VALUES.copy()
    for slot, value in values.items():
        personnel[f"personnelUDField{slot:02d}"] = {"field": USER_DEFINED_LABELS[slot], "value": value}
    return {
        "employeeId": person.employee_id,
        "personnelUserDefinedFields": personnel,
        "internationalUserDefinedFields": _NO_INTERNATIONAL_VALUES.copy(),
    }
