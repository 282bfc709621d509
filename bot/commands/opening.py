"""Commands that open a modal: all of them alike."""

from collections.abc import Awaitable, Callable

from bot.flows import Asked
from bot.interactions import About, Modal
from bot.views import open_modal
from core.services.slack_people import portals_of

Page = Callable[..., Awaitable[Modal]]


def opening(title: str, page: Page) -> Callable[[Asked], Awaitable[None]]:
    """What a command does that opens a modal; `page` gives its first page for a portal and the role that the asker has
    there, and for the words that followed if the command takes any."""

    async def show(asked: Asked) -> None:
        slug = str(asked.portal)

        async def build() -> Modal:
            role = (await portals_of(asked.user))[slug]
            return await page(slug, role, " ".join(asked.words)) if asked.words else await page(slug, role)

        await open_modal(asked.answer, asked.trigger_id, title, About(slug), build)

    return show
