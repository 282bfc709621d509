"""Every switch of the stand-in thrown both ways: whatever LearnUpon turns out to be, two days of changes end alike."""

from dataclasses import fields

import pytest

from core.portals.learnupon.habits import Habits, Leaving
from core.sandbox.learnupon.settings import LearnUponSettings
from tests.core.portals.learnupon_port.people import apply, refusals
from tests.core.portals.learnupon_port.scenario import AFTERWARDS, play
from tests.core.store.databases import on_sqlite

# How answers look: thrown a handful at a time. What decides what becomes of people is thrown alone.
LOOKS = [
    {"page_size": 3, "past_end": "not_found", "rate_headers": False, "response_code": False, "wrapper_case": "any"},
    {"invalid_status": 422, "unknown_user_status": 400, "duplicate_status": 422, "invite_duplicate_status": 422},
    {"definitions_key": "right", "create_status": 201, "content_type_on_bare_call": "refused", "enrol_new_users": True},
    {"numbers": "number", "unset_fields": "null", "choice_delimiter": ", ", "account_expires_format": "datetime"},
    {"duplicate_message": "Email has already been taken", "duplicate_here_message": "This user exists already"},
    {"invite_duplicate_message": "This person has already been invited", "choice_delimiter": "\n"},
    {
        "top_admin_type": "refused",
        "plain_email_update": "renames",
        "invite_hours": 24,
        "existing_account": "overwritten",
    },
]
ALONE = [
    {"allow_user_creation_if_exists": True},
    {"email_search": "sensitive"},
    {"email_uniqueness": "sensitive"},
    {"email_kept": "lower"},
    {"update": "replace"},
    {"custom_data_update": "replace"},
    {"account_expires_format": "null"},
    {"expiry_timezone": "Pacific/Kiritimati"},
    {"enable_expired": "lasts"},
    {"unknown_label": "reject"},
    {"bad_value": "drop"},
    {"clearing": "null"},
    {"clearing": "empty"},
    {"invite_member": "sent"},
    {"create_for_invited": "refuses"},
    {"deleted_invite": "gone"},
]
TOGETHER = [
    {"update": "replace", "custom_data_update": "replace", "clearing": "null", "numbers": "number", "page_size": 4},
    {"custom_data_update": "replace", "clearing": "empty", "email_kept": "lower", "deleted_invite": "gone"},
    {"update": "replace", "bad_value": "drop", "unset_fields": "null", "unknown_user_status": 400},
]
# Of these, `silent` and `identifier` have tests of their own, and the client those of the limits.
NO_MATTER = {
    "rate_limit",
    "week_limit",
    "minute_window",
    "retry_after",
    "week_limit_status",
    "week_limit_message",
    "burst",
    "burst_rest",
    "wrong_key_status",
    "silent",
    "identifier",
    "group_title_match",
    "membership_id_key",
    "keys_reply",
    "latency",
}


def test_every_switch_is_thrown_or_does_not_matter_to_writing():
    thrown = [(name, value) for settings in (*LOOKS, *ALONE) for name, value in settings.items()]
    names = {name for name, _ in thrown}
    assert names | NO_MATTER == {each.name for each in fields(LearnUponSettings)}
    assert not names & NO_MATTER
    default = LearnUponSettings()
    assert [(name, value) for name, value in thrown if getattr(default, name) == value] == []


@on_sqlite
@pytest.mark.parametrize("settings", [{}, *LOOKS, *ALONE, *TOGETHER], ids=str)
async def test_two_days_of_changes_end_alike(open_portal, settings):
    harness = await open_portal(**settings)
    await play(harness, _all_made)
    assert harness.users() == AFTERWARDS
    assert harness.invited() == []
    await harness.check()


async def _all_made(harness, *changes):
    results = await apply(harness, *changes)
    assert refusals(results) == [None] * len(changes)
    assert [result.outcome for result in results if result.outcome is not None] == []


async def test_two_days_of_changes_end_alike_on_either_database(portal):
    await play(portal, _all_made)
    assert portal.users() == AFTERWARDS
    await portal.check()


@on_sqlite
@pytest.mark.parametrize("switch", ["update", "custom_data_update"])
async def test_a_portal_wrongly_taken_for_one_that_keeps_values_would_lose_them(open_portal, switch):
    """The control: what the two days above are judged by does tell."""
    harness = await open_portal(**{switch: "replace"})
    harness.looking.habits.fields = harness.looking.habits.custom = Leaving.KEPT
    await play(harness, apply)
    assert harness.users().keys() == AFTERWARDS.keys()
    assert harness.users() != AFTERWARDS


@on_sqlite
@pytest.mark.parametrize("settings", [{}, {"update": "replace"}, {"custom_data_update": "replace"}], ids=str)
async def test_what_a_portal_does_to_values_left_out_is_learnt_once(open_portal, settings):
    harness = await open_portal(**settings)
    await play(harness, _all_made)
    habits: Habits = harness.looking.habits
    fields_end = Leaving.EMPTIED if settings.get("update") else Leaving.KEPT
    assert habits.fields is fields_end
    if not settings.get("update"):
        assert habits.custom is (Leaving.EMPTIED if settings else Leaving.KEPT)
