"""`ukg serve`: the door and the outbox in one process."""

import re
import signal
import socket
import urllib.request

import pytest


def _opened(process):
    """The address the process says it listens at."""
    for line in process.stderr:
        found = re.search(r"open at (http://\S+?)/PORTAL/", line)
        if found:
            return found[1]
    pytest.fail("the door never opened")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_until_it_is_told_to_end(database, start_ukg, number):
    process = start_ukg("serve", "--port", "0")
    address = _opened(process)
    with urllib.request.urlopen(f"{address}/health", timeout=20) as answer:
        assert answer.read() == b'{"status":"ok"}'
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")
    assert err.endswith("The learners' door is closed.\n")
    assert "Traceback" not in err


def test_a_port_that_is_in_use_is_one_sentence(database, ukg):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = ukg("serve", "--port", port)
    assert result.code == 2
    assert result.sentence.startswith(f"Port {port} of 127.0.0.1 cannot be used")


def test_settings_of_the_door_that_cannot_be_read_are_one_sentence(database, ukg):
    for name, value in (("UKG_TRUSTED_PROXIES", "proxy"), ("UKG_PUBLIC_URL", "ftp://x")):
        result = ukg("serve", "--port", "0", **{name: value})
        assert result.code == 2
        assert name in result.sentence
