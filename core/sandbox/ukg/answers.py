"""The bodies of errors, and the page of a log-in that got in the way."""

import msgspec

from core.sandbox.answers import Answer, Refusal
from core.sandbox.ukg.settings import SandboxSettings

LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Sign in</form></body></html>"


def refusal_answer(refusal: Refusal, settings: SandboxSettings) -> Answer:
    """The answer to a refused request, its body shaped as the settings say."""
    if settings.error_body == "empty":
        return Answer(refusal.status, b"", headers=refusal.headers)
    if settings.error_body == "html":
        page = f"<html><body><h1>{refusal.status}</h1><p>{refusal.message}</p></body></html>"
        return Answer(refusal.status, page.encode(), "text/html", refusal.headers)
    body = {"title": "Error", "code": refusal.status, "message": refusal.message}
    return Answer(refusal.status, msgspec.json.encode(body), headers=refusal.headers)
