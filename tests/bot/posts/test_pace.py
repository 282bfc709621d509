"""The pace of edits, and the verdicts on Slack's errors, as rules."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as some
from slack_sdk.errors import SlackApiError

from bot.posts.pace import MINUTE, MOST_EDITS, SECONDS_BETWEEN, Pace
from bot.posts.steps import told
from bot.posts.verdicts import Verdict, seconds_to_wait, verdict_of
from core.domain.progress import STEPS, Progress, under_way
from core.sync.progress import Step

_WISHES = some.lists(some.tuples(some.floats(0, 8), some.integers(1, 6), some.booleans()), max_size=300)


@given(_WISHES)
def test_never_more_than_twenty_edits_in_any_minute_nor_a_live_one_too_soon_after_the_last(wishes):
    moment = 0.0
    pace = Pace(lambda: moment)
    edits = []
    for wait, post, live in wishes:
        moment += wait
        if pace.allows(post, live=live):
            pace.edited(post, over=False)
            edits.append((moment, post, live))
    moments = [each for each, _, _ in edits]
    assert all(sum(1 for each in moments if start <= each < start + MINUTE) <= MOST_EDITS for start in moments)
    for place, (at, post, live) in enumerate(edits):
        earlier = [each for each, of, _ in edits[:place] if of == post]
        assert not live or not earlier or at - earlier[-1] >= SECONDS_BETWEEN


@given(_WISHES)
def test_an_end_is_never_kept_back_by_live_edits_alone(wishes):
    moment = 0.0
    pace = Pace(lambda: moment)
    for wait, post, _ in wishes:
        moment += wait
        if pace.allows(post, live=True):
            pace.edited(post, over=False)
        assert pace.allows(post, live=False)


@given(some.sampled_from([None, *Step]), some.integers(0, 10**6), some.none() | some.integers(0, 10**6))
def test_whatever_the_progress_at_least_one_step_is_under_way_and_the_bar_is_full_at_the_end(step, done, total):
    done = done if total is None else min(done, total)
    progress = Progress(step.name if step else None, done, total, cut_off=False)
    first, last = under_way(progress)
    assert 0 <= first <= last < len(STEPS)
    text = told(progress)
    assert text.count("▸") == last - first + 1
    if step and total is not None and done == total:
        assert "░" not in text


def refused(error, status=200, headers=None):
    return SlackApiError("no", SimpleNamespace(data={"error": error}, status_code=status, headers=headers or {}))


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (refused("invalid_blocks"), Verdict.WITHOUT_BLOCKS),
        (refused("msg_too_long"), Verdict.SHORTER),
        (refused("message_not_found"), Verdict.GONE),
        (refused("not_in_channel"), Verdict.PLACE),
        (refused("restricted_action_read_only_channel"), Verdict.PLACE),
        (refused("token_revoked"), Verdict.TOKEN),
        (refused("ratelimited", 429), Verdict.SLOWER),
        (refused("whatever", 503), Verdict.AWAY),
        (refused("fatal_error"), Verdict.AWAY),
        (refused("something_new"), Verdict.REFUSED),
        (TimeoutError(), Verdict.AWAY),
        (ConnectionResetError(), Verdict.AWAY),
    ],
)
def test_errors_are_sorted_by_what_they_ask_for(error, verdict):
    assert verdict_of(error) is verdict


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "7"}, 7.0), ({"retry-after": ["12"]}, 12.0), ({}, 30.0), ({"Retry-After": "soon"}, 30.0)],
)
def test_slack_says_how_long_to_wait(headers, seconds):
    assert seconds_to_wait(refused("ratelimited", 429, headers)) == seconds
