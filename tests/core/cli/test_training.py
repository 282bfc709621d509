"""Groups, rules and courses from the command line: what is said, the documents, and sentences for what cannot be."""

import csv

import pytest


@pytest.fixture
def academy(database, ukg):
    """A portal with a field, a group `Sales team`, a course, and two people: Ann in sales, Bea elsewhere."""
    for words in (
        ("portal", "create", "acme"),
        ("field", "add", "acme", "Department", "--type", "string"),
        ("group", "add", "acme", "Sales team"),
        ("course", "add", "acme", "Safety"),
        ("learner", "add", "acme", "ann@example.com", "--set", "Department=Sales", "--how", "active"),
        ("learner", "add", "acme", "bea@example.com", "--set", "Department=Plant", "--how", "active"),
    ):
        result = ukg(*words)
        assert result.code == 0, result.err


def done(result):
    assert (result.code, result.err) == (0, "")
    return result


def test_a_rule_is_drafted_previewed_run_and_stopped(academy, ukg, tmp_path):
    drafted = done(
        ukg(
            "rule",
            "set",
            "acme",
            "sales team",
            "--where",
            "department is sales",
            "--where",
            "created before 2000-01-01",
        )
    )
    assert "The draft for Sales team: Department is sales or created before 2000-01-01" in drafted.out
    assert "ukg rule run acme 'Sales team'" in drafted.out
    preview = ukg("rule", "preview", "acme", "Sales team", "--csv", tmp_path / "who.csv")
    assert "1 match, 1 would join, 0 would leave; 0 members now, 1 then." in preview.out
    assert "ann@example.com" in preview.out
    assert "CAUTION" not in preview.out
    rows = list(csv.reader((tmp_path / "who.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row[0] for row in rows] == ["email", "ann@example.com"]
    assert "1 joined, 0 left, 1 members" in done(ukg("rule", "run", "acme", "Sales team")).out
    assert "Running: Department is sales or created" in done(ukg("rule", "show", "acme", "Sales team")).out
    assert "its 1 member stay" in done(ukg("rule", "stop", "acme", "Sales team")).out


def test_emptying_a_group_is_said_loudly(academy, ukg):
    done(ukg("rule", "set", "acme", "Sales team", "--all"))
    done(ukg("rule", "run", "acme", "Sales team", "--keep-enrolments"))
    done(ukg("rule", "set", "acme", "Sales team", "--where", "Department is Nowhere"))
    out = done(ukg("rule", "preview", "acme", "Sales team")).out
    assert "CAUTION: this would empty Sales team: all 2 members would leave." in out


def test_the_documents_of_a_rule(academy, ukg):
    done(ukg("group", "add", "acme", "Inner"))
    done(ukg("rule", "set", "acme", "Inner", "--all", "--members-of", "Sales team"))
    done(ukg("rule", "set", "acme", "Sales team", "--where", "Department is Sales"))
    preview = done(ukg("rule", "preview", "acme", "Sales team", "--json")).document
    assert preview == {
        "group": "Sales team",
        "which": "draft",
        "where": ["Department is Sales"],
        "population": None,
        "matching": 1,
        "joining": 1,
        "leaving": 0,
        "members": 0,
        "members_after": 1,
        "empties": False,
        "troubles": [],
        "people": [{"email": "ann@example.com", "name": "", "status": "active", "effect": "joins", "source": "manual"}],
        "more": 0,
        "pending": 0,
    }
    shown = done(ukg("rule", "list", "acme", "--json")).document
    assert [(row["group"], row["state"], row["draft"], row["draft_population"]) for row in shown] == [
        ("Inner", "draft", [], "Sales team"),
        ("Sales team", "draft", ["Department is Sales"], None),
    ]
    assert done(ukg("rule", "show", "acme", "Inner", "--json")).document == shown[0]
    assert "all users (members of Sales team)" in done(ukg("rule", "list", "acme")).out


def test_members_are_changed_listed_and_made_automatic(academy, ukg):
    words = ("group", "members", "acme", "Sales team")
    out = done(ukg(*words, "--add", "ann@example.com", "--add", "bea@example.com")).out
    assert "2 added, 0 removed; Sales team has 2 members." in out
    assert "1 removed" in done(ukg(*words, "--remove", "bea@example.com", "--unenrol")).out
    (member,) = done(ukg(*words, "--json")).document
    assert member.pop("joined_at").endswith("Z")
    assert member == {
        "email": "ann@example.com",
        "name": "",
        "status": "active",
        "origin": "manual",
        "source": "manual",
    }
    assert "1 member of Sales team made automatic" in done(ukg("group", "sync-members", "acme", "Sales team")).out
    assert "automatic" in done(ukg(*words)).out
    (group,) = done(ukg("group", "list", "acme", "--json")).document
    assert group == {"title": "Sales team", "members": 1, "automatic": 1, "manual": 0, "rule": "none", "courses": []}
    assert "Sales team" in done(ukg("group", "list", "acme")).out


def test_a_group_is_removed_only_when_that_is_meant(academy, ukg):
    assert "Add --yes" in ukg("group", "remove", "acme", "Sales team").sentence
    assert "is removed" in done(ukg("group", "remove", "acme", "Sales team", "--yes")).out
    assert done(ukg("group", "list", "acme", "--json")).document == []


def test_a_course_is_given_marked_and_taken_away(academy, ukg):
    done(ukg("group", "members", "acme", "Sales team", "--add", "ann@example.com", "--add", "bea@example.com"))
    out = done(ukg("course", "assign", "acme", "Safety", "Sales team")).out
    assert "2 people are enrolled through this group" in out
    assert (
        "ann@example.com on Safety: completed"
        in done(ukg("course", "mark", "acme", "Safety", "ann@example.com", "completed")).out
    )
    assert done(ukg("course", "list", "acme", "--json")).document == [
        {
            "title": "Safety",
            "published": True,
            "groups": ["Sales team"],
            "enrolments": {"not_started": 1, "completed": 1},
        }
    ]
    assert "1 not started, 1 completed" in done(ukg("course", "list", "acme")).out
    assert "1 enrolment removed" in done(ukg("course", "withdraw", "acme", "Safety", "Sales team")).out


def test_a_course_is_published_and_taken_back(academy, ukg):
    done(ukg("course", "add", "acme", "Fire", "--draft"))
    done(ukg("group", "members", "acme", "Sales team", "--add", "ann@example.com"))
    assert "0 people are" in done(ukg("course", "assign", "acme", "Fire", "Sales team")).out
    assert "1 person is enrolled" in done(ukg("course", "publish", "acme", "Fire")).out
    assert "1 person is enrolled on it still" in done(ukg("course", "unpublish", "acme", "Fire")).out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("rule", "set", "acme", "Sales team"), "Give --all, or --where"),
        (
            ("rule", "set", "acme", "Sales team", "--where", "Departement is x"),
            "Labels: email domain, created, Department",
        ),
        (("rule", "run", "acme", "Sales team"), "Sales team has no rule"),
        (("rule", "preview", "acme", "Nowhere", "--json"), "acme has no group 'Nowhere'"),
        (("group", "add", "acme", "SALES TEAM"), "has a group SALES TEAM already"),
        (
            ("group", "members", "acme", "Sales team", "--add", "zoe@example.com", "--json"),
            "no learner zoe@example.com",
        ),
        (("group", "members", "acme", "Sales team", "--unenrol"), "--unenrol goes with --remove"),
        (("course", "assign", "acme", "Fire", "Sales team"), "acme has no course 'Fire'"),
        (("course", "mark", "acme", "Safety", "ann@example.com", "done"), "STATUS is one of not_started"),
        (("group", "list", "nowhere", "--json"), "There is no portal 'nowhere'"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_exit_code_2(academy, ukg, words, sentence):
    result = ukg(*words)
    assert result.code == 2
    assert sentence in result.sentence
