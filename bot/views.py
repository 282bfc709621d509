"""Modals on somebody's screen: opened at once, filled when what they show is known, and closed in between or not."""

import logging
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering import Answer
from bot.blocks import notice, with_values, working
from bot.content import Content, paragraphs, section
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


class Opened:
    """A modal that somebody has before it is known what it shows, and whether they may see that."""

    def __init__(self, answer: Answer, title: str, view_id: str, version: str) -> None:
        self._answer, self._title, self._view_id = answer, title, view_id
        self._version: str | None = version

    async def __call__(self, content: Content) -> None:
        """Say in it what would otherwise be a message."""
        await self.show(Modal(self._title, content.blocks, About(""), said=content.text))

    async def show(self, modal: Modal) -> None:
        """Let it show this from now on."""
        version, self._version = self._version, None
        await show(self._answer.client, self._view_id, version, modal, self._answer)

    async def work(self) -> None:
        """Say that it is being filled."""
        await self.show(_being_filled(self._title))


async def open_modal(answer: Answer, trigger_id: str, title: str) -> Opened:
    """Open a modal that says that it is being filled: at once, before the database is asked anything, since Slack
    allows it for three seconds only and people see nothing until then.

    Raises `SettingsError` when Slack's patience for opening one is over.
    """
    try:
        opened = await answer.client.views_open(trigger_id=trigger_id, view=payload_of(_being_filled(title)))
    except SlackApiError as error:
        if reason_of(error) not in _TOO_LATE:
            raise
        raise SettingsError("Slack did not wait for the form; nothing was done. Ask for it again.") from None
    return Opened(answer, title, str(opened["view"]["id"]), str(opened["view"]["hash"]))


def _being_filled(title: str) -> Modal:
    return Modal(title, [working()], About(""))


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
