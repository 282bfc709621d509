"""What is known of each employee elsewhere, gathered from the portal and the links: all that a decision needs."""

from collections.abc import Sequence

from msgspec.structs import replace

from core.domain.decision import Rules, Situation
from core.domain.email import email_key
from core.domain.employee import Employee
from core.domain.learner import Learner
from core.domain.lifecycle import is_terminated
from core.portals.base import PortalPort
from core.sync.emails import Emails
from core.sync.links import Links, learners_by_person


class Situations:
    """Makes the situations of employees of one portal."""

    def __init__(self, portal_id: int, portal: PortalPort, links: Links, rules: Rules, emails: Emails) -> None:
        self._portal_id = portal_id
        self._portal = portal
        self._links = links
        self._rules = rules
        self._emails = emails
        self._sole_admin: str | None = None

    async def begin(self) -> None:
        """Ask what is the same for everyone."""
        self._sole_admin = await self._portal.sole_admin()

    async def of(self, employees: Sequence[Employee]) -> list[Situation]:
        """The situation of each employee, in their order."""
        linked_to = await self._linked_learner_ids(employees)
        by_id = await self._portal.learners_by_id(set(linked_to.values()))
        own = {key: email_key(learner.email) for key, learner in by_id.items()}
        keys = {
            email_key(employee.email)
            for employee in employees
            # Nobody else can have the address that the employee's own account has.
            if employee.email and email_key(employee.email) != own.get(linked_to.get(employee.employee_id, ""))
        }
        by_email = await self._portal.learners_by_email(keys)
        elsewhere = await self._portal.known_elsewhere(keys - by_email.keys())
        situations: list[Situation] = []
        for employee in employees:
            key = email_key(employee.email) if employee.email else None
            learner = by_id.get(linked_to.get(employee.employee_id, ""))
            situation = Situation(
                employee,
                learner,
                linked=learner is not None,
                shares_email=self._emails.shared(key),
                sole_admin=learner is not None and learner.id == self._sole_admin,
                known_elsewhere=key in elsewhere,
            )
            holder = by_email.get(key) if key else None
            if holder is not None and (learner is None or holder.id != learner.id):
                situation = self._with_holder(situation, holder)
            situations.append(situation)
        return situations

    def _with_holder(self, situation: Situation, holder: Learner) -> Situation:
        """An account with the employee's e-mail that is not (yet) theirs: adopted on the first link, else in the way.

        Nobody's account is adopted for someone who left while another employee uses the same e-mail.
        """
        adoptable = situation.learner is None and holder.linked_employee_id is None
        if adoptable and is_terminated(situation.employee, self._rules.today):
            adoptable = self._emails.sole_user(email_key(holder.email))
        if adoptable:
            return replace(situation, learner=holder, sole_admin=holder.id == self._sole_admin)
        return replace(situation, email_holder=holder)

    async def _linked_learner_ids(self, employees: Sequence[Employee]) -> dict[str, str]:
        """Learner ids by employee id, for those who are linked; a new employee id is followed by the person id."""
        linked: dict[str, str] = {}
        unknown: dict[str, str] = {}
        for employee in employees:
            link = self._links.of(employee)
            if link is not None:
                linked[employee.employee_id] = str(link.learner_id)
            elif employee.person_id is not None and self._links.any_persons:
                unknown[employee.person_id] = employee.employee_id
        for person_id, learner_id in (await learners_by_person(self._portal_id, unknown)).items():
            linked[unknown[person_id]] = str(learner_id)
        return linked
