"""What LearnUpon has itself is not done here a second time: refused in one sentence, and shown as its own."""

from collections.abc import Awaitable, Callable

import pytest

from core.domain.custom_fields import FieldType
from core.domain.email import email_key
from core.domain.enrolment import EnrolmentStatus
from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteHow
from core.domain.learner import UserType
from core.services import accounts, choices, courses, fields, groups, invites, mail, people, portals, rules
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.kinds import Own
from core.store.models import AuditLine, CustomField, Learner, Portal
from tests.core.store.databases import on_sqlite

Doing = Callable[[], Awaitable[object]]

GROUPS: list[Doing] = [
    lambda: groups.add_group("acme", "Newcomers"),
    lambda: groups.group_members("acme", "Newcomers"),
    lambda: groups.change_members("acme", "Newcomers", add=["ann@example.com"]),
    lambda: groups.make_automatic("acme", "Newcomers"),
    lambda: groups.remove_group("acme", "Newcomers"),
    lambda: rules.set_rule("acme", "Newcomers", everyone=True),
    lambda: rules.show_rule("acme", "Newcomers"),
    lambda: rules.preview_rule("acme", "Newcomers"),
    lambda: rules.run_rule("acme", "Newcomers"),
    lambda: rules.stop_rule("acme", "Newcomers"),
    lambda: _all(people.learners("acme", people.Wanted(group="Newcomers"))),
]
COURSES: list[Doing] = [
    lambda: courses.add_course("acme", "Welcome"),
    lambda: courses.publish_course("acme", "Welcome"),
    lambda: courses.unpublish_course("acme", "Welcome"),
    lambda: courses.assign_course("acme", "Welcome", "Newcomers"),
    lambda: courses.withdraw_course("acme", "Welcome", "Newcomers"),
    lambda: courses.set_enrolment_status("acme", "ann@example.com", "Welcome", EnrolmentStatus.COMPLETED),
]
FIELDS: list[Doing] = [
    lambda: fields.add_field("acme", "Shift", FieldType.STRING),
    lambda: fields.change_field("acme", "Department", fields.FieldChanges(label="Team")),
    lambda: fields.remove_field("acme", "Department"),
    lambda: choices.add_choices("acme", [("Grade", "C")]),
]
PEOPLE: list[Doing] = [
    lambda: accounts.add_learner("acme", accounts.NewLearner("new@example.com"), InviteHow.INVITE),
    lambda: accounts.edit_learner("acme", "ann@example.com", accounts.Edits(first_name="Anna")),
    lambda: accounts.set_user_type("acme", "ann@example.com", UserType.ADMIN),
    lambda: accounts.disable("acme", "ann@example.com"),
    lambda: accounts.enable("acme", "ann@example.com"),
    lambda: accounts.set_expiry("acme", "ann@example.com", None),
    lambda: accounts.set_password("acme", "ann@example.com", "long enough to be one"),
]
MAILS: list[Doing] = [
    lambda: mail.retry_parked("acme"),
    lambda: mail.wording("acme", "invitation"),
    lambda: mail.set_wording("acme", "invitation", subject="Welcome"),
    lambda: mail.reset_wording("acme", "invitation"),
    lambda: mail.preview("acme", "invitation"),
]
LIMITS: list[Doing] = [
    lambda: portals.change_portal("acme", field_limit=20),
    lambda: portals.change_portal("acme", licence_limit=0),
    lambda: portals.change_portal("acme", allow_existing=True),
    lambda: portals.change_portal("acme", name="Another", field_limit=20),
]
DOINGS = [
    *((Own.GROUPS, doing) for doing in GROUPS),
    *((Own.COURSES, doing) for doing in COURSES),
    *((Own.FIELDS, doing) for doing in FIELDS),
    *((Own.PEOPLE, doing) for doing in PEOPLE),
    *((Own.MAILS, doing) for doing in MAILS),
    *((Own.LIMITS, doing) for doing in LIMITS),
    (Own.LINKS, lambda: invites.hand_out_link("acme", "ann@example.com", "")),
]


async def _all(rows):
    return [row async for row in rows]


@on_sqlite
async def test_it_is_refused_in_one_sentence_that_says_where_it_is_done(acme, there):
    await Learner.create(
        portal_id=acme.id,
        email="ann@example.com",
        email_key=email_key("ann@example.com"),
        first_name="Ann",
        last_name="",
        user_type="learner",
        status="active",
        source="manual",
        custom="{}",
        remote_id="17",
        created_at=acme.created_at,
        created_by="LearnUpon",
    )
    everything = await _state(there)
    for what, doing in DOINGS:
        with pytest.raises(SettingsError) as refused:
            await doing()
        sentence = str(refused.value)
        assert sentence.startswith(f"{what.value.what}, so nothing was done in acme."), sentence
        assert sentence.endswith(what.value.where.format("acme"))
    assert await _state(there) == everything


async def _state(there):
    rows = [dict(row) for model in (AuditLine, CustomField, Learner, Portal) for row in await model.all().values()]
    return rows, dict(there.sandbox.counts)


@on_sqlite
async def test_whoever_has_no_role_learns_nothing_of_the_kind_of_portal(acme):
    for _, doing in DOINGS:
        with acting_as(Actor("Nobody", "tui")), pytest.raises(NotAllowed):
            await doing()


@on_sqlite
async def test_the_lists_are_empty_and_say_whose_they_are(acme):
    assert await groups.list_groups("acme") == []
    assert await rules.list_rules("acme") == []
    assert await courses.list_courses("acme") == []
    assert await _all(mail.outbox("acme")) == []
    sentence = await portals.kept_by_learnupon("acme", Own.GROUPS)
    assert sentence is not None
    assert sentence.startswith("LearnUpon keeps its own groups")


@on_sqlite
async def test_an_embedded_portal_keeps_all_of_it_here(store):
    await portals.create_portal("acme")
    assert [await portals.kept_by_learnupon("acme", what) for what in Own] == [None] * len(Own)
    await groups.add_group("acme", "Newcomers")
    await portals.change_portal("acme", field_limit=20)


@on_sqlite
async def test_what_is_ours_of_a_learnupon_portal_can_be_changed(acme):
    await portals.change_portal("acme", name="Academy", end_vanished=True, requests_per_minute=100)
    assert (await Portal.get()).name == "Academy"
