"""Full rows of person-details and employment-details, for tests with hand-made people."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from core.sandbox.ukg.fields import EMPLOYMENT_FIELDS, PERSON_FIELDS

Row = dict[str, Any]

# What a client has no business keeping. Values are plainly fake, so a test can look for them anywhere.
SENSITIVE_VALUES: dict[str, Any] = {
    "ssn": "000-00-0000",
    "previousSSN": "000-00-0001",
    "nationalId": "000-NATIONAL-ID",
    "nationalIdCountry": "USA",
    "dateOfBirth": "1900-01-01T00:00:00",
    "ethnicIDCode": "SENSITIVE-ETHNIC-CODE",
    "ethnicDescription": "SENSITIVE-ETHNICITY",
    "maritalStatusCode": "SENSITIVE-MARITAL-STATUS",
    "gender": "SENSITIVE-GENDER",
    "disabilityType": "SENSITIVE-DISABILITY",
    "isDisabled": False,
    "isSmoker": False,
    "healthBloodType": "SENSITIVE-BLOOD-TYPE",
    "healthEyes": "SENSITIVE-EYES",
    "healthHair": "SENSITIVE-HAIR",
    "healthHeightFeet": "SENSITIVE-HEIGHT",
    "healthHeightInches": "SENSITIVE-HEIGHT",
    "healthWeight": 999,
    "i9AlienNumber": "SENSITIVE-ALIEN-NUMBER",
    "i9DocA": "SENSITIVE-I9-DOCUMENT",
    "militaryBranchServed": "SENSITIVE-MILITARY",
    "originCountry": "SENSITIVE-ORIGIN",
    "nationality1": "SENSITIVE-NATIONALITY",
    "cobraNotes": "SENSITIVE-COBRA",
    "addressLine1": "SENSITIVE-HOME-ADDRESS",
}

# Look for them with `marker in text`: a date of birth counts with or without its time part.
SENSITIVE_MARKERS: tuple[str, ...] = ("000-00-0000", "000-00-0001", "000-NATIONAL-ID", "1900-01-01", "SENSITIVE-")

_EMPTY_PERSON: Row = dict.fromkeys(PERSON_FIELDS)
_EMPTY_EMPLOYMENT: Row = dict.fromkeys(EMPLOYMENT_FIELDS)


def person_row(**overrides: Any) -> Row:
    """One person-details row: all 94 documented fields, then whatever is given (unknown names included).

    Unless given, `personId` follows from `employeeId`, so two rows differ as soon as their ids do.
    """
    row = _EMPTY_PERSON | {
        "employeeId": "E00000000001",
        "companyId": "HLDN1",
        "firstName": "Ann",
        "lastName": "Example",
        "emailAddress": "ann.example@example.com",
        "ssnIsSuppressed": False,
        "datetimeCreated": "2020-01-06T09:00:00",
        "datetimeChanged": "2020-01-06T09:00:00",
    }
    row.update(overrides)
    if "personId" not in overrides:
        row["personId"] = str(uuid5(NAMESPACE_URL, str(row["employeeId"])))
    return row


def employment_row(**overrides: Any) -> Row:
    """One employment-details row: all 77 documented fields, then whatever is given.

    The default is an active full-time employee hired on 6 January 2020, matching `person_row()`.
    """
    row = _EMPTY_EMPLOYMENT | {
        "employeeID": "E00000000001",
        "companyID": "HLDN1",
        "companyCode": "FOODS",
        "companyName": "Halden Foods",
        "employeeNumber": "000000001",
        "employeeStatusCode": "A",
        "employeeTypeCode": "REG",
        "fullTimeOrPartTimeCode": "F",
        "salaryOrHourly": "S",
        "primaryProjectCode": "Z",
        "originalHireDate": "2020-01-06T00:00:00",
        "lastHireDate": "2020-01-06T00:00:00",
        "statusStartDate": "2020-01-06T00:00:00",
        "dateTimeCreated": "2020-01-06T09:00:00",
        "dateTimeChanged": "2020-01-06T09:00:00",
    }
    row.update(overrides)
    return row
