"""Whatever is wrong: one clear sentence, the right exit code, nothing lost."""

import socket

import pytest


def _one_sentence(result, code: int, *words: str) -> None:
    assert result.returncode == code, result.stderr
    assert result.stdout == ""
    for word in words:
        assert word in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sync", "nowhere"), "no portal"),
        (("field", "add", "acme", "Level", "--type", "number"), "is not a type"),
        (("field", "add", "acme", "Level", "--type", "string-choice"), "at least one --choice"),
        (("field", "add", "acme", "JOB TITLE", "--type", "string"), "already"),
        (("map", "acme", "job_titel=Job title"), "job_title"),
        (("map", "acme", "job_title=Nothing"), "Job title"),
        (("map", "acme", "hire_date=Job title"), "cannot fill"),
        (("map", "acme", "job_title"), "ATTRIBUTE=LABEL"),
        (("map", "remove", "acme", "Nothing"), "nothing was changed"),
        (("invites", "acme", "--how", "carrier-pigeon"), "welcome, active or invite"),
        (("portal", "create", "acme"), "already"),
        (("portal", "create", "Not A Slug"), "lower-case"),
        (("portal", "create", "other", "--timezone", "Mars/Olympus"), "time zone"),
        (("portal", "set", "acme", "--page-size", "0"), "page size"),
        (("run", "show", "run-none"), "no run"),
        (("learners", "acme", "--created-after", "yesterday"), "YYYY-MM-DD"),
        (("disconnect", "acme"), "--yes"),
    ],
)
def test_a_wrong_word_is_answered_with_what_to_do(acme, words, said):
    result = acme(*words)
    _one_sentence(result, 2, said)


def test_connecting_says_what_is_wrong_and_stores_nothing(ukg, stand_in):
    ukg("portal", "create", "acme")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}"
    _one_sentence(ukg.connect(closed), 4, "no connection")
    _one_sentence(ukg.connect(stand_in, password="wrong"), 4, "401")
    _one_sentence(ukg.connect(stand_in, **{"customer-api-key": "WRONG"}), 4, "customer API key")
    _one_sentence(ukg.connect("not a host"), 2, "web address")
    result = ukg("connect", "acme", "--url", stand_in, "--user", "svc-ukg-sync", "--customer-api-key", "SBX01",
                 "--password-stdin", stdin="sandbox-password\n")  # fmt: skip
    assert result.returncode == 2
    assert "consent" in result.stderr
    _one_sentence(ukg("sync", "acme"), 2, "not connected")


def test_disconnecting_forgets_the_secrets_and_keeps_the_people(acme):
    acme("sync", "acme")
    people = acme.json("learners", "acme")
    assert acme("disconnect", "acme", "--yes").returncode == 0
    assert acme("sync", "acme").returncode == 2
    assert acme.json("learners", "acme") == people
    assert acme.json("map", "list", "acme")


def test_a_file_that_is_no_database_is_left_as_it_is(ukg):
    ukg.database.write_text("dear diary\n" * 200)
    before = ukg.database.read_bytes()
    for words in (("portal", "list"), ("portal", "create", "acme"), ("doctor",)):
        _one_sentence(ukg(*words), 2, "not changed")
    assert ukg.database.read_bytes() == before


def test_a_missing_or_wrong_secret_key_is_said_and_loses_nothing(acme):
    (key_file,) = acme.folder.glob("*.key")
    key = key_file.read_text()
    assert key_file.stat().st_mode & 0o777 == 0o600
    key_file.unlink()
    _one_sentence(acme("sync", "acme"), 2, "secret key is missing")
    assert not key_file.exists()
    acme.environment["UKG_SECRET_KEY"] = "A" * 43 + "="
    _one_sentence(acme("sync", "acme"), 2, "cannot be read with this secret key")
    acme.environment["UKG_SECRET_KEY"] = "short"
    _one_sentence(acme("sync", "acme"), 2, "32 bytes")
    acme.environment["UKG_SECRET_KEY"] = f"{'A' * 43}=,{key.strip()}"
    assert acme("sync", "acme").returncode in (0, 1)
    assert acme("keys", "rotate").returncode == 0
    acme.environment["UKG_SECRET_KEY"] = "A" * 43 + "="
    assert acme("sync", "acme").returncode in (0, 1)


def test_the_doctor_finds_what_is_wrong_and_says_what_to_do(acme):
    assert acme("doctor").returncode == 0
    findings = acme.json("doctor")
    assert {finding["status"] for finding in findings} == {"ok"}
    acme("disconnect", "acme", "--yes")
    result = acme("doctor")
    assert result.returncode == 2
    assert "ukg connect acme" in result.stdout


def test_a_switched_off_integration_does_nothing(acme):
    acme("portal", "set", "acme", "--disable-integration")
    _one_sentence(acme("sync", "acme"), 2, "switched off")


def test_an_error_with_json_is_one_document_too(ukg):
    import json

    ukg("portal", "create", "acme")
    result = ukg("sync", "acme", "--json")
    assert result.returncode == 2
    assert json.loads(result.stdout)["status"] == "failed"


def test_settings_that_cannot_be_read_are_named(ukg):
    ukg.environment["UKG_NOW"] = "half past nine"
    _one_sentence(ukg("portal", "list"), 2, "UKG_NOW")
