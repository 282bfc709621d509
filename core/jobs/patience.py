"""Waiting trouble out, for instance while the database starts anew, but not for ever."""

import logging

_IN_A_ROW = 3

_log = logging.getLogger(__name__)


class Patience:
    """How often in a row the same work failed; the third time, its error is raised."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.failures = 0

    def worked(self) -> None:
        """The work was done; whatever was before is forgotten."""
        self.failures = 0

    def failed(self, error: Exception) -> None:
        """The work failed: raises `error` when it keeps failing, else the work should be tried again."""
        self.failures += 1
        if self.failures >= _IN_A_ROW:
            raise error
        _log.warning("%s broke off (%s) and is tried again", self.what, type(error).__name__)
