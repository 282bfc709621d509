"""One request to a page of a portal: who comes, what they sent, and the answer with its cookies."""

import re
import secrets
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import jinja2
from aiohttp import web

from core.clock import now
from core.services.door.accounts import Entry
from core.services.door.signing_in import still_in
from core.settings import Settings
from core.store.models import Learner, Portal
from core.store.secrets import Keyring
from core.web.security import client_address, form_token, is_form_token, trusted_networks
from core.web.sessions import Session, begun, sealed, seen, unsealed

SESSION_COOKIE = "ukg_session"
VISITOR_COOKIE = "ukg_visitor"

_VISITOR = re.compile(r"[A-Za-z0-9_-]{22}")


class House:
    """What all pages share: keys, templates, where the world sees us. `base` goes before every path in a page."""

    def __init__(self, keyring: Keyring, settings: Settings, database_url: str) -> None:
        self.keyring = keyring
        self.database_url = database_url
        self.public_url = settings.public_url
        self.https = self.public_url.startswith("https://")
        self.base = urlsplit(self.public_url).path.rstrip("/")
        self.proxies = trusted_networks(settings.ukg_trusted_proxies)
        self.style = (files("core.web") / "door.css").read_bytes()
        self.style_path = f"{self.base}/door.css?{sha256(self.style).hexdigest()[:12]}"
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("core.web"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, template: str, status: int, values: Mapping[str, Any]) -> web.Response:
        """A page from a template."""
        defaults: dict[str, Any] = {"style_path": self.style_path, "portal": None, "learner": None, "refused": {}}
        text = self._templates.get_template(f"{template}.html").render(defaults | dict(values))
        return web.Response(text=text, status=status, content_type="text/html")

    def message(self, status: int, title: str, *sentences: str) -> web.Response:
        """A page that belongs to no portal."""
        values = {"title": title, "sentences": sentences, "actions": []}
        return self.page("message", status, values)


class Visit:
    """A request to a page of a portal. `learner` is who is signed in, None for nobody.

    `entries` are what a form sent, checked to come from our own page; empty for a request that sends none.
    """

    def __init__(self, house: House, request: web.Request, portal: Portal) -> None:
        self.house = house
        self.request = request
        self.portal = portal
        self.remote = client_address(request.remote or "", request.headers.getall("X-Forwarded-For", []), house.proxies)
        self.learner: Learner | None = None
        self.entries: Mapping[str, list[str]] = {}
        self._session: Session | None = None
        self._kept: str | None = None  # the session cookie to be set; empty: to be removed
        visitor = request.cookies.get(VISITOR_COOKIE, "")
        self._is_new = not _VISITOR.fullmatch(visitor)
        self._visitor = secrets.token_urlsafe(16) if self._is_new else visitor

    async def recognise(self) -> None:
        """Find out who is signed in."""
        cookie = self.request.cookies.get(SESSION_COOKIE)
        if cookie is None:
            return
        moment = now()
        session = unsealed(cookie, self.portal.id, self.house.keyring, moment)
        self.learner = await still_in(self.portal, session.entry) if session is not None else None
        if session is None or self.learner is None:
            self._kept = ""
            return
        self._session = session
        renewed = seen(session, moment)
        if renewed is not None:
            self._kept = sealed(renewed, self.house.keyring)

    def owns_form(self, token: str) -> bool:
        """Whether a form with this token was made out to this visitor."""
        return is_form_token(token, self.house.keyring, self.portal.slug, self._holder)

    def entry(self, name: str) -> str:
        """The first entry of that name; empty when there is none."""
        return next(iter(self.entries.get(name, ())), "")

    def let_in(self, entry: Entry) -> None:
        """Sign in with the answer of this visit."""
        self._session = begun(self.portal.id, entry, now())
        self._kept = sealed(self._session, self.house.keyring)

    def let_out(self) -> None:
        """Sign out with the answer of this visit."""
        self.learner = None
        self._session = None
        self._kept = ""

    def path(self, page: str = "") -> str:
        """The path of a page of this portal."""
        return f"{self.house.base}/{self.portal.slug}/{page}"

    def page(self, template: str, status: int = 200, **values: Any) -> web.Response:
        """A page from a template."""
        common = {
            "portal": self.portal,
            "learner": self.learner,
            "path": self.path,
            "form_token": form_token(self.house.keyring, self.portal.slug, self._holder),
        }
        return self.house.page(template, status, common | values)

    def message(self, status: int, title: str, *sentences: str, actions: Mapping[str, str]) -> web.Response:
        """A page that says something; `actions` are the pages it leads to by the words that name them."""
        links = [(words, self.path(page)) for words, page in actions.items()]
        return self.page("message", status, title=title, sentences=sentences, actions=links)

    def go_to(self, page: str = "") -> web.Response:
        """Lead to another page of this portal."""
        return web.Response(status=303, headers={"Location": self.path(page)})

    def with_cookies(self, response: web.Response) -> web.Response:
        """The answer, with the cookies that this visit changed."""
        if self._kept:
            self._set(response, SESSION_COOKIE, self._kept)
        elif self._kept is not None:
            response.del_cookie(SESSION_COOKIE, path=self.path())
        if self._is_new:
            self._set(response, VISITOR_COOKIE, self._visitor)
        return response

    @property
    def _holder(self) -> str:
        return self._session.id if self._session is not None else self._visitor

    def _set(self, response: web.Response, name: str, value: str) -> None:
        response.set_cookie(name, value, path=self.path(), httponly=True, secure=self.house.https, samesite="Lax")
