"""`ukg stop`: what was asked to run never begins; without anything, a sentence."""

import sqlite3
from contextlib import closing


def ask(database) -> None:
    """A sync that somebody asked for in Slack, as the bot writes it down."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(
            "INSERT INTO run_request (portal_id, kind, asked_by, asked_by_id, face, state, tries, requested_at) "
            "SELECT id, 'sync', 'Otto', 'owner name:otto', 'slack', 'waiting', 0, '2026-03-10 12:00:00' FROM portal"
        )
        connection.commit()


def test_stopping_says_what_was_stopped_or_that_there_is_nothing(ukg, database):
    assert ukg("portal", "create", "acme").code == 0
    nothing = ukg("stop", "acme")
    assert (nothing.code, nothing.err) == (2, "Nothing runs or waits in acme; nothing was stopped.\n")
    ask(database)
    stopped = ukg("stop", "acme")
    assert (stopped.code, stopped.out) == (0, "The sync of acme that Otto asked for will not begin.\n")
    ask(database)
    (document,) = ukg("stop", "acme", "--json").document
    assert (document["portal"], document["what"], document["asked_by"], document["over"]) == (
        "acme",
        "sync",
        "Otto",
        True,
    )
