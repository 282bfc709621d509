"""Who may ask: credentials, customer API key, the permission grid, the quota.

Source: facts/ukg-pro-api, sections 1 and 2.
"""

import base64
import binascii
import time
from collections import deque
from collections.abc import Mapping

from core.sandbox.answers import Refusal
from core.sandbox.ukg.settings import SandboxSettings

# Endpoint -> the web service that must be ticked "View" in the service account's grid.
GRID = {
    "person-details": "Employee Person Details",
    "employment-details": "Personnel Integration",
    "employee-supervisor-details": "Personnel Integration",
    "user-defined-fields": "Personnel Integration",
    "org-levels": "Company Configuration Integration",
    "jobs": "Company Configuration Integration",
    "locations": "Company Configuration Integration",
    "company-details": "Company Configuration Integration",
}
_WINDOW_SECONDS = 60.0


def check_credentials(headers: Mapping[str, str], settings: SandboxSettings) -> None:
    """Raise Refusal unless Basic credentials and the API keys are right."""
    scheme, _, encoded = headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        given = ""
    if scheme.lower() != "basic" or given != f"{settings.user}:{settings.password}":
        raise Refusal(401, "Invalid user name or password.", {"WWW-Authenticate": "Basic"})
    if headers.get("US-Customer-Api-Key") != settings.customer_api_key:
        raise Refusal(settings.wrong_key_status, "Invalid customer API key.")
    if settings.user_api_key is not None and headers.get("x-api-key") != settings.user_api_key:
        raise Refusal(401, "Invalid user API key.")


def check_permission(endpoint: str, settings: SandboxSettings) -> None:
    """Raise Refusal when the grid does not let the account view this endpoint."""
    service = GRID[endpoint]
    if service in settings.denied:
        raise Refusal(403, f"The service account has no View permission for {service}.")


class Quota:
    """Requests of the last minute; those refused do not count."""

    def __init__(self) -> None:
        self._served: deque[float] = deque()

    def spend(self, settings: SandboxSettings) -> None:
        """Count one request, or raise Refusal when the minute's quota is used up."""
        if settings.requests_per_minute is None:
            return
        now = time.monotonic()
        while self._served and self._served[0] <= now - _WINDOW_SECONDS:
            self._served.popleft()
        if len(self._served) >= settings.requests_per_minute:
            wait = {} if settings.retry_after is None else {"Retry-After": str(settings.retry_after)}
            raise Refusal(429, "Too many requests.", wait)
        self._served.append(now)
