"""What a person is told when something went wrong: one sentence, and of a fault of ours a number to quote."""

import logging
import traceback
from pathlib import Path
from uuid import uuid4

from bot.terminal import for_slack
from core.domain.errors import UkgSyncError

_log = logging.getLogger(__name__)


def sentence_of(error: Exception) -> str:
    """The sentence of an error. A fault of ours gets a number to quote, and the log says under it where it happened,
    and nothing of what was asked."""
    if isinstance(error, UkgSyncError):
        return for_slack(str(error))
    reference = uuid4().hex[:8]
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
    _log.error("A fault of ukg-sync while answering in Slack (%s): %s", reference, place)
    return (
        "ukg-sync broke off through a fault of its own; what was written before stays. Please tell the operator this "
        f"number: {reference}"
    )
