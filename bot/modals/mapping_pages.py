"""The pages of the mapping modal: the rows of a draft, which field to fill next, and one row."""

from bot.blocks import (
    Option,
    button,
    buttons,
    confirmation,
    more,
    notice,
    one_line,
    one_of,
    option,
    pager,
    row,
    search,
    searched,
    telling_at_once,
)
from bot.content import Block, context, escaped, section
from bot.interactions import About, Modal
from bot.modals.mapping_choices import menu, translation_name, values_on_a_page
from core.domain.attributes import CATALOGUE, Attribute, attribute_by_id
from core.domain.custom_fields import CHOICE_TYPES, FITTING, CustomField
from core.domain.mapping import OWNER_WORDS, Owner
from core.domain.mapping_draft import DraftRow
from core.services.kinds import Own
from core.services.mapping_drafts import ShownDraft, ShownRow, field_of, open_mapping_draft, unknown_values
from core.services.portals import kept_by_learnupon
from core.services.samples import Sample, sample_values

TITLE = "Mapping"
LIST, ADD, MORE, TRY, DISCARD, PAGE = "map_list", "map_add", "map_more", "map_try", "map_discard", "map_page"
FIELD, ATTRIBUTE, OWNER, VALUES = "map_field", "map_attribute", "map_owner", "map_values"
SAVE_FORM, ROW_FORM = "map_save", "map_row"
EDIT, TAKE_OUT, PUT_BACK = "edit", "out", "back"

_A_PAGE = 8
_OWNERS = {
    Owner.HR: "What is empty in UKG Pro is cleared",
    Owner.LEAVE_IF_BLANK: "What is empty in UKG Pro stays",
    Owner.FIRST: "The first value is taken, then the field is left alone",
}


async def list_page(slug: str, page: int = 0, *, said: str = "", level: str = "success") -> Modal:
    """The rows of the draft of whoever acts, a page of them, with what is not saved yet."""
    draft = await open_mapping_draft(slug)
    pages = max(1, -(-len(draft.rows) // _A_PAGE))
    page = min(page, pages - 1)
    about = About(slug, draft.id, page=page)
    blocks: list[Block] = [notice(said, level)] if said else []
    if draft.changed_by_others:
        sentences = " ".join(draft.changed_by_others)
        blocks.append(section(escaped(f"Others have changed the mapping since you began: {sentences}")))
    blocks.append(section(_summary(draft)))
    for shown in draft.rows[page * _A_PAGE : (page + 1) * _A_PAGE]:
        blocks.append(row(_line(shown), _choices_for(shown)))
    blocks += pager(PAGE, page, pages)
    actions = [button("Add a field", ADD, "add")]
    if draft.differs:
        throw = confirmation("Throw the draft away?", "The mapping stays as it is.", "Throw away")
        actions += [button("What would change?", TRY, "try"), button("Throw away", DISCARD, "discard", confirm=throw)]
    blocks.append(buttons(*actions))
    if not draft.differs:
        return Modal(TITLE, blocks, about, said=said)
    blocks.append(context("Nothing of this counts until it is saved. The draft is kept when you close this."))
    return Modal(TITLE, blocks, about, form=SAVE_FORM, submit="Save", said=said)


def _summary(draft: ShownDraft) -> str:
    filled = sum(row.change != "removed" for row in draft.rows)
    fields = f"{filled} field{' is' if filled == 1 else 's are'} filled"
    changed = {what: sum(row.change == what for row in draft.rows) for what in ("new", "changed", "removed")}
    words = ", ".join(f"{number} {what}" for what, number in changed.items() if number)
    return f"{fields} from UKG Pro in *{draft.portal}*." + (f" Not saved yet: {words}." if words else "")


def _line(shown: ShownRow) -> str:
    known = shown.row
    words = [f"*{escaped(known.label)}* from {shown.attribute} (`{known.attribute}`), {OWNER_WORDS[known.owner]}"]
    if shown.change:
        words[0] += f" · _{shown.change}_"
    translations = list(known.translations.items())
    if translations:
        listed = ", ".join(f"{value} = {choice}" for value, choice in translations[:5])
        words.append(escaped(one_line(listed, 300)) + (", …" if len(translations) > 5 else ""))
    if known.additions:
        listed = one_line(", ".join(known.additions[:10]), 300)
        words.append(f"New choices: {escaped(listed)}" + (", …" if len(known.additions) > 10 else ""))
    return "\n".join([*words, *([f":warning: {escaped(shown.trouble)}"] if shown.trouble else [])])


def _choices_for(shown: ShownRow) -> Block:
    label = shown.row.label
    if shown.change == "removed":
        return more(MORE, option("Put it back", f"{PUT_BACK}/{label}"))
    edit = [option("Edit", f"{EDIT}/{label}")] if shown.field is not None else []
    undo = [option("As it was", f"{PUT_BACK}/{label}")] if shown.change == "changed" else []
    return more(MORE, *edit, *undo, option("Take it out", f"{TAKE_OUT}/{label}"))


def field_page(about: About) -> Modal:
    """Which field to fill."""
    blocks = [section("Which field is to be filled from UKG Pro?"), buttons(search(FIELD), _back(about))]
    return Modal("Add a field", blocks, about)


async def row_page(about: About, attribute_id: str | None, held: DraftRow | None) -> Modal:
    """One row: the field that `about` names, the attribute that fills it, what that holds, whose word counts."""
    slug, label = about.portal, about.subject
    field = await field_of(slug, label)
    attribute = attribute_by_id(attribute_id) if attribute_id is not None else None
    chosen = option(_named(attribute), attribute.id) if attribute is not None else None
    hint = "Only what fits the field's type is offered."
    blocks: list[Block] = [
        section(f"*{escaped(field.label)}*, {_shape(field)}"),
        telling_at_once(searched(ATTRIBUTE, "Filled from", chosen, hint=hint)),
    ]
    if attribute is not None:
        blocks.append(context(escaped(_sampled(await sample_values(slug, attribute.id)))))
        same = held if held is not None and held.attribute == attribute.id else None
        blocks += await _values(about, field, same or DraftRow(attribute.id, label))
    owners = [option(OWNER_WORDS[owner], owner.value, words) for owner, words in _OWNERS.items()]
    blocks.append(one_of(OWNER, "Whose word counts", owners, (held.owner if held is not None else Owner.HR).value))
    blocks.append(buttons(_back(about)))
    return Modal("Fill a field", blocks, about, form=ROW_FORM, submit="Keep in draft")


async def _values(about: About, field: CustomField, held: DraftRow) -> list[Block]:
    """Values that the field does not know, a page of them, each with a menu of what it may stand for."""
    unknown = await unknown_values(about.portal, held) if field.type in CHOICE_TYPES else []
    if not unknown:
        return []
    people = sum(each.people for each in unknown)
    have = "1 person has" if people == 1 else f"{people} people have"
    sentence = (
        f"{have} a value that is no choice of {escaped(field.label)}. It is left out, unless you say below what it "
        "stands for."
    )
    kept_there = await kept_by_learnupon(about.portal, Own.FIELDS)
    blocks: list[Block] = [section(f":warning: {sentence}")]
    blocks += [context(f"New choices: {escaped(kept_there)}")] if kept_there is not None else []
    size = values_on_a_page(field)
    parts = -(-len(unknown) // size)
    part = min(about.part, parts - 1)
    some = unknown[part * size : (part + 1) * size]
    blocks += [menu(translation_name(each.value), field, each, held, grows=kept_there is None) for each in some]
    if parts > 1:
        blocks += pager(VALUES, part, parts)
        blocks.append(context(f"{len(unknown)} values. Turning the page keeps what is chosen in the draft."))
    return blocks


def _sampled(sample: Sample) -> str:
    if sample.read_at is None:
        return "UKG Pro was not read yet, so there are no values to show."
    if not sample.read:
        return "The last read of UKG Pro did not ask for this; the next sync will once it is saved."
    values = ", ".join(f"{one_line(value, 40) if value else '(empty)'} ({number})" for value, number in sample.values)
    return f"In UKG Pro, of {sample.people} people as read on {sample.read_at:%Y-%m-%d %H:%M} UTC: {values}"


def _shape(field: CustomField) -> str:
    if field.type not in CHOICE_TYPES:
        return f"of type {field.type}"
    choices = ", ".join(field.choices[:10]) + (", …" if len(field.choices) > 10 else "")
    return f"of type {field.type}: {escaped(choices)}"


def _named(attribute: Attribute) -> str:
    return f"{attribute.label} ({attribute.id})"


def attribute_options(field: CustomField, typed: str) -> list[Option]:
    """The attributes that can fill the field, as far as they fit what was typed."""
    word = typed.casefold()
    return [
        option(_named(attribute), attribute.id)
        for attribute in CATALOGUE.values()
        if field.type in FITTING[attribute.type] and word in _named(attribute).casefold()
    ]


def field_options(fields: list[CustomField], filled: dict[str, str], typed: str) -> list[Option]:
    """The fields that some attribute can fill; of those that are filled already, from what."""
    takes = {kind for kinds in FITTING.values() for kind in kinds}
    fitting = [field for field in fields if field.type in takes and typed.casefold() in field.label.casefold()]
    return [
        option(
            field.label, field.label, f"filled from {known}" if (known := filled.get(field.label)) else field.type.value
        )
        for field in fitting
    ]


def _back(about: About) -> Block:
    return button("Back", LIST, str(about.page))
