"""What stands on stdout and stderr: in a pipe, on a terminal, and where there is no letter for a name."""

import csv
import io
import json
import re
import subprocess
from pathlib import Path

import pytest

BAR = re.compile(r"Reading UKG Pro|Working out changes|Writing to the portal|━|\x1b")


@pytest.fixture
def with_names(acme, ukg, change):
    """Two learners with names that a plain terminal cannot show, or should not."""
    change("E1", firstName="Zoë", lastName="王秀英")
    change("E2", firstName="\x1b[31mred\x1b[0m", lastName="[bold]x[/bold]")
    assert ukg("sync", "acme").code == 0


def test_in_a_pipe_there_is_no_progress_bar(acme, ukg_process):
    result = ukg_process("sync", "acme")
    assert (result.code, result.err) == (0, "")
    assert not BAR.search(result.out)


def test_on_a_terminal_there_is_a_progress_bar_on_stderr_and_none_in_the_document(acme, on_terminal):
    terminal = on_terminal("sync", "acme", stdout=subprocess.PIPE)
    out = terminal.process.stdout.read()
    assert terminal.end() == 0
    assert BAR.search(terminal.seen)
    assert "Writing to the portal" in terminal.seen
    assert not BAR.search(out)
    assert out.startswith("Run run-")


def test_on_a_terminal_a_document_is_asked_for_without_a_bar(acme, on_terminal):
    terminal = on_terminal("sync", "acme", "--json", stdout=subprocess.PIPE)
    out = terminal.process.stdout.read()
    assert terminal.end() == 0
    assert json.loads(out)["counts"]["invited"] == 8
    assert terminal.seen == ""


def test_the_clock_is_announced_on_stderr_beside_a_document(acme, ukg_process):
    result = ukg_process("plan", "acme", "--json", UKG_NOW="2026-03-10T12:00:00+01:00")
    assert result.document["started_at"] == "2026-03-10T11:00:00Z"
    assert result.err == ("UKG_NOW is set: the clock stands at 2026-03-10T12:00:00+01:00. Never do this in earnest.\n")


def test_names_cannot_move_the_cursor_or_be_taken_for_markup(with_names, ukg):
    shown = ukg("learners", "acme").out
    assert "\x1b" not in shown
    assert "[31mred" in shown
    assert "[bold]x[/bold]" in shown
    assert "Zoë 王秀英" in shown


def test_a_terminal_without_the_letters_shows_their_codes(with_names, ukg_process):
    result = ukg_process("learners", "acme", PYTHONIOENCODING="ascii")
    assert (result.code, result.err) == (0, "")
    assert result.out.isascii()
    assert "Zo\\xeb" in result.out


def test_documents_and_csv_are_utf8_whatever_the_terminal(with_names, ukg_process):
    learners = ukg_process("learners", "acme", "--json", PYTHONIOENCODING="ascii")
    assert (learners.code, learners.document[0]["first_name"]) == (0, "Zoë")
    export = ukg_process("export", "acme", PYTHONIOENCODING="ascii")
    assert export.code == 0
    assert list(csv.reader(io.StringIO(export.out, newline="")))[1][1:3] == ["Zoë", "王秀英"]


def test_output_that_cannot_be_written_is_said_in_a_sentence(with_names, start_ukg):
    with Path("/dev/full").open("w") as full:
        process = start_ukg("learners", "acme", stdout=full)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err == ("The output could not be written (No space left on device); what was done before stays done.\n")
