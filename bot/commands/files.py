"""A file to whoever asked for it, in a direct message, wherever they asked: what is in it may be personal."""

from io import StringIO

from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.troubles import TROUBLES, reason_of
from core.domain.errors import OutsideError


async def send_csv(client: AsyncWebClient, user: str, name: str, file: StringIO, *, instead: str) -> None:
    """Send what was written. Raises `OutsideError` when Slack does not take it; `instead` is the command at a terminal
    that writes the same."""
    try:
        conversation = await client.conversations_open(users=user)
        await client.files_upload_v2(
            channel=conversation["channel"]["id"],
            filename=name,
            title=name,
            content=file.getvalue().encode("utf-8-sig"),
        )
    except TROUBLES as error:
        reason = reason_of(error) if isinstance(error, SlackClientError) else type(error).__name__
        raise OutsideError(
            f"Slack did not take the file ({reason}); nobody got it. Try again, or write at a terminal: `{instead}`"
        ) from None
