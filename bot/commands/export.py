"""`/ukg export`: everyone in the portal as a file, to the asker alone."""

from io import StringIO

from slack_sdk.errors import SlackClientError

from bot.content import paragraphs
from bot.flows import Asked, Flow
from bot.troubles import TROUBLES, reason_of
from core.clock import now
from core.domain.errors import OutsideError
from core.services.export import export_users


async def send_export(asked: Asked) -> None:
    """Send the CSV in a direct message, wherever it was asked for; it holds personal data."""
    slug, file = str(asked.portal), StringIO(newline="")
    people = await export_users(slug, file)
    if not people:
        await asked.answer(paragraphs(f"Nobody is in {slug} yet, so there is no file to send."))
        return
    name = f"{slug}-{now():%Y-%m-%d}.csv"
    try:
        conversation = await asked.answer.client.conversations_open(users=asked.user)
        await asked.answer.client.files_upload_v2(
            channel=conversation["channel"]["id"],
            filename=name,
            title=name,
            content=file.getvalue().encode("utf-8-sig"),
        )
    except TROUBLES as error:
        raise OutsideError(_not_sent(error, slug)) from None
    number = "1 person is" if people == 1 else f"{people} people are"
    await asked.answer(paragraphs(f"{number} in {name}, which I have sent to you in a direct message."))


def _not_sent(error: BaseException, slug: str) -> str:
    reason = reason_of(error) if isinstance(error, SlackClientError) else type(error).__name__
    return f"Slack did not take the file ({reason}); nobody got it. Try again, or write: ukg export {slug}"


FLOW = Flow("export", "Send me everyone in the portal as a file", send_export)
