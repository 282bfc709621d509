"""Modals on somebody's screen: opened at once, filled when what they show is known, and closed in between or not."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering import Answer
from bot.blocks import notice, with_values, working
from bot.content import paragraphs, section
from bot.faults import sentence_of
from bot.interactions import About, Modal, Shown, written_down
from bot.troubles import TROUBLES, reason_of
from core.domain.errors import SettingsError

_log = logging.getLogger(__name__)
_LONGEST_TITLE = 24
_TOO_LATE = ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "trigger_expired")


def payload_of(modal: Modal) -> dict[str, Any]:
    """The modal as Slack takes it."""
    view: dict[str, Any] = {
        "type": "modal",
        "title": _plain(modal.title[:_LONGEST_TITLE]),
        "close": _plain("Close"),
        "private_metadata": written_down(modal.about),
        "blocks": list(modal.blocks),
    }
    if modal.form:
        view |= {"callback_id": modal.form, "submit": _plain(modal.submit)}
    return view


async def open_modal(
    answer: Answer, trigger_id: str, title: str, about: About, build: Callable[[], Awaitable[Modal]]
) -> None:
    """Open a modal that says that it is being filled, and fill it; what goes wrong meanwhile is said in it.

    Raises `SettingsError` when Slack's patience for opening one is over.
    """
    client = answer.client
    try:
        opened = await client.views_open(trigger_id=trigger_id, view=payload_of(Modal(title, [working()], about)))
    except SlackApiError as error:
        if reason_of(error) not in _TOO_LATE:
            raise
        raise SettingsError("Slack did not wait for the form; nothing was done. Ask for it again.") from None
    try:
        modal = await build()
    except Exception as error:
        modal = Modal(title, [section(sentence_of(error))], about)
    await show(client, str(opened["view"]["id"]), str(opened["view"]["hash"]), modal, answer)


async def show(client: AsyncWebClient, view_id: str, version: str | None, modal: Modal, answer: Answer) -> None:
    """Let the modal show something else. If it was closed meanwhile, what was done is told in another way; if it
    changed meanwhile, this is newer, since all that is being edited is kept by us."""
    try:
        await client.views_update(view_id=view_id, hash=version, view=payload_of(modal))
    except SlackApiError as error:
        match reason_of(error):
            case "hash_conflict" if version is not None:
                await show(client, view_id, None, modal, answer)
            case "not_found":
                await _tell(modal, answer)
            case reason:
                _log.error("Slack did not take the modal '%s' (%s).", modal.title, reason)
                await _without_blocks(client, view_id, modal, answer)
    except TROUBLES as error:
        _log.warning("A modal was not brought up to date (%s).", reason_of(error))
        await _tell(modal, answer)


async def _without_blocks(client: AsyncWebClient, view_id: str, modal: Modal, answer: Answer) -> None:
    sentence = (
        modal.said or "Slack did not take this page; nothing was changed by it. The command line can do the same."
    )
    plain = Modal(modal.title, [section(sentence)], modal.about, said=modal.said)
    try:
        await client.views_update(view_id=view_id, view=payload_of(plain))
    except TROUBLES:
        await _tell(modal, answer)


async def _tell(modal: Modal, answer: Answer) -> None:
    if modal.said:
        await answer(paragraphs(modal.said))


def while_working(shown: Shown, about: About) -> Modal:
    """The modal while what was asked for in it is being done: nothing can be sent a second time."""
    return Modal(str(shown.content["title"]["text"]), [working()], about)


def again(shown: Shown, sentence: str, about: About) -> Modal:
    """The modal as it was submitted, with what was written in it, and why it did not work."""
    blocks = with_values(shown.content["blocks"], shown.values)
    kept = [block for block in blocks if block.get("block_id") != "notice"]
    submit = shown.content.get("submit") or {}
    return Modal(
        str(shown.content["title"]["text"]),
        [notice(sentence), *kept],
        about,
        form=str(shown.content.get("callback_id") or "") if submit else "",
        submit=str(submit.get("text", "")),
        said=sentence,
    )


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}
