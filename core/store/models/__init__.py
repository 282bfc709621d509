"""The tables, by subject.

Each has a plain `table_description`: without one, its docstring would become part of the schema.
"""

from core.store.models.drafts import ConnectLink, Draft
from core.store.models.governance import Admin, Attempts, AuditLine
from core.store.models.history import Approval, Plan, PlanItem, Run, RunLock
from core.store.models.mail import Mail, MailTemplate
from core.store.models.notes import Note
from core.store.models.people import Invite, Learner, Link
from core.store.models.requests import Notice, RunRequest
from core.store.models.settings import Connection, CustomField, LearnUponAccount, Mapping, Portal
from core.store.models.slack import RunProgress, SlackPost, SlackSender
from core.store.models.source import Failure, Snapshot, SnapshotPart
from core.store.models.training import Course, Enrolment, Group, GroupCourse, Membership, Rule

__all__ = [
    "Admin",
    "Approval",
    "Attempts",
    "AuditLine",
    "ConnectLink",
    "Connection",
    "Course",
    "CustomField",
    "Draft",
    "Enrolment",
    "Failure",
    "Group",
    "GroupCourse",
    "Invite",
    "LearnUponAccount",
    "Learner",
    "Link",
    "Mail",
    "MailTemplate",
    "Mapping",
    "Membership",
    "Note",
    "Notice",
    "Plan",
    "PlanItem",
    "Portal",
    "Rule",
    "Run",
    "RunLock",
    "RunProgress",
    "RunRequest",
    "SlackPost",
    "SlackSender",
    "Snapshot",
    "SnapshotPart",
]
