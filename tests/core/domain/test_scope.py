"""Scope: who is inside, said as a sentence for whoever is not."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.attributes import CATALOGUE
from core.domain.employee import Employee, EmploymentStatus
from core.domain.scope import ATTRIBUTE_OF, Scope, ScopeKind

COMPANY, TYPE, STATUS, PERSON = ScopeKind.COMPANY, ScopeKind.EMPLOYEE_TYPE, ScopeKind.STATUS, ScopeKind.PERSON
CODES = ("A", "L", "T")
# Few values, so that conditions and people meet often; among them spellings that are one value.
_values = st.sampled_from(["A", "a", " L ", "T", "E1", "E2", "e1@example.com", "E2@Example.com "])
_conditions = st.dictionaries(st.sampled_from(ScopeKind), st.lists(_values, max_size=3).map(tuple), max_size=4)
_scopes = st.builds(Scope, _conditions, _conditions)
_kinds = st.sampled_from(ScopeKind)


@st.composite
def _employees(draw: st.DrawFn) -> Employee:
    employee_id = draw(st.sampled_from(["E1", "E2", "E3"]))
    code = draw(st.sampled_from([*CODES, "X"]))
    attributes = st.dictionaries(
        st.sampled_from(sorted(ATTRIBUTE_OF.values())), st.none() | st.sampled_from(["A", "a ", "T", "Q"])
    )
    email = draw(st.none() | st.just(f"{employee_id}@example.com"))
    return Employee(
        employee_id, None, (), "Ann", "Lee", email, EmploymentStatus.of(code), code, None, None, draw(attributes)
    )


def scope(include=None, exclude=None) -> Scope:
    return Scope().changed(include or {}, exclude or {})


def inside(scope: Scope, employee: Employee) -> bool:
    return scope.outside(employee) is None


@given(_employees())
def test_without_conditions_everyone_is_inside(employee):
    assert Scope().everyone
    assert inside(Scope(), employee)
    assert Scope().attribute_ids() == frozenset()


@given(_scopes, _conditions, _employees())
def test_excluding_more_never_lets_anyone_in(scope, more, employee):
    exclude = {kind: scope.exclude.get(kind, ()) + more.get(kind, ()) for kind in ScopeKind}
    assert inside(scope, employee) or not inside(Scope(scope.include, exclude), employee)


@given(_scopes, _kinds, st.lists(_values, min_size=1), _employees())
def test_more_values_in_a_condition_that_includes_never_put_anyone_out(scope, kind, more, employee):
    base = Scope({**scope.include, kind: (*scope.include.get(kind, ()), "E3")}, scope.exclude)
    wider = Scope({**base.include, kind: (*base.include[kind], *more)}, scope.exclude)
    assert inside(wider, employee) or not inside(base, employee)


@given(_scopes, _kinds.filter(lambda kind: kind is not PERSON), st.lists(_values, min_size=1), _employees())
def test_one_more_kind_to_include_never_lets_anyone_in_but_whom_a_list_names(scope, kind, values, employee):
    others = {known: values for known, values in scope.include.items() if known not in (kind, PERSON)}
    before = Scope(others, scope.exclude)
    assert inside(before, employee) or not inside(Scope({**others, kind: tuple(values)}, scope.exclude), employee)


@given(_scopes, _employees(), st.sampled_from(["{}", " {} "]))
def test_people_who_are_listed_come_before_every_other_condition(scope, employee, spelled):
    listed = spelled.format(employee.email or employee.employee_id).swapcase()
    others = {kind: values for kind, values in scope.exclude.items() if kind is not PERSON}
    assert inside(Scope({**scope.include, PERSON: (listed,)}, others), employee)
    never = Scope({**scope.include, PERSON: (listed,)}, {**others, PERSON: (listed,)})
    assert not inside(never, employee)
    assert never.excludes_by_name(employee)


@given(_scopes, _employees())
def test_a_value_that_is_not_known_is_never_excluded_and_never_included(scope, employee):
    blank = msgspec.structs.replace(employee, attributes={})
    by_attribute = {kind: values for kind, values in scope.exclude.items() if kind in ATTRIBUTE_OF}
    assert inside(Scope({}, by_attribute), blank)
    for kind in ATTRIBUTE_OF:
        assert not inside(Scope({kind: ("A",)}), blank)


@given(_scopes, _employees())
def test_what_need_not_be_read_changes_nothing(scope, employee):
    needed = scope.attribute_ids()
    assert needed <= CATALOGUE.keys()
    read = {name: value for name, value in employee.attributes.items() if name in needed}
    assert scope.outside(msgspec.structs.replace(employee, attributes=read)) == scope.outside(employee)


@given(_scopes, _employees())
def test_a_scope_means_the_same_tidied_and_read_back(scope, employee):
    tidied = scope.changed({}, {})
    read = msgspec.json.decode(msgspec.json.encode(tidied), type=Scope)
    assert read == tidied == tidied.changed({}, {})
    assert read.everyone == scope.everyone
    assert read.attribute_ids() == scope.attribute_ids()
    assert (read.outside(employee) is None) == (scope.outside(employee) is None)


@given(_scopes, _employees())
def test_whoever_is_outside_is_told_why_in_a_sentence(scope, employee):
    sentence = scope.outside(employee)
    assert sentence is None or (sentence[0].isupper() and sentence.endswith("."))


@pytest.mark.parametrize(
    ("conditions", "attributes", "sentence"),
    [
        (
            scope({COMPANY: ("ACME",)}),
            {"company_code": "BETA"},
            "Company code 'BETA' is not among those that the scope",
        ),
        (scope({COMPANY: ("ACME",)}), {"company_code": None}, "The company code is empty in UKG Pro"),
        (scope({COMPANY: ("ACME",)}), {}, "The company code was not in UKG Pro's answer"),
        (scope(None, {TYPE: ("CON",)}), {"employment_type": "con"}, "Employee type 'con' is excluded from the scope."),
        (scope(None, {STATUS: ("a",)}), {}, "Status 'A' is excluded from the scope."),
        (scope({STATUS: ("L",)}), {}, "Status 'A' is not among those that the scope includes."),
        (scope({PERSON: ("E9",)}), {}, "Not among the people listed in the scope."),
        (scope(None, {PERSON: ("ANN.LEE@example.com",)}), {}, "Excluded from the scope by name."),
    ],
)
def test_the_sentence_says_what_keeps_someone_outside(conditions, attributes, sentence, employee):
    assert conditions.outside(employee(attributes=attributes)).startswith(sentence)


def test_several_kinds_must_all_hold_and_of_one_kind_any_value(employee):
    both = scope({COMPANY: ("ACME", "BETA"), TYPE: ("REG",)})
    assert inside(both, employee(attributes={"company_code": "beta", "employment_type": "REG"}))
    assert not inside(both, employee(attributes={"company_code": "ACME", "employment_type": "CON"}))
    assert both.attribute_ids() == {"company_code", "employment_type"}


def test_a_person_stays_listed_under_another_employee_id(employee):
    moved = employee(employee_id="E2", other_ids=("E1",))
    assert inside(scope({PERSON: ("E1",)}), moved)
    assert not inside(scope(None, {PERSON: ("e1",)}), moved)


def test_conditions_of_the_kinds_given_are_replaced_and_one_without_values_is_dropped():
    before = scope({COMPANY: ("ACME",), TYPE: ("REG",)}, {STATUS: ("S",)})
    after = before.changed({COMPANY: (" beta", "Alpha", "BETA")}, {STATUS: ("",)})
    assert after.include == {COMPANY: ("Alpha", "beta"), TYPE: ("REG",)}
    assert after.exclude == {}
    assert after.changed({COMPANY: (), TYPE: ()}, {}).everyone
