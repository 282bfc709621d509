"""Web addresses: free text from an admin, made safe to send credentials to."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from core.domain.errors import SettingsError

_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_HOST_NAME = re.compile(rf"(?!https?$){_LABEL}(\.{_LABEL})*\.?")


def origin_of(text: str, *, secrets: str, instead: str) -> str:
    """`https://host[:port]` for whatever an admin pasted; a path is dropped.

    http becomes https, except on loopback, where the stand-ins live. `secrets` names what must not stand in an
    address, `instead` is the sentence on what to give. Raises `SettingsError` when no host can be read from the text.
    """
    text = text.strip()
    if "@" in text:  # before anything else, since a password must not be quoted back
        raise SettingsError(f"Leave {secrets} out of the address; nothing was changed. They are asked for apart.")
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not host or not _is_host(host) or parts.scheme not in ("http", "https"):
        raise SettingsError(f"'{text[:80]}' is not a web address; nothing was changed. {instead}")
    name = f"[{host}]" if ":" in host else host
    scheme = "http" if parts.scheme == "http" and is_loopback(host) else "https"
    if scheme == "https" and parts.scheme == "http" and port == 80:
        port = None
    return f"{scheme}://{name}" + (f":{port}" if port else "")


def _is_host(host: str) -> bool:
    if ":" not in host:
        return _HOST_NAME.fullmatch(host) is not None
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by name or address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
