"""`/ukg map`: which attribute of UKG Pro fills which field."""

from bot.flows import Asked, Flow
from bot.interactions import About, Modal
from bot.modals.mapping_pages import TITLE, list_page
from bot.terminal import for_slack
from bot.views import open_modal
from core.domain.roles import Role
from core.services.learnupon_fields import fields_read_anew


async def show_map(asked: Asked) -> None:
    """Open the asker's draft of the mapping."""
    slug = str(asked.portal)

    async def build() -> Modal:
        trouble = await fields_read_anew(slug, asked.database_url)
        return await list_page(slug, said=for_slack(trouble or ""), level="warning")

    await open_modal(asked.answer, asked.trigger_id, TITLE, About(slug), build)


FLOW = Flow("map", "Fill fields from attributes of UKG Pro", show_map, role=Role.ADMIN)
