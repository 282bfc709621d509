"""What a mapping draft leaves out: values of UKG Pro that are no choice of the field they would fill."""

from msgspec.structs import replace

from core.domain.custom_fields import CHOICE_TYPES, CustomField
from core.domain.mapping_draft import DraftRow
from core.domain.roles import Role
from core.services.choices import UnknownChoice, unknown_among
from core.services.mapping_drafts import ShownDraft, mapping_of, show_mapping_draft
from core.services.portals import portal_for


async def left_out(draft_id: str) -> dict[str, list[UnknownChoice]]:
    """The values of the last read that the draft leaves out, by the key of its row, the most frequent first; empty
    before the first read. Everyone of the last read is looked at."""
    draft = await show_mapping_draft(draft_id)
    portal = await portal_for(draft.portal, Role.ADMIN)
    mappings = [mapping_of(row, {row.key: field}, draft.portal) for row, field in _choosing(draft)]
    found = await unknown_among(portal, mappings) if mappings else None
    values: dict[str, list[UnknownChoice]] = {}
    for each in found.values if found is not None else []:
        values.setdefault(each.field.casefold(), []).append(each)
    return values


def leaves_out_the_same(one: ShownDraft, other: ShownDraft) -> bool:
    """Whether two looks at a draft leave out the same values of one read, so that nobody need be looked at again."""
    return _choosing(one) == _choosing(other)


def _choosing(draft: ShownDraft) -> list[tuple[DraftRow, CustomField]]:
    """The rows that fill choice fields; a translation to what is a choice no more counts for nothing."""
    rows: list[tuple[DraftRow, CustomField]] = []
    for shown in draft.rows:
        row, field = shown.row, shown.field
        if field is not None and field.type in CHOICE_TYPES and not shown.trouble and shown.change != "removed":
            known = {*field.choices, *row.additions}
            held = {value: choice for value, choice in row.translations.items() if choice in known}
            rows.append((replace(row, translations=held), field))
    return rows
