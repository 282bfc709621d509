"""What a person is told when something went wrong: one sentence, never a traceback."""

import asyncio
import traceback
from pathlib import Path

from core.domain.errors import UkgSyncError
from core.services.faults import database_sentence


def sentence_of(error: BaseException) -> str:
    """The sentence of an error; for a fault of ours, the place it happened at."""
    if isinstance(error, UkgSyncError):
        return str(error)
    told = database_sentence(error)
    if told is not None:
        return told
    if isinstance(error, asyncio.CancelledError):
        return "This was broken off; what was written before stays."
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = f"{type(error).__name__} in {Path(last[0].filename).name}, line {last[0].lineno}" if last else "no place"
    return f"ukg-sync broke off through a fault of its own ({place}); what was written before stays. Please report it."
