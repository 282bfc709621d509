"""A rule while it is written, and how it is put."""

from collections.abc import Sequence

import msgspec

from core.domain.rule_words import format_definition
from core.domain.rules import Condition, Definition
from core.services.rules import Preview
from tui.words import counted

Blocks = tuple[tuple[Condition, ...], ...]


class WrittenRule(msgspec.Struct, frozen=True):
    """Conditions as they stand: all of a block, any of the blocks; without one, everyone. `members_of` is the title of
    the group whose members alone are considered."""

    blocks: Blocks = ()
    members_of: str | None = None

    @property
    def where(self) -> list[str]:
        """The blocks in words, as they are kept."""
        return format_definition(Definition(self.blocks))

    def words_of(self, block: int, place: int) -> str:
        """One condition in words."""
        return format_definition(Definition(((self.blocks[block][place],),)))[0]

    def added(self, condition: Condition, block: int | None) -> "WrittenRule":
        """With one more condition in that block; None: in a block of its own."""
        if block is None:
            return self._with((*self.blocks, (condition,)))
        return self._with(tuple((*each, condition) if at == block else each for at, each in enumerate(self.blocks)))

    def replaced(self, block: int, place: int, condition: Condition | None) -> "WrittenRule":
        """With another condition at that place; None: without it, and without a block that has none left."""
        rows = list(self.blocks[block])
        rows[place : place + 1] = [condition] if condition is not None else []
        changed = tuple(tuple(rows) if at == block else each for at, each in enumerate(self.blocks))
        return self._with(tuple(each for each in changed if each))

    def _with(self, blocks: Blocks) -> "WrittenRule":
        return WrittenRule(blocks, self.members_of)


def rule_in_words(where: Sequence[str], members_of: str | None) -> str:
    """A rule on one line."""
    words = " or ".join(where) or "all users"
    return f"{words} (members of {members_of})" if members_of else words


def preview_in_words(preview: Preview) -> list[str]:
    """What running would do, a sentence a line; the first counts."""
    lines = [
        f"{preview.matching:,} match, {preview.joining:,} would join, {preview.leaving:,} would leave; "
        f"{counted(preview.members, 'member')} now, {preview.members_after:,} then."
    ]
    if preview.pending:
        lines.append(f"{preview.pending:,} more match and join once they accept their invitation.")
    if preview.empties:
        lines.append(f"! It would leave nobody: all {counted(preview.members, 'member')} would go.")
    return [*lines, *(f"! {sentence}" for sentence in preview.troubles)]
