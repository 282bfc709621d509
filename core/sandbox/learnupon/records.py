"""What a realm remembers: accounts, memberships, fields, invites, groups, courses, enrolments.

Moments are aware and in UTC; expiry is a calendar date.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum


class UserType(StrEnum):
    """The role in a portal."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    MANAGER = "manager"
    ADMIN = "admin"


# Role ids of invites (facts/learnupon-api, section 4).
ROLE_IDS = {1: UserType.LEARNER, 2: UserType.ADMIN, 3: UserType.INSTRUCTOR, 4: UserType.MANAGER}


class FieldType(IntEnum):
    """The seven types of custom user data by type_id (section 3)."""

    STRING = 1
    DECIMAL = 2
    INTEGER = 3
    STRING_CHOICE = 4
    DECIMAL_CHOICE = 5
    INTEGER_CHOICE = 6
    DATE = 7


class InviteStatus(StrEnum):
    """What became of an invite."""

    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELED = "canceled"


@dataclass(slots=True)
class Field:
    """A custom user data field of one portal; `choices` only for the choice types."""

    id: int
    type: FieldType
    label: str
    choices: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Account:
    """A person, once in the realm. `portals` are the names of the portals they are a member of."""

    id: int
    created_at: datetime
    email: str | None = None
    username: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    locale: str = "en"
    timezone_id: str | None = None
    sf_contact_id: str | None = None
    sf_user_id: str | None = None
    portals: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Membership:
    """An account in one portal. `values` are custom user data as text, by field id; `flags` only those ever set."""

    account: Account
    updated_at: datetime
    user_type: UserType = UserType.LEARNER
    enabled: bool = True
    account_expires: date | None = None
    membership_type: str | None = None
    values: dict[int, str] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=dict)
    sign_in_count: int = 0
    last_sign_in_at: datetime | None = None


@dataclass(slots=True, eq=False)
class Invite:
    """An invite to one portal, by e-mail or username. `expires_at` is the expiry of the account to come."""

    id: int
    token: str
    created_at: datetime
    email: str | None = None
    username: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    user_type: UserType = UserType.LEARNER
    expires_at: date | None = None
    group_id: int | None = None
    sf_contact_id: str | None = None
    sf_user_id: str | None = None
    values: dict[int, str] = field(default_factory=dict)
    status: InviteStatus = InviteStatus.SENT
    accepted_at: datetime | None = None


@dataclass(slots=True, eq=False)
class Group:
    """A group; `members` are user ids with the id of the membership, `courses` are course ids."""

    id: int
    title: str
    created_at: datetime
    description: str = ""
    members: dict[int, int] = field(default_factory=dict)
    courses: list[int] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Course:
    """A course."""

    id: int
    name: str
    created_at: datetime


@dataclass(slots=True, eq=False)
class Enrollment:
    """A user on a course."""

    id: int
    account: Account
    course: Course
    enrolled_at: datetime
    status: str = "not_started"
    percentage: int = 0
