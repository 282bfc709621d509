"""Signing in, staying in, and being let out."""

import asyncio
import re
from datetime import UTC, datetime

import pytest
from argon2 import PasswordHasher

from core.services.door.accounts import entry_of
from core.services.portals import create_portal
from core.store.keys import load_keyring
from core.store.models import AuditLine, Invite, Learner, Mail
from core.web.sessions import begun, sealed
from tests.core.store.databases import on_sqlite
from tests.core.web.doors import PASSWORD

REFUSED = "That e-mail and password do not go together here. Check both and try again."


@on_sqlite
async def test_the_right_password_lets_in_whatever_the_case_of_the_address(browser, add_learner):
    learner = await add_learner("ann@example.com", password=PASSWORD)
    assert (await browser.look("/acme/")).path == "/acme/sign-in"
    assert (await browser.sign_in(" Ann@Example.COM ")).title == "Hello, Ann"
    assert (await browser.look("/acme/sign-in")).path == "/acme/"
    assert (await Learner.get(id=learner.id)).last_sign_in_at == datetime(2026, 3, 10, 12, tzinfo=UTC)


@on_sqlite
async def test_the_answer_does_not_tell_who_has_an_account(browser, add_learner):
    await add_learner("ann@example.com", password=PASSWORD)
    await add_learner("bea@example.com")
    await add_learner("cleo@example.com", status="pending")
    await add_learner("dora@example.com", password=PASSWORD, status="disabled")
    answers = [
        await browser.sign_in(email, "a wrong password")
        for email in (*(f"{name}@example.com" for name in ("ann", "bea", "cleo", "dora", "nobody")), "")
    ]
    assert {(answer.status, tuple(answer.alerts)) for answer in answers} == {(422, (REFUSED,))}


@on_sqlite
@pytest.mark.parametrize("email", ["a\x00b@example.com", "x" * 5000, "\ud83d\ude00", "'; DROP TABLE learner; --"])
async def test_odd_addresses_are_no_account_either(browser, acme, email):
    answer = await browser.sign_in(email.encode("utf-16", "surrogatepass").decode("utf-16"))
    assert answer.alerts == [REFUSED]


@on_sqlite
@pytest.mark.parametrize("ended", [{"status": "disabled"}, {"account_expires": "2026-03-09"}])
async def test_who_may_not_come_in_any_more_is_told_so_after_the_right_password(browser, add_learner, ended):
    await add_learner("ann@example.com", password=PASSWORD, **ended)
    (sentence,) = (await browser.sign_in("ann@example.com")).alerts
    assert sentence.startswith("Your account is not active any more")


@on_sqlite
async def test_an_account_lasts_until_the_end_of_its_last_day_in_the_portals_zone(browser, add_learner, set_clock):
    await add_learner("ann@example.com", password=PASSWORD, account_expires="2026-03-10")
    set_clock("2026-03-11T03:59:00Z")
    assert (await browser.sign_in("ann@example.com")).path == "/acme/"
    set_clock("2026-03-11T04:00:00Z")
    assert (await browser.look("/acme/")).path == "/acme/sign-in"


@on_sqlite
async def test_a_session_ends_after_eight_idle_hours_or_seven_days(browser, add_learner, set_clock):
    await add_learner("ann@example.com", password=PASSWORD)
    await browser.sign_in("ann@example.com")
    for hour in range(1, 7 * 24 // 6 + 1):
        set_clock(f"2026-03-{10 + (12 + hour * 6) // 24}T{(12 + hour * 6) % 24:02}:00:00Z")
        assert (await browser.look("/acme/")).path == "/acme/", hour
    set_clock("2026-03-17T12:00:01Z")
    assert (await browser.look("/acme/")).path == "/acme/sign-in"
    await browser.sign_in("ann@example.com")
    set_clock("2026-03-17T20:00:02Z")
    assert (await browser.look("/acme/")).path == "/acme/sign-in"


@pytest.mark.parametrize(
    "change",
    [{"status": "disabled"}, {"status": "pending"}, {"account_expires": "2026-03-09"}, {"session_version": 9}],
    ids=lambda change: next(iter(change)),
)
@on_sqlite
async def test_a_session_ends_with_what_it_stood_on(browser, add_learner, change):
    learner = await add_learner("ann@example.com", password=PASSWORD)
    await browser.sign_in("ann@example.com")
    await Learner.filter(id=learner.id).update(**change)
    assert (await browser.look("/acme/")).path == "/acme/sign-in"
    assert "ukg_session" not in browser.cookies


@on_sqlite
async def test_a_session_counts_in_its_own_portal_only_and_only_as_we_made_it(browser, add_learner, acme, store):
    learner = await add_learner("ann@example.com", password=PASSWORD)
    other = await create_portal("other")
    keyring = await load_keyring(store)
    moment = datetime(2026, 3, 10, 12, tzinfo=UTC)
    good = sealed(begun(acme.id, entry_of(learner), moment), keyring)
    foreign = sealed(begun(other.id, entry_of(learner), moment), keyring)
    for cookie in (foreign, good[:-5] + "AAAA=", "", "x", keyring.encrypt("{}"), keyring.encrypt("no json")):
        browser.keep("ukg_session", cookie)
        assert (await browser.look("/acme/")).path == "/acme/sign-in"
    browser.keep("ukg_session", good)
    assert (await browser.look("/acme/")).path == "/acme/"


@on_sqlite
async def test_signing_out_makes_a_copy_of_the_cookie_worthless(browser, add_learner):
    await add_learner("ann@example.com", password=PASSWORD)
    page = await browser.sign_in("ann@example.com")
    copy = browser.cookies["ukg_session"]
    answer = await browser.request("POST", "/acme/sign-out", data={"form_token": page.form_token})
    assert answer.title == "You are signed out"
    browser.keep("ukg_session", copy)
    assert (await browser.look("/acme/")).path == "/acme/sign-in"


@on_sqlite
async def test_signing_out_of_a_session_that_is_over_leads_back_to_signing_in(browser, add_learner):
    await add_learner("ann@example.com", password=PASSWORD)
    page = await browser.sign_in("ann@example.com")
    await Learner.all().update(session_version=9)
    answer = await browser.request("POST", "/acme/sign-out", data={"form_token": page.form_token})
    (target,) = re.findall(r'class="button" href="([^"]*)"', answer.text)
    assert (await browser.look(target)).title == "Sign in"


@on_sqlite
async def test_an_old_hash_is_made_anew_when_its_owner_signs_in(costly_hashes, browser, add_learner):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    learner = await add_learner("ann@example.com", password_hash=weak)
    assert (await browser.sign_in("ann@example.com")).path == "/acme/"
    renewed = (await Learner.get(id=learner.id)).password_hash
    assert renewed.startswith("$argon2id$v=19$m=47104")
    assert (await browser.look("/acme/")).path == "/acme/"


@on_sqlite
async def test_changing_the_password_ends_the_other_sessions(browser, other_browser, add_learner):
    await add_learner("ann@example.com", password=PASSWORD)
    await browser.sign_in("ann@example.com")
    await other_browser.sign_in("ann@example.com")
    new = {"password": "wide green fields", "again": "wide green fields"}
    answer = await browser.send("/acme/password", current="not this one", **new)
    assert answer.alerts == ["That is not your current password."]
    same = {"password": PASSWORD, "again": PASSWORD}
    answer = await browser.send("/acme/password", current=PASSWORD, **same)
    assert answer.alerts == ["Choose a password that is not the one you have."]
    assert (await browser.send("/acme/password", current=PASSWORD, **new)).title == "Your password is changed"
    assert (await browser.look("/acme/")).path == "/acme/"
    assert (await other_browser.look("/acme/")).path == "/acme/sign-in"
    assert (await AuditLine.get(action="change password")).actor == "ann@example.com"


@on_sqlite
async def test_who_must_change_the_password_does_nothing_else_before(browser, add_learner):
    learner = await add_learner("ann@example.com", password=PASSWORD, must_change_password=True)
    assert (await browser.sign_in("ann@example.com")).path == "/acme/password"
    for page in ("", "profile"):
        assert (await browser.look(f"/acme/{page}")).path == "/acme/password"
    await browser.send("/acme/password", password="wide green fields", again="wide green fields")
    assert (await browser.look("/acme/")).path == "/acme/"
    assert not (await Learner.get(id=learner.id)).must_change_password


async def test_a_forgotten_password_is_chosen_anew_through_a_link(browser, other_browser, add_learner, make_link):
    learner = await add_learner("ann@example.com", password=PASSWORD)
    await other_browser.sign_in("ann@example.com")
    answer = await browser.send("/acme/forgotten", email="Ann@example.com")
    assert (answer.status, answer.title) == (200, "Look into your mail")
    mail = await Mail.get(kind="reset")
    assert (mail.learner_id, mail.state) == (learner.id, "waiting")
    await Mail.all().update(state="sent")
    link = await make_link(learner, reset=True)
    answer = await browser.send(link, password="wide green fields", again="wide green fields")
    assert answer.path == "/acme/"
    assert (await other_browser.look("/acme/")).path == "/acme/sign-in"
    assert (await other_browser.look(link)).title == "This link was used already"
    assert await Invite.filter(status="open").count() == 0


async def test_asking_for_a_link_says_the_same_to_everybody_and_sends_only_where_it_may(browser, add_learner):
    await add_learner("silent@example.com")
    await add_learner("pending@example.com", status="pending")
    await add_learner("disabled@example.com", status="disabled", password=PASSWORD)
    await add_learner("expired@example.com", account_expires="2026-03-09", password=PASSWORD)
    names = ("silent", "silent", "pending", "disabled", "expired", "nobody")
    answers = [await browser.send("/acme/forgotten", email=f"{name}@example.com") for name in names]
    answers.append(await browser.send("/acme/forgotten", email="a\x00b"))
    bodies = {(answer.status, answer.text) for answer in answers}
    assert len(bodies) == 1
    mails = await Mail.all().prefetch_related("learner")
    assert [mail.learner.email for mail in mails] == ["silent@example.com"]


@on_sqlite
async def test_who_never_had_a_password_takes_the_account_up_by_the_link(browser, add_learner, make_link):
    learner = await add_learner("ann@example.com")
    await browser.send(await make_link(learner, reset=True), password=PASSWORD, again=PASSWORD)
    row = await Learner.get(id=learner.id)
    assert (row.status, row.accepted, row.revision) == ("active", True, 2)


@on_sqlite
async def test_one_person_has_another_password_in_each_portal(browser, add_learner):
    other = await create_portal("other")
    await add_learner("ann@example.com", password=PASSWORD)
    await add_learner("ann@example.com", password="wide green fields", portal=other)
    answers = [
        await browser.send(f"/{slug}/sign-in", email="ann@example.com", password=password)
        for slug, password in (("other", PASSWORD), ("other", "wide green fields"), ("acme", PASSWORD))
    ]
    assert [answer.status for answer in answers] == [422, 200, 200]


async def test_ten_failures_close_an_account_for_a_quarter_of_an_hour(browser, add_learner, set_clock):
    await add_learner("ann@example.com", password=PASSWORD)
    await add_learner("bea@example.com", password=PASSWORD)
    token = (await browser.look("/acme/sign-in")).form_token
    form = {"form_token": token, "email": "ann@example.com", "password": "wrong wrong"}
    answers = await asyncio.gather(*(browser.request("POST", "/acme/sign-in", data=form) for _ in range(12)))
    assert sorted(answer.status for answer in answers) == [422] * 10 + [429] * 2
    answer = await browser.sign_in("ann@example.com")
    assert (answer.status, answer.title, answer.headers["Retry-After"]) == (429, "Too many tries", "900")
    assert "Try again in 15 minutes, after 08:15 (America/New_York)." in answer.text
    assert (await browser.sign_in("bea@example.com")).path == "/acme/"
    await browser.request("POST", "/acme/sign-out", data={"form_token": (await browser.look("/acme/")).form_token})
    set_clock("2026-03-10T12:15:00Z")
    assert (await browser.sign_in("ann@example.com")).path == "/acme/"


@on_sqlite
async def test_success_makes_the_count_begin_anew(browser, add_learner):
    await add_learner("ann@example.com", password=PASSWORD)
    for _ in range(2):
        for _ in range(9):
            await browser.sign_in("ann@example.com", "x" * 201)
        page = await browser.sign_in("ann@example.com")
        assert page.path == "/acme/"
        await browser.request("POST", "/acme/sign-out", data={"form_token": page.form_token})


@on_sqlite
async def test_fifty_unknown_links_close_the_door_for_an_address(browser, add_learner, make_link, set_clock):
    link = await make_link(await add_learner("ann@example.com", status="pending"))
    statuses = [(await browser.look(f"/acme/accept/{number}")).status for number in range(51)]
    assert statuses == [404] * 50 + [429]
    assert (await browser.look(link)).status == 429
    set_clock("2026-03-10T12:15:00Z")
    assert (await browser.look(link)).status == 200
