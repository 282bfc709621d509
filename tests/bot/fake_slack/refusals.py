"""How Slack says no."""

from collections.abc import Iterable
from typing import Any

from tests.bot.fake_slack.checks import Problem


class Refusal(Exception):
    """The answer is `{"ok": false, "error": …}` with what else stands in `more`."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: dict[str, Any] = {"ok": False, "error": error, **more}


def refuse(error: str, problems: Iterable[Problem]) -> None:
    """Raise the error with its messages if there are problems."""
    messages = [str(problem) for problem in problems]
    if messages:
        raise Refusal(error, response_metadata={"messages": messages})
