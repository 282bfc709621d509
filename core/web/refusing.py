"""The pages that say no: what happened, what was not changed, what to do."""

import math

from aiohttp import web

from core.clock import now, zone
from core.services.door.refusals import (
    AccountClosed,
    DoorRefusal,
    LinkState,
    LinkUnusable,
    PortalFull,
    SingleSignOn,
    TooManyAttempts,
)
from core.web.visit import Visit

_SIGN_IN = {"Sign in": "sign-in"}
_SIGN_IN_FIRST = {"Sign in": "sign-in", "Choose a new password": "forgotten"}
_FORGOTTEN = {"Choose a new password": "forgotten", "Sign in": "sign-in"}

# What is said of a link by its state and what it was for; where nothing is said of the latter, of any link.
_LINKS: dict[tuple[LinkState, str], tuple[str, tuple[str, ...], dict[str, str]]] = {
    (LinkState.UNKNOWN, ""): (
        "We do not know this link",
        (
            "It may have been cut short on its way. Open it from the mail again, or copy all of it.",
            "If that does not help, ask your admin for a new one.",
        ),
        _SIGN_IN_FIRST,
    ),
    (LinkState.USED, ""): (
        "This link was used already",
        (
            "Each link works once, and this one has done its work. Sign in with the password that was chosen.",
            "If it was not you who used it, choose a new password now and tell your admin.",
        ),
        _SIGN_IN_FIRST,
    ),
    (LinkState.EXPIRED, "invitation"): (
        "This invitation is too old",
        (
            "For your safety an invitation works for three days only. Nothing is lost: your place is still there.",
            "Ask your admin to send the invitation again, and use the link of the new mail.",
        ),
        _SIGN_IN,
    ),
    (LinkState.EXPIRED, "welcome"): (
        "This link is too old",
        (
            "For your safety it works for three days only. Your account is there: ask for a new link yourself, "
            "and choose your password with that.",
        ),
        _FORGOTTEN,
    ),
    (LinkState.EXPIRED, "reset"): (
        "This link is too old",
        ("For your safety it works for two hours only. Your password is as it was. Ask for a new link.",),
        _FORGOTTEN,
    ),
    (LinkState.CANCELLED, ""): (
        "This invitation was taken back",
        ("Your admin has cancelled it. If you think that this is a mistake, ask them.",),
        _SIGN_IN,
    ),
    (LinkState.VOIDED, ""): (
        "This link is no longer needed",
        (
            "A newer one has taken its place, or your password has been chosen since. Use the link of the newest mail, "
            "or sign in.",
        ),
        _SIGN_IN_FIRST,
    ),
}


def refusal_page(visit: Visit, refusal: DoorRefusal) -> web.Response:
    """The page for what the door refuses."""
    match refusal:
        case LinkUnusable():
            title, sentences, actions = _LINKS.get((refusal.state, refusal.kind)) or _LINKS[refusal.state, ""]
            status = 404 if refusal.state is LinkState.UNKNOWN else 410
            return visit.message(status, title, *sentences, actions=actions)
        case TooManyAttempts():
            return _wait(visit, refusal)
        case AccountClosed():
            return visit.message(403, "Your account is not active", str(refusal), actions={})
        case PortalFull():
            return visit.message(403, "There is no free place", str(refusal), actions={})
        case SingleSignOn():
            return visit.message(403, "Use your company's sign-in", str(refusal), actions={})
    return visit.message(422, "That did not work", str(refusal), actions=_SIGN_IN)


def _wait(visit: Visit, refusal: TooManyAttempts) -> web.Response:
    seconds = max(1, math.ceil((refusal.until - now()).total_seconds()))
    minutes = math.ceil(seconds / 60)
    until = refusal.until.astimezone(zone(visit.portal.timezone))
    response = visit.message(
        429,
        "Too many tries",
        f"To keep accounts safe we wait a little after many tries. Try again in {minutes} "
        f"minute{'s' if minutes != 1 else ''}, after {until:%H:%M} ({visit.portal.timezone}).",
        "Nothing was changed.",
        actions={},
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def foreign_form_page(visit: Visit) -> web.Response:
    """For a form that did not come from our own page, or was open for too long."""
    page = visit.request.path.removeprefix(f"/{visit.portal.slug}/")
    return visit.message(
        403,
        "Please send this once more",
        "The page was open for too long, or your browser keeps no cookies. Nothing was changed.",
        "Open the page again and fill it in once more. If this comes back, allow cookies for this site.",
        actions={"Open the page again": page if page != "sign-out" else ""},  # that is a button on every page
    )
