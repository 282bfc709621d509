"""Bodies of answers and of errors.

Source: facts/learnupon-api, section 1.5.
"""

from collections.abc import Mapping

import msgspec

from core.sandbox.answers import Answer, Refusal
from core.sandbox.learnupon.settings import LearnUponSettings

BAD_JSON = "There was a problem in the JSON you submitted."


class Throttled(Refusal):
    """Too many requests: a body without `response_code` (section 1.4)."""


class UnreadableJson(Refusal):
    """The second shape of an error, `{"error": …}`."""

    def __init__(self) -> None:
        super().__init__(400, BAD_JSON)


class NoSuchPage(Refusal):
    """A path that is none: answered by the web application, in HTML."""

    def __init__(self) -> None:
        super().__init__(404, "The page you were looking for doesn't exist")


def json_answer(document: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A document as JSON."""
    return Answer(status, msgspec.json.encode(document), headers=headers or {})


def html_answer(status: int, title: str, content: str = "") -> Answer:
    """A page for a person. `title` and `content` are put in as they are."""
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1>{content}</body></html>"
    return Answer(status, page.encode(), "text/html")


def refusal_answer(refusal: Refusal, settings: LearnUponSettings) -> Answer:
    """The answer to a refused request."""
    if isinstance(refusal, NoSuchPage):
        return html_answer(404, refusal.message)
    if isinstance(refusal, UnreadableJson):
        return json_answer({"error": refusal.message}, status=400)
    body: dict[str, object] = {"response_type": "ERROR"}
    if settings.response_code and not isinstance(refusal, Throttled):
        body["response_code"] = refusal.status
    return json_answer(body | {"message": refusal.message}, status=refusal.status, headers=refusal.headers)
