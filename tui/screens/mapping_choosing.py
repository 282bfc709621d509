"""Asking which attribute of UKG Pro fills a field, in a draft of the mapping."""

from msgspec.structs import replace

from core.domain.errors import SettingsError
from core.domain.mapping_draft import DraftRow
from core.services.mapping_drafts import field_of, put_row, show_mapping_draft
from core.services.samples import sample_several
from tui.dialogs.choosing import Choose
from tui.screens import mapping_words as words
from tui.screens.base import PortalScreen


async def held_row(draft_id: str, label: str) -> DraftRow | None:
    """The row of that field in the draft."""
    draft = await show_mapping_draft(draft_id)
    rows = [shown.row for shown in draft.rows if shown.change != "removed"]
    return next((row for row in rows if row.key == label.casefold()), None)


async def choose_attribute(screen: PortalScreen, draft_id: str, label: str) -> bool:
    """Ask which attribute fills the field, and put it into the draft; False when that was left."""
    field = await field_of(screen.slug, label)
    fitting = words.fitting_attributes(field)
    if not fitting:
        raise SettingsError(f"No attribute of UKG Pro can fill a field of type {field.type}; nothing was changed.")
    held = await held_row(draft_id, label)
    samples = await sample_several(screen.slug, [each.id for each in fitting], most=3)
    title = f"What fills {field.label}, a field of type {field.type}?"
    offered = words.attribute_choices(field, samples)
    attribute = await screen.ask(Choose(title, offered, now=held.attribute if held is not None else ""))
    if attribute is None:
        return False
    if held is None:
        await put_row(draft_id, DraftRow(attribute, label))
    elif held.attribute != attribute:
        await put_row(draft_id, replace(held, attribute=attribute, translations={}, additions=()))
    return True
