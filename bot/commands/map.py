"""`/ukg map`: which attribute of UKG Pro fills which field."""

from bot.flows import Asked, Flow
from bot.modals.mapping_pages import TITLE, list_page
from bot.terminal import for_slack
from core.domain.roles import Role
from core.services.learnupon_fields import fields_read_anew


async def show_map(asked: Asked) -> None:
    """Show the asker's draft of the mapping."""
    assert asked.show is not None, "it was opened as soon as it was asked for"
    slug = str(asked.portal)
    trouble = await fields_read_anew(slug, asked.database_url)
    await asked.show(await list_page(slug, said=for_slack(trouble or ""), level="warning"))


FLOW = Flow("map", "Fill fields from attributes of UKG Pro", show_map, role=Role.ADMIN, opens=TITLE)
