"""The page on which an admin gives UKG Pro's credentials and LearnUpon's API keys, through a link made out to them."""

from aiohttp import web

from core.domain.errors import UkgSyncError
from core.services.acting import NotAllowed
from core.services.connect_links import ConnectLinkUnusable, State
from core.services.connecting import (
    ApiKeyEntries,
    Entries,
    KeptCredentials,
    OpenConnectLink,
    connect_through_link,
    look_at_connect_link,
)
from core.services.door.refusals import DoorRefusal
from core.web.visit import Visit

_UNUSABLE = {
    State.UNKNOWN: ("We do not know this link", "It may have been cut short on its way. Copy all of it."),
    State.USED: ("This link was used already", "Each link works once, and this one has done its work."),
    State.EXPIRED: (
        "This link is too old",
        "For your safety it works for ten minutes, or until the next one is made.",
    ),
    State.SPENT: (
        "This link is used up",
        "What was given was not taken five times. Check it, then go on.",
    ),
}
_STATUS = {State.UNKNOWN: 404}


async def connect_page(visit: Visit) -> web.Response:
    """What will be read, and the form for the credentials."""
    return await _page(visit)


async def connecting(visit: Visit) -> web.Response:
    """An admin gives the credentials."""
    token = _token(visit)
    try:
        connected = await connect_through_link(
            visit.portal.slug, token, _entries(visit), visit.house.database_url, remote=visit.remote
        )
    except ConnectLinkUnusable as unusable:
        return _unusable(visit, unusable)
    except DoorRefusal:
        raise
    except UkgSyncError as error:
        return await _page(visit, str(error))
    return _done(visit, connected)


def _done(visit: Visit, connected: KeptCredentials) -> web.Response:
    slug = visit.portal.slug
    sentences = []
    if connected.ukg_pro is not None:
        sentences.append(f"{slug} reads from {connected.ukg_pro} now.")
    if connected.learnupon is not None:
        sentences.append(f"{slug} writes to {connected.learnupon} now.")
    title = "The portal is connected" if connected.ukg_pro is not None else "LearnUpon's API keys are kept"
    more = "See what a sync would do: /ukg plan"
    if connected.lacks is not None:
        more = f"{connected.lacks} Ask for another link to give that too: /ukg connect"
    close = f"You can close this page. {more}"
    return visit.message(200, title, " ".join(sentences), "What you gave is kept encrypted.", close, actions={})


async def _page(visit: Visit, *trouble: str) -> web.Response:
    """The form, after some trouble with it or at first; or why there is none."""
    try:
        link = await look_at_connect_link(visit.portal.slug, _token(visit), remote=visit.remote)
    except ConnectLinkUnusable as unusable:
        return _unusable(visit, unusable, *trouble)
    except NotAllowed as refusal:
        return visit.message(403, "You may not do this any more", str(refusal), actions={})
    return _form(visit, link, " ".join(trouble))


def _form(visit: Visit, link: OpenConnectLink, sentence: str) -> web.Response:
    known = {"url": link.url, "user": link.user, "learnupon_url": link.learnupon or "", "learnupon_username": ""}
    given = {name: visit.entry(name)[:300] or value for name, value in known.items()}
    return visit.page("connect", 422 if sentence else 200, link=link, given=given, sentence=sentence)


def _entries(visit: Visit) -> Entries:
    return Entries(
        url=visit.entry("url"),
        user=visit.entry("user"),
        password=visit.entry("password"),
        customer_api_key=visit.entry("customer_api_key"),
        user_api_key=visit.entry("user_api_key").strip(),
        consent=visit.entry("consent") == "yes",
        learnupon=ApiKeyEntries(
            visit.entry("learnupon_url"), visit.entry("learnupon_username"), visit.entry("learnupon_password")
        ),
    )


def _unusable(visit: Visit, unusable: ConnectLinkUnusable, *sentences: str) -> web.Response:
    title, sentence = _UNUSABLE[unusable.state]
    again = "Ask for another one in Slack: /ukg connect"
    return visit.message(_STATUS.get(unusable.state, 410), title, *sentences, sentence, again, actions={})


def _token(visit: Visit) -> str:
    return visit.request.match_info["token"]
