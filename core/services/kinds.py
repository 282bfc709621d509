"""The kinds of portal, and what a LearnUpon portal has itself, so that it is not done here a second time."""

from enum import Enum
from typing import NamedTuple

from core.domain.errors import SettingsError
from core.store.models import Portal

EMBEDDED, LEARNUPON = "embedded", "learnupon"
KINDS = (EMBEDDED, LEARNUPON)


class _There(NamedTuple):
    what: str
    where: str


class Own(Enum):
    """What LearnUpon has of its own: what it is, and where it is done instead; `{}` is the portal's name here.

    Where fields and groups are: facts/portal-semantics.md, sections 2.1 and 3.
    """

    GROUPS = _There(
        "LearnUpon keeps its own groups and the rules that fill them", "Work with them there, under Groups."
    )
    COURSES = _There("LearnUpon keeps its own courses and enrolments", "Work with them there, under Courses.")
    FIELDS = _There(
        "LearnUpon keeps its own custom user data fields",
        "Change them there, under Settings > Users > Custom User Data; what there is: ukg field list {}",
    )
    PEOPLE = _There(
        "People of LearnUpon are changed in UKG Pro, or by hand in LearnUpon",
        "Do it there, under Users; a sync sees it within a week, at once with: ukg sync {} --reconcile",
    )
    MAILS = _There("LearnUpon words and sends its own mails", "Look for them there, in the portal's settings.")
    LINKS = _There("LearnUpon mails its own invitations", "Let it send another: ukg resend {} EMAIL")
    LIMITS = _There(
        "LearnUpon has its own licences, number of fields, and rule about people of its other portals",
        "Change those there, in the settings of its portals.",
    )

    def sentence(self, portal: Portal) -> str:
        """Said in place of a list."""
        return f"{self.value.what}. {self.value.where.format(portal.slug)}"

    def refuse(self, portal: Portal) -> None:
        """Raise `SettingsError` for a portal of LearnUpon."""
        if portal.kind == LEARNUPON:
            raise SettingsError(
                f"{self.value.what}, so nothing was done in {portal.slug}. {self.value.where.format(portal.slug)}"
            )
