"""Whose keys they are.

Source: facts/learnupon-api, section 1.1.
"""

import base64
import binascii
from collections.abc import Mapping

from core.sandbox.answers import Refusal
from core.sandbox.learnupon.portal import Portal
from core.sandbox.learnupon.settings import LearnUponSettings


def check_keys(headers: Mapping[str, str], portal: Portal, settings: LearnUponSettings) -> None:
    """Raise Refusal unless the Basic credentials are the portal's own; those of another portal are not."""
    scheme, _, encoded = headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        given = ""
    if scheme.lower() != "basic" or given != f"{portal.username}:{portal.password}":
        raise Refusal(settings.wrong_key_status, "Invalid API keys", {"WWW-Authenticate": "Basic"})
