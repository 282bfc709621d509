"""The decision for one employee: what should happen to their account today, and why.

Read from `decide` downwards: someone without an account, someone who left, someone who stays.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from core.domain.change import AccountState, Change, Decision
from core.domain.email import email_key, is_email
from core.domain.employee import INACTIVE, Employee, EmploymentStatus
from core.domain.invite_settings import InviteSettings, InviteWhen
from core.domain.learner import LONGEST_NAME, AccountStatus, Learner
from core.domain.lifecycle import AccessEnd, access_end, is_terminated, next_date, next_effect
from core.domain.mapping import Mapped, Mapping, ValueWarning, map_values
from core.domain.outcome import SENTENCES, Outcome, Reason
from core.domain.scope import Scope


class Rules(msgspec.Struct, frozen=True):
    """The portal's settings that a decision depends on. `today` is the portal's calendar date."""

    mappings: Sequence[Mapping]
    invites: InviteSettings
    today: date
    scope: Scope = Scope()


class Situation(msgspec.Struct, frozen=True):
    """One employee and all that is known about them elsewhere.

    `learner` is the account linked to the employee, or the one found by e-mail (`linked` tells which).
    `email_holder` is the account that holds the employee's e-mail, if it is another one. `shares_email` tells that
    several employees in UKG Pro have this e-mail. `sole_admin` marks the portal's last active admin.
    `known_elsewhere` tells that another portal of the realm has an account with the e-mail.
    """

    employee: Employee
    learner: Learner | None
    linked: bool
    email_holder: Learner | None = None
    shares_email: bool = False
    sole_admin: bool = False
    known_elsewhere: bool = False


def decide(situation: Situation, rules: Rules) -> Decision:
    """What to do for this employee; see design, section 4, for the rules behind it."""
    decision = _decide(situation, rules)
    return msgspec.structs.replace(
        decision, due_on=_earliest(decision.due_on, next_date(situation.employee, rules.today))
    )


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _decide(situation: Situation, rules: Rules) -> Decision:
    employee, learner = situation.employee, situation.learner
    if learner is None:
        return _without_account(situation, rules)
    outside = rules.scope.outside(employee)
    if outside is not None and (not situation.linked or rules.scope.excludes_by_name(employee)):
        return _out_of_scope(situation, outside)
    end = access_end(employee, rules.today, known_end=learner.account_expires)
    if is_terminated(employee, rules.today) and end is not None and not _ended_too_early(employee, learner, end):
        return _ended(situation, end)
    if outside is not None:
        return _out_of_scope(situation, outside)
    if employee.status in INACTIVE:
        return _outcome(employee, Outcome.SKIPPED, Reason.INACTIVE)
    if employee.status is EmploymentStatus.UNKNOWN:
        return _unknown_status(employee)
    return _trouble(situation) or _staying(situation, end, rules)


def _ended_too_early(employee: Employee, learner: Learner, end: AccessEnd) -> bool:
    """A sync had ended the access, and since then the termination was moved to a day that is not over."""
    return _ended_by_sync(learner) and not end.over and employee.termination_date == end.last_day


def _ended_by_sync(learner: Learner) -> bool:
    return learner.status is AccountStatus.DISABLED and learner.disabled_by_sync


def _outcome(employee: Employee, outcome: Outcome, reason: Reason, detail: str | None = None) -> Decision:
    return Decision(
        employee_id=employee.employee_id,
        name=employee.name,
        email=employee.email,
        outcome=outcome,
        reason=reason,
        detail=detail or SENTENCES[reason],
        warnings=_problems(employee),
    )


def _problems(employee: Employee) -> tuple[ValueWarning, ...]:
    return tuple(ValueWarning(sentence) for sentence in employee.problems)


def _out_of_scope(situation: Situation, sentence: str) -> Decision:
    """Nobody loses anything by a change of the scope: an account that is there stays exactly as it is.

    The end of an employment counts outside too: access that a portal gave never outlives it, unless the person is
    excluded by name.
    """
    detail = sentence if situation.learner is None else f"{sentence} The account is left as it is."
    return _outcome(situation.employee, Outcome.SKIPPED, Reason.OUT_OF_SCOPE, detail)


def _unknown_status(employee: Employee) -> Decision:
    code = employee.status_code or "(empty)"
    detail = f"UKG Pro's status code '{code}' is not one we know; nothing is done until it is."
    return _outcome(employee, Outcome.SKIPPED, Reason.STATUS_UNKNOWN, detail)


def _trouble(situation: Situation) -> Decision | None:
    """The reasons for which nobody is written to, whether they have an account or not."""
    employee = situation.employee
    if not employee.email:
        return _outcome(employee, Outcome.SKIPPED, Reason.NO_EMAIL)
    if not is_email(employee.email):
        return _outcome(employee, Outcome.SKIPPED, Reason.BAD_EMAIL)
    if situation.shares_email:
        return _outcome(employee, Outcome.CONFLICT, Reason.DUPLICATE_EMAIL)
    if situation.email_holder is not None:
        return _outcome(employee, Outcome.CONFLICT, Reason.EMAIL_TAKEN)
    for name in (employee.first_name, employee.last_name):
        if name is not None and len(name) > LONGEST_NAME:
            return _outcome(employee, Outcome.FAILED, Reason.NAME_TOO_LONG)
    return None


def _without_account(situation: Situation, rules: Rules) -> Decision:
    employee = situation.employee
    if is_terminated(employee, rules.today):
        detail = "Left before having an account; there is nothing to end."
        return _outcome(employee, Outcome.SKIPPED, Reason.TERMINATED, detail)
    outside = rules.scope.outside(employee)
    if outside is not None:
        return _out_of_scope(situation, outside)
    if employee.status in INACTIVE:
        detail = "Not active in UKG Pro (on strike, released or suspended), so no account is made."
        return _outcome(employee, Outcome.SKIPPED, Reason.INACTIVE, detail)
    if employee.status is EmploymentStatus.UNKNOWN:
        return _unknown_status(employee)
    trouble = _trouble(situation)
    if trouble is not None:
        return trouble
    if rules.invites.when is InviteWhen.HIRE_DATE:
        if employee.hire_date is None:
            return _outcome(employee, Outcome.SKIPPED, Reason.HIRE_DATE_MISSING)
        if employee.hire_date > rules.today:
            detail = f"Gets an account on the hire date, {employee.hire_date}."
            return _outcome(employee, Outcome.SKIPPED, Reason.HIRE_DATE_FUTURE, detail)
    return _new_account(employee, rules, rules.invites.for_someone(known_elsewhere=situation.known_elsewhere))


def _new_account(employee: Employee, rules: Rules, invites: InviteSettings) -> Decision:
    end = access_end(employee, rules.today)
    mapped = map_values(employee, rules.mappings, {})
    after = AccountState(
        email=employee.email or "",
        first_name=employee.first_name or "",
        last_name=employee.last_name or "",
        status=AccountStatus.PENDING if invites.pending else AccountStatus.ACTIVE,
        account_expires=end.last_day if end else msgspec.UNSET,
        custom={label: value for label, value in mapped.values.items() if value is not None},
    )
    return Decision(
        employee_id=employee.employee_id,
        name=employee.name,
        email=employee.email,
        outcome=Outcome.INVITED if invites.pending else Outcome.CREATED,
        reason=Reason.NEW,
        detail=SENTENCES[Reason.NEW],
        change=Change(None, AccountState(), after, invite=invites.link_needed),
        warnings=_problems(employee) + mapped.warnings,
        due_on=next_effect(end),
        link=True,
    )


def _ended(situation: Situation, end: AccessEnd) -> Decision:
    """Access ends with the last day: the expiry is set at once, the account is disabled once the day is over."""
    employee, learner = situation.employee, _learner(situation)
    if situation.sole_admin:
        return _outcome(employee, Outcome.CONFLICT, Reason.LAST_ADMIN)
    status: AccountStatus | msgspec.UnsetType = msgspec.UNSET
    if end.over and learner.status is not AccountStatus.DISABLED:
        status = AccountStatus.DISABLED
    expires: date | msgspec.UnsetType = msgspec.UNSET
    if learner.account_expires != end.last_day:
        expires = end.last_day
    cancel = learner.status is AccountStatus.PENDING and end.over
    reason = Reason.TERMINATED if end.over else Reason.TERMINATION_SCHEDULED
    detail = f"Access ended after {end.last_day}." if end.over else f"Access ends when {end.last_day} is over."
    if status is msgspec.UNSET and expires is msgspec.UNSET:
        decision = _outcome(employee, Outcome.UNCHANGED, reason, detail)
        return msgspec.structs.replace(decision, link=situation.linked, due_on=next_effect(end))
    before = AccountState(
        status=learner.status if status is not msgspec.UNSET else msgspec.UNSET,
        account_expires=learner.account_expires if expires is not msgspec.UNSET else msgspec.UNSET,
        expiry_by_admin=expires is not msgspec.UNSET and _expiry_by_admin(learner),
    )
    return Decision(
        employee_id=employee.employee_id,
        name=employee.name,
        email=employee.email,
        outcome=Outcome.ENDED,
        reason=reason,
        detail=detail,
        change=Change(learner.id, before, AccountState(status=status, account_expires=expires), cancel_invite=cancel),
        warnings=_problems(employee),
        due_on=next_effect(end),
        link=True,
    )


def _expiry_by_admin(learner: Learner) -> bool:
    return learner.account_expires is not None and not learner.expiry_by_sync


def _learner(situation: Situation) -> Learner:
    assert situation.learner is not None
    return situation.learner


def _staying(situation: Situation, end: AccessEnd | None, rules: Rules) -> Decision:
    """Someone employed who has an account: bring it back if a sync had ended it, correct what differs."""
    employee, learner = situation.employee, _learner(situation)
    mapped = map_values(employee, rules.mappings, learner.custom)
    before, after = _differences(employee, learner, mapped, adopting=not situation.linked)
    scheduled_end = end.last_day if end else None
    returns = _ended_by_sync(learner)
    expiry_moves = learner.account_expires != scheduled_end and (
        scheduled_end is not None or learner.expiry_by_sync or (returns and _is_over(learner, rules))
    )
    if employee.termination_unreadable:
        returns = expiry_moves = False  # nothing is known of the termination, so access stays as it is
    if expiry_moves and not (scheduled_end is not None and situation.sole_admin):
        before = msgspec.structs.replace(
            before, account_expires=learner.account_expires, expiry_by_admin=_expiry_by_admin(learner)
        )
        after = msgspec.structs.replace(after, account_expires=scheduled_end)
    if returns:
        pending = rules.invites.pending and learner.may_be_invited
        before = msgspec.structs.replace(before, status=learner.status)
        after = msgspec.structs.replace(after, status=AccountStatus.PENDING if pending else AccountStatus.ACTIVE)
    outcome, reason = _staying_outcome(situation, before, after, returns=returns)
    change = None
    if outcome is not Outcome.UNCHANGED:
        invite = returns and learner.may_be_invited and rules.invites.link_needed
        change = Change(learner.id, before, after, invite=invite)
    return Decision(
        employee_id=employee.employee_id,
        name=employee.name,
        email=employee.email,
        outcome=outcome,
        reason=reason,
        detail=f"Access ends when {scheduled_end} is over." if outcome is Outcome.ENDED else SENTENCES[reason],
        change=change,
        warnings=_problems(employee) + mapped.warnings,
        due_on=next_effect(end),
        link=True,
    )


def _is_over(learner: Learner, rules: Rules) -> bool:
    return learner.account_expires is not None and learner.account_expires < rules.today


def _differences(
    employee: Employee, learner: Learner, mapped: Mapped, *, adopting: bool
) -> tuple[AccountState, AccountState]:
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    wanted = {"first_name": employee.first_name, "last_name": employee.last_name}
    if not adopting and employee.email and email_key(employee.email) != email_key(learner.email):
        wanted["email"] = employee.email
    for name, value in wanted.items():
        held = getattr(learner, name)
        if value is not None and held != value:
            before[name], after[name] = held, value
    custom = {label: value for label, value in mapped.values.items() if learner.custom.get(label) != value}
    before["custom"] = {label: learner.custom.get(label) for label in custom}
    after["custom"] = custom
    return msgspec.convert(before, AccountState), msgspec.convert(after, AccountState)


def _staying_outcome(
    situation: Situation, before: AccountState, after: AccountState, *, returns: bool
) -> tuple[Outcome, Reason]:
    learner, employee = _learner(situation), situation.employee
    if returns:
        return Outcome.REACTIVATED, Reason.REHIRED
    if after.account_expires is not msgspec.UNSET:
        if after.account_expires is not None:
            return Outcome.ENDED, Reason.TERMINATION_SCHEDULED
        return Outcome.UPDATED, Reason.TERMINATION_CLEARED
    if not situation.linked:
        return Outcome.UPDATED, Reason.LINKED_EXISTING
    if after.email is not msgspec.UNSET:
        return Outcome.UPDATED, Reason.EMAIL_CHANGED
    if after.first_name is not msgspec.UNSET or after.last_name is not msgspec.UNSET:
        return Outcome.UPDATED, Reason.RENAMED
    if after.custom:
        return Outcome.UPDATED, Reason.DATA_CHANGED
    if learner.linked_employee_id != employee.employee_id:
        return Outcome.UPDATED, Reason.RECORD_MOVED
    if learner.status is AccountStatus.DISABLED and not _ended_by_sync(learner):
        return Outcome.UNCHANGED, Reason.DISABLED_BY_ADMIN
    return Outcome.UNCHANGED, Reason.UP_TO_DATE


__all__ = ["Rules", "Situation", "decide"]
