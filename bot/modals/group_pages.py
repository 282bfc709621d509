"""The pages of the groups modal: the groups, and the rule of one of them."""

from collections.abc import Sequence
from hashlib import blake2b

from bot.blocks import (
    button,
    buttons,
    confirmation,
    notice,
    one_line,
    one_of,
    one_of_many,
    option,
    pager,
    row,
    written,
)
from bot.content import Block, context, escaped, section
from bot.interactions import About, Modal
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.groups import ListedGroup, list_groups
from core.services.rules import Preview, ShownRule, list_rules, preview_rule

TITLE = "Groups"
ADD, BACK, RULE, PAGE, RUN, STOP = (
    "groups_add",
    "groups_list",
    "groups_rule",
    "groups_page",
    "groups_run",
    "groups_stop",
)
GROUP_FORM, RULE_FORM = "group", "group_rule"
NAME, WHO, WHERE, MEMBERS_OF = "group_title", "group_who", "group_where", "group_members_of"
EVERYONE, CONDITIONS = "everyone", "conditions"
EVEN_IF_EMPTY = "even-if-empty"

_A_PAGE = 10
_MOST_OTHERS = 99
_MOST_PEOPLE = 10
_HOW_TO = (
    "A line for each condition; any line is enough, and within a line `and` joins. Like: `Job is Nurse and created "
    "after 2026-01-01`. Names: email domain, created, a field. Words: is, is not, contains, starts with, ends with, "
    "before, after, between, at least, at most, any of, is empty."
)


async def list_page(slug: str, role: Role, page: int = 0, *, said: str = "") -> Modal:
    """The groups, a page of them, each with its members and what there is of a rule."""
    groups = await list_groups(slug)
    pages = max(1, -(-len(groups) // _A_PAGE))
    page = min(page, pages - 1)
    about = About(slug, page=page)
    blocks: list[Block] = [notice(said, "success")] if said else []
    number = f"{len(groups)} group{'' if len(groups) == 1 else 's'}"
    blocks.append(section(f"*{slug}* has {number}." if groups else f"*{slug}* has no group yet."))
    for group in groups[page * _A_PAGE : (page + 1) * _A_PAGE]:
        blocks.append(row(_line(group), button("Rule", RULE, digest(group.title))))
    blocks += pager(PAGE, page, pages)
    if role.allows(Role.ADMIN):
        blocks.append(buttons(button("Add a group", ADD, "add")))
    return Modal(TITLE, blocks, about, said=said)


def _line(group: ListedGroup) -> str:
    members = "1 member" if group.members == 1 else f"{group.members} members"
    by_rule = f", {group.automatic} by the rule" if group.automatic else ""
    courses = f"\nCourses: {escaped(one_line(', '.join(group.courses), 200))}" if group.courses else ""
    return f"*{escaped(group.title)}*: {members}{by_rule}; rule: {group.rule}{courses}"


def add_page(about: About) -> Modal:
    """A place for the title of a new group."""
    blocks = [written(NAME, "Title", longest=200), buttons(_back(about))]
    return Modal("Add a group", blocks, about, form=GROUP_FORM, submit="Add")


async def rule_page(about: About, role: Role, top: Sequence[Block] = (), *, said: str = "") -> Modal:
    """The rule of the group that `about` names by its digest: what runs, what a draft would do, the draft itself."""
    group, others = await _group(about)
    rule = next((each for each in await list_rules(about.portal) if each.group == group.title), None)
    blocks: list[Block] = [*top, section(_line(group))]
    if rule is not None and rule.running is not None:
        blocks.append(section(f"Running: {_words(rule.running, rule.running_population)}"))
    preview = None
    if rule is not None and (rule.draft is not None or rule.running is not None):
        preview = await preview_rule(about.portal, group.title, most=_MOST_PEOPLE)
        blocks += _previewed(preview)
    if not role.allows(Role.ADMIN):
        return Modal(TITLE, [*blocks, buttons(_back(about))], about, said=said)
    blocks += _drafting(rule, others)
    blocks.append(buttons(*_doing(rule, preview), _back(about)))
    return Modal(TITLE, blocks, about, form=RULE_FORM, submit="Keep as draft", said=said)


async def _group(about: About) -> tuple[ListedGroup, list[ListedGroup]]:
    """The group that `about` names, and all others."""
    groups = await list_groups(about.portal)
    found = next((each for each in groups if digest(each.title) == about.subject), None)
    if found is None:
        raise SettingsError("This group is not there any more; nothing was done.")
    return found, [each for each in groups if each is not found]


async def title_of(about: About) -> str:
    """The title of the group that `about` names."""
    return (await _group(about))[0].title


async def title_at(about: About, name: str | None) -> str | None:
    """The title of another group, by its digest."""
    _, others = await _group(about)
    return next((each.title for each in others if digest(each.title) == name), None)


def _previewed(preview: Preview) -> list[Block]:
    which = "The draft" if preview.which == "draft" else "The running rule"
    words = [
        f"{which}: {_words(preview.where, preview.population)}",
        f"{preview.matching} match, {preview.joining} would join, {preview.leaving} would leave; {preview.members} "
        f"members now, {preview.members_after} then.",
    ]
    if preview.pending:
        words.append(f"{preview.pending} more match and join once they accept their invitation.")
    if preview.empties:
        words.append(f":warning: It would leave nobody: all {preview.members} members would go.")
    words += [f":warning: {escaped(sentence)}" for sentence in preview.troubles]
    people = [f"{escaped(one.name)} ({escaped(one.email)}) {one.effect}" for one in preview.people]
    left = f"; {preview.more} more" if preview.more else ""
    return [section("\n".join(words)), *([context(", ".join(people) + left)] if people else [])]


def _words(where: Sequence[str] | None, population: str | None) -> str:
    words = escaped(" or ".join(where or ()) or "all users")
    return f"`{words}`" + (f" (members of {escaped(population)})" if population else "")


def _drafting(rule: ShownRule | None, others: Sequence[ListedGroup]) -> list[Block]:
    """The draft as it can be written."""
    where = rule.draft if rule is not None and rule.draft is not None else rule.running if rule is not None else None
    population = (rule.draft_population if rule.draft is not None else rule.running_population) if rule else None
    who = [option("Whoever the conditions hold for", CONDITIONS), option("All users", EVERYONE)]
    blocks = [
        one_of(WHO, "The rule takes in", who, EVERYONE if where == [] else CONDITIONS),
        written(WHERE, "Conditions", "\n".join(where or ()), optional=True, longest=3000, lines=True),
        context(_HOW_TO),
    ]
    if others:
        options = [
            option("Of all users", "all"),
            *(option(each.title, digest(each.title)) for each in others[:_MOST_OTHERS]),
        ]
        chosen = digest(population) if population else "all"
        blocks.append(one_of_many(MEMBERS_OF, "Only members of", options, chosen))
    return blocks


def _doing(rule: ShownRule | None, preview: Preview | None) -> list[Block]:
    found: list[Block] = []
    if preview is not None:
        caution = "It leaves nobody in the group. " if preview.empties else ""
        question = (
            f"{caution}{preview.joining} would join and {preview.leaving} leave, and from now on whoever is created or "
            "changed is judged by it."
        )
        confirm = confirmation("Run the rule?", question, "Run")
        value = EVEN_IF_EMPTY if preview.empties else "run"
        found.append(button("Run", RUN, value, style="danger" if preview.empties else "primary", confirm=confirm))
    if rule is not None and rule.running is not None:
        confirm = confirmation("Stop the rule?", "Its members stay; nobody joins or leaves by it any more.", "Stop")
        found.append(button("Stop", STOP, "stop", confirm=confirm))
    return found


def digest(title: str) -> str:
    """A short name for a group whose title may be long."""
    return blake2b(title.encode(), digest_size=8).hexdigest()


def _back(about: About) -> Block:
    return button("Back", BACK, str(about.page))
