"""The tables, by subject.

Each has a plain `table_description`: without one, its docstring would become part of the schema.
"""

from core.store.models.history import Plan, PlanItem, Run, RunLock
from core.store.models.notes import Note
from core.store.models.people import Invite, Learner, Link
from core.store.models.settings import Connection, CustomField, Mapping, Portal

__all__ = [
    "Connection",
    "CustomField",
    "Invite",
    "Learner",
    "Link",
    "Mapping",
    "Note",
    "Plan",
    "PlanItem",
    "Portal",
    "Run",
    "RunLock",
]
