"""What can go wrong with UKG Pro, sorted by what a sync must do about it: stop, say so, write nothing.

UkgError
├── Unreachable          no connection, or no answer in time; worth another try
├── Throttled            asked too often (429); worth another try, later
├── ServerTrouble        5xx; worth another try
├── UnreadableAnswer     not the JSON it should be; worth another try
├── WrongCredentials     401: never tried twice, since accounts get locked
├── PermissionMissing    403: the service account lacks a View permission
├── NotFound             404 where there should be a list: probably the wrong address
├── RequestRefused       another 4xx
└── SourceIncomplete     read, but demonstrably not everything, or not what was asked for
"""

from core.domain.errors import OutsideError

NOTHING_WRITTEN = "Nothing was changed in the portal."


class UkgError(OutsideError):
    """UKG Pro could not be read."""


class Unreachable(UkgError):
    """No connection, or no answer in time."""


class Throttled(UkgError):
    """UKG Pro asked us to slow down. `retry_after` is in seconds, if it said how long."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class ServerTrouble(UkgError):
    """UKG Pro failed inside (5xx). `retry_after` is in seconds, if it said how long."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class UnreadableAnswer(UkgError):
    """The answer is empty, a web page, cut off, or not of the documented shape."""


class WrongCredentials(UkgError):
    """User, password or customer API key are not accepted."""


class PermissionMissing(UkgError):
    """The service account may not view an endpoint."""


class NotFound(UkgError):
    """UKG Pro does not know the address asked for."""


class RequestRefused(UkgError):
    """UKG Pro refused the request itself."""


class SourceIncomplete(UkgError):
    """Everything answered, and yet people are missing from the answer, or it is about other people."""
