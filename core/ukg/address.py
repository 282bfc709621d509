"""The web-services address of a UKG Pro tenant."""

from core.domain.web_address import origin_of

_INSTEAD = (
    "Give the host shown in UKG Pro under System Configuration > Security > Web Services, for instance "
    "https://service5.ultipro.com."
)


def normalise_address(text: str) -> str:
    """`https://host[:port]` for whatever an admin pasted (facts/ukg-pro-api.md, section 1).

    The path is dropped (UKG Pro shows addresses that end in /services/LoginService). See `origin_of` for the rest.
    Raises `SettingsError` when no host can be read from the text.
    """
    return origin_of(text, secrets="user and password", instead=_INSTEAD)
