"""The Home tab: how things stand, for whoever opens it."""

import logging

from slack_sdk.web.async_client import AsyncWebClient

from bot.commands.status import how_things_stand
from bot.content import Block, Content
from bot.dispatch import stranger
from bot.troubles import TROUBLES, reason_of
from core.domain.errors import UkgSyncError
from core.services.acting import acting_as
from core.services.slack_people import actor_of, portals_of

_log = logging.getLogger(__name__)
_MOST_BLOCKS = 100


async def show_home(client: AsyncWebClient, user: str) -> None:
    """Show the Home tab to someone; it is read anew each time. Trouble is logged: they open it again."""
    try:
        content = await _content(user)
        await client.views_publish(user_id=user, view={"type": "home", "blocks": _blocks(content)})
    except UkgSyncError as error:
        _log.warning("The Home tab was not shown: %s", error)
    except TROUBLES as error:
        _log.warning("Slack did not take a Home tab (%s).", reason_of(error))


async def _content(user: str) -> Content:
    if not await portals_of(user):
        return stranger(user)
    with acting_as(await actor_of(user)):
        return await how_things_stand()


def _blocks(content: Content) -> list[Block]:
    return list(content.blocks)[:_MOST_BLOCKS]
