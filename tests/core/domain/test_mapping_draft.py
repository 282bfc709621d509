"""Two people who edit one mapping at once: nothing of either is lost."""

from hypothesis import given
from hypothesis import strategies as st

from core.domain.mapping import Owner
from core.domain.mapping_draft import DraftRow, changes, merged

LABELS = ["Job", "Site", "Team", "Level"]


@st.composite
def mappings(draw):
    """Any mapping of a few fields, each filled once."""
    labels = draw(st.lists(st.sampled_from(LABELS), unique=True))
    row = st.tuples(st.sampled_from(["job_title", "location", "team"]), st.sampled_from(Owner))
    return tuple(
        DraftRow(attribute, label, owner) for label, (attribute, owner) in ((each, draw(row)) for each in labels)
    )


def by_key(rows):
    return {row.key: row for row in rows}


@given(mappings(), mappings())
def test_changes_lead_from_one_to_the_other(before, after):
    rows = by_key(before) | changes(before, after)
    assert {key: row for key, row in rows.items() if row is not None} == by_key(after)


@given(mappings())
def test_what_nobody_changed_has_no_changes(mapping):
    assert changes(mapping, mapping) == {}


@given(mappings(), mappings(), mappings())
def test_every_change_of_either_is_in_both_together_unless_the_other_changed_the_same_row(base, mine, theirs):
    both = merged(base, mine, theirs)
    found, my_changes, their_changes = by_key(both.rows), changes(base, mine), changes(base, theirs)
    for key, row in my_changes.items():
        assert found.get(key) == row
    for key, row in their_changes.items():
        if key not in my_changes:
            assert found.get(key) == row
        else:
            assert (key in both.contested) == (my_changes[key] != row)
    for key, row in by_key(base).items():
        if key not in my_changes and key not in their_changes:
            assert found[key] == row
    assert len(found) == len(both.rows)


@given(mappings(), mappings())
def test_when_one_of_the_two_changed_nothing_the_other_has_their_way(base, mine):
    assert by_key(merged(base, mine, base).rows) == by_key(mine)
    assert by_key(merged(base, base, mine).rows) == by_key(mine)
    assert merged(base, mine, mine).contested == ()
