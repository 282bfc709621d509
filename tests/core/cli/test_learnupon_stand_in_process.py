"""`ukg sandbox learnupon` in a process of its own, as a person tries it out."""

import base64
import json
import urllib.request

import pytest


def ask(url: str, keys: tuple[str, str] | None = None) -> dict:
    request = urllib.request.Request(url)
    if keys:
        request.add_header("Authorization", "Basic " + base64.b64encode(":".join(keys).encode()).decode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


@pytest.fixture
def told(start_ukg) -> list[str]:
    """What a stand-in of 30 users and one sub-portal says of itself, while it runs."""
    process = start_ukg("sandbox", "learnupon", "--users", "30", "--port", "0", "--rate-limit", "0")
    return [process.stdout.readline() for _ in range(5)]


def test_it_serves_each_portal_with_the_address_and_keys_it_tells(told):
    assert told[0].startswith("LearnUpon's stand-in with 30 users listens at http://127.0.0.1:")
    sizes = []
    for line in told[2:4]:
        words = line.split()
        assert words[3:6] == ["ukg", "learnupon", "SLUG"]
        url, username = words[words.index("--url") + 1], words[words.index("--username") + 1]
        sizes.append(len(ask(f"{url}/api/v1/users", (username, words[1]))["user"]))
    assert sizes == [30, 0]
    log = ask(f"{told[0].split()[-1]}/sandbox/requests")
    assert log["counts"] == {"GET users": 2}


def test_a_port_that_is_taken_is_told(told, ukg_process):
    port = told[0].split()[-1].rpartition(":")[2]
    result = ukg_process("sandbox", "learnupon", "--users", "5", "--port", port)
    assert f"ports {port} to {int(port) + 1} of 127.0.0.1 cannot be used" in result.sentence
    assert result.code == 2
