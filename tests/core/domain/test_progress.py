"""How far a run is, as every face says it."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.domain.progress import STEPS, Progress, bar, numbers, under_way
from core.sync.progress import Step

_PROGRESS = some.builds(
    lambda step, total, share: Progress(step.name, round(total * share), total, cut_off=False),
    some.sampled_from(Step),
    some.integers(0, 10**6),
    some.floats(0, 1),
)


@given(_PROGRESS, some.integers(1, 60))
def test_the_bar_is_as_long_as_is_asked_and_full_only_once_nearly_all_is_done(progress, cells):
    drawn = bar(progress, cells)
    full = drawn.count("█")
    assert len(drawn) == cells
    assert drawn == "█" * full + "░" * (cells - full)
    assert abs(full - progress.share * cells) <= 0.5
    assert 0 <= progress.share <= 1


@given(_PROGRESS)
def test_no_step_goes_back_while_people_are_gone_through(progress):
    first, last = under_way(progress)
    later = Progress(progress.step, progress.total, progress.total, cut_off=False)
    assert 0 <= first <= last < len(STEPS)
    assert under_way(later) >= (first, last)


@pytest.mark.parametrize(
    ("done", "total", "words"),
    [(500, None, "500 rows so far"), (3, 12, "25%: 3 of 12 people"), (0, 0, "100%: 0 of 0 people")],
)
def test_numbers_say_what_is_done_of_how_much(done, total, words):
    assert numbers(Progress("PLAN", done, total, cut_off=False)) == words
