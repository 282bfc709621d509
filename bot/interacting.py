"""From a click, a form or a menu to what does it: the role is looked up anew, by the Slack user id, each time."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from bot.answering import Answer
from bot.blocks import values_of
from bot.content import escaped, paragraphs
from bot.faults import sentence_of
from bot.interactions import About, Act, Click, Form, Menu, Modal, Shown, Values, read_about
from bot.troubles import TROUBLES, reason_of
from bot.views import Opened, again, open_modal, payload_of, show, while_working
from bot.work import Work
from core.domain.errors import UkgSyncError
from core.domain.roles import Role
from core.services.acting import NotAllowed, acting_as
from core.services.slack_people import actor_of, portals_of

Body = Mapping[str, Any]

_PATIENCE = 1.0
_SETTLING = 1.0

_log = logging.getLogger(__name__)


async def clicked(click: Click, body: Body, answer: Answer, database_url: str) -> None:
    """Do what a button or menu stands for. Trouble is said where it was clicked, or in the modal that it opens."""
    shown, about, opened = _shown(body), None, None
    try:
        value = _value_of(body)
        about = read_about(shown.content["private_metadata"] if shown is not None else value)
        if click.opens is not None:
            opened = await open_modal(answer, str(body["trigger_id"]), click.opens(about))
        act = await _act(click.role, body, about, shown, value, answer, database_url)
        if click.slow and shown is not None:
            await show(answer.client, shown.id, shown.hash, while_working(shown, about), answer)
        with acting_as(await actor_of(act.user)):
            modal = await click.handler(act)
        if modal is not None and opened is not None:
            await opened.show(modal)
        elif modal is not None and shown is not None:
            await show(answer.client, shown.id, None if click.slow else shown.hash, modal, answer)
    except Exception as error:
        await _say(error, shown, about, answer, opened)


async def submitted(form: Form, body: Body, answer: Answer, database_url: str) -> Modal:
    """Do what a form asks for; gives what the modal shows from then on. Trouble is said in the form, with what was
    written in it still there."""
    shown, about = _shown(body), About("")
    assert shown is not None, "a form is in a modal"
    try:
        about = read_about(shown.content["private_metadata"])
        act = await _act(form.role, body, about, shown, "", answer, database_url)
        with acting_as(await actor_of(act.user)):
            return await form.handler(act)
    except Exception as error:
        return again(shown, sentence_of(error), about)


async def submitting(form: Form, body: Body, answer: Answer, database_url: str, work: Work) -> dict[str, Any]:
    """What a form is acknowledged with: what came of it, or, if that takes longer than people like to wait, a modal
    that says that it is being done, which shows later what came of it."""
    errors = wrong_values(form, body)
    if errors:
        return {"response_action": "errors", "errors": errors}
    done: asyncio.Future[Modal] = asyncio.get_running_loop().create_future()

    async def do() -> None:
        done.set_result(await submitted(form, body, answer, database_url))

    async def show_later(view_id: str) -> None:
        modal = await done
        await asyncio.sleep(_SETTLING)  # else Slack may take the acknowledgement for the newer of the two
        await show(answer.client, view_id, None, modal, answer)

    work.start(do())
    await asyncio.wait({done}, timeout=_PATIENCE)
    if done.done():
        return {"response_action": "update", "view": payload_of(done.result())}
    shown = _shown(body)
    assert shown is not None, "a form is in a modal"
    work.start(show_later(shown.id))
    return {"response_action": "update", "view": payload_of(while_working(shown, About("")))}


async def suggested(menu: Menu, body: Body, answer: Answer, database_url: str) -> list[dict[str, Any]]:
    """The options that fit what was typed; none when something is wrong, which the form says once it is sent."""
    shown = _shown(body)
    try:
        about = read_about(shown.content["private_metadata"] if shown is not None else "")
        act = await _act(menu.role, body, about, shown, str(body.get("value") or ""), answer, database_url)
        with acting_as(await actor_of(act.user)):
            return await menu.suggest(act)
    except Exception as error:
        _log.warning("A menu had nothing to suggest: %s", "" if isinstance(error, UkgSyncError) else sentence_of(error))
        return []


def wrong_values(form: Form, body: Body) -> dict[str, str]:
    """What the form finds wrong at once, by input."""
    shown = _shown(body)
    return form.check(shown.values) if shown is not None else {}


async def _act(
    role: Role, body: Body, about: About, shown: Shown | None, value: str, answer: Answer, database_url: str
) -> Act:
    user = str(body["user"]["id"])
    held = (await portals_of(user)).get(about.portal)
    if held is None:
        raise NotAllowed("You have no role in this portal any more; nothing was done. Ask an admin.")
    if not held.allows(role):
        raise NotAllowed(f"You are {held} in {about.portal}, and this takes {role}; nothing was done. Ask an admin.")
    values = shown.values if shown is not None else Values({})
    return Act(user, held, about, value, values, shown, database_url, answer)


async def _say(
    error: Exception, shown: Shown | None, about: About | None, answer: Answer, opened: Opened | None
) -> None:
    if isinstance(error, TROUBLES):
        _log.warning("Slack did not take what was to be shown (%s).", reason_of(error))
    sentence = sentence_of(error)
    if opened is not None or shown is None or about is None:
        await (opened or answer)(paragraphs(escaped(sentence)))
    else:
        await show(answer.client, shown.id, None, again(shown, sentence, about), answer)


def _shown(body: Body) -> Shown | None:
    view = body.get("view")
    if not view or view.get("type") != "modal":
        return None
    return Shown(str(view["id"]), str(view["hash"]), dict(view), values_of(view))


def _value_of(body: Body) -> str:
    (action,) = body["actions"]
    option = action.get("selected_option") or {}
    return str(action.get("value") or option.get("value") or "")
