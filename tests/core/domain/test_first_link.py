"""An account found by e-mail, not yet linked to anyone: it is adopted, with a light hand."""

import pytest
from msgspec import UNSET

from core.domain.change import AccountState
from core.domain.learner import AccountStatus, UserType
from core.domain.outcome import Outcome, Reason


@pytest.fixture
def found(learner):
    """An account that was in the portal before UKG Pro was connected."""

    def build(**values):
        return learner(**{"linked_employee_id": None} | values)

    return build


def test_an_account_with_the_same_e_mail_is_adopted(employee, found, decided):
    decision = decided(employee(), found(), linked=False)
    assert (decision.outcome, decision.reason) == (Outcome.UPDATED, Reason.LINKED_EXISTING)
    assert decision.link


def test_an_adopted_account_in_step_with_ukg_pro_is_changed_in_nothing_but_the_link(employee, found, decided):
    change = decided(employee(), found(), linked=False).change
    assert (change.learner_id, change.before, change.after) == ("7", AccountState(), AccountState())
    assert not change.invite
    assert not change.cancel_invite


@pytest.mark.parametrize("email", ["ANN.LEE@EXAMPLE.COM", "ann.lee+hr@example.com"])
def test_the_first_link_leaves_the_e_mail_as_the_portal_has_it(email, employee, found, decided):
    """Whatever the portal takes for the same address."""
    decision = decided(employee(email=email), found(), linked=False)
    assert decision.reason is Reason.LINKED_EXISTING
    assert decision.change.after.email is UNSET


@pytest.mark.parametrize("role", UserType)
def test_the_first_link_touches_names_and_data_and_never_the_role(role, employee, found, rules, decided, job):
    person = employee(first_name="Anne", attributes={"job_title": "Welder"})
    decision = decided(person, found(user_type=role, custom={"Job": "Cook"}), linked=False, under=rules(mappings=[job]))
    assert decision.reason is Reason.LINKED_EXISTING
    assert decision.change.before == AccountState(first_name="Ann", custom={"Job": "Cook"})
    assert decision.change.after == AccountState(first_name="Anne", custom={"Job": "Welder"})


def test_no_change_of_an_account_can_name_a_role():
    assert set(AccountState.__struct_fields__) == {
        "email",
        "first_name",
        "last_name",
        "status",
        "account_expires",
        "custom",
        "expiry_by_admin",
    }


@pytest.mark.parametrize("how", ["invite", "welcome", "active"])
@pytest.mark.parametrize("accepted", [True, False])
def test_the_first_link_invites_nobody(how, accepted, employee, found, rules, decided):
    account = found(accepted=accepted, status=AccountStatus.ACTIVE if accepted else AccountStatus.PENDING)
    change = decided(employee(), account, linked=False, under=rules(how=how)).change
    assert change.after.status is UNSET
    assert not change.invite


def test_the_first_link_does_not_enable_an_account_that_an_admin_disabled(employee, found, decided):
    decision = decided(employee(), found(status=AccountStatus.DISABLED), linked=False)
    assert decision.reason is Reason.LINKED_EXISTING
    assert decision.change.after.status is UNSET


def test_the_first_link_leaves_an_expiry_that_an_admin_set(day, employee, found, decided):
    decision = decided(employee(), found(account_expires=day(30)), linked=False)
    assert decision.change.after.account_expires is UNSET


def test_the_first_link_waits_for_no_hire_date(day, employee, found, rules, decided):
    decision = decided(employee(hire_date=day(9)), found(), linked=False, under=rules(when="hire-date"))
    assert decision.reason is Reason.LINKED_EXISTING


def test_a_found_account_of_someone_leaving_gets_the_expiry(day, employee, found, decided):
    decision = decided(employee(termination_date=day(9)), found(), linked=False)
    assert (decision.outcome, decision.reason) == (Outcome.ENDED, Reason.TERMINATION_SCHEDULED)
    assert decision.change.after.account_expires == day(9)
    assert decision.link


def test_a_found_account_of_someone_who_left_is_ended_and_linked(day, employee, found, decided):
    decision = decided(employee(status="T", termination_date=day(-9)), found(), linked=False)
    assert (decision.outcome, decision.reason) == (Outcome.ENDED, Reason.TERMINATED)
    assert decision.change.after == AccountState(status=AccountStatus.DISABLED, account_expires=day(-9))
    assert decision.link


def test_a_found_account_of_someone_inactive_is_left_unlinked(employee, found, decided):
    decision = decided(employee(status="S"), found(), linked=False)
    assert (decision.outcome, decision.change, decision.link) == (Outcome.SKIPPED, None, False)


def test_once_linked_a_later_e_mail_change_is_followed(employee, found, decided, apply):
    person = employee(email="Ann.Lee@example.com")
    account = apply(decided(person, found(), linked=False), found())
    assert account.linked_employee_id == "E1"
    decision = decided(employee(email="ann.smith@example.com"), account)
    assert (decision.reason, decision.change.after.email) == (Reason.EMAIL_CHANGED, "ann.smith@example.com")
