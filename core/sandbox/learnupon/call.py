"""One call of the API, as the endpoints see it: whose portal, what was asked, what was sent along."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from core.sandbox.answers import Refusal
from core.sandbox.learnupon.answers import UnreadableJson
from core.sandbox.learnupon.portal import Portal
from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.settings import LearnUponSettings


@dataclass(frozen=True)
class Call:
    """`id` is the number in the path, 0 when there is none (or when it is 0)."""

    realm: Realm
    portal: Portal
    settings: LearnUponSettings
    now: datetime
    query: Mapping[str, str]
    body: bytes = b""
    id: int = 0

    def wrapped(self, name: str) -> dict[str, Any]:
        """The fields inside the wrapper `name`, whose absence is a 404 (facts/learnupon-api, section 1.2)."""
        try:
            document = msgspec.json.decode(self.body) if self.body else {}
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise UnreadableJson from None
        fields = document.get(name) if isinstance(document, dict) else None
        if fields is None and isinstance(document, dict) and self.settings.wrapper_case == "any":
            fields = {key.lower(): value for key, value in document.items()}.get(name.lower())
        if not isinstance(fields, dict):
            raise Refusal(404, f"Invalid {name.lower()} parameters provided")
        return fields

    def invalid(self, sentence: str) -> Refusal:
        """What to raise when a value is missing or cannot be taken."""
        return Refusal(self.settings.invalid_status, sentence)

    def asked(self, name: str) -> str | None:
        """A parameter of the query that is not empty."""
        return self.query.get(name) or None

    def number(self, name: str) -> int | None:
        """A parameter of the query as a whole number; -1, which nothing has as its id, when it is none."""
        text = self.asked(name)
        if text is None:
            return None
        return int(text) if text.isascii() and text.isdigit() else -1
