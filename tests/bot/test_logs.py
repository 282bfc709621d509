"""What Slack's libraries log comes out as plain lines, without anything that lets somebody in."""

import logging

import pytest

from bot.logs import link_log, slack_log


@pytest.fixture
def lines(caplog):
    """What came out."""
    slack_log().warning("begun")  # so that no test finds its own line said already
    caplog.clear()
    return lambda: [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize(
    "secret", ["xoxb-1-abc_DEF", "xoxp-2-abc", "xapp-1-A0-99-ff", "ticket=1f2e3d", "ticket=1f2e3d&app=1"]
)
def test_tokens_and_tickets_do_not(lines, secret):
    slack_log().error("Failed to connect to wss://x/?%s (error: %s)", secret, "gone")
    (line,) = lines()
    assert line.endswith("(error: gone)")
    assert not {"abc", "99-ff", "1f2e3d"} & {part for part in ("abc", "99-ff", "1f2e3d") if part in line}


def test_a_traceback_does_not(lines, caplog):
    try:
        raise ValueError("inside")
    except ValueError:
        slack_log().exception("Failed to run a listener")
    assert lines() == ["Failed to run a listener"]
    assert "Traceback" not in caplog.text


def test_what_is_said_again_and_again_is_said_once(lines):
    for _ in range(3):
        slack_log().error("Failed to connect")
    slack_log().error("Something else")
    slack_log().error("Failed to connect")
    assert lines() == ["Failed to connect", "Something else", "Failed to connect"]


def test_of_the_link_only_the_watch_over_it_speaks(lines, caplog):
    link_log().error("Failed to connect (error: refused); Retrying...")
    assert lines() == []
    assert logging.getLogger("bot.slack.link").getEffectiveLevel() == logging.CRITICAL
