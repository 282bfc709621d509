"""Commands that open a modal: all of them alike."""

from collections.abc import Awaitable, Callable

from bot.flows import Asked
from bot.interactions import Modal

Page = Callable[..., Awaitable[Modal]]


def opening(page: Page) -> Callable[[Asked], Awaitable[None]]:
    """What a command does whose flow `opens` a modal; `page` gives its first page for a portal and the role that the
    asker has there, and for the words that followed if the command takes any."""

    async def show(asked: Asked) -> None:
        assert asked.show is not None, "it was opened as soon as it was asked for"
        words = [" ".join(asked.words)] if asked.words else []
        await asked.show(await page(str(asked.portal), asked.role, *words))

    return show
