"""One person: where they were found, whom they are linked to, what is mapped, what is decided and why, and what would
be written; or written now, for this person alone."""

from core.services.person.explaining import explain_person
from core.services.person.steps import Decided, Explanation, Found, LastChange, Linked, MappedValue
from core.services.person.syncing import sync_person

__all__ = [
    "Decided",
    "Explanation",
    "Found",
    "LastChange",
    "Linked",
    "MappedValue",
    "explain_person",
    "sync_person",
]
