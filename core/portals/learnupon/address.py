"""The plain address of a LearnUpon portal."""

from core.domain.web_address import is_loopback, origin_of

__all__ = ["is_loopback", "normalise_address"]

_INSTEAD = "Give the address at which admins open the portal, for instance https://acme.learnupon.com."


def normalise_address(text: str) -> str:
    """`https://host[:port]` for whatever an admin pasted (facts/learnupon-api.md, section 1.1).

    The path is dropped (the documentation shows addresses that end in /api/v1). See `origin_of` for the rest.
    Raises `SettingsError` when no host can be read from the text.
    """
    return origin_of(text, secrets="the API keys", instead=_INSTEAD)
