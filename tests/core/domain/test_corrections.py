"""Someone employed whose account is linked: what differs from UKG Pro is corrected, and nothing else."""

import pytest

from core.domain.change import AccountState
from core.domain.learner import AccountStatus, UserType
from core.domain.outcome import SENTENCES, Outcome, Reason


def test_an_account_in_step_with_ukg_pro_is_unchanged(employee, learner, decided):
    decision = decided(employee(), learner())
    assert (decision.outcome, decision.reason) == (Outcome.UNCHANGED, Reason.UP_TO_DATE)
    assert decision.change is None
    assert decision.link


def test_someone_on_leave_keeps_the_account_as_it_is(employee, learner, decided):
    assert decided(employee(status="L"), learner()).outcome is Outcome.UNCHANGED


@pytest.mark.parametrize(
    ("names", "before", "after"),
    [
        ({"first_name": "Anne"}, AccountState(first_name="Ann"), AccountState(first_name="Anne")),
        ({"last_name": "Lee-Óg"}, AccountState(last_name="Lee"), AccountState(last_name="Lee-Óg")),
        ({"first_name": "ANN"}, AccountState(first_name="Ann"), AccountState(first_name="ANN")),
        ({"last_name": ""}, AccountState(last_name="Lee"), AccountState(last_name="")),
        (
            {"first_name": "Bo", "last_name": "Yu"},
            AccountState(first_name="Ann", last_name="Lee"),
            AccountState(first_name="Bo", last_name="Yu"),
        ),
    ],
)
def test_a_rename_is_copied_over_without_an_invitation(names, before, after, employee, learner, decided):
    decision = decided(employee(**names), learner())
    assert (decision.outcome, decision.reason) == (Outcome.UPDATED, Reason.RENAMED)
    assert (decision.change.before, decision.change.after) == (before, after)
    assert not decision.change.invite
    assert decision.detail == SENTENCES[Reason.RENAMED]


def test_a_name_that_was_not_in_the_answer_is_left(employee, learner, decided):
    assert decided(employee(first_name=None, last_name=None), learner()).outcome is Outcome.UNCHANGED


@pytest.mark.parametrize("status", [AccountStatus.ACTIVE, AccountStatus.PENDING])
def test_an_e_mail_change_is_copied_over_without_an_invitation(status, employee, learner, decided):
    account = learner(status=status, accepted=status is AccountStatus.ACTIVE)
    decision = decided(employee(email="ann.smith@example.com"), account)
    assert (decision.outcome, decision.reason) == (Outcome.UPDATED, Reason.EMAIL_CHANGED)
    assert decision.change.before == AccountState(email="ann.lee@example.com")
    assert decision.change.after == AccountState(email="ann.smith@example.com")
    assert not decision.change.invite
    assert not decision.change.cancel_invite


@pytest.mark.parametrize("email", ["ANN.LEE@EXAMPLE.COM", "Ann.Lee@example.com", "  ann.lee@example.com"])
def test_an_e_mail_that_differs_only_in_case_or_blanks_around_it_is_no_change(email, employee, learner, decided):
    assert decided(employee(), learner(email=email)).outcome is Outcome.UNCHANGED


def test_mapped_data_that_changed_is_copied_over_without_an_invitation(employee, learner, rules, decided, job, site):
    person = employee(attributes={"job_title": "Welder", "location": "Dublin"})
    account = learner(custom={"Job": "Cook", "Site": "Dublin", "Shoe size": 38})
    decision = decided(person, account, under=rules(mappings=[job, site]))
    assert (decision.outcome, decision.reason) == (Outcome.UPDATED, Reason.DATA_CHANGED)
    assert decision.change.before == AccountState(custom={"Job": "Cook"})
    assert decision.change.after == AccountState(custom={"Job": "Welder"})
    assert not decision.change.invite


def test_a_value_empty_in_ukg_pro_clears_the_field(employee, learner, rules, decided, job):
    decision = decided(
        employee(attributes={"job_title": None}), learner(custom={"Job": "Cook"}), under=rules(mappings=[job])
    )
    assert decision.reason is Reason.DATA_CHANGED
    assert decision.change.after == AccountState(custom={"Job": None})


def test_a_value_missing_from_the_answer_leaves_the_field(employee, learner, rules, decided, job):
    decision = decided(employee(attributes={}), learner(custom={"Job": "Cook"}), under=rules(mappings=[job]))
    assert decision.outcome is Outcome.UNCHANGED


def test_a_choice_the_field_does_not_have_leaves_the_stored_value_and_is_a_warning(
    employee, learner, rules, decided, site
):
    decision = decided(
        employee(attributes={"location": "Paris"}), learner(custom={"Site": "Boston"}), under=rules(mappings=[site])
    )
    assert decision.outcome is Outcome.UNCHANGED
    assert [(warning.field, warning.value) for warning in decision.warnings] == [("Site", "Paris")]


def test_one_unusable_value_does_not_stop_the_others(employee, learner, rules, decided, job, site):
    person = employee(last_name="Smith", attributes={"location": "Paris", "job_title": "Welder"})
    decision = decided(person, learner(custom={"Site": "Boston"}), under=rules(mappings=[site, job]))
    assert decision.change.after == AccountState(last_name="Smith", custom={"Job": "Welder"})
    assert len(decision.warnings) == 1


def test_fields_that_nothing_fills_are_left(employee, learner, decided):
    assert decided(employee(attributes={"job_title": "Welder"}), learner(custom={"Job": "Cook"})).change is None


def test_several_changes_are_one_change_named_after_the_weightiest(employee, learner, rules, decided, job):
    person = employee(email="ann.smith@example.com", last_name="Smith", attributes={"job_title": "Welder"})
    decision = decided(person, learner(), under=rules(mappings=[job]))
    assert decision.reason is Reason.EMAIL_CHANGED
    assert decision.change.after == AccountState(
        email="ann.smith@example.com", last_name="Smith", custom={"Job": "Welder"}
    )


@pytest.mark.parametrize(
    ("edited", "restored"),
    [
        ({"first_name": "Annie"}, AccountState(first_name="Ann")),
        ({"last_name": "Leigh"}, AccountState(last_name="Lee")),
        ({"email": "annie@example.org"}, AccountState(email="ann.lee@example.com")),
        ({"custom": {"Job": "Queen"}}, AccountState(custom={"Job": "Welder"})),
        ({"custom": {}}, AccountState(custom={"Job": "Welder"})),
    ],
)
def test_a_hand_edit_of_what_hr_owns_is_corrected(edited, restored, employee, learner, rules, decided, job):
    account = learner(**{"custom": {"Job": "Welder"}} | edited)
    decision = decided(employee(attributes={"job_title": "Welder"}), account, under=rules(mappings=[job]))
    assert decision.outcome is Outcome.UPDATED
    assert decision.change.after == restored


def test_an_account_that_an_admin_promoted_is_updated_like_any_other(employee, learner, decided):
    decision = decided(employee(last_name="Smith"), learner(user_type=UserType.ADMIN))
    assert decision.change.after == AccountState(last_name="Smith")


def test_the_account_follows_a_person_to_another_employee_id(employee, learner, decided, apply):
    person = employee(employee_id="E2", other_ids=("E1",))
    decision = decided(person, learner())
    assert (decision.outcome, decision.reason) == (Outcome.UPDATED, Reason.RECORD_MOVED)
    assert (decision.change.before, decision.change.after) == (AccountState(), AccountState())
    assert not decision.change.invite
    assert apply(decision, learner()).linked_employee_id == "E2"


def test_the_account_follows_along_with_whatever_else_changed(employee, learner, decided, apply):
    person = employee(employee_id="E2", other_ids=("E1",), last_name="Smith")
    decision = decided(person, learner())
    assert decision.reason is Reason.RENAMED
    assert apply(decision, learner()).linked_employee_id == "E2"


@pytest.mark.parametrize("status", [AccountStatus.ACTIVE, AccountStatus.PENDING])
@pytest.mark.parametrize("how", ["invite", "welcome", "active"])
def test_changed_invite_settings_touch_nobody_who_has_an_account(status, how, employee, learner, rules, decided):
    account = learner(status=status, accepted=False)
    assert decided(employee(), account, under=rules(how=how, when="hire-date")).outcome is Outcome.UNCHANGED
