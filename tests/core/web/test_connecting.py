"""The page to connect on: consent, credentials, and links that are good once."""

import html
import logging

import pytest

from core.domain.roles import Role
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from core.sandbox.ukg.server import UkgSandbox
from core.services.acting import Actor, acting_as
from core.services.admins import set_admin
from core.services.connect_links import make_connect_link
from core.services.portals import create_portal
from core.store.models import Connection


@pytest.fixture
async def sandbox():
    async with UkgSandbox(Company.of([person_row()], [employment_row()])) as running:
        yield running


@pytest.fixture
def entries(sandbox):
    """What the admin fills in."""
    known = sandbox.settings
    return {
        "url": sandbox.url,
        "user": known.user,
        "password": known.password,
        "customer_api_key": known.customer_api_key,
        "user_api_key": "",
        "consent": "yes",
    }


async def link_to(slug="acme"):
    await set_admin(slug, "Ann <Lee>", Role.ADMIN, slack_user="UANN")
    with acting_as(Actor("Ann <Lee>", "slack", slack_user="UANN")):
        url = (await make_connect_link(slug)).url
    return f"/{slug}/connect/{url.rpartition('/')[2]}"


async def test_the_page_says_what_is_read_and_connects(browser, acme, entries):
    path = await link_to()
    page = await browser.look(path)
    assert page.title == "Connect Acme <Learning> & Co to UKG Pro"
    assert "first and last name, e-mail, employee id" in page.text
    assert "Social security numbers" in page.text
    assert "This page was made for Ann &lt;Lee&gt;. It works once, until 12:10 UTC." in page.text
    done = await browser.send(path, **entries)
    assert (done.status, done.title) == (200, "The portal is connected")
    assert (await Connection.get()).status == "active"
    again = await browser.look(path)
    assert (again.status, again.title) == (410, "This link was used already")


async def test_what_is_refused_is_said_and_secrets_are_not_shown_again(browser, acme, entries):
    path = await link_to()
    answer = await browser.send(path, **{**entries, "password": "a-wrong-one"})
    assert answer.status == 422
    assert answer.alerts
    assert entries["user"] in answer.text
    assert "a-wrong-one" not in answer.text
    assert entries["customer_api_key"] not in answer.text
    without = {name: value for name, value in entries.items() if name != "consent"}
    answer = await browser.send(path, **without)
    assert answer.alerts == [
        "Consent is needed, so nothing was stored. Tick the box if you agree to what will be read."
    ]
    assert not await Connection.exists()


async def test_a_link_that_is_old_or_unknown_says_so(browser, acme, set_clock):
    path = await link_to()
    set_clock("2026-03-10T12:10:00Z")
    answer = await browser.look(path)
    assert (answer.status, answer.title) == (410, "This link is too old")
    assert "Ask for another one in Slack: /ukg connect" in answer.text
    assert (await browser.look("/acme/connect/nonsense")).status == 404


async def test_guessing_is_slowed_down(browser, acme):
    for _ in range(50):
        await browser.look("/acme/connect/nonsense")
    assert (await browser.look(await link_to())).status == 429


async def test_a_form_from_elsewhere_connects_nothing(browser, acme, entries):
    path = await link_to()
    answer = await browser.request("POST", path, data={"form_token": "nonsense"} | entries)
    assert answer.status == 403
    assert not await Connection.exists()


async def test_who_is_no_admin_any_more_is_told_so(browser, acme):
    path = await link_to()
    await set_admin("acme", "Bob", Role.ADMIN)
    await set_admin("acme", "Ann <Lee>", Role.VIEWER)
    answer = await browser.look(path)
    assert (answer.status, answer.title) == (403, "You may not do this any more")


async def test_a_portal_of_learnupon_is_connected_through_the_same_page(browser, acme, entries):
    await create_portal("there", kind="learnupon")
    path = await link_to("there")
    page = await browser.look(path)
    assert page.title == "Connect there to UKG Pro and LearnUpon"
    assert "API username" in page.text
    done = await browser.send(path, **entries)
    assert done.title == "The portal is connected"
    assert "LearnUpon's API keys are not known yet. Ask for another link" in html.unescape(done.text)
    assert (await browser.look("/there/sign-in")).status == 404


async def test_the_api_keys_of_learnupon_are_given_there_and_not_shown_again(browser, acme):
    await create_portal("there", kind="learnupon")
    async with LearnUponSandbox(LearnUponSettings()) as sandbox:
        known = sandbox.realm.top
        keys = {"learnupon_url": known.url, "learnupon_username": known.username}
        path = await link_to("there")
        refused = await browser.send(path, **keys, learnupon_password="a-wrong-one")
        assert (refused.status, len(refused.alerts)) == (422, 1)
        assert "a-wrong-one" not in refused.text
        done = await browser.send(path, **keys, learnupon_password=known.password)
    assert (done.status, html.unescape(done.title)) == (200, "LearnUpon's API keys are kept")
    assert f"there writes to {known.url} now." in done.text
    assert known.password not in done.text
    page = await browser.look(await link_to("there"))
    assert known.url in page.text
    assert known.username not in page.text


async def test_an_embedded_portal_is_asked_for_no_api_keys(browser, acme):
    assert "LearnUpon" not in (await browser.look(await link_to())).text


async def test_nothing_secret_is_logged(browser, acme, entries, caplog):
    caplog.set_level(logging.DEBUG)
    path = await link_to()
    await browser.send(path, **{**entries, "password": "a-wrong-one"})
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("core"))
    assert "a-wrong-one" not in ours
    assert path.rpartition("/")[2] not in ours
