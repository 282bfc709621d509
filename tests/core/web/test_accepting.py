"""From the link of a mail to a signed-in learner."""

import asyncio
import string
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import now
from core.domain.rules import Definition, encode_definition
from core.portals.embedded.invites import close_invites
from core.services.portals import create_portal
from core.store.models import AuditLine, CustomField, Group, Invite, Learner, Mail, Membership, Rule
from tests.core.store.databases import on_sqlite
from tests.core.web.doors import PASSWORD

EVERYONE = encode_definition(Definition(()))


async def test_an_invited_person_chooses_a_password_and_is_in(browser, add_learner, make_link):
    learner = await add_learner("ann@example.com", status="pending")
    answer = await browser.send(await make_link(learner), password=PASSWORD, again=PASSWORD)
    assert (answer.status, answer.path, answer.title) == (200, "/acme/", "Hello, Ann")
    row = await Learner.get(id=learner.id)
    assert (row.status, row.accepted, row.revision, row.session_version) == ("active", True, 2, 2)
    assert row.accepted_at is not None
    assert row.password_hash.startswith("$argon2id$")
    line = await AuditLine.get(action="accept invitation")
    assert (line.actor, line.face, line.subject) == ("ann@example.com", "web", "ann@example.com")
    assert PASSWORD not in f"{line.before}{line.after}"


@on_sqlite
async def test_looking_at_a_link_uses_nothing_up_however_often(browser, other_browser, add_learner, make_link):
    learner = await add_learner("ann@example.com", status="pending")
    link = await make_link(learner)
    for _ in range(3):
        assert (await other_browser.look(link)).title == "Welcome to Acme <Learning> & Co"
    assert (await other_browser.request("HEAD", link)).status == 200
    assert (await Learner.get(id=learner.id)).status == "pending"
    assert (await browser.send(link, password=PASSWORD, again=PASSWORD)).path == "/acme/"


async def test_a_link_works_once_even_when_its_form_is_sent_twice_at_a_time(browser, add_learner, make_link):
    learner = await add_learner("ann@example.com", status="pending")
    link = await make_link(learner)
    token = (await browser.look(link)).form_token
    words = ("first first", "second second", "third third")
    forms = [{"form_token": token, "password": word, "again": word} for word in words]
    answers = await asyncio.gather(*(browser.request("POST", link, allow_redirects=False, data=form) for form in forms))
    assert sorted(answer.status for answer in answers) == [303, 410, 410]
    assert (await Learner.get(id=learner.id)).session_version == 2
    assert await AuditLine.filter(action="accept invitation").count() == 1


@on_sqlite
async def test_a_link_that_was_used_says_so_and_offers_to_sign_in(browser, other_browser, add_learner, make_link):
    link = await make_link(await add_learner("ann@example.com", status="pending"))
    await browser.send(link, password=PASSWORD, again=PASSWORD)
    answer = await other_browser.look(link)
    assert (answer.status, answer.title) == (410, "This link was used already")
    assert 'href="/acme/sign-in"' in answer.text
    assert (await other_browser.sign_in("ann@example.com")).path == "/acme/"


@on_sqlite
@pytest.mark.parametrize(
    ("kind", "title", "offered"),
    [
        ("pending", "This invitation is too old", "/acme/sign-in"),
        ("active", "This link is too old", "/acme/forgotten"),
    ],
)
async def test_a_link_dies_72_hours_after_its_sending(browser, add_learner, make_link, set_clock, kind, title, offered):
    learner = await add_learner("ann@example.com", status=kind)
    link = await make_link(learner)
    set_clock("2026-03-13T11:59:59Z")
    page = await browser.look(link)
    assert page.status == 200
    set_clock("2026-03-13T12:00:00Z")
    for answer in (
        await browser.look(link),
        await browser.request("POST", link, data={"form_token": page.form_token, "password": PASSWORD}),
    ):
        assert (answer.status, answer.title) == (410, title)
        assert f'href="{offered}"' in answer.text
    assert (await Learner.get(id=learner.id)).password_hash is None


@pytest.mark.parametrize(
    ("status", "title"),
    [("cancelled", "This invitation was taken back"), ("voided", "This link is no longer needed")],
)
@on_sqlite
async def test_a_link_that_was_closed_says_why(browser, add_learner, make_link, status, title):
    learner = await add_learner("ann@example.com", status="pending")
    link = await make_link(learner)
    await close_invites([learner.id], status)
    answer = await browser.look(link)
    assert (answer.status, answer.title) == (410, title)


async def test_accepting_closes_the_other_links_and_stops_their_mails(browser, add_learner, make_link, other_browser):
    learner = await add_learner("ann@example.com", status="pending")
    older, newer = await make_link(learner), await make_link(learner)
    await browser.send(newer, password=PASSWORD, again=PASSWORD)
    assert (await other_browser.look(older)).title == "This link is no longer needed"
    assert await Invite.filter(status="open").count() == 0
    assert await Mail.filter(state="void").count() == 2


@on_sqlite
async def test_a_link_of_one_portal_is_unknown_in_another(browser, add_learner, make_link, acme):
    await create_portal("other")
    link = await make_link(await add_learner("ann@example.com", status="pending"))
    answer = await browser.look(link.replace("/acme/", "/other/"))
    assert (answer.status, answer.title) == (404, "We do not know this link")
    assert (await browser.look(link.replace("/accept/", "/reset/"))).status == 404


@on_sqlite
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.data())
def test_a_token_that_was_not_made_out_is_unknown_and_changes_nothing(guessing, data):
    """Random, or one character off a real one."""
    letters = string.ascii_letters + string.digits + "-_"
    token = guessing.token
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from([letter for letter in letters if letter != token[place]]))
    tampered = token[:place] + other + token[place + 1 :]
    guess = data.draw(st.one_of(st.just(tampered), st.text(letters, min_size=1, max_size=300)))
    status, title, unchanged = guessing.guess(guess)
    assert (status, title) == (404, "We do not know this link")
    assert unchanged


@on_sqlite
async def test_odd_tokens_are_unknown_too(browser, acme):
    for token in ("%00", "%ED%A0%80", "%F0%9F%98%80", "..%2F..%2Fetc", "a" * 5000, "%7B%7B7*7%7D%7D", "a%20b"):
        assert (await browser.look(f"/acme/accept/{token}")).status == 404


@on_sqlite
@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("short", "short", "Choose a password of at least 8 characters."),
        ("x" * 201, "x" * 201, "Choose a password of at most 200 characters."),
        ("Ann@Example.com", "Ann@Example.com", "Choose a password that is not your e-mail address."),
        (PASSWORD, "another one", "The two passwords are not the same. Type it once more."),
        ("", "", "Choose a password of at least 8 characters."),
    ],
)
async def test_a_password_that_will_not_do_is_refused_beside_its_input(
    browser, add_learner, make_link, password, again, sentence
):
    learner = await add_learner("ann@example.com", status="pending")
    answer = await browser.send(await make_link(learner), password=password, again=again)
    assert (answer.status, answer.alerts) == (422, [sentence])
    assert 'aria-invalid="true"' in answer.text
    assert "Error: Welcome to" in answer.text
    assert not password or f'value="{password}"' not in answer.text
    assert (await Learner.get(id=learner.id)).status == "pending"


@on_sqlite
@pytest.mark.parametrize("password", ["x" * 200, "        ", "пароль-на-русском", "pass\x00word\x01"])
async def test_any_other_password_is_taken(browser, other_browser, add_learner, make_link, password):
    link = await make_link(await add_learner("ann@example.com", status="pending"))
    assert (await browser.send(link, password=password, again=password)).path == "/acme/"
    assert (await other_browser.sign_in("ann@example.com", password)).path == "/acme/"


@on_sqlite
async def test_only_who_does_not_come_from_hr_corrects_their_name(browser, other_browser, add_learner, make_link):
    by_hand = await add_learner("bea@example.com", status="pending", source="manual")
    from_hr = await add_learner("ann@example.com", status="pending")
    entries = {"password": PASSWORD, "again": PASSWORD, "first_name": " Béa ", "last_name": "Li"}
    await browser.send(await make_link(by_hand), **entries)
    await other_browser.send(await make_link(from_hr), **entries)
    row = await Learner.get(id=by_hand.id)
    assert (row.first_name, row.last_name, row.revision) == ("Béa", "Li", 3)
    assert (await Learner.get(id=from_hr.id)).first_name == "Ann"


@on_sqlite
@pytest.mark.parametrize("name", ["", "x" * 256, "a\x00b", "a\nb"])
async def test_a_name_that_is_none_is_refused(browser, add_learner, make_link, name):
    learner = await add_learner("bea@example.com", status="pending", source="manual")
    link = await make_link(learner)
    answer = await browser.send(link, password=PASSWORD, again=PASSWORD, first_name=name, last_name="Li")
    assert answer.alerts == ["Write your first name in 1 to 255 letters."]


@pytest.mark.parametrize(
    ("status", "expires"), [("disabled", None), ("pending", "2026-03-09"), ("active", "2026-03-09")]
)
@on_sqlite
async def test_an_account_that_has_ended_cannot_be_taken_up(browser, add_learner, make_link, status, expires):
    learner = await add_learner("ann@example.com", status="pending")
    link = await make_link(learner)
    await Learner.filter(id=learner.id).update(status=status, account_expires=expires)
    answer = await browser.look(link)
    assert (answer.status, answer.title) == (403, "Your account is not active")


async def test_a_full_portal_takes_nobody_more_and_the_link_stays_good(
    browser, other_browser, add_learner, make_link, acme
):
    acme.licence_limit = 1
    await acme.save()
    links = [await make_link(await add_learner(f"{name}@example.com", status="pending")) for name in ("ann", "bea")]
    answers = await asyncio.gather(
        browser.send(links[0], password=PASSWORD, again=PASSWORD),
        other_browser.send(links[1], password=PASSWORD, again=PASSWORD),
    )
    assert sorted(answer.status for answer in answers) == [200, 403]
    assert await Learner.filter(status="active").count() == 1
    assert await Invite.filter(status="open").count() == 1


async def test_accepting_brings_people_into_the_groups_of_running_rules(browser, add_learner, make_link, acme):
    group = await Group.create(portal_id=acme.id, title="All", title_key="all", created_at=now())
    await Rule.create(group_id=group.id, running=EVERYONE, ran_at=now())
    learner = await add_learner("ann@example.com", status="pending")
    await browser.send(await make_link(learner), password=PASSWORD, again=PASSWORD)
    assert await Membership.filter(group_id=group.id, learner_id=learner.id).count() == 1


@on_sqlite
async def test_mandatory_fields_come_first_after_accepting(browser, add_learner, make_link, acme):
    await CustomField.create(
        portal_id=acme.id, label="Shoe size", label_key="shoe size", type="integer", editable=True, mandatory=True
    )
    learner = await add_learner("ann@example.com", status="pending")
    answer = await browser.send(await make_link(learner), password=PASSWORD, again=PASSWORD)
    assert (answer.path, answer.title) == ("/acme/profile", "Your profile")
    assert (await browser.look("/acme/")).path == "/acme/profile"
    field = await CustomField.get(label="Shoe size")
    answer = await browser.send("/acme/profile", **{f"field-{field.id}": "many"})
    assert (answer.status, answer.alerts) == (422, ["Write a whole number like 12."])
    answer = await browser.send("/acme/profile", **{f"field-{field.id}": ""})
    assert answer.alerts == ["Please fill this in."]
    assert (await browser.send("/acme/profile", **{f"field-{field.id}": "42"})).path == "/acme/"
    assert (await Learner.get(id=learner.id)).custom == '{"Shoe size":42}'


@on_sqlite
async def test_a_portal_with_single_sign_on_has_no_password_step(browser, add_learner, make_link, acme):
    learner = await add_learner("ann@example.com", status="pending")
    link = await make_link(learner, lifetime=timedelta(days=9))
    acme.sso = True
    await acme.save()
    answer = await browser.look(link)
    assert (answer.status, answer.title) == (403, "Use your company's sign-in")
    for page in ("sign-in", "forgotten"):
        answer = await browser.look(f"/acme/{page}")
        assert "company&#39;s own sign-in" in answer.text or "company's own sign-in" in answer.text
        assert "<input" not in answer.text
