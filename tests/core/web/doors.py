"""An open door for tests: real HTTP on loopback, a real client, a portal, and links as a mail carries them."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import aiohttp
import msgspec
import pytest
from yarl import URL

from core.clock import now
from core.portals.embedded.invites import add_invites, add_reset, token_hash, token_of
from core.services.door import accept_path, reset_path
from core.services.door.passwords import hash_password
from core.services.portals import create_portal
from core.store.connection import open_store
from core.store.keys import load_keyring
from core.store.models import Attempts, AuditLine, Invite, Learner, Portal
from core.web.serving import open_door

PASSWORD = "plain tall ships"


class Answer(msgspec.Struct):
    """What a page answered; `path` is where redirects led."""

    status: int
    text: str
    headers: Any
    path: str

    @property
    def title(self) -> str:
        """The page's one heading."""
        (title,) = re.findall(r"<h1>(.*?)</h1>", self.text)
        return unescape(title)

    @property
    def alerts(self) -> list[str]:
        """What is said of mistakes."""
        return [unescape(text) for text in re.findall(r'role="alert"[^>]*>(.*?)</p>', self.text)]

    @property
    def form_token(self) -> str:
        """What the forms of the page carry."""
        return re.findall(r'name="form_token" value="([^"]*)"', self.text)[0]


class Browser:
    """A client that keeps cookies and sends forms as a browser does."""

    def __init__(self, door: str) -> None:
        self.door = door
        self.session = aiohttp.ClientSession(door, cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def request(self, method: str, path: str, **options: Any) -> Answer:
        """Any request; `options` are aiohttp's."""
        target = URL(f"{self.door}{path}", encoded=True)
        async with self.session.request(method, target, **options) as answer:
            return Answer(answer.status, await answer.text(), answer.headers, answer.url.path)

    async def look(self, path: str, **options: Any) -> Answer:
        """Open a page."""
        return await self.request("GET", path, **options)

    async def send(self, path: str, **entries: Any) -> Answer:
        """Open a page, fill in its form, send it, follow where it leads."""
        page = await self.look(path)
        return await self.request("POST", path, data={"form_token": page.form_token} | entries)

    async def sign_in(self, email: str, password: str = PASSWORD) -> Answer:
        """Fill in the form to sign in."""
        return await self.send("/acme/sign-in", email=email, password=password)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that are kept."""
        return {cookie.key: cookie.value for cookie in self.session.cookie_jar}

    def keep(self, name: str, value: str) -> None:
        """Keep a cookie as if the door had set it."""
        self.session.cookie_jar.update_cookies({name: value}, URL(f"{self.door}/acme/"))


@pytest.fixture
async def acme(store: str, set_clock: Callable[[str], None]) -> Portal:
    """A portal in New York, on 10 March 2026, in whose name there is something to escape."""
    set_clock("2026-03-10")
    return await create_portal("acme", name="Acme <Learning> & Co", timezone="America/New_York")


@pytest.fixture
async def door(acme: Portal, store: str) -> AsyncIterator[str]:
    """The address of an open door."""
    async with open_door(store) as address:
        yield address


@pytest.fixture
async def browser(door: str) -> AsyncIterator[Browser]:
    """Someone's browser at the open door."""
    browser = Browser(door)
    yield browser
    await browser.session.close()


@pytest.fixture
async def other_browser(door: str) -> AsyncIterator[Browser]:
    """The browser of somebody else."""
    browser = Browser(door)
    yield browser
    await browser.session.close()


def learner_maker(acme: Portal) -> Callable[..., Awaitable[Learner]]:
    """See `add_learner`."""

    async def add(email: str, *, password: str | None = None, portal: Portal = acme, **values: Any) -> Learner:
        defaults: dict[str, Any] = {
            "first_name": "Ann",
            "last_name": "Lee",
            "user_type": "learner",
            "status": "active",
            "source": "ukg",
            "custom": {},
            "created_at": now(),
            "created_by": "an admin",
        }
        row = defaults | values
        row["custom"] = msgspec.json.encode(row["custom"]).decode()
        if password is not None:
            row |= {"password_hash": await hash_password(password), "accepted": True}
        return await Learner.create(portal_id=portal.id, email=email, email_key=email.casefold(), **row)

    return add


@pytest.fixture
def add_learner(acme: Portal) -> Callable[..., Awaitable[Learner]]:
    """Call with an e-mail and values of the row; a `password` makes its hash. The portal is acme by default."""
    return learner_maker(acme)


def link_maker(store: str) -> Callable[..., Awaitable[str]]:
    """See `make_link`."""

    async def make(learner: Learner, *, reset: bool = False, lifetime: timedelta = timedelta(hours=72)) -> str:
        portal = await Portal.get(id=learner.portal_id)
        moment: datetime = now()
        if reset:
            await add_reset(portal.id, learner.id, moment)
        else:
            await add_invites(portal.id, [(learner.id, learner.status)], moment)
        invite = await Invite.filter(learner_id=learner.id).order_by("-id").first()
        assert invite is not None
        token = token_of(invite, await load_keyring(store))
        invite.token_hash, invite.expires_at = token_hash(token), moment + lifetime
        await invite.save()
        return reset_path(portal.slug, token) if reset else accept_path(portal.slug, token)

    return make


@pytest.fixture
def make_link(store: str) -> Callable[..., Awaitable[str]]:
    """Call with a learner (and `reset=True`) for the path of a link whose mail was sent this moment."""
    return link_maker(store)


class Guessing:
    """A door with one link made out, for tests that try thousands; `guess` is not async."""

    def __init__(self, runner: asyncio.Runner, browser: Browser, link: str) -> None:
        self.token = link.rpartition("/")[2]
        self._runner = runner
        self._browser = browser

    def guess(self, token: str) -> tuple[int, str, bool]:
        """The status and title of the page for a token, and whether all is as it was."""
        return self._runner.run(self._guess(token))

    async def _guess(self, token: str) -> tuple[int, str, bool]:
        await Attempts.all().delete()
        before = await self._rows()
        answer = await self._browser.look(f"/acme/accept/{token}")
        return answer.status, answer.title, before == await self._rows()

    async def _rows(self) -> list[Any]:
        return [*await Learner.all().values(), *await Invite.all().values(), *await AuditLine.all().values()]


@pytest.fixture
def guessing(database_url: str, set_clock: Callable[[str], None]) -> Iterator[Guessing]:
    """A door in an event loop of its own, which is driven by hand."""
    set_clock("2026-03-10")
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def begin() -> Guessing:
            await stack.enter_async_context(open_store(database_url))
            portal = await create_portal("acme")
            learner = await learner_maker(portal)("ann@example.com", status="pending")
            link = await link_maker(database_url)(learner)
            browser = Browser(await stack.enter_async_context(open_door(database_url)))
            stack.push_async_callback(browser.session.close)
            return Guessing(runner, browser, link)

        yield runner.run(begin())
        runner.run(stack.aclose())
