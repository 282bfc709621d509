"""What is logged of Slack's libraries: plain lines, without tracebacks, tokens or addresses that let one in."""

import logging
import re

_SECRETS = re.compile(r"(xox[a-z]|xapp)-[\w-]+|(?<=ticket=)[^\s&'\"]+")


class _Plain(logging.Filter):
    """One line for each thing that happens; what is said again and again is said once."""

    def __init__(self) -> None:
        super().__init__()
        self._said = ""

    def filter(self, record: logging.LogRecord) -> bool:
        line = _SECRETS.sub("…", " ".join(record.getMessage().split()))
        record.msg, record.args, record.exc_info, record.exc_text = line, None, None, None
        repeated, self._said = line == self._said, line
        return not repeated


def link_log() -> logging.Logger:
    """The log of the link's library, which tells of every try; what matters of it the watch over the link says."""
    log = logging.getLogger("bot.slack.link")
    log.setLevel(logging.CRITICAL)
    return log


def slack_log() -> logging.Logger:
    """The log that Slack's libraries write to."""
    log = logging.getLogger("bot.slack")
    if not any(isinstance(each, _Plain) for each in log.filters):
        log.addFilter(_Plain())
    return log
