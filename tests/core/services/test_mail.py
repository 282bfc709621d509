"""The outbox as an admin sees it, and a portal's own wording."""

# ruff: noqa: F811

from datetime import timedelta

import pytest

from core.clock import now
from core.domain.errors import SettingsError
from core.jobs.outbox import deliver_due
from core.portals.embedded.invites import add_invites
from core.services import mail
from core.services.acting import Actor, NotAllowed, acting_as
from core.services.health import examine
from core.services.portals import change_portal, create_portal
from core.store.models import Admin, AuditLine, Invite, Mail, MailTemplate
from core.store.transactions import write_transaction
from tests.core.jobs.mail_server import smtp, start_mail_server, use_mail_server  # noqa: F401
from tests.core.store.databases import on_sqlite


def lines():
    """The audit lines of what a test did."""
    return AuditLine.exclude(action__startswith="portal ")


@pytest.fixture
def invited(acme, add_learner):
    """Call with e-mails to put people into the portal who are owed an invitation."""

    async def add(*emails: str) -> None:
        rows = [await add_learner(email, status="pending", first_name="Ann") for email in emails]
        async with write_transaction():
            await add_invites(acme.id, [(row.id, row.status) for row in rows], now())

    return add


async def entries(**wanted) -> list[mail.OutboxEntry]:
    return [entry async for entry in mail.outbox("acme", **wanted)]


async def test_the_outbox_says_what_waits_for_whom_and_what_became_of_it(invited, smtp, store):
    await invited("ann@example.com", "gone@example.com")
    assert [(entry.kind, entry.to, entry.state, entry.next_try) for entry in await entries()] == [
        ("invitation", "ann@example.com", "waiting", now()),
        ("invitation", "gone@example.com", "waiting", now()),
    ]
    smtp.replies["gone@example.com"] = "550 no such user"
    await deliver_due(store)
    sent, parked = await entries()
    assert (sent.state, sent.sent_at, sent.attempts, sent.next_try, sent.error) == ("sent", now(), 1, None, None)
    assert (parked.state, parked.sent_at, parked.error) == (
        "parked",
        None,
        "The mail server refuses the address (550 no such user).",
    )
    assert await entries(states=["parked"]) == [parked]


async def test_a_sent_mail_shows_the_address_it_went_to(invited, smtp, store, acme):
    await invited("ann@example.com")
    await deliver_due(store)
    await acme.fetch_related("learners")
    for learner in acme.learners:
        learner.email = "new@example.com"
        await learner.save()
    assert [entry.to for entry in await entries()] == ["ann@example.com"]


@on_sqlite
async def test_nothing_in_the_outbox_can_open_an_account(invited, smtp, store):
    import msgspec

    await invited("ann@example.com")
    await deliver_due(store)
    listed = msgspec.json.encode(await entries()).decode()
    token = smtp.messages[0].text.partition("/accept/")[2].split()[0]
    invite = await Invite.get()
    assert len(token) == 43
    assert [secret for secret in (token, invite.seed, invite.token_hash) if secret in listed] == []


@on_sqlite
async def test_only_the_portals_own_mails_are_listed_page_by_page(invited, store):
    emails = [f"p{number}@example.com" for number in range(1001)]
    await invited(*emails)
    await create_portal("other")
    assert [entry.to for entry in await entries()] == emails
    assert [entry async for entry in mail.outbox("other")] == []


@on_sqlite
async def test_an_unknown_state_is_refused(acme):
    with pytest.raises(SettingsError, match="waiting, sent, parked, void"):
        await entries(states=["lost"])


async def test_parked_mails_can_be_retried_and_go_with_the_same_message_id(invited, smtp, store):
    await invited("ann@example.com", "gone@example.com")
    smtp.replies["gone@example.com"] = "550 no such user"
    await deliver_due(store)
    parked = await Mail.get(state="parked")
    assert await mail.retry_parked("acme") == 1
    assert await mail.retry_parked("acme") == 0
    smtp.replies.clear()
    assert (await deliver_due(store)).sent == 1
    assert smtp.messages[-1].message["Message-ID"] == f"<{parked.message_id}@acme.example.com>"
    assert [(line.action, line.after) for line in await lines()] == [("parked mails retried", '{"mails":1}')]


async def test_a_portal_says_it_in_its_own_words_until_it_takes_the_programs_again(acme, invited, smtp, store):
    assert not (await mail.wording("acme", "invitation")).own
    await mail.set_wording("acme", "invitation", subject="Hi {{ first_name }}", text="Go to {{ link }} now")
    await mail.set_wording("acme", "invitation", subject="Hello {{ first_name }}")
    found = await mail.wording("acme", "invitation")
    assert (found.own, found.subject, found.text) == (True, "Hello {{ first_name }}", "Go to {{ link }} now")
    assert not (await mail.wording("acme", "welcome")).own
    await invited("ann@example.com")
    await deliver_due(store)
    assert smtp.messages[0].message["Subject"] == "Hello Ann"
    assert smtp.messages[0].text.startswith("Go to https://learn.acme.example.com/acme/accept/")
    assert (await mail.reset_wording("acme", "invitation")).own is False
    assert await MailTemplate.all().count() == 0
    assert [line.action for line in await lines().order_by("id")] == [
        "mail wording set",
        "mail wording set",
        "mail wording reset",
    ]


async def test_a_wording_that_no_mail_can_be_made_from_changes_nothing(acme):
    await mail.set_wording("acme", "reset", text="A {{ link }}")
    with pytest.raises(SettingsError, match="Line 1 of the text: there is no variable 'name'"):
        await mail.set_wording("acme", "reset", subject="B", text="{{ name }}{{ link }}")
    assert (await mail.wording("acme", "reset")).text == "A {{ link }}"
    assert await lines().count() == 1


@on_sqlite
async def test_a_wording_that_has_become_unusable_parks_its_mails_and_says_so(acme, invited, smtp, store):
    await MailTemplate.create(portal=acme, kind="invitation", subject="{{ gone }}", text="x", html="x")
    await invited("ann@example.com")
    assert (await deliver_due(store)).parked == 1
    assert "own wording of this mail cannot be filled in" in (await Mail.get()).error


@on_sqlite
async def test_an_unknown_kind_or_no_wording_is_refused(acme):
    for work in (mail.wording, mail.reset_wording, mail.preview):
        with pytest.raises(SettingsError, match="invitation, welcome, reset"):
            await work("acme", "farewell")
    with pytest.raises(SettingsError, match="No wording was given"):
        await mail.set_wording("acme", "reset")


@on_sqlite
async def test_resetting_what_was_never_set_leaves_no_trace(acme):
    await mail.reset_wording("acme", "reset")
    assert await lines().count() == 0


@on_sqlite
async def test_a_preview_shows_the_mail_with_a_link_that_opens_nothing(acme):
    await change_portal("acme", name="Acme & Sons")
    letter = await mail.preview("acme", "reset")
    assert letter.subject == "Acme & Sons: choose a new password"
    assert "http://localhost:8080/acme/reset/EXAMPLE" in letter.text
    assert "2 hours" in letter.text
    assert "Acme &amp; Sons" in letter.html


@on_sqlite
async def test_looking_takes_a_viewer_retrying_an_operator_and_wording_an_admin(acme):
    for name in ("viewer", "operator"):
        await Admin.create(portal=acme, name=name, name_key=name, role=name, created_at=now())
    with acting_as(Actor("viewer", "tui")):
        assert await entries() == []
        await mail.preview("acme", "reset")
        with pytest.raises(NotAllowed):
            await mail.retry_parked("acme")
    with acting_as(Actor("operator", "tui")):
        assert await mail.retry_parked("acme") == 0
        for work in (mail.set_wording("acme", "reset", subject="x"), mail.reset_wording("acme", "reset")):
            with pytest.raises(NotAllowed):
                await work
    with acting_as(Actor("nobody", "tui")), pytest.raises(NotAllowed):
        await entries()


async def doctor(store: str) -> tuple[str, str]:
    (finding,) = [finding for finding in await examine(store) if finding.subject == "mail"]
    return finding.status, finding.sentence


async def test_the_doctor_says_whether_mail_can_be_sent_and_what_waits(invited, store, use_mail_server, smtp):
    await invited("ann@example.com", "gone@example.com")
    assert await doctor(store) == ("ok", "The mail server answers. 2 waiting, none refused.")
    smtp.replies["gone@example.com"] = "550 no such user"
    await deliver_due(store)
    assert await doctor(store) == (
        "note",
        "The mail server answers. 0 waiting, 1 refused: see 'ukg outbox list SLUG --state parked'.",
    )
    use_mail_server("smtp://mail.example.com:none")
    status, sentence = await doctor(store)
    assert (status, "UKG_SMTP_URL cannot be read" in sentence) == ("wrong", True)


@on_sqlite
async def test_the_doctor_notes_that_mails_wait_without_a_mail_server(invited, store):
    await invited("ann@example.com")
    status, sentence = await doctor(store)
    assert (status, "UKG_SMTP_URL is not set" in sentence, "1 waiting" in sentence) == ("note", True, True)


@on_sqlite
@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("UKG_MAIL_FROM", "not an address", "UKG_MAIL_FROM is no e-mail address"),
        ("UKG_PUBLIC_URL", "learn.example.com", "UKG_PUBLIC_URL is no address"),
        ("UKG_PUBLIC_URL", "https://learn.example.com:x", "UKG_PUBLIC_URL is no address"),
    ],
)
async def test_the_doctor_sees_what_keeps_mails_from_being_made(acme, store, smtp, monkeypatch, variable, value, words):
    from core.settings import load_settings

    monkeypatch.setenv(variable, value)
    load_settings.cache_clear()
    status, sentence = await doctor(store)
    assert (status, words in sentence) == ("wrong", True)


@on_sqlite
async def test_a_mail_that_was_put_off_says_when_it_is_tried_next(invited, smtp, store):
    await invited("ann@example.com")
    smtp.replies["ann@example.com"] = "450 later"
    await deliver_due(store)
    (entry,) = await entries()
    assert now() < entry.next_try < now() + timedelta(minutes=2)
