"""What keeps the pages safe: headers, forms from elsewhere, sizes, addresses, and what the log says."""

import asyncio
import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from core.domain.errors import SettingsError
from core.settings import load_settings
from core.store.connection import open_store
from core.store.models import Learner, Portal
from core.web.security import client_address, trusted_networks
from core.web.serving import open_door
from tests.core.store.databases import on_sqlite
from tests.core.web.doors import PASSWORD, Browser

HERE = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}


@on_sqlite
@pytest.mark.parametrize(
    "path", ["/", "/acme/sign-in", "/acme/accept/unknown", "/nothing/", "/health", "/acme", "/a/b/c"]
)
async def test_every_answer_carries_the_headers(browser, path):
    answer = await browser.look(path, allow_redirects=False)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers
    assert "aiohttp" not in answer.headers["Server"]


@on_sqlite
async def test_pages_load_nothing_but_our_own_style_and_run_no_script(browser, add_learner, make_link):
    page = await browser.look(await make_link(await add_learner("ann@example.com", status="pending")))
    loaded = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert [path for path in loaded if not path.startswith("/")] == []
    assert "<script" not in page.text
    assert "style=" not in page.text
    (style,) = [path for path in loaded if "door.css" in path]
    answer = await browser.look(style)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in answer.headers["Cache-Control"]


@on_sqlite
async def test_cookies_are_for_the_portal_alone_and_out_of_reach_of_scripts(browser, add_learner):
    await add_learner("ann@example.com", password=PASSWORD)
    page = await browser.look("/acme/sign-in")
    form = {"form_token": page.form_token, "email": "ann@example.com", "password": PASSWORD}
    answer = await browser.request("POST", "/acme/sign-in", data=form, allow_redirects=False)
    for line in [*page.headers.getall("Set-Cookie"), *answer.headers.getall("Set-Cookie")]:
        assert line.startswith(("ukg_session=", "ukg_visitor="))
        assert {"HttpOnly", "Path=/acme/", "SameSite=Lax"} <= set(line.split("; "))
        assert "Secure" not in line
        assert "ann" not in line


async def test_behind_https_cookies_are_secure_and_paths_begin_with_the_public_one(
    store, acme, monkeypatch, add_learner
):
    await add_learner("ann@example.com", password=PASSWORD)
    monkeypatch.setenv("UKG_PUBLIC_URL", "https://example.com/learn/")
    load_settings.cache_clear()
    async with open_door(store) as door:
        browser = Browser(door)
        page = await browser.look("/acme/sign-in")
        assert page.headers["Strict-Transport-Security"].startswith("max-age=")
        (cookie,) = page.headers.getall("Set-Cookie")
        assert {"Secure", "Path=/learn/acme/"} <= set(cookie.split("; "))
        form = {"form_token": page.form_token, "email": "ann@example.com", "password": PASSWORD}
        visitor = cookie.partition(";")[0]
        headers = {"Cookie": visitor, "Origin": "https://example.com"}
        answer = await browser.request("POST", "/acme/sign-in", data=form, headers=headers, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/learn/acme/")
        assert 'href="/learn/door.css' in page.text
        await browser.session.close()


@on_sqlite
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
async def test_a_form_sent_by_another_site_is_not_heard(browser, add_learner, make_link, headers):
    learner = await add_learner("ann@example.com", status="pending")
    link = await make_link(learner)
    page = await browser.look(link)
    form = {"form_token": page.form_token, "password": PASSWORD, "again": PASSWORD}
    answer = await browser.request("POST", link, data=form, headers=headers)
    assert (answer.status, answer.title) == (403, "Please send this once more")
    assert f'href="{link}"' in answer.text
    assert (await Learner.get(id=learner.id)).status == "pending"
    assert (await browser.request("POST", link, data=form, headers=HERE)).path == "/acme/"


@on_sqlite
async def test_a_form_without_our_token_or_with_anothers_is_not_heard(browser, other_browser, add_learner):
    await add_learner("ann@example.com", password=PASSWORD)
    theirs = (await other_browser.look("/acme/sign-in")).form_token
    await browser.look("/acme/sign-in")
    form = {"email": "ann@example.com", "password": PASSWORD}
    for token in (theirs, "", "ü", theirs[:-1]):
        answer = await browser.request("POST", "/acme/sign-in", data=form | {"form_token": token})
        assert (answer.status, answer.title) == (403, "Please send this once more")
    assert (await browser.request("POST", "/acme/sign-in", data=form)).status == 403
    before = (await browser.look("/acme/sign-in")).form_token
    await browser.sign_in("ann@example.com")
    answer = await browser.request("POST", "/acme/sign-out", data={"form_token": before})
    assert answer.status == 403, "a token from before signing in must not count afterwards"


@on_sqlite
async def test_what_no_form_of_ours_sends_is_refused_at_once(browser, acme):
    token = (await browser.look("/acme/sign-in")).form_token
    large = {"form_token": token, "email": "a", "password": "x" * 1_000_000}
    answer = await browser.request("POST", "/acme/sign-in", data=large)
    assert (answer.status, answer.title) == (413, "That is too much")
    answer = await browser.request("POST", "/acme/sign-in", json={"form_token": token})
    assert answer.status == 415
    plain = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (b"\xff\xfe=\x80", b"&".join(b"a=1" for _ in range(2000))):
        answer = await browser.request("POST", "/acme/sign-in", data=body, headers=plain)
        assert (answer.status, answer.title) == (400, "That could not be read")
    assert (await browser.request("DELETE", "/acme/sign-in")).status == 405


async def test_unknown_portals_are_not_found_whatever_they_are_called(browser):
    for path in ("/nothing/", "/acm%00e/", "/%F0%9F%98%80/sign-in", "/ACME/", "/acme/nothing", "/%ED%A0%80/"):
        assert (await browser.look(path)).status == 404, path
    assert (await browser.look("/acme")).path == "/acme/sign-in"


@on_sqlite
@pytest.mark.parametrize(
    "path", ["//evil.example", "/%5Cevil.example", "/\\evil.example", "/%2Fevil.example", "/x%0d%0ay"]
)
async def test_no_address_of_ours_leads_elsewhere(browser, path):
    answer = await browser.look(path, allow_redirects=False)
    assert (answer.status, "Location" in answer.headers) == (404, False)


@on_sqlite
async def test_a_token_appears_in_no_log_even_when_a_page_breaks(browser, add_learner, make_link, caplog):
    caplog.set_level(logging.DEBUG)
    link = await make_link(await add_learner("ann@example.com", status="pending"))
    token = link.rpartition("/")[2]
    caplog.clear()
    await browser.look(link)
    await Portal.filter(slug="acme").update(timezone="Nowhere/At-All")
    answer = await browser.look(link)
    assert (answer.status, answer.title) == (500, "Something went wrong on our side")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("core", "aiohttp", "asyncio"))]
    assert any("/{slug}/accept/{token}" in line for line in ours)
    assert [line for line in ours if token in line] == []


@on_sqlite
@pytest.mark.parametrize(
    "sent",
    [
        b"GET /acme/accept/SECRET HTTP/1.1\r\nBad Header\r\n\r\n",
        b"GET /acme/accept/" + b"SECRET" * 2000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /acme/accept/SECRET HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 5\r\nContent-Encoding: gzip\r\n\r\nabcde",
        b"POST /acme/accept/SECRET HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["header", "length", "encoding", "chunk"],
)
async def test_a_request_that_cannot_be_read_is_refused_without_a_word_in_the_log(door, sent, caplog, capfd):
    address = URL(door)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(sent)
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert b" 400 " in answer
    assert "SECRET" not in caplog.text + "".join(capfd.readouterr())
    assert "Traceback" not in caplog.text


async def test_health_says_whether_the_database_answers(database_url):
    opened = open_store(database_url)
    await opened.__aenter__()
    async with open_door(database_url) as door:
        browser = Browser(door)
        answer = await browser.look("/health")
        assert (answer.status, answer.text) == (200, '{"status":"ok"}')
        await opened.__aexit__(None, None, None)
        answer = await browser.look("/health")
        assert (answer.status, answer.text) == (503, '{"status":"failed","error":"The database does not answer."}')
        await browser.session.close()


@pytest.mark.parametrize("text", ["10.0.0.1/8", "proxy.example", "10.0.0.0/99"])
def test_trusted_proxies_that_cannot_be_read_are_a_bad_setting(text):
    with pytest.raises(SettingsError, match="UKG_TRUSTED_PROXIES"):
        trusted_networks(text)


ADDRESSES = st.ip_addresses().map(str)


@given(remote=ADDRESSES, hops=st.lists(ADDRESSES))
def test_without_trusted_proxies_nobody_chooses_their_own_address(remote, hops):
    assert client_address(remote, [", ".join(hops)], []) == remote


@given(
    remote=st.ip_addresses(network="10.0.0.0/8").map(str),
    forged=st.lists(st.one_of(ADDRESSES, st.text(max_size=20)), max_size=4),
    client=ADDRESSES.filter(lambda address: not address.startswith(("10.", "::ffff:"))),
)
def test_behind_our_proxy_the_last_foreign_hop_counts_whatever_stands_before_it(remote, forged, client):
    assert client_address(remote, [", ".join([*forged, client])], trusted_networks("10.0.0.0/8")) == client


def test_hops_through_several_proxies_of_ours_are_followed():
    ours = trusted_networks("10.0.0.0/8, 192.168.1.1")
    assert client_address("10.0.0.1", ["6.6.6.6, 203.0.113.9", "10.2.3.4"], ours) == "203.0.113.9"
    assert client_address("::ffff:10.0.0.1", ["203.0.113.9"], ours) == "203.0.113.9"
    assert client_address("10.0.0.1", [], ours) == "10.0.0.1"
    assert client_address("10.0.0.1", ["nonsense"], ours) == "10.0.0.1"
    assert client_address("8.8.8.8", ["203.0.113.9"], ours) == "8.8.8.8"
