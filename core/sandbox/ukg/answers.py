"""What the server sends back, apart from HTTP: status, body, headers; and the bodies of errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from core.sandbox.ukg.settings import SandboxSettings

JSON = "application/json"
LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Sign in</form></body></html>"


@dataclass(frozen=True)
class Answer:
    """A complete answer, ready to be sent or spoilt by a fault."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """The request cannot be served."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message
        self.headers = headers or {}


def refusal_answer(refusal: Refusal, settings: SandboxSettings) -> Answer:
    """The answer to a refused request, its body shaped as the settings say."""
    if settings.error_body == "empty":
        return Answer(refusal.status, b"", headers=refusal.headers)
    if settings.error_body == "html":
        page = f"<html><body><h1>{refusal.status}</h1><p>{refusal.message}</p></body></html>"
        return Answer(refusal.status, page.encode(), "text/html", refusal.headers)
    body = {"title": "Error", "code": refusal.status, "message": refusal.message}
    return Answer(refusal.status, msgspec.json.encode(body), headers=refusal.headers)
