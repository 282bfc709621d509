"""What an admin is told holds: every sentence about a plan, a run or a limit is true of it, and says what to do."""

import pytest


@pytest.fixture
def synced(acme, ukg):
    """Everyone is invited."""
    assert ukg("sync", "acme").code == 0
    return ukg


def planned(ukg) -> str:
    """The id of a new plan."""
    return ukg("plan", "acme", "--json").document["plan"]


def test_what_was_chosen_not_to_be_applied_is_not_said_to_wait_for_an_approval(acme, ukg):
    plan = planned(ukg)
    applied = ukg("apply", plan, "--person", "E1")
    assert "7 held  (7 not released)" in applied.out
    assert "would be invited" not in applied.out
    assert "Let what is held through" not in applied.out
    assert f"The rest of the plan is not written: ukg apply {plan}; " in applied.out
    assert ukg("apply", plan).code == 0
    run = ukg("runs", "acme", "--json").document[1]
    assert run["plan"] == plan
    assert f"ukg apply {plan}" not in ukg("run", "show", run["run"]).out


def test_a_name_that_is_not_in_the_plan_stops_the_whole_command(acme, ukg):
    plan = planned(ukg)
    refused = ukg("apply", plan, "--person", "E1", "--person", "e2@exmaple.com")
    assert refused.code == 2
    assert "is a change of 'e2@exmaple.com'; nothing was done" in refused.sentence
    assert ukg("learners", "acme", "--json").document == []


def test_a_kind_that_is_not_in_the_plan_is_answered_with_those_that_are(acme, ukg):
    refused = ukg("apply", planned(ukg), "--only", "created")
    assert (refused.code, "There are: 8 invited." in refused.sentence) == (2, True)


@pytest.mark.parametrize(
    ("over", "words"), [("reject", "This plan was rejected already."), ("wait", "This plan has expired.")]
)
def test_a_plan_that_is_over_is_never_offered_again(acme, ukg, over, words):
    plan = planned(ukg)
    if over == "reject":
        assert ukg("reject", plan).code == 0
    day = {"UKG_NOW": "2126-01-01T12:00:00Z"} if over == "wait" else {}
    shown = ukg("plan", plan, **day).out
    assert f"{words} Make a new one: ukg plan acme" in shown
    assert f"ukg apply {plan}" not in shown


def test_an_undo_names_its_run_and_says_that_accounts_are_removed(synced):
    (run,) = synced("runs", "acme", "--json").document
    shown = synced("undo", run["run"], "--all").out
    assert f"8 people changed by {run['run']}:" in shown
    assert shown.count("account: in the portal -> removed") == 8
    plan = synced("undo", run["run"], "--json").document["plan"]
    assert synced("reject", plan).code == 0
    assert f"Make a new one: ukg undo {run['run']}" in synced("apply", plan).sentence


def test_a_run_for_one_person_does_not_count_the_company(synced):
    assert "succeeded. 1 person looked at:" in synced("person", "acme", "E1", "--apply").out


def test_people_who_are_gone_are_not_counted_as_being_in_ukg_pro(synced, stand_in):
    company = stand_in.company
    company.people[:] = [row for row in company.people if row["employeeId"] != "E8"]
    company.employments[:] = [row for row in company.employments if row["employeeID"] != "E8"]
    company.touch()
    assert "7 employees in UKG Pro, and 1 who is no longer there:" in synced("sync", "acme").out


def test_a_limit_of_no_percent_lets_nobody_through(synced, change):
    assert synced("guard", "acme", "--ended", "0%", "--json").document["limits"]["run"]["ended"] == "0"
    assert synced("guard", "acme", "--updated", "0% or 2", "--json").document["limits"]["run"]["updated"] == "2"
    change("E1", employeeStatusCode="T", dateOfTermination="2020-02-02T00:00:00")
    assert synced("sync", "acme", "--json").document["counts"]["held"] == 1


def test_a_second_approver_is_only_promised_where_there_is_one(synced):
    asked = ("guard", "acme", "--second-approver")
    assert "acme has no admin yet, so for now whoever asked may approve." in synced(*asked).out
    assert synced("admin", "add", "acme", "Ada", "--role", "admin").code == 0
    assert "acme has one admin only, who may approve what they asked for." in synced(*asked).out
    assert synced("admin", "add", "acme", "Bea", "--role", "admin").code == 0
    assert synced(*asked).out.endswith("Another admin than who asked must approve.\n")


def test_whoever_is_no_admin_cannot_approve_what_they_asked_for_while_there_is_one(synced, change):
    assert synced("guard", "acme", "--updated", "0", "--second-approver").code == 0
    assert synced("admin", "add", "acme", "Ada", "--role", "admin", "--slack-user", "U123").code == 0
    change("E1", lastName="Stone")
    plan = planned(synced)
    assert "wants another admin to approve it; nothing was changed" in synced("approve", plan).sentence
    assert synced("--as", "Ada", "approve", plan).code == 0
    assert synced("apply", plan).code == 0


def test_someone_whom_nobody_knows_has_nothing_to_map(synced, stand_in):
    assert "3 Mapped   There is nothing to map." in synced("person", "acme", "E99").out
    offline = synced("person", "acme", "E99", "--offline").out
    assert "UKG Pro did not know them when it was last read, nor does the portal; check the spelling." in offline


def test_an_attribute_like_no_other_leads_to_the_list_of_all(synced):
    assert synced("map", "acme", "zzzzzz=Title").sentence.endswith("nothing was changed. See 'ukg map attributes'.")
