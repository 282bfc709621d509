"""The company's fixed furniture: component companies, org levels, jobs, locations, user-defined fields."""

from dataclasses import dataclass

from core.sandbox.ukg.rows import Row


@dataclass(frozen=True)
class ComponentCompany:
    """One legal entity; `identifier` is UKG's five-character COID."""

    identifier: str
    code: str
    name: str
    email_domain: str


@dataclass(frozen=True)
class Job:
    """One job of the job table."""

    code: str
    title: str
    salaried: bool


@dataclass(frozen=True)
class Department:
    """One level-2 unit, the division above it, its teams (level 3) and the jobs held in it (positions in JOBS)."""

    code: str
    name: str
    division: str
    teams: tuple[tuple[str, str], ...]
    jobs: tuple[int, ...]


@dataclass(frozen=True)
class Place:
    """One work location and the level-4 region it belongs to."""

    code: str
    name: str
    city: str
    state: str
    region: str
    country: str = "USA"


COMPANIES = (
    ComponentCompany("HLDN1", "FOODS", "Halden Foods", "example.com"),
    ComponentCompany("HLDN2", "LOGIS", "Halden Logistics", "example.com"),
    ComponentCompany("7QCR4", "CARE", "Halden Care", "example.org"),
)

JOBS = (
    Job("OPR1", "Machine Operator", False),
    Job("OPR2", "Line Lead", False),
    Job("TECH1", "Maintenance Technician", False),
    Job("WHSE1", "Warehouse Associate", False),
    Job("DRV1", "Delivery Driver", False),
    Job("QUAL1", "Quality Inspector", True),
    Job("RN1", "Registered Nurse", False),
    Job("CARE1", "Care Assistant", False),
    Job("ACCT1", "Accountant", True),
    Job("ENG2", "Software Engineer", True),
    Job("HRBP", "HR Business Partner", True),
    Job("MGR1", "Manager", True),
)
MANAGER_JOB = len(JOBS) - 1

DIVISIONS = {
    "PROD": "Production",
    "OPS": "Operations",
    "HEALTH": "Health Services",
    "CORP": "Corporate Services",
}

DEPARTMENTS = (
    Department("PACK", "Packaging", "PROD", (("PACKA", "Packaging Day"), ("PACKB", "Packaging Night")), (0, 1)),
    Department("BAKE", "Bakery", "PROD", (("BAKE1", "Ovens"), ("BAKE2", "Dough & Mixing")), (0, 1, 5)),
    Department("MAINT", "Maintenance", "PROD", (("MECH", "Mechanical"), ("ELEC", "Electrical")), (2,)),
    # The same code as the division above it: only (level, code) is a key.
    Department("OPS", "Operations Support", "OPS", (("DISP", "Dispatch"), ("PLAN", "Planning")), (3, 5)),
    Department("WHSE", "Warehouse", "OPS", (("RECV", "Receiving"), ("SHIP", "Shipping")), (3, 3, 5)),
    Department("FLEET", "Fleet", "OPS", (("NORTHR", "Northern Routes"), ("SOUTHR", "Southern Routes")), (4,)),
    Department("NURSE", "Nursing", "HEALTH", (("WARD1", "Ward One"), ("WARD2", "Ward Two")), (6, 7)),
    Department("HOMEC", "Home Care", "HEALTH", (("HOMEN", "Home Care North"), ("HOMES", "Home Care South")), (7,)),
    Department("FIN", "Finance", "CORP", (("PAYR", "Payroll"), ("LEDG", "General Ledger")), (8,)),
    Department("IT", "Information Technology", "CORP", (("APPS", "Applications"), ("INFRA", "Infrastructure")), (9,)),
    Department("HR", "Human Resources", "CORP", (("TALENT", "Talent"), ("LEARN", "Learning")), (10,)),
)

REGIONS = {"NW": "North West", "SW": "South West", "MW": "Mid West", "SE": "South East"}

PLACES = (
    Place("SEAL", "Seattle Office", "Seattle", "WA", "NW"),
    Place("PORT", "Portland Plant", "Portland", "OR", "NW"),
    Place("PHX", "Phoenix Depot", "Phoenix", "AZ", "SW"),
    Place("DEN", "Denver Care Centre", "Denver", "CO", "SW"),
    Place("CHI", "Chicago Bakery", "Chicago", "IL", "MW"),
    Place("COL", "Columbus Warehouse", "Columbus", "OH", "MW"),
    Place("ATL", "Atlanta Depot", "Atlanta", "GA", "SE"),
    Place("TOR", "Toronto Office", "Toronto", "ON", "MW", "CAN"),
)

# Slot number -> the tenant's label. Value types by slot: facts/ukg-pro-api, section 3.7.
USER_DEFINED_LABELS = {1: "Shirt Size", 2: "Badge Number", 3: "Parking Space", 5: "Certified On"}


def _org_level(level: int, name: str, code: str, description: str) -> Row:
    return {
        "level": level,
        "code": code,
        "description": description,
        "levelDescription": name,
        "budgetGroup": None,
        "currentYearBudgetFTE": 0,
        "currentYearBudgetSalary": 0,
        "lastYearBudgetFTE": 0,
        "lastYearBudgetSalary": 0,
        "glSegment": None,
        "reportingCategory": None,
        "isActive": True,
        "longDescription": description,
    }


def org_level_rows() -> list[Row]:
    """Rows of org-levels: 1 Division, 2 Department, 3 Team, 4 Region."""
    rows = [_org_level(1, "Division", code, name) for code, name in DIVISIONS.items()]
    rows += [_org_level(2, "Department", unit.code, unit.name) for unit in DEPARTMENTS]
    rows += [_org_level(3, "Team", code, name) for unit in DEPARTMENTS for code, name in unit.teams]
    rows += [_org_level(4, "Region", code, name) for code, name in REGIONS.items()]
    return rows


def job_rows() -> list[Row]:
    """Rows of jobs, keyed by `code`; the server renames it when told to."""
    return [
        {
            "countryCode": "USA",
            "code": job.code,
            "title": job.title,
            "isActive": True,
            "jobFamilyCode": None,
            "longDescription": job.title,
            "jobGroup": None,
            "flsaTypeCode": "E" if job.salaried else "N",
        }
        for job in JOBS
    ]


def location_rows() -> list[Row]:
    """Rows of locations."""
    return [
        {
            "locationCode": place.code,
            "description": place.name,
            "addressLine1": "1 Main Street",
            "addressLine2": None,
            "city": place.city,
            "state": place.state,
            "zipOrPostalCode": "00000",
            "countryCode": place.country,
            "isActive": True,
            "locationGLSegment": None,
        }
        for place in PLACES
    ]


def company_rows() -> list[Row]:
    """Rows of company-details; the first company is the master."""
    return [
        {
            "isMasterCompany": "true" if company is COMPANIES[0] else "false",
            "masterCompanyId": COMPANIES[0].identifier,
            "companyID": company.identifier,
            "companyCode": company.code,
            "companyName": company.name,
            "addressLine1": "1 Main Street",
            "addressLine2": None,
            "addressCity": "Seattle",
            "addressState": "WA",
            "addressZipCode": "00000",
            "addressCountry": "USA",
            "addressCounty": None,
            "phoneNumber": "2065550100",
            "phoneNumberExtension": None,
            "federalTaxId": None,
            "orgLevel1Code": None,
            "orgLevel2Code": None,
            "orgLevel3Code": None,
            "orgLevel4Code": None,
        }
        for company in COMPANIES
    ]
