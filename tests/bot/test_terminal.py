"""Commands of the terminal in sentences that are read in Slack."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import all_flows
from bot.terminal import SAME, for_slack


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Connect it with: ukg connect beta", "Connect it with: /ukg connect beta"),
        ("Sync it by hand (ukg sync acme).", "Sync it by hand (/ukg sync acme)."),
        ("The latest: 'ukg runs acme'", "The latest: '/ukg runs acme'"),
        ("ukg sync acme or wait", "/ukg sync acme or wait"),
        ("Connect it: ukg connect b --url URL --user USER --customer-api-key KEY.", "Connect it: /ukg connect b."),
        ("Give them: ukg learnupon beta --url URL --username USERNAME.", "Give them: /ukg connect beta."),
        ("Sync it: ukg sync acme --reconcile", "Sync it: ukg sync acme --reconcile"),
        ("Forget it: ukg choices acme --forget 'A:B'", "Forget it: ukg choices acme --forget 'A:B'"),
        ("Ask for another one: /ukg connect acme", "Ask for another one: /ukg connect acme"),
        ("ukg resend acme EMAIL", "ukg resend acme EMAIL"),
        ("run-ukg sync acme", "run-ukg sync acme"),
    ],
)
def test_only_what_is_the_same_in_slack_is_turned(sentence, said):
    assert for_slack(sentence) == said


@given(st.text())
def test_all_else_stays(text):
    assert for_slack(text) == text
    assert for_slack(for_slack(text)) == for_slack(text)


def test_every_such_command_is_there_in_slack_and_takes_a_portal():
    for name in SAME:
        flow = all_flows().find(name)
        assert flow is not None
        assert flow.usage.startswith("[portal]")
