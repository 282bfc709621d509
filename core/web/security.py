"""What keeps the pages safe: headers of every answer, forms that came from our own page, whose address it is."""

import hmac
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from aiohttp import web

from core.domain.errors import SettingsError
from core.store.secrets import Keyring

Networks = Sequence[IPv4Network | IPv6Network]

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Server": "ukg-sync",
}


def protect(response: web.StreamResponse, *, https: bool) -> None:
    """Put the headers on an answer; nobody keeps a copy unless the answer says otherwise itself."""
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    if https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"


def form_token(keyring: Keyring, slug: str, holder: str) -> str:
    """What a form carries to prove that it came from our page; `holder` is the session's id or the visitor's."""
    return _form_tokens(keyring, slug, holder)[0]


def is_form_token(token: str, keyring: Keyring, slug: str, holder: str) -> bool:
    """Whether it is the holder's, by any key: a rotation does not spoil a form that is open."""
    given = token.encode(errors="replace")
    return any(hmac.compare_digest(given, known.encode()) for known in _form_tokens(keyring, slug, holder))


def _form_tokens(keyring: Keyring, slug: str, holder: str) -> list[str]:
    return keyring.derived(f"form:{slug}:{holder}")


def comes_from_here(request: web.Request, public_url: str) -> bool:
    """Whether the browser says that a page of ours sent this. What it does not say is left to the form's token: pages
    that send no referrer send forms with the origin `null`, and older browsers no Sec-Fetch-Site."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    if origin == "null":
        return True
    here = urlsplit(public_url)
    return origin in (f"{here.scheme}://{here.netloc}", f"http://{request.host}", f"https://{request.host}")


def trusted_networks(text: str) -> Networks:
    """The networks of UKG_TRUSTED_PROXIES; raises `SettingsError` for what is no address or network."""
    try:
        return [ip_network(word.strip()) for word in text.split(",") if word.strip()]
    except ValueError:
        raise SettingsError(
            "UKG_TRUSTED_PROXIES cannot be read; nothing was done. Write addresses or networks with commas between "
            "them, like 10.0.0.5, 192.168.0.0/16."
        ) from None


def client_address(remote: str, forwarded: Sequence[str], trusted: Networks) -> str:
    """The address a request comes from. `forwarded` are the X-Forwarded-For headers, which are believed only from the
    right, as far as the proxies are ours."""
    hops = [hop.strip() for header in forwarded for hop in header.split(",")]
    address = remote
    while hops and _is_in(address, trusted):
        hop = hops.pop()
        if not _is_address(hop):
            break
        address = hop
    return address


def _is_in(address: str, networks: Networks) -> bool:
    if not _is_address(address):
        return False
    known = ip_address(address)
    mapped = getattr(known, "ipv4_mapped", None) or known
    return any(known in network or mapped in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
