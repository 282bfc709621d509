"""The application: which path leads to which page, and what happens around each."""

import asyncio
import contextlib
import logging
import re
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qs

import msgspec
from aiohttp import web
from tortoise.exceptions import BaseORMException

from core.clock import now
from core.domain.errors import UkgSyncError
from core.services.door.attempts import WINDOW, forget_old_attempts
from core.services.door.refusals import DoorRefusal
from core.settings import Settings
from core.store.bulk import select_rows
from core.store.models import Portal
from core.store.secrets import Keyring
from core.web import connecting, pages
from core.web.refusing import foreign_form_page, refusal_page
from core.web.security import comes_from_here, protect
from core.web.visit import House, Visit

Page = Callable[[Visit], Awaitable[web.Response]]
LinkState = Callable[[], Awaitable[str]]

_CONNECT = "/{slug}/connect/{token}"
_HOUSE = web.AppKey("house", House)
_SLUG = re.compile(r"[a-z0-9-]{1,63}")
_LARGEST_BODY = 64 * 1024
_MOST_ENTRIES = 1000
_BODY_SECONDS = 20
_HEALTH_SECONDS = 5

_log = logging.getLogger("core.web")

_PAGES: dict[str, tuple[Page, Page | None]] = {
    "": (pages.home, None),
    "sign-in": (pages.sign_in_page, pages.signing_in),
    "accept/{token}": (pages.accept_page, pages.accepting_it),
    "reset/{token}": (pages.reset_page, pages.resetting),
    "forgotten": (pages.forgotten_page, pages.asking_for_reset),
    "password": (pages.password_page, pages.changing_password),
    "profile": (pages.profile_page, pages.changing_profile),
}


def make_app(
    keyring: Keyring, settings: Settings, database_url: str, *, slack: LinkState | None = None
) -> web.Application:
    """The learners' door; the database at `database_url` must be open when it starts. `slack` tells how the link to
    Slack stands, in a process that has one.

    Raises `SettingsError` when UKG_PUBLIC_URL or UKG_TRUSTED_PROXIES cannot be read.
    """
    app = web.Application(middlewares=[_guarded], client_max_size=_LARGEST_BODY)
    house = House(keyring, settings, database_url)
    app[_HOUSE] = house

    async def put_headers(request: web.Request, response: web.StreamResponse) -> None:
        protect(response, https=house.https)

    app.on_response_prepare.append(put_headers)
    app.cleanup_ctx.append(_forgetting)
    app.router.add_get("/", _front)
    app.router.add_get("/health", _health(slack))
    app.router.add_get("/door.css", _style)
    app.router.add_get("/favicon.ico", _no_icon)
    app.router.add_get("/{slug}", _with_slash)
    for path, (look, send) in _PAGES.items():
        app.router.add_get(f"/{{slug}}/{path}", _page(look))
        if send is not None:
            app.router.add_post(f"/{{slug}}/{path}", _page(send))
    app.router.add_post("/{slug}/sign-out", _page(pages.signing_out))
    app.router.add_get(_CONNECT, _page(connecting.connect_page, any_kind=True))
    app.router.add_post(_CONNECT, _page(connecting.connecting, any_kind=True))
    return app


def _page(work: Page, *, any_kind: bool = False) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler that finds the portal and who comes, and checks what they send, before `work` gives the answer.

    Learners have a door to an embedded portal only; what is for admins is for portals of `any_kind`.
    """

    async def handle(request: web.Request) -> web.Response:
        house = request.app[_HOUSE]
        slug = request.match_info["slug"]
        portal = await Portal.get_or_none(slug=slug) if _SLUG.fullmatch(slug) else None
        if portal is None or (portal.kind != "embedded" and not any_kind):
            raise web.HTTPNotFound
        visit = Visit(house, request, portal)
        await visit.recognise()
        if request.method == "POST":
            visit.entries = await _entries(request)
            if not comes_from_here(request, house.public_url) or not visit.owns_form(visit.entry("form_token")):
                return visit.with_cookies(foreign_form_page(visit))
        try:
            answer = await work(visit)
        except DoorRefusal as refusal:
            answer = refusal_page(visit, refusal)
        return visit.with_cookies(answer)

    return handle


async def _entries(request: web.Request) -> dict[str, list[str]]:
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            body = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except web.RequestPayloadError:
        raise web.HTTPBadRequest from None
    try:
        return parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_ENTRIES, errors="replace")
    except ValueError:  # not ASCII, which forms always are, or too many entries
        raise web.HTTPBadRequest from None


async def _front(request: web.Request) -> web.Response:
    return request.app[_HOUSE].message(
        200,
        "Learning portals",
        "Each portal has an address of its own here. Use the link in your mail, or the address your admin gave you.",
    )


async def _with_slash(request: web.Request) -> web.Response:
    slug = request.match_info["slug"]
    if not _SLUG.fullmatch(slug):  # nothing that a browser might read as the address of another site
        raise web.HTTPNotFound
    return web.Response(status=308, headers={"Location": f"{request.app[_HOUSE].base}/{slug}/"})


async def _style(request: web.Request) -> web.Response:
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return web.Response(body=request.app[_HOUSE].style, content_type="text/css", charset="utf-8", headers=headers)


async def _no_icon(request: web.Request) -> web.Response:
    return web.Response(status=204, headers={"Cache-Control": "public, max-age=86400"})


def _health(slack: LinkState | None) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Whether the database answers; and, without bearing on the status, how the link to Slack stands: what it takes to
    mend that is the process's own business, or Slack's."""

    async def answer(request: web.Request) -> web.Response:
        beside = {"slack": await slack()} if slack is not None else {}
        try:
            async with asyncio.timeout(_HEALTH_SECONDS):
                await select_rows(Portal, "SELECT 1", [])
        except Exception as error:
            _report(request, error)
            return _json(503, {"status": "failed", "error": "The database does not answer.", **beside})
        return _json(200, {"status": "ok", **beside})

    return answer


def _json(status: int, document: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(document), status=status, content_type="application/json")


_SAID = {
    400: ("That could not be read", "Your browser sent something we cannot read. Nothing was changed."),
    404: ("There is nothing here", "Check the address, or use the link in your mail."),
    405: ("That does not work here", "Go back and try it from the page itself. Nothing was changed."),
    408: ("That took too long", "What you sent did not arrive in time. Nothing was changed; try again."),
    413: ("That is too much", "What was sent is larger than anything we ask for. Nothing was changed."),
    415: ("That could not be read", "What was sent is not one of our forms. Nothing was changed."),
    500: ("Something went wrong on our side", "It has been noted. Try again; if it comes back, tell your admin."),
    503: ("We cannot answer right now", "Our database does not answer. Try again in a minute."),
}


@web.middleware
async def _guarded(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Whatever goes wrong ends in a page that a person can read, and a line without anything secret in the log."""
    try:
        return await handler(request)
    except web.HTTPException as answer:
        status = answer.status if answer.status in _SAID else 400
        response = request.app[_HOUSE].message(status, *_SAID[status])
        if "Allow" in answer.headers:
            response.headers["Allow"] = answer.headers["Allow"]
        return response
    except (BaseORMException, OSError, TimeoutError) as error:
        _report(request, error)
        return request.app[_HOUSE].message(503, *_SAID[503])
    except UkgSyncError as error:
        _report(request, error)
        return request.app[_HOUSE].message(500, *_SAID[500])
    except Exception as error:
        _report(request, error)
        return request.app[_HOUSE].message(500, *_SAID[500])


def _report(request: web.Request, error: Exception) -> None:
    """Paths hold tokens and messages of errors hold values, so neither is told: the route and the place are."""
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "no page"
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
    _log.error("%s %s failed: %s", request.method, route, place)


async def _forgetting(app: web.Application) -> AsyncIterator[None]:
    """While the door is open, remove old counts of failed attempts now and then."""

    async def forget() -> None:
        while True:
            with contextlib.suppress(BaseORMException):
                await forget_old_attempts(now())
            await asyncio.sleep(WINDOW.total_seconds())

    task = asyncio.create_task(forget())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
