"""What holds of every decision, for any employee and any account; above all that a second sync finds nothing to do."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from core.domain.attributes import CATALOGUE
from core.domain.change import Decision, readable_changes
from core.domain.custom_fields import CustomField, FieldType
from core.domain.decision import Rules, Situation, decide
from core.domain.employee import Employee, EmploymentStatus
from core.domain.invite_settings import InviteHow, InviteSettings, InviteWhen
from core.domain.learner import AccountStatus, Learner, UserType
from core.domain.mapping import Mapping
from core.domain.outcome import Outcome

TODAY = date(2026, 3, 10)
EMAILS = ["ann@example.com", "ANN@Example.com", "straße@example.com", "bo@example.org"]
WITHOUT_CHANGE = {Outcome.UNCHANGED, Outcome.SKIPPED, Outcome.CONFLICT, Outcome.FAILED}

MAPPINGS = (
    Mapping(CATALOGUE["job_title"], CustomField("1", "Job", FieldType.STRING)),
    Mapping(CATALOGUE["location"], CustomField("2", "Site", FieldType.STRING_CHOICE, ("Dublin", "Boston"))),
    Mapping(CATALOGUE["udf_03"], CustomField("3", "Points", FieldType.DECIMAL)),
    Mapping(CATALOGUE["udf_04"], CustomField("4", "Grade", FieldType.DECIMAL_CHOICE, ("1", "2.5"))),
    Mapping(CATALOGUE["udf_05"], CustomField("5", "Badge", FieldType.DATE)),
)

DAYS = [TODAY + timedelta(days=distance) for distance in (-9, -2, -1, 0, 1, 2, 9)]
some_days = st.sampled_from([None, *DAYS, date.min, date.max])
texts = st.sampled_from([None, "", "Dublin", "dublin ", "Boston", "x" * 4001])
numbers = st.sampled_from([None, *map(Decimal, ("1", "2.50", "-0", "7", "1E+999999999", "NaN"))])
employees = st.builds(
    Employee,
    employee_id=st.just("E1"),
    person_id=st.none(),
    other_ids=st.just(()),
    first_name=st.sampled_from(["Ann", "Lee", "李", "", "Ann", "Lee", None, "x" * 255, "x" * 256]),
    last_name=st.sampled_from(["Ann", "Lee", None]),
    email=st.sampled_from([*EMAILS, *EMAILS, *EMAILS, None, "n/a"]),
    status=st.sampled_from([EmploymentStatus.ACTIVE] * 7 + list(EmploymentStatus)),
    status_code=st.sampled_from([None, "X"]),
    hire_date=some_days,
    termination_date=some_days,
    attributes=st.fixed_dictionaries(
        {}, optional={"job_title": texts, "location": texts, "udf_03": numbers, "udf_04": numbers, "udf_05": some_days}
    ),
    termination_unreadable=st.sampled_from([False, False, True]),
    problems=st.sampled_from([(), ("hire date: 'soon' is not a date",)]),
)
accounts = st.builds(
    Learner,
    id=st.just("7"),
    email=st.sampled_from(EMAILS),
    first_name=st.sampled_from(["Ann", "Lee", ""]),
    last_name=st.sampled_from(["Ann", "Lee", ""]),
    user_type=st.sampled_from(UserType),
    status=st.sampled_from(AccountStatus),
    account_expires=some_days,
    disabled_by_sync=st.booleans(),
    expiry_by_sync=st.booleans(),
    accepted=st.booleans(),
    custom=st.fixed_dictionaries(
        {}, optional={label: st.sampled_from(["Dublin", "2.5", 7]) for label in ("Job", "Site", "Grade", "Shoe size")}
    ),
    linked_employee_id=st.sampled_from(["E1", "E1", "E0"]),
)
HOLDER = Learner(
    id="8",
    email="bo@example.org",
    first_name="Bo",
    last_name="Yu",
    user_type=UserType.LEARNER,
    status=AccountStatus.ACTIVE,
    account_expires=None,
    disabled_by_sync=False,
    expiry_by_sync=False,
    accepted=True,
    custom={},
    linked_employee_id="E8",
)
rule_sets = st.builds(
    Rules,
    mappings=st.sampled_from([(), MAPPINGS]),
    invites=st.builds(InviteSettings, st.sampled_from(InviteWhen), st.sampled_from(InviteHow), st.booleans()),
    today=st.just(TODAY),
)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Any situation there can be: an account that is not linked was found by its e-mail."""
    employee, learner = draw(employees), draw(st.one_of(st.none(), accounts, accounts))
    linked = learner is not None and draw(st.sampled_from([True, True, False]))
    if learner is not None and not linked:
        email = draw(st.sampled_from([learner.email, learner.email.upper()]))
        employee = msgspec.structs.replace(employee, email=email)
        learner = msgspec.structs.replace(learner, linked_employee_id=None)
    return Situation(
        employee,
        learner,
        linked,
        email_holder=draw(st.sampled_from([None] * 7 + [HOLDER])),
        shares_email=draw(st.sampled_from([False] * 7 + [True])),
        sole_admin=learner is not None and learner.status is AccountStatus.ACTIVE and draw(st.booleans()),
    )


@settings(max_examples=300)
@given(situation=situations(), rules=rule_sets)
def test_a_second_sync_finds_nothing_to_do(situation, rules, apply):
    first = decide(situation, rules)
    account = apply(first, situation.learner)
    linked = account is not None and (first.link or situation.linked)
    again = decide(msgspec.structs.replace(situation, learner=account, linked=linked), rules)
    assert again.change is None
    assert again.outcome in WITHOUT_CHANGE
    if first.change is not None:
        assert again.outcome is Outcome.UNCHANGED


@settings(max_examples=120)
@given(situation=situations(), rules=rule_sets)
def test_a_change_is_there_exactly_when_the_outcome_says_so(situation, rules):
    decision = decide(situation, rules)
    assert isinstance(decision, Decision)
    assert (decision.change is None) == (decision.outcome in WITHOUT_CHANGE)
    assert decision.outcome is not Outcome.HELD
    assert decision.detail


@settings(max_examples=120)
@given(situation=situations(), rules=rule_sets)
def test_before_holds_what_the_account_holds_for_exactly_the_values_that_after_changes(situation, rules):
    change = decide(situation, rules).change
    if change is None or change.learner_id is None:
        return
    assert change.learner_id == situation.learner.id
    for name in ("email", "first_name", "last_name", "status", "account_expires"):
        before, after = getattr(change.before, name), getattr(change.after, name)
        assert (before is UNSET) == (after is UNSET)
        if after is not UNSET:
            assert before == getattr(situation.learner, name) != after
    assert change.before.custom.keys() == change.after.custom.keys()
    for label, value in change.after.custom.items():
        assert change.before.custom[label] == situation.learner.custom.get(label) != value


@settings(max_examples=120)
@given(situation=situations(), rules=rule_sets)
def test_a_new_account_starts_from_nothing_and_is_linked(situation, rules):
    decision = decide(situation, rules)
    created = decision.outcome in (Outcome.CREATED, Outcome.INVITED)
    assert created == (decision.change is not None and decision.change.learner_id is None)
    if created:
        assert situation.learner is None
        assert decision.link
        assert all(before is None for before, _ in readable_changes(decision.change).values())


@settings(max_examples=120)
@given(situation=situations(), rules=rule_sets)
def test_a_sync_enables_only_what_a_sync_had_disabled(situation, rules):
    decision = decide(situation, rules)
    if decision.change is not None and situation.learner is not None:
        enabled = decision.change.after.status in (AccountStatus.ACTIVE, AccountStatus.PENDING)
        assert enabled == (decision.outcome is Outcome.REACTIVATED)
        if enabled:
            assert situation.learner.status is AccountStatus.DISABLED
            assert situation.learner.disabled_by_sync


@settings(max_examples=120)
@given(situation=situations(), rules=rule_sets)
def test_nobody_is_invited_who_ever_had_a_working_account(situation, rules):
    decision = decide(situation, rules)
    if decision.change is not None and decision.change.invite:
        assert situation.learner is None or not situation.learner.accepted
        assert not rules.invites.sso


@settings(max_examples=120)
@given(situation=situations(), rules=rule_sets)
def test_the_last_active_admin_is_neither_disabled_nor_given_an_end(situation, rules):
    change = decide(situation, rules).change
    if situation.sole_admin and change is not None:
        assert change.after.status is UNSET
        assert change.after.account_expires in (UNSET, None)


@settings(max_examples=120)
@given(situation=situations(), rules=rule_sets)
def test_a_decision_that_dates_will_change_says_on_which_day_to_come(situation, rules):
    due = decide(situation, rules).due_on
    assert due is None or due > rules.today


@settings(max_examples=120)
@given(situation=situations(), rules=rule_sets)
def test_until_the_day_it_names_a_settled_decision_stays_as_it_is(situation, rules, apply):
    account = apply(decide(situation, rules), situation.learner)
    if account is None:
        return
    settled = msgspec.structs.replace(situation, learner=account, linked=True)
    decision = decide(settled, rules)
    if decision.outcome is Outcome.UNCHANGED:
        last = decision.due_on - timedelta(days=1) if decision.due_on else date.max
        for today in (TODAY + timedelta(days=1), TODAY + timedelta(days=3), last):
            if TODAY <= today <= last:
                later = decide(settled, msgspec.structs.replace(rules, today=today))
                assert (later.outcome, later.change) == (Outcome.UNCHANGED, None)
