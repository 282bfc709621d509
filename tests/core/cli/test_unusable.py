"""Databases, keys and settings that cannot be used: one sentence, exit code 2, nothing changed."""

import os
import re

import pytest

from core.store.secrets import new_key


@pytest.mark.parametrize("command", [["portal", "list"], ["sync", "acme"], ["doctor"], ["portal", "create", "x"]])
def test_a_file_that_is_no_database(tmp_path, ukg, command):
    (tmp_path / "letter.db").write_text("Dear Ann, this is not a database. " * 50)
    result = ukg("--database", tmp_path / "letter.db", *command)
    assert "is not a ukg-sync database; it was not changed" in result.sentence
    assert result.code == 2


def test_a_folder_and_a_kind_of_database_that_is_not_known(tmp_path, ukg):
    assert "is a folder, not a database" in ukg("--database", tmp_path, "portal", "list", "--json").sentence
    assert "'mysql' is not a database we know" in ukg("--database", "mysql://x/y", "portal", "list").sentence


def test_a_postgresql_that_is_not_there(ukg):
    result = ukg("--database", "postgres://ann:s3cret@127.0.0.1:1/x", "portal", "list", "--json")
    assert "The PostgreSQL database cannot be reached or used" in result.sentence
    assert (result.code, "s3cret" in result.err) == (2, False)


def test_a_file_that_cannot_be_opened_says_one_sentence_in_a_process_of_its_own_too(tmp_path, ukg_process):
    (tmp_path / "file").write_text("")
    result = ukg_process("--database", tmp_path / "file" / "ukg.db", "portal", "list")
    assert "cannot be made" in result.sentence
    if os.path.isdir("/proc/self"):  # noqa: PTH112
        result = ukg_process("--database", "/proc/ukg.db", "portal", "list", "--json")
        assert (
            result.sentence == "/proc/ukg.db cannot be opened as a database; it was not changed. Check path and rights."
        )


@pytest.mark.parametrize("command", [["sync", "acme"], ["plan", "acme"], ["keys", "rotate"]])
def test_a_lost_key_file(acme, ukg, command):
    acme.with_suffix(".key").unlink()
    result = ukg(*command)
    assert "The secret key is missing" in result.sentence
    assert result.code == 2
    assert not acme.with_suffix(".key").exists()


@pytest.mark.parametrize("command", [["sync", "acme"], ["plan", "acme", "--json"], ["keys", "rotate"]])
def test_a_wrong_key(acme, ukg, command):
    result = ukg(*command, UKG_SECRET_KEY=new_key())
    assert "cannot be read with this secret key; nothing was changed" in result.sentence
    assert result.code == 2
    assert ukg("sync", "acme").code == 0


def test_a_key_of_the_wrong_form(acme, ukg):
    result = ukg("sync", "acme", UKG_SECRET_KEY="hunter2")
    assert "must be 32 bytes in URL-safe base64" in result.sentence
    assert (result.code, "hunter2" in result.err) == (2, False)


def test_without_the_key_one_can_disconnect_and_connect_again(acme, ukg, connection):
    acme.with_suffix(".key").unlink()
    assert ukg("disconnect", "acme", "--yes").code == 0
    assert ukg(*connection, "--consent", stdin="sandbox-password\n").code == 0
    assert ukg("sync", "acme").code == 0


def test_keys_are_rotated_with_the_key_file_and_with_the_environment(acme, ukg):
    before = acme.with_suffix(".key").read_text()
    assert ukg("keys", "rotate").out == "1 stored secret is encrypted with the newest key now.\n"
    after = acme.with_suffix(".key").read_text().strip()
    assert after != before.strip()
    new = new_key()
    assert ukg("keys", "rotate", UKG_SECRET_KEY=f"{new},{after}").code == 0
    assert ukg("sync", "acme", UKG_SECRET_KEY=new).code == 0
    assert "cannot be read" in ukg("sync", "acme").sentence


def test_a_data_folder_that_cannot_be_made(tmp_path, ukg):
    (tmp_path / "file").write_text("")
    result = ukg("portal", "list", "--json", XDG_DATA_HOME=str(tmp_path / "file"))
    assert "cannot be made" in result.sentence
    assert result.code == 2


def test_a_setting_that_cannot_be_read(database, ukg):
    result = ukg("portal", "list", "--json", UKG_NOW="the day before yesterday")
    assert result.sentence == "The setting UKG_NOW cannot be read; nothing was done. Correct or remove it."
    assert result.code == 2


def test_a_settings_file_that_cannot_be_read(tmp_path, database, ukg):
    (tmp_path / ".env").write_bytes(b"UKG_NOW=\xff\xfe\n")
    result = ukg("portal", "list", "--json")
    assert result.sentence == "The file .env cannot be read; nothing was done. Save it as UTF-8, or remove it."
    assert result.code == 2


def test_a_settings_file_is_read(tmp_path, ukg):
    (tmp_path / ".env").write_text(f"UKG_DATABASE_URL=sqlite://{tmp_path}/from-file.db\nSOMETHING_ELSE=1\n")
    assert ukg("portal", "create", "acme").code == 0
    assert (tmp_path / "from-file.db").exists()


def test_a_database_that_breaks_in_the_middle(database, ukg):
    import sqlite3

    with sqlite3.connect(database) as connection:
        connection.execute("DROP TABLE learner")
    connection.close()
    assert ukg("portal", "create", "acme").code == 0
    result = ukg("learners", "acme", "--json")
    assert re.match(r"The database .+ failed while it was in use \(no such table: learner\)", result.sentence)
    assert result.code == 2
