"""`/ukg export`: everyone in the portal as a file, to the asker alone."""

from io import StringIO

from bot.commands.files import send_csv
from bot.content import paragraphs
from bot.flows import Asked, Flow
from core.clock import now
from core.services.export import export_users


async def send_export(asked: Asked) -> None:
    """Send the CSV in a direct message, wherever it was asked for; it holds personal data."""
    slug, file = str(asked.portal), StringIO(newline="")
    people = await export_users(slug, file)
    if not people:
        await asked.answer(paragraphs(f"Nobody is in {slug} yet, so there is no file to send."))
        return
    name = f"{slug}-{now():%Y-%m-%d}.csv"
    await send_csv(asked.answer.client, asked.user, name, file, instead=f"ukg export {slug}")
    number = "1 person is" if people == 1 else f"{people} people are"
    await asked.answer(paragraphs(f"{number} in {name}, which I have sent to you in a direct message."))


FLOW = Flow("export", "Send me everyone in the portal as a file", send_export)
