"""`ukg portal set`: which Slack channel hears of a portal's runs, and how much of them."""

import pytest


@pytest.fixture
def portal(database, ukg):
    """The portal acme."""
    assert ukg("portal", "create", "acme").code == 0


def audited(ukg):
    return [line["action"] for line in ukg("audit", "acme", "--json").document]


def test_a_channel_is_chosen_made_quiet_and_taken_away(portal, ukg):
    chosen = ukg("portal", "set", "acme", "--slack-channel", "C024BE91L")
    assert (chosen.code, chosen.out) == (
        0,
        "Portal acme is changed. The Slack channel C024BE91L hears of every run; invite the app there: /invite "
        "@ukg-sync\n",
    )
    assert "hears of changes and problems" in ukg("portal", "set", "acme", "--slack-quiet", "on").out
    assert "hears of every run" in ukg("portal", "set", "acme", "--slack-quiet", "off").out
    away = ukg("portal", "set", "acme", "--slack-channel", "none")
    assert away.out == "Portal acme is changed. No Slack channel hears of its runs.\n"
    assert audited(ukg).count("slack channel set") == 4


def test_without_one_of_its_own_the_channel_of_all_portals_is_named(portal, ukg):
    told = ukg("portal", "set", "acme", "--slack-quiet", "off", UKG_SLACK_CHANNEL="C0ALL")
    assert "The Slack channel C0ALL (UKG_SLACK_CHANNEL) hears of every run" in told.out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--slack-channel", "#people"], "That is no channel's id, so nothing was changed."),
        (["--slack-channel", "U024BE7LH"], "That is no channel's id, so nothing was changed."),
        (["--slack-quiet", "yes"], "--slack-quiet is on or off; nothing was changed."),
        (["--slack-channel", "C1", "--page-size", "0"], "The "),
    ],
)
def test_what_cannot_be_changes_nothing_of_what_came_with_it(portal, ukg, options, sentence):
    before = audited(ukg)
    refused = ukg("portal", "set", "acme", "--name", "Academy", *options)
    assert refused.code == 2
    assert refused.sentence.startswith(sentence)
    assert audited(ukg) == before


def test_it_goes_together_with_other_settings(portal, ukg):
    assert ukg("portal", "set", "acme", "--name", "Academy", "--slack-channel", "C1").code == 0
    assert {"settings changed", "slack channel set"} <= set(audited(ukg))
