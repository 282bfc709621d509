"""An answer finds its way: where it was asked, else beside it, else in a direct message; it is never lost unheard."""

import logging

from hypothesis import given
from hypothesis import strategies as st

from bot.answering import Answer
from bot.app import make_client
from bot.content import Content, joined, paragraphs, section, shortened
from bot.dispatch import Dispatcher
from bot.flows import Flow, Flows
from core.domain.errors import BusyError
from tests.bot.fake_slack.faults import CUT, INTERNAL


def answer_to(slack, settings, *, channel="C1", **more):
    url = slack.response_url(channel, "UANN", **more)
    return Answer(make_client(settings), user="UANN", channel=channel, response_url=url)


def said(slack, channel="C1"):
    return [(message.text, bool(message.blocks)) for message in slack.messages(channel, to="UANN")]


async def test_it_goes_where_it_was_asked_and_only_they_see_it(slack, settings):
    await answer_to(slack, settings)(paragraphs("hello"))
    assert said(slack) == [("hello", True)]
    assert slack.messages("C1") == []


async def test_blocks_that_slack_refuses_are_left_out(slack, settings):
    await answer_to(slack, settings)(Content("hello", [{"type": "section"}]))
    assert said(slack) == [("hello", False)]


async def test_after_the_fifth_answer_it_goes_on_in_the_same_channel(slack, settings):
    answer = answer_to(slack, settings)
    for number in range(7):
        await answer(paragraphs(str(number)))
    assert said(slack) == [(str(number), True) for number in range(7)]
    assert len(slack.called("chat.postEphemeral")) == 2


async def test_after_half_an_hour_too(slack, settings):
    answer = answer_to(slack, settings)
    slack.pass_time(31 * 60)
    await answer(paragraphs("late"))
    assert said(slack) == [("late", True)]


async def test_where_the_app_is_not_in_the_channel_it_is_a_direct_message(slack, settings):
    slack.add_channel("C2", is_member=False)
    answer = answer_to(slack, settings, channel="C2")
    slack.pass_time(31 * 60)
    await answer(paragraphs("late"))
    assert said(slack, "C2") == []
    assert said(slack, "DUANN") == [("late", True)]


async def test_a_rate_limit_is_waited_out(slack, settings):
    slack.fail("chat.postEphemeral", "ratelimited", times=2, retry_after=0)
    await Answer(make_client(settings), user="UANN", channel="C1", response_url=None)(paragraphs("hello"))
    assert said(slack) == [("hello", True)]


async def test_what_reaches_nobody_is_logged_without_what_it_said(slack, settings, caplog):
    slack.fail("response_url", "error", times=None)
    slack.fail("chat.postEphemeral", CUT, times=None)
    slack.fail("chat.postMessage", INTERNAL, times=None)
    await answer_to(slack, settings)(paragraphs("about ann@example.com"))
    assert said(slack) == said(slack, "DUANN") == []
    (line,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert line == "An answer reached nobody in Slack (internal_error); who asked has to ask again."


async def test_a_clicked_message_is_replaced(slack, settings):
    client = make_client(settings)
    await client.chat_postEphemeral(channel="C1", user="UANN", text="before")
    (message,) = slack.messages("C1", to="UANN")
    await answer_to(slack, settings, message=message)(paragraphs("after"), replace=True)
    assert said(slack) == [("after", True)]


async def test_long_answers_are_cut_to_what_slack_takes(slack, settings):
    await answer_to(slack, settings)(joined(*(paragraphs("x" * 5000) for _ in range(3))))
    ((text, with_blocks),) = said(slack)
    assert (3800 < len(text) <= 3900, with_blocks) == (True, True)


class Once:
    """Flows of which one fails in its own way."""

    def __init__(self, error):
        async def fail(asked):
            raise error

        self.flows = Flows([Flow("break", "Break", fail)])


async def test_an_error_of_ours_is_answered_with_its_sentence(slack, settings, store, acme):
    dispatcher = Dispatcher(Once(BusyError("acme is being synced; nothing was done.")).flows, store)
    await dispatcher.typed(["break"], user="UANN", trigger_id="t", answer=answer_to(slack, settings))
    assert said(slack) == [("acme is being synced; nothing was done.", True)]


async def test_a_fault_gets_a_number_that_the_log_knows(slack, settings, store, acme, caplog):
    dispatcher = Dispatcher(Once(ValueError("about ann@example.com")).flows, store)
    await dispatcher.typed(["break"], user="UANN", trigger_id="t", answer=answer_to(slack, settings))
    ((text, _),) = said(slack)
    reference = text.rpartition(" ")[2]
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert f"({reference}): ValueError in test_answers.py, line " in record.getMessage()
    assert "ann@example.com" not in text + record.getMessage()
    assert record.exc_info is None


@given(st.text(min_size=1), st.integers(1, 100), st.integers(10, 500))
def test_what_is_shortened_is_never_longer_than_asked_and_loses_only_its_end(part, times, most):
    text = part * times
    short = shortened(text, most)
    assert len(short) <= most
    assert short == text if len(text) <= most else text.startswith(short.removesuffix("…").removesuffix("\n"))


def test_whole_lines_stay_whole():
    assert shortened("one line\ntwo lines\nthree lines", 22) == "one line\ntwo lines\n…"


def test_a_section_is_never_longer_than_slack_takes():
    assert 2900 < len(section("x" * 9000)["text"]["text"]) <= 3000
