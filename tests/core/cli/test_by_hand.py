"""`ukg learner`, `admin`, `audit`, `field set`: what an admin does by hand at the command line."""

import csv

import pytest


@pytest.fixture
def portal(database, ukg):
    """A portal `acme`, connected to nothing; the path of its database."""
    assert ukg("portal", "create", "acme").code == 0
    return database


def learner(ukg, email="ann@example.com"):
    (found,) = [row for row in ukg("learners", "acme", "--json").document if row["email"] == email]
    return found


def test_someone_is_added_edited_given_a_type_disabled_enabled_and_expired(portal, ukg):
    assert ukg("field", "add", "acme", "Site", "--type", "string-choice", "--choice", "Plant").code == 0
    added = ukg(
        "learner", "add", "acme", "ann@example.com", "--first-name", "Ann", "--how", "active", "--set", "Site=Plant"
    )
    assert (added.code, added.out) == (0, "ann@example.com is in acme: active.\n")
    assert learner(ukg)["custom"] == {"Site": "Plant"}
    assert ukg("learner", "edit", "acme", "ann@example.com", "--last-name", "Lee").code == 0
    assert ukg("learner", "type", "acme", "ann@example.com", "manager").code == 0
    assert (learner(ukg)["last_name"], learner(ukg)["user_type"]) == ("Lee", "manager")
    assert ukg("learner", "disable", "acme", "ann@example.com").code == 0
    assert learner(ukg)["status"] == "disabled"
    assert ukg("learner", "enable", "acme", "ann@example.com").code == 0
    assert ukg("learner", "expire", "acme", "ann@example.com", "2199-12-31").code == 0
    assert (learner(ukg)["status"], learner(ukg)["account_expires"]) == ("active", "2199-12-31")
    assert ukg("learner", "expire", "acme", "ann@example.com", "never").code == 0
    assert learner(ukg)["account_expires"] is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("learner", "add", "acme", "ann"), "'ann' is not an e-mail address; nothing was changed."),
        (
            ("learner", "add", "acme", "a@b.org", "--how", "shout"),
            "--how is one of welcome, active, invite, not 'shout'",
        ),
        (("learner", "type", "acme", "a@b.org", "king"), "The type is one of learner, instructor, manager, admin"),
        (("learner", "expire", "acme", "a@b.org", "soon"), "'soon' is not a date; write YYYY-MM-DD."),
        (("learner", "edit", "acme", "a@b.org", "--set", "Site"), "'Site' is not LABEL=VALUE; nothing was changed."),
        (("learner", "disable", "acme", "a@b.org"), "acme has nobody with the e-mail a@b.org; nothing was changed."),
        (("admin", "add", "acme", "Ada", "--role", "king"), "'king' is not a role; nothing was changed."),
        (("admin", "remove", "acme", "Ada"), "Nobody called 'Ada' has a role in acme; nothing was changed."),
        (("field", "remove", "acme", "Site"), "This forgets what everyone holds in Site; nothing was done."),
        (("learners", "acme", "--group", "None"), "acme has no group 'None'; nothing was done."),
        (("--as", "Eve", "pending", "acme"), "Eve has no role in acme; nothing was done."),
    ],
)
def test_what_cannot_be_done_is_answered_in_one_sentence(portal, ukg, words, sentence):
    result = ukg(*words)
    assert result.code == 2
    assert result.sentence.startswith(sentence)


def test_roles_are_given_listed_used_and_taken(portal, ukg):
    assert ukg("admin", "list", "acme").out.startswith("Nobody has a role in acme.")
    assert ukg("admin", "add", "acme", "Ada", "--role", "admin", "--slack-user", "U024BE7LH").code == 0
    assert ukg("admin", "add", "acme", "Vera", "--role", "viewer").code == 0
    listed = ukg("admin", "list", "acme", "--json").document
    assert [(row["name"], row["role"], row["slack_user"]) for row in listed] == [
        ("Ada", "admin", "U024BE7LH"),
        ("Vera", "viewer", None),
    ]
    assert ukg("--as", "vera", "learners", "acme").code == 0
    refused = ukg("--as", "vera", "portal", "set", "acme", "--name", "Mine")
    assert (refused.code, refused.sentence) == (
        2,
        "vera is viewer in acme, and this takes admin; nothing was done. Ask an admin.",
    )
    assert ukg("--as", "Ada", "admin", "remove", "acme", "Vera").code == 0


def test_the_trail_is_shown_as_json_and_as_csv(portal, ukg, tmp_path):
    assert ukg("admin", "add", "acme", "Ada", "--role", "admin").code == 0
    assert ukg("--as", "Ada", "portal", "set", "acme", "--name", "Academy").code == 0
    newest = ukg("audit", "acme", "--json").document[0]
    assert (newest["actor"], newest["face"], newest["action"]) == ("Ada", "cli", "settings changed")
    assert (newest["before"], newest["after"]) == ({"name": "acme"}, {"name": "Academy"})
    assert "settings changed" in ukg("audit", "acme").out
    assert ukg("audit", "acme", "--csv", tmp_path / "trail.csv").err == f"3 lines are in {tmp_path / 'trail.csv'}.\n"
    with (tmp_path / "trail.csv").open(encoding="utf-8-sig") as file:
        assert [row["action"] for row in csv.DictReader(file)] == ["settings changed", "role given", "portal created"]


def test_a_field_is_changed_and_removed(portal, ukg):
    add = ("field", "add", "acme", "Site", "--type", "string-choice", "--choice", "Plant")
    assert ukg(*add, "--editable", "--mandatory").code == 0
    assert ukg("field", "set", "acme", "Site", "--rename", "Place", "--add-choice", "Office", "--optional").code == 0
    assert ukg("field", "list", "acme", "--json").document == [
        {
            "label": "Place",
            "type": "string-choice",
            "choices": ["Plant", "Office"],
            "mandatory": False,
            "editable": True,
            "multiple": False,
            "attribute": None,
            "fits": None,
        }
    ]
    assert ukg("field", "remove", "acme", "Place", "--yes").code == 0
    assert ukg("field", "list", "acme", "--json").document == []


def test_a_password_to_begin_with_comes_from_stdin_and_is_never_shown(portal, ukg):
    assert ukg("learner", "add", "acme", "ann@example.com", "--how", "active").code == 0
    words = ("learner", "password", "acme", "ann@example.com")
    given = ukg(*words, "--password-stdin", stdin="to begin with\n")
    assert (given.code, given.out) == (
        0,
        "ann@example.com has that password, and must change it on signing in.\n",
    )
    assert "to begin with" not in ukg("audit", "acme", "--json").out
    assert ukg(*words).sentence.startswith("There is no terminal to ask for the password")


def test_what_concerns_every_portal_is_for_the_operator_of_the_machine(portal, ukg):
    assert ukg("admin", "add", "acme", "Ada", "--role", "admin").code == 0
    for words in (("serve", "--port", "0"), ("outbox", "send"), ("portal", "create", "other")):
        assert (
            "is for the operator of the machine ukg-sync runs on, and Ada is not" in ukg("--as", "Ada", *words).sentence
        )


def test_files_with_people_in_them_are_for_their_owner_alone(ukg, tmp_path, monkeypatch):
    monkeypatch.setenv("UKG_DATABASE_URL", f"sqlite://{tmp_path / 'new.db'}")
    assert ukg("portal", "create", "acme", UKG_DATABASE_URL=f"sqlite://{tmp_path / 'new.db'}").code == 0
    assert ukg("export", "acme", "-o", tmp_path / "users.csv").code == 0
    for name in ("new.db", "users.csv"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
