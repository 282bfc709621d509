"""The pages of a portal: each handler takes a visit and gives its answer."""

from typing import Any

from aiohttp import web

from core.services.door import accepting, changing
from core.services.door.home import home_of
from core.services.door.links import OpenLink
from core.services.door.passwords import SHORTEST
from core.services.door.profile import change_profile, is_incomplete, profile_of
from core.services.door.refusals import AccountClosed, EntriesRefused, WrongCredentials
from core.services.door.signing_in import sign_in, sign_out
from core.web.visit import Visit


async def home(visit: Visit) -> web.Response:
    """The learner's own courses and groups; first what they still have to do."""
    if visit.learner is None:
        return visit.go_to("sign-in")
    if visit.learner.must_change_password:
        return visit.go_to("password")
    if await is_incomplete(visit.portal, visit.learner):
        return visit.go_to("profile")
    return visit.page("home", home=await home_of(visit.learner))


async def sign_in_page(visit: Visit) -> web.Response:
    """The form to sign in."""
    if visit.learner is not None:
        return visit.go_to()
    return visit.page("sign_in", single_sign_on=visit.portal.sso, email="", sentence=None)


async def signing_in(visit: Visit) -> web.Response:
    """Someone signs in."""
    try:
        entry = await sign_in(visit.portal, visit.entry("email"), visit.entry("password"), remote=visit.remote)
    except (WrongCredentials, AccountClosed) as refusal:
        return visit.page("sign_in", 422, single_sign_on=False, email=visit.entry("email")[:254], sentence=str(refusal))
    visit.let_in(entry)
    return visit.go_to()


async def signing_out(visit: Visit) -> web.Response:
    """Someone signs out."""
    if visit.learner is not None:
        await sign_out(visit.learner)
    visit.let_out()
    return visit.message(
        200, "You are signed out", "Close the browser if others use this device.", actions={"Sign in again": "sign-in"}
    )


async def accept_page(visit: Visit) -> web.Response:
    """Whom the link is for, and the form to choose a password. Nothing is used up by looking."""
    link = await accepting.look_at_invitation(visit.portal, _token(visit), remote=visit.remote)
    return _first_password(visit, link)


async def accepting_it(visit: Visit) -> web.Response:
    """Someone takes up their account."""
    token = _token(visit)
    link = await accepting.look_at_invitation(visit.portal, token, remote=visit.remote)
    try:
        _check_repeated(visit)
        entry = await accepting.accept(
            visit.portal,
            token,
            visit.entry("password"),
            remote=visit.remote,
            first_name=visit.entry("first_name") if "first_name" in visit.entries else None,
            last_name=visit.entry("last_name") if "last_name" in visit.entries else None,
        )
    except EntriesRefused as refusal:
        return _first_password(visit, link, refusal)
    visit.let_in(entry)
    return visit.go_to()


def _first_password(visit: Visit, link: OpenLink, refusal: EntriesRefused | None = None) -> web.Response:
    names = {name: visit.entry(name)[:300] if refusal else getattr(link, name) for name in ("first_name", "last_name")}
    return visit.page("accept", 422 if refusal else 200, link=link, names=names, **_refused(refusal))


async def reset_page(visit: Visit) -> web.Response:
    """The form to choose a new password through a link."""
    link = await accepting.look_at_reset(visit.portal, _token(visit), remote=visit.remote)
    return visit.page("reset", link=link, **_refused(None))


async def resetting(visit: Visit) -> web.Response:
    """Someone chooses a new password through a link."""
    token = _token(visit)
    link = await accepting.look_at_reset(visit.portal, token, remote=visit.remote)
    try:
        _check_repeated(visit)
        entry = await accepting.reset(visit.portal, token, visit.entry("password"), remote=visit.remote)
    except EntriesRefused as refusal:
        return visit.page("reset", 422, link=link, **_refused(refusal))
    visit.let_in(entry)
    return visit.go_to()


async def forgotten_page(visit: Visit) -> web.Response:
    """The form to ask for a link."""
    return visit.page("forgotten", single_sign_on=visit.portal.sso)


async def asking_for_reset(visit: Visit) -> web.Response:
    """Someone asks for a link; the answer is the same whoever they are."""
    await changing.ask_for_reset(visit.portal, visit.entry("email"), remote=visit.remote)
    return visit.message(
        200,
        "Look into your mail",
        "If there is an active account with that e-mail address, a link to choose a new password is on its way. It "
        "works for two hours.",
        "No mail after some minutes? Look into the spam folder. If you were invited and have not accepted yet, ask "
        "your admin to send the invitation again.",
        actions={"Back to sign-in": "sign-in"},
    )


async def password_page(visit: Visit) -> web.Response:
    """The form to change the password."""
    if visit.learner is None:
        return visit.go_to("sign-in")
    return visit.page("password", **_refused(None))


async def changing_password(visit: Visit) -> web.Response:
    """Someone changes their password."""
    if visit.learner is None:
        return visit.go_to("sign-in")
    try:
        _check_repeated(visit)
        current = visit.entry("current")
        entry = await changing.change_password(visit.portal, visit.learner, current, visit.entry("password"))
    except EntriesRefused as refusal:
        return visit.page("password", 422, **_refused(refusal))
    visit.let_in(entry)
    return visit.message(
        200,
        "Your password is changed",
        "Wherever else you were signed in, you no longer are.",
        actions={"Go to your courses": ""},
    )


async def profile_page(visit: Visit) -> web.Response:
    """What the learner may put right about themselves."""
    if visit.learner is None:
        return visit.go_to("sign-in")
    if visit.learner.must_change_password:
        return visit.go_to("password")
    fields = await profile_of(visit.portal, visit.learner)
    entries = {field.name: field.entries for field in fields}
    return visit.page("profile", fields=fields, entries=entries, **_refused(None))


async def changing_profile(visit: Visit) -> web.Response:
    """Someone puts their profile right."""
    if visit.learner is None:
        return visit.go_to("sign-in")
    if visit.learner.must_change_password:
        return visit.go_to("password")
    fields = await profile_of(visit.portal, visit.learner)
    # No box ticked sends nothing at all.
    sent = {field.name: visit.entries.get(field.name, []) for field in fields if field.editable}
    try:
        await change_profile(visit.portal, visit.learner, sent)
    except EntriesRefused as refusal:
        entries = {field.name: field.entries for field in fields} | sent
        return visit.page("profile", 422, fields=fields, entries=entries, **_refused(refusal))
    return visit.go_to()


def _token(visit: Visit) -> str:
    return visit.request.match_info["token"]


def _check_repeated(visit: Visit) -> None:
    if visit.entry("password") != visit.entry("again"):
        raise EntriesRefused({"again": "The two passwords are not the same. Type it once more."})


def _refused(refusal: EntriesRefused | None) -> dict[str, Any]:
    return {"refused": refusal.sentences if refusal else {}, "shortest": SHORTEST}
