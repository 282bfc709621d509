"""Slack on this machine: its Web API, Socket Mode and signed requests, with its limits and its errors.

`async with FakeSlack() as slack:` listens on loopback; `slack.api_url` is what SLACK_API_URL says. People act through
`slack.command`, `click`, `submit`, `close` and `open_home`; what they see is in `slack.messages`, `modal` and `home`.
A payload that Slack would refuse is refused with Slack's own error; `slack.fail` lets anything else go wrong.
"""

from tests.bot.fake_slack.server import APP_TOKEN, BOT_TOKEN
from tests.bot.fake_slack.slack import Acknowledged, FakeSlack, NotAcknowledged, Unacceptable
from tests.bot.fake_slack.workspace import Message, View

__all__ = [
    "APP_TOKEN",
    "BOT_TOKEN",
    "Acknowledged",
    "FakeSlack",
    "Message",
    "NotAcknowledged",
    "Unacceptable",
    "View",
]
