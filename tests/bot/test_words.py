"""What is typed after `/ukg` is read as it was meant, also from a phone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.words import words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("   ", []),
        ("sync acme", ["sync", "acme"]),
        ("  sync \u00a0 acme\n", ["sync", "acme"]),
        ('groups "New hires" add', ["groups", "New hires", "add"]),
        ("groups “New hires”", ["groups", "New hires"]),
        ("groups „Neue Leute“", ["groups", "Neue Leute"]),
        ("groups «Новые люди»", ["groups", "Новые люди"]),
        ("person O'Brien", ["person", "O'Brien"]),
        ("person O’Brien", ["person", "O’Brien"]),
        ('person "Ann', ["person", "Ann"]),
        ('person ""', ["person"]),
        ("—help", ["--help"]),
        ("runs 1–3", ["runs", "1–3"]),
        ("a – b", ["a", "–", "b"]),
        ("person <mailto:ann@example.com|ann@example.com>", ["person", "ann@example.com"]),
        ("admins <@U024BE7LH|ann>", ["admins", "@U024BE7LH"]),
        ("groups R&amp;D", ["groups", "R&D"]),
    ],
)
def test_words(text, words):
    assert words_of(text) == words


LETTERS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters='"“”„‟«»＂&<>|–—'), min_size=1
)


@given(st.lists(st.lists(LETTERS, min_size=1, max_size=3).map(" ".join)))
def test_words_in_quotes_are_given_back_as_they_were(words):
    assert words_of(" ".join(f'"{word}"' for word in words)) == words
    assert words_of(" ".join(f"“{word}”" for word in words)) == words


@given(st.text())
def test_nothing_that_can_be_typed_is_too_much(text):
    assert all(word.strip() for word in words_of(text)) or words_of(text) == []
