"""Setting up a portal from the command line, and sentences for what cannot be."""

import pytest


@pytest.fixture
def portal(database, ukg):
    """A portal with a field of each of two types."""
    assert ukg("portal", "create", "acme", "--name", "Acme academy", "--timezone", "Europe/Dublin").code == 0
    assert ukg("field", "add", "acme", "Job", "--type", "string").code == 0
    assert ukg("field", "add", "acme", "Site", "--type", "string-choice", "--choice", "A", "--choice", "B").code == 0


def test_portals_are_created_changed_and_listed(portal, ukg):
    assert ukg("portal", "create", "north", "--sso", "--parent", "acme").code == 0
    assert ukg("portal", "set", "acme", "--manual-sync-interval", "0", "--disable-integration").code == 0
    listed = {row["slug"]: row for row in ukg("portal", "list", "--json").document}
    assert listed["acme"] == {
        "slug": "acme",
        "name": "Acme academy",
        "kind": "embedded",
        "timezone": "Europe/Dublin",
        "sso": False,
        "parent": None,
        "integration_enabled": False,
        "allow_existing": False,
        "licence_limit": None,
        "end_vanished": False,
        "manual_sync_interval": 0,
        "invites": {"when": "added", "how": "invite"},
        "connection": "none",
        "learnupon": None,
        "last_run": None,
    }
    assert (listed["north"]["sso"], listed["north"]["parent"]) == (True, "acme")
    assert "switched off" in ukg("portal", "list").out


def test_fields_are_listed_with_type_and_choices(portal, ukg):
    flags = {"mandatory": False, "editable": False, "multiple": False, "attribute": None, "fits": None}
    assert ukg("field", "list", "acme", "--json").document == [
        {"label": "Job", "type": "string", "choices": []} | flags,
        {"label": "Site", "type": "string-choice", "choices": ["A", "B"]} | flags,
    ]


def test_attributes_are_mapped_listed_and_removed(portal, ukg):
    assert "2 fields mapped" in ukg("map", "acme", "job_title=Job", "location=site").out
    plain = {"owner": "hr", "translations": {}, "trouble": None}
    assert ukg("map", "list", "acme", "--json").document == [
        {"attribute": "job_title", "label": "Job", "type": "string"} | plain,
        {"attribute": "location", "label": "Site", "type": "string-choice"} | plain,
    ]
    assert ukg("map", "remove", "acme", "JOB").code == 0
    assert [row["attribute"] for row in ukg("map", "list", "acme", "--json").document] == ["location"]


def test_the_attributes_that_can_be_mapped_are_shown_without_a_database(ukg):
    attributes = ukg("map", "attributes", "--json").document
    assert {"id": "job_title", "label": "Job title", "type": "text", "source": "employment-details"} in attributes
    assert "job_title" in ukg("map", "attributes").out


def test_invite_settings_are_shown_and_changed(portal, ukg):
    assert ukg("invites", "acme", "--json").document == {"portal": "acme", "when": "added", "how": "invite"}
    assert ukg("invites", "acme", "--when", "hire-date", "--how", "welcome").code == 0
    assert ukg("invites", "acme", "--json").document == {"portal": "acme", "when": "hire-date", "how": "welcome"}


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["portal", "create", "Acme"], "'Acme' cannot name a portal"),
        (["portal", "create", "acme"], "There is a portal acme already"),
        (["portal", "create", "other", "--timezone", "Nowhere"], "'Nowhere' is not a time zone"),
        (["portal", "create", "other", "--kind", "paper"], "'paper' is no kind of portal; nothing was created."),
        (["portal", "set", "acme"], "Nothing was given to change"),
        (["portal", "set", "acme", "--page-size", "0"], "The page size must be from 1 to 10000"),
        (["portal", "set", "nobody", "--sso"], "There is no portal 'nobody'; nothing was done. There are: acme."),
        (["field", "add", "acme", "JOB", "--type", "date"], "acme has a field JOB already"),
        (
            ["field", "add", "acme", "New", "--type", "colour"],
            "'colour' is not a type; nothing was changed. Types:",
        ),
        (["field", "add", "acme", "New", "--type", "string-choice"], "choice"),
        (["field", "list", "nobody", "--json"], "There is no portal 'nobody'"),
        (
            ["map", "acme", "jobtitle=Job"],
            "There is no UKG Pro attribute 'jobtitle'; nothing was changed. Did you mean",
        ),
        (["map", "acme", "job_title=Jo"], "acme has no field 'Jo'; nothing was mapped. Its fields: Job, Site."),
        (["map", "acme", "hire_date=Job"], "Original hire date is a date and cannot fill Job"),
        (["map", "acme"], "Write: ukg map SLUG ATTRIBUTE=LABEL"),
        (["map", "list", "--json"], "Write: ukg map SLUG ATTRIBUTE=LABEL"),
        (["map", "remove", "acme", "Job"], "Nothing fills a field 'Job' in acme"),
        (["invites", "acme", "--when", "never"], "--when is added or hire-date"),
        (["invites", "nobody", "--json"], "There is no portal 'nobody'"),
        (["learners", "nobody", "--json"], "There is no portal 'nobody'"),
        (["learners", "acme", "--created-after", "soon", "--json"], "'soon' is not a date; write YYYY-MM-DD."),
        (["learners", "acme", "--source", "rumour", "--json"], "--source is ukg or manual."),
        (["pending", "nobody"], "There is no portal 'nobody'"),
        (["export", "nobody"], "There is no portal 'nobody'"),
        (["export", "acme", "-o", "."], ". is a folder; nothing was written"),
        (["runs", "nobody", "--json"], "There is no portal 'nobody'"),
        (["run", "show", "run-none", "--json"], "There is no run 'run-none'"),
        (["sync", "acme", "--json"], "acme is not connected to UKG Pro"),
        (["plan", "nobody", "--json"], "There is no portal 'nobody'"),
        (["disconnect", "acme", "--yes", "--json"], "acme is not connected"),
        (["disconnect", "acme", "--json"], "Nothing was changed: add --yes"),
        (["sandbox", "ukg", "--start", "soon"], "'soon' is not a date; write YYYY-MM-DD."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_one_sentence_and_exit_code_2(portal, ukg, command, sentence):
    result = ukg(*command)
    assert sentence in result.sentence
    assert result.code == 2
    assert bool(result.out) == ("--json" in command)


def test_the_order_of_database_option_and_environment(tmp_path, ukg, database):
    assert ukg("--database", tmp_path / "other.db", "portal", "create", "other").code == 0
    assert [row["slug"] for row in ukg("portal", "list", "--json").document] == []
    rows = ukg("--database", f"sqlite://{tmp_path / 'other.db'}", "portal", "list", "--json").document
    assert [row["slug"] for row in rows] == ["other"]


def test_without_any_setting_the_database_is_a_file_in_the_users_data_folder(tmp_path, ukg):
    assert ukg("portal", "create", "acme").code == 0
    assert (tmp_path / "data" / "ukg-sync" / "ukg-sync.db").exists()


def test_a_database_that_is_not_there_is_not_made_by_asking_about_it(tmp_path, ukg):
    assert "There is no database at" in ukg("--database", tmp_path / "none.db", "sync", "acme").sentence
    assert list(tmp_path.iterdir()) == []


def test_a_frozen_clock_is_loudly_announced(database, ukg):
    result = ukg("portal", "list", "--json", UKG_NOW="2026-03-10T12:00:00Z")
    assert result.document == []
    assert result.err == ("UKG_NOW is set: the clock stands at 2026-03-10T12:00:00+00:00. Never do this in earnest.\n")
    assert ukg("portal", "list", "--json").err == ""
