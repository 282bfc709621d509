"""What the mapping modal does: rows are edited in a draft, tried, saved, or thrown away."""

from msgspec.structs import replace

from bot.blocks import Option, button, buttons, first_hundred
from bot.interactions import About, Act, Click, Form, Interactions, Menu, Modal
from bot.modals import mapping_choices as choices
from bot.modals import mapping_pages as pages
from bot.modals.trying import tried_blocks
from core.domain.errors import SettingsError
from core.domain.mapping import Owner
from core.domain.mapping_draft import DraftRow
from core.domain.roles import Role
from core.services.fields import list_fields
from core.services.kinds import Own
from core.services.mapping_drafts import (
    discard_mapping_draft,
    field_of,
    put_row,
    put_row_back,
    show_mapping_draft,
    take_row_out,
    try_mapping_draft,
    unknown_values,
)
from core.services.mapping_saving import MappingMoved, save_mapping_draft
from core.services.portals import kept_by_learnupon


async def _list(act: Act) -> Modal:
    return await pages.list_page(act.about.portal, int(act.value))


async def _more(act: Act) -> Modal:
    what, _, label = act.value.partition("/")
    if what == pages.EDIT:
        held = await _held(act, label)
        about = About(act.about.portal, act.about.draft, label, act.about.page)
        return await pages.row_page(about, held.attribute if held is not None else None, held)
    await (take_row_out if what == pages.TAKE_OUT else put_row_back)(act.about.draft, label)
    return await pages.list_page(act.about.portal, act.about.page)


async def _held(act: Act, label: str) -> DraftRow | None:
    """The row of that field in the draft."""
    draft = await show_mapping_draft(act.about.draft)
    rows = [shown.row for shown in draft.rows if shown.change != "removed"]
    return next((row for row in rows if row.key == label.casefold()), None)


async def _add(act: Act) -> Modal:
    slug = act.about.portal
    if await list_fields(slug):
        return pages.field_page(act.about)
    there = await kept_by_learnupon(slug, Own.FIELDS) or f"Add some in a terminal: ukg field add {slug} LABEL"
    raise SettingsError(f"{slug} has no field yet that could be filled; nothing was changed. {there}")


async def _field(act: Act) -> Modal:
    held = await _held(act, act.value)
    about = About(act.about.portal, act.about.draft, act.value, act.about.page)
    return await pages.row_page(about, held.attribute if held is not None else None, held)


async def _attribute(act: Act) -> Modal:
    return await pages.row_page(replace(act.about, part=0), act.value, await _held(act, act.about.subject))


async def _turn(act: Act) -> Modal:
    """Keep what was filled in so far, and show other values."""
    row = await _filled_in(act)
    await put_row(act.about.draft, row)
    about = replace(act.about, part=int(act.value))
    return await pages.row_page(about, row.attribute, await _held(act, row.label))


async def _keep(act: Act) -> Modal:
    """Take the row as it was filled in into the draft."""
    await put_row(act.about.draft, await _filled_in(act))
    return await pages.list_page(act.about.portal, act.about.page)


async def _filled_in(act: Act) -> DraftRow:
    slug, label = act.about.portal, act.about.subject
    attribute = act.values.choice(pages.ATTRIBUTE) or ""
    held = await _held(act, label)
    row = held if held is not None and held.attribute == attribute else DraftRow(attribute, label)
    unknown = await unknown_values(slug, row)
    row = choices.chosen(act.values, await field_of(slug, label), unknown, row)
    return replace(row, owner=Owner(act.values.choice(pages.OWNER) or Owner.HR))


async def _try(act: Act) -> Modal:
    tried = await try_mapping_draft(act.about.draft, act.database_url)
    back = buttons(button("Back", pages.LIST, str(act.about.page)))
    return Modal("What would change", [*tried_blocks(tried), back], act.about)


async def _discard(act: Act) -> Modal:
    await discard_mapping_draft(act.about.draft)
    return await pages.list_page(act.about.portal, said="The draft was thrown away; the mapping is as it was.")


async def _save(act: Act) -> Modal:
    try:
        number = await save_mapping_draft(act.about.draft)
    except MappingMoved as moved:
        return await pages.list_page(act.about.portal, said=str(moved), level="warning")
    fields = "1 field" if number == 1 else f"{number} fields"
    return await pages.list_page(
        act.about.portal, said=f"Saved: {fields} of {act.about.portal}. The next sync goes by it."
    )


async def _suggest_fields(act: Act) -> list[Option]:
    draft = await show_mapping_draft(act.about.draft)
    filled = {shown.row.label: shown.attribute for shown in draft.rows if shown.change != "removed"}
    return first_hundred(pages.field_options(await list_fields(act.about.portal), filled, act.value))


async def _suggest_attributes(act: Act) -> list[Option]:
    field = await field_of(act.about.portal, act.about.subject)
    options = pages.attribute_options(field, act.value)
    if not options and not act.value:
        raise SettingsError(f"No attribute of UKG Pro can fill a field of type {field.type}.")
    return first_hundred(options)


async def _suggest_choices(act: Act) -> list[Option]:
    slug, label = act.about.portal, act.about.subject
    held = await _held(act, label) or DraftRow("", label)
    grows = await kept_by_learnupon(slug, Own.FIELDS) is None
    return choices.suggested(await field_of(slug, label), held, act.value, grows=grows)


INTERACTIONS = Interactions(
    clicks=[
        Click(pages.LIST, _list, Role.ADMIN),
        Click(f"{pages.PAGE}_back", _list, Role.ADMIN),
        Click(f"{pages.PAGE}_next", _list, Role.ADMIN),
        Click(pages.MORE, _more, Role.ADMIN),
        Click(pages.ADD, _add, Role.ADMIN),
        Click(pages.FIELD, _field, Role.ADMIN),
        Click(pages.ATTRIBUTE, _attribute, Role.ADMIN),
        Click(f"{pages.VALUES}_back", _turn, Role.ADMIN),
        Click(f"{pages.VALUES}_next", _turn, Role.ADMIN),
        Click(pages.TRY, _try, Role.ADMIN, slow=True),
        Click(pages.DISCARD, _discard, Role.ADMIN),
    ],
    forms=[Form(pages.SAVE_FORM, _save, Role.ADMIN), Form(pages.ROW_FORM, _keep, Role.ADMIN)],
    menus=[
        Menu(pages.FIELD, _suggest_fields, Role.ADMIN),
        Menu(pages.ATTRIBUTE, _suggest_attributes, Role.ADMIN),
        Menu(choices.TRANSLATE, _suggest_choices, Role.ADMIN),
    ],
)
