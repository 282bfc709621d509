"""Connecting: the account is tried, consent is asked, the password is seen nowhere."""

import http.server
import signal
import socket
import sqlite3
import subprocess
import threading
from contextlib import closing

import pytest

from core.sandbox.ukg import faults


def stored(database):
    """What is kept of connections."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT url, user, status, secrets FROM connection").fetchall()


@pytest.fixture
def portal(database, ukg):
    """A portal, not connected yet; the path of its database."""
    assert ukg("portal", "create", "acme").code == 0
    return database


def test_a_tried_and_consented_account_is_active_and_the_document_says_what_is_read(portal, ukg, connection, stand_in):
    result = ukg(*connection, "--consent", "--json", stdin="sandbox-password\n")
    assert (result.code, result.err) == (0, "")
    assert result.document == {
        "portal": "acme",
        "status": "active",
        "url": stand_in.url,
        "reads": [
            "first and last name, e-mail, employee id and person id (person-details)",
            "status, hire and termination dates, company (employment-details)",
            "company code and first organization level, to count departments (employment-details)",
        ],
        "requests": 2,
    }
    assert [row[:3] for row in stored(portal)] == [(stand_in.url, "svc-ukg-sync", "active")]
    assert ukg("portal", "list", "--json").document[0]["connection"] == "active"


def test_what_will_be_read_is_shown_before_the_consent(portal, ukg, connection):
    result = ukg(*connection, "--consent", stdin="sandbox-password\n")
    assert result.err.startswith("A sync reads of every employee:\n  - first and last name, e-mail")
    assert "Social security numbers" in result.err
    assert result.out.startswith("acme is connected to ")


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_without_a_terminal_and_without_consent_nothing_is_stored(portal, ukg, connection, as_json):
    result = ukg(*connection, *as_json, stdin="sandbox-password\n")
    assert result.code == 2
    assert "Nothing was stored: consent is needed. Add --consent" in result.err
    assert stored(portal) == []
    assert not portal.with_suffix(".key").exists()
    assert bool(result.out) == bool(as_json)


def test_without_a_terminal_the_password_is_never_waited_for(portal, ukg, connection):
    result = ukg(*connection[:-1], "--consent", "--json", stdin="sandbox-password\n")
    assert result.sentence == "There is no terminal to ask for the password; give it with --password-stdin."
    assert (result.code, stored(portal)) == (2, [])


@pytest.mark.parametrize("password", ["sandbox-password", "sandbox-password\n", "sandbox-password\r\nmore\n"])
def test_the_password_is_the_first_line_of_stdin(portal, ukg, connection, password):
    assert ukg(*connection, "--consent", stdin=password).code == 0


def test_no_password_on_stdin_is_told(portal, ukg, connection):
    assert ukg(*connection, "--consent", stdin="").sentence == "The password is empty; nothing was changed."


def test_a_password_that_is_no_text_is_told(portal, start_ukg, connection):
    process = start_ukg(*connection, "--consent", stdin=subprocess.PIPE, encoding=None)
    out, err = process.communicate(b"\xff\xfe\n", timeout=30)
    assert (process.returncode, out) == (2, b"")
    assert err == b"The password on stdin is not UTF-8 text; nothing was stored.\n"


def test_the_password_is_in_no_output_and_in_no_file(portal, ukg, connection, stand_in, tmp_path):
    secret = "Qu1te-Secret-Pass"
    stand_in.settings.password = secret
    seen = []
    for options in (["--consent"], ["--consent", "--json"], []):
        seen.append(ukg(*connection, *options, stdin=f"{secret}\n"))
    for command in ("portal list --json", "doctor --json", "sync acme --json", "runs acme --json", "plan acme --json"):
        seen.append(ukg(*command.split()))
    stand_in.settings.password = "another"
    seen.append(ukg(*connection, "--consent", stdin=f"{secret}\n"))
    assert [result.code for result in seen] == [0, 0, 2, 0, 0, 0, 0, 0, 4]
    assert [result for result in seen if secret in result.out + result.err] == []
    assert [path for path in tmp_path.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()] == []


class _WebSite(http.server.BaseHTTPRequestHandler):
    """Some web server that is not UKG Pro: a page for every address."""

    def do_GET(self) -> None:
        body = b"<html>Welcome to our shop</html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def other_host():
    """The address of a web server that is not UKG Pro."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _WebSite) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def test_a_wrong_host_is_told(portal, ukg, connection, other_host):
    connection[connection.index("--url") + 1] = other_host
    result = ukg(*connection, "--consent", "--json", stdin="sandbox-password\n")
    assert "is a web page, perhaps a login page: check that the address is the web-services host" in result.sentence
    assert (result.code, stored(portal)) == (4, [])


def test_a_closed_port_is_told(portal, ukg, connection):
    connection[connection.index("--url") + 1] = _closed_port()
    result = ukg(*connection, "--consent", stdin="sandbox-password\n")
    assert "There is no connection to UKG Pro at http://127.0.0.1:" in result.err
    assert "Check the address and that this machine may reach it." in result.sentence
    assert (result.code, stored(portal)) == (4, [])


def test_broken_json_is_told(portal, ukg, connection, stand_in):
    stand_in.faults.add("person-details", kind=faults.truncate, times=None)
    result = ukg(*connection, "--consent", stdin="sandbox-password\n")
    assert "person-details is cut off. Nothing was changed in the portal." in result.sentence
    assert (result.code, stored(portal)) == (4, [])


@pytest.mark.parametrize("wrong", ["password", "customer_api_key", "user"])
def test_wrong_credentials_are_told(portal, ukg, connection, stand_in, wrong):
    setattr(stand_in.settings, wrong, "OTHER")
    result = ukg(*connection, "--consent", "--json", stdin="sandbox-password\n")
    assert "UKG Pro refused the service account (401)" in result.sentence
    assert (result.code, stored(portal)) == (4, [])


def test_a_key_that_answers_403_is_told(portal, ukg, connection, stand_in):
    stand_in.settings.wrong_key_status, stand_in.settings.customer_api_key = 403, "OTHER"
    result = ukg(*connection, "--consent", stdin="sandbox-password\n")
    assert "check the customer API key" in result.sentence
    assert result.code == 4


@pytest.mark.parametrize("url", ["not an address", "https://ann:pw@ukg.example.com", "ftp://ukg.example.com"])
def test_an_address_that_is_none_is_bad_usage(portal, ukg, connection, url):
    connection[connection.index("--url") + 1] = url
    assert ukg(*connection, "--consent", stdin="sandbox-password\n").code == 2
    assert stored(portal) == []


def test_disconnecting_forgets_the_secrets(acme, ukg):
    assert ukg("disconnect", "acme", "--yes", "--json").document == {"portal": "acme", "status": "disconnected"}
    assert [row[2:] for row in stored(acme)] == [("disconnected", None)]
    assert "is not connected to UKG Pro" in ukg("sync", "acme").sentence


def test_on_a_terminal_password_and_consent_are_asked_for_and_the_password_is_not_echoed(
    portal, on_terminal, connection
):
    terminal = on_terminal(*connection[:-1])
    terminal.wait_for("Password of the service account:")
    terminal.type_unseen("sandbox-password\n")
    terminal.wait_for("Do you consent to this data being read? [y/N]:")
    terminal.type("y\n")
    assert terminal.end() == 0
    assert "acme is connected to" in terminal.seen
    assert "sandbox-password" not in terminal.seen
    assert len(stored(portal)) == 1


def test_on_a_terminal_consent_can_be_refused(portal, on_terminal, connection):
    terminal = on_terminal(*connection[:-1])
    terminal.wait_for("Password of the service account:")
    terminal.type_unseen("sandbox-password\n")
    terminal.wait_for("[y/N]:")
    terminal.type("n\n")
    assert terminal.end() == 2
    assert "Without consent nothing was stored." in terminal.seen
    assert stored(portal) == []


def test_an_interrupted_question_stores_nothing(portal, on_terminal, connection):
    terminal = on_terminal(*connection[:-1])
    terminal.wait_for("Password of the service account:")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130
    assert "Interrupted. Nothing was stored." in terminal.seen
    assert "Traceback" not in terminal.seen
    assert stored(portal) == []
