"""What an admin does to people by hand."""

from datetime import date

import pytest

from core.clock import now
from core.domain.custom_fields import FieldType
from core.domain.errors import SettingsError
from core.domain.invite_settings import InviteHow
from core.domain.learner import AccountStatus, UserType
from core.portals.embedded.invites import add_reset
from core.services import accounts
from core.services.accounts import Edits, NewLearner
from core.services.acting import Actor, acting_as
from core.services.fields import add_field
from core.services.people import Wanted, learners, pending_users
from core.services.portals import change_portal, set_invites
from core.services.syncing import sync_portal
from core.store.models import Invite, Learner, Link, Mail
from tests.core.store.databases import on_sqlite


async def row(email: str) -> Learner:
    return await Learner.get(email_key=email)


@pytest.mark.parametrize(
    ("how", "status", "mail"),
    [
        (InviteHow.INVITE, "pending", ["invitation"]),
        (InviteHow.WELCOME, "active", ["welcome"]),
        (InviteHow.ACTIVE, "active", []),
    ],
)
async def test_someone_is_added_pending_with_a_welcome_or_silently(acme, how, status, mail):
    with acting_as(Actor("Ada", "tui", owner=True)):
        await accounts.add_learner("acme", NewLearner(" Ann@Example.com ", "Ann", "Lee"), how)
    made = await row("ann@example.com")
    assert (made.email, made.status, made.source, made.created_by) == ("Ann@Example.com", status, "manual", "Ada")
    assert (made.invited_by, made.invited_at) == (("Ada", now()) if mail else (None, None))
    assert [each.kind for each in await Mail.all()] == mail


async def test_in_a_portal_with_single_sign_on_nobody_waits_and_no_mail_goes_out(acme):
    await change_portal("acme", sso=True)
    await accounts.add_learner("acme", NewLearner("ann@example.com"), InviteHow.INVITE)
    assert (await row("ann@example.com")).status == "active"
    assert await Mail.all().count() == await Invite.all().count() == 0


@on_sqlite
@pytest.mark.parametrize("email", ["", "ann", "ann@", "a b@example.com", "ann@example.com\r\nBcc: x@example.com"])
async def test_what_is_no_address_is_not_added(acme, email):
    with pytest.raises(SettingsError, match=r"is not an e-mail address; nothing was changed\."):
        await accounts.add_learner("acme", NewLearner(email), InviteHow.INVITE)
    assert await Learner.all().count() == 0


async def test_an_address_is_taken_whatever_its_case(acme, add_learner):
    await add_learner("ann@example.com")
    await add_learner("bea@example.com")
    with pytest.raises(SettingsError, match="has an account with the e-mail ANN@example.com already"):
        await accounts.add_learner("acme", NewLearner("ANN@example.com"), InviteHow.ACTIVE)
    with pytest.raises(SettingsError, match="already; nothing was changed"):
        await accounts.edit_learner("acme", "ann@example.com", Edits(email="BEA@example.com"))


async def test_values_are_checked_by_the_type_of_their_field(acme, add_learner):
    await add_field("acme", "Site", FieldType.STRING_CHOICE, ["Plant", "Office"])
    await add_field("acme", "Skills", FieldType.STRING_CHOICE, ["Weld", "Paint", "Drive"], multiple=True)
    await add_field("acme", "Grade", FieldType.INTEGER)
    await add_learner("ann@example.com", custom={"Site": "Plant"})
    edited = await accounts.edit_learner(
        "acme", "ann@example.com", Edits(custom={"skills": "Paint, Weld", "Grade": "7", "Site": ""})
    )
    assert edited.custom == '{"Skills":["Paint","Weld"],"Grade":7}'
    for custom in ({"Site": "Moon"}, {"Grade": "high"}, {"Skills": "Weld, Fly"}, {"Nothing": "1"}):
        with pytest.raises(SettingsError, match="[Nn]othing was changed"):
            await accounts.edit_learner("acme", "ann@example.com", Edits(custom=custom))


async def test_a_changed_name_or_address_sends_no_mail_and_keeps_the_invitation(acme):
    await accounts.add_learner("acme", NewLearner("ann@example.com", "Ann"), InviteHow.INVITE)
    await accounts.edit_learner("acme", "ann@example.com", Edits(email="anna@example.com", first_name="Anna"))
    assert [(each.kind, each.state) for each in await Mail.all()] == [("invitation", "waiting")]
    assert [(user.email, user.resent, user.cancelled) for user in await pending_users("acme")] == [
        ("anna@example.com", 0, False)
    ]


async def test_someone_disabled_by_hand_loses_sessions_and_links_and_gets_access_back_by_hand(acme):
    await accounts.add_learner("acme", NewLearner("ann@example.com"), InviteHow.INVITE)
    before = (await row("ann@example.com")).session_version
    await accounts.disable("acme", "ann@example.com")
    ended = await row("ann@example.com")
    assert (ended.status, ended.disabled_by, ended.session_version) == ("disabled", "admin", before + 1)
    assert [(each.status) for each in await Invite.all()] == ["cancelled"]
    assert [each.state for each in await Mail.all()] == ["void"]
    await accounts.enable("acme", "ann@example.com")
    assert (await row("ann@example.com")).status == "pending"


async def test_enabling_clears_an_expiry_that_is_over_and_keeps_one_that_is_not(acme, add_learner):
    await add_learner("over@example.com", account_expires=date(2026, 3, 9))
    await add_learner("ahead@example.com", status="disabled", disabled_by="admin", account_expires=date(2026, 3, 10))
    for email, expires in (("over@example.com", None), ("ahead@example.com", date(2026, 3, 10))):
        await accounts.enable("acme", email)
        assert ((await row(email)).status, (await row(email)).account_expires) == ("active", expires)


async def test_saying_it_twice_is_answered_and_changes_nothing(acme, add_learner):
    await add_learner("ann@example.com")
    for attempt in (
        accounts.enable("acme", "ann@example.com"),
        accounts.set_user_type("acme", "ann@example.com", UserType.LEARNER),
        accounts.set_expiry("acme", "ann@example.com", None),
        accounts.edit_learner("acme", "ann@example.com", Edits()),
        accounts.disable("acme", "nobody@example.com"),
    ):
        with pytest.raises(SettingsError, match="nothing was changed"):
            await attempt
    assert (await row("ann@example.com")).revision == 1


async def test_the_last_active_admin_can_be_neither_lowered_nor_disabled_nor_expired(acme, add_learner):
    await add_learner("ada@example.com", user_type="admin")
    await add_learner("gone@example.com", user_type="admin", status="disabled")
    for attempt in (
        accounts.disable("acme", "ada@example.com"),
        accounts.set_user_type("acme", "ada@example.com", UserType.LEARNER),
        accounts.set_expiry("acme", "ada@example.com", date(2027, 1, 1)),
    ):
        with pytest.raises(SettingsError, match="ada@example.com is the last active admin of acme"):
            await attempt
    await add_learner("bea@example.com", user_type="admin")
    await accounts.disable("acme", "ada@example.com")


async def test_a_sync_leaves_manual_people_alone_unless_their_address_links_them(connected, store):
    for email in ("ann@example.com", "stranger@example.com"):
        await accounts.add_learner("acme", NewLearner(email, "By", "Hand"), InviteHow.ACTIVE)
    await sync_portal("acme", store)
    stranger, ann = await row("stranger@example.com"), await row("ann@example.com")
    assert (stranger.source, stranger.first_name, stranger.revision) == ("manual", "By", 1)
    assert (ann.source, ann.first_name) == ("ukg", "Ann")
    assert await Link.filter(learner_id=stranger.id).count() == 0


async def test_a_sync_never_gives_back_what_an_admin_took(connected, store):
    await change_portal("acme", manual_sync_minutes=0)
    await sync_portal("acme", store)
    await accounts.disable("acme", "ann@example.com")
    await sync_portal("acme", store)
    assert (await row("ann@example.com")).status == "disabled"


async def test_the_list_is_narrowed_by_status_and_by_text(acme, add_learner):
    await add_learner("ann@example.com", first_name="Ann", last_name="Lee")
    await add_learner("bea@example.com", first_name="Beatrice", last_name="Lee", status="pending")
    await add_learner("over@example.com", account_expires=date(2026, 3, 9))
    await add_learner("gone@example.com", status="disabled")

    async def listed(**wanted) -> list[str]:
        return [each.email async for each in learners("acme", Wanted(**wanted))]

    assert await listed(status=AccountStatus.DISABLED) == ["over@example.com", "gone@example.com"]
    assert await listed(status=AccountStatus.ACTIVE) == ["ann@example.com"]
    assert await listed(text="lee BEA") == ["bea@example.com"]
    assert await listed(text="%") == []


async def test_a_password_given_by_hand_must_be_changed_and_ends_sessions_and_links(acme):
    await accounts.add_learner("acme", NewLearner("ann@example.com"), InviteHow.WELCOME)
    before = (await row("ann@example.com")).session_version
    await accounts.set_password("acme", "ann@example.com", "to begin with")
    given = await row("ann@example.com")
    assert (given.must_change_password, given.session_version) == (True, before + 1)
    assert given.password_hash.startswith("$argon2id$")
    assert [invite.status for invite in await Invite.all()] == ["voided"]


async def test_no_password_is_given_where_there_is_none_to_have(acme, add_learner):
    await add_learner("waits@example.com", status="pending")
    await add_learner("ann@example.com")
    for email, password, sentence in (
        ("waits@example.com", "to begin with", "waits@example.com is pending, and only someone active"),
        ("ann@example.com", "short", "Nothing was changed. Choose a password of at least 8 characters."),
        ("ann@example.com", "x" * 201, "at most 200 characters"),
        ("ann@example.com", "Ann@example.com", "not your e-mail address"),
    ):
        with pytest.raises(SettingsError, match=sentence):
            await accounts.set_password("acme", email, password)
    await change_portal("acme", sso=True)
    with pytest.raises(SettingsError, match="acme uses single sign-on"):
        await accounts.set_password("acme", "ann@example.com", "to begin with")
    assert (await row("ann@example.com")).password_hash is None


async def test_a_changed_address_voids_links_to_choose_a_new_password(acme, add_learner):
    ann = await add_learner("ann@example.com", accepted=True)
    await add_reset(acme.id, ann.id, now())
    await accounts.edit_learner("acme", "ann@example.com", Edits(first_name="Ann"))
    assert [(invite.status, mail.state) for invite, mail in await links()] == [("open", "waiting")]
    await accounts.edit_learner("acme", "ann@example.com", Edits(email="anna@example.com"))
    assert [(invite.status, mail.state) for invite, mail in await links()] == [("voided", "void")]


async def links() -> list[tuple[Invite, Mail]]:
    return [(mail.invite, mail) for mail in await Mail.all().prefetch_related("invite")]


async def test_a_sync_that_changes_an_address_voids_them_too(connected, sandbox, store):
    await change_portal("acme", manual_sync_minutes=0)
    await set_invites("acme", when=None, how=InviteHow.ACTIVE)
    await sync_portal("acme", store)
    await add_reset(connected.id, (await row("ann@example.com")).id, now())
    sandbox.company.people[0]["emailAddress"] = "anna@example.com"
    sandbox.company.touch()
    await sync_portal("acme", store)
    assert [(invite.status, mail.state) for invite, mail in await links()] == [("voided", "void")]
