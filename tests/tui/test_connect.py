"""Connecting and disconnecting: consent first, a test of everything that is read, secrets that are never shown."""

from typing import Any

from textual.widgets import Input

from core.sandbox.learnupon.server import LearnUponSandbox
from core.services.connected import connected_to
from core.services.portals import create_portal
from tests.tui.terminal import Terminal, terminal


async def _typed(there: Terminal, *values: str) -> None:
    """Fill a form from its first field on."""
    for row, value in zip(there.app.screen.query(Input), values, strict=False):
        row.value = value


async def test_consent_comes_first_then_the_account_is_tested_and_kept(acme: str, account: dict[str, Any]) -> None:
    async with terminal(acme, size=(80, 24)) as there:
        await there.open("connect")
        await there.sees("○ UKG Pro: not connected yet", "A sync reads of every employee", "Social security numbers")
        await there.press("enter")
        await there.sees("Step 1 of 2")
        await there.click("#agree")
        await there.sees("Connect, step 2", "Customer API key")
        await _typed(there, "ftp://ukg.example", account["user"], "wrong", account["customer_api_key"])
        await there.press("ctrl+s")
        await there.sees("✗", "ftp://ukg.example", account["user"], "•••••")
        await _typed(there, account["url"])
        await there.press("ctrl+s")
        text = await there.sees("✗ UKG Pro refused the service account (401)", account["user"])
        assert "wrong" not in text
        assert (await connected_to("acme")).ukg_pro is None
        await _typed(there, account["url"], account["user"], account["password"], account["customer_api_key"])
        form = there.app.screen
        await there.press("ctrl+s")
        await there.sees(f"✓ UKG Pro: connected to {account['url']}", account["user"])
        assert not any(account["password"] in each.value for each in form.query(Input))
        await there.is_told("2 requests tested it")


async def test_what_is_missing_is_told_beside_its_field(acme: str) -> None:
    async with terminal(acme) as there:
        await there.open("connect")
        await there.sees("Step 1 of 2")
        await there.press("a")
        await there.sees("Connect, step 2")
        await there.type("x")
        await there.press("ctrl+s")
        await there.sees("✗ User name: this may not be empty", "✗ Password: this may not be empty")


async def test_disconnecting_says_what_stays_and_asks(at_acme: Terminal) -> None:
    await at_acme.open("disconnect")
    await at_acme.sees("✓ UKG Pro: connected", "the mapping stay as they are")
    await at_acme.press("d")
    await at_acme.sees("Forget the service account of UKG Pro?")
    await at_acme.press("escape")
    assert (await connected_to("acme")).ukg_pro is not None
    await at_acme.press("d", "y")
    await at_acme.sees("not connected, so there is nothing to forget")
    assert (await connected_to("acme")).ukg_pro is None


async def test_a_portal_of_learnupon_is_given_its_keys_and_loses_them(acme: str) -> None:
    await create_portal("remote", kind="learnupon")
    async with LearnUponSandbox() as learnupon, terminal(acme, portal="remote") as there:
        top = learnupon.realm.top
        await there.open("connect")
        await there.sees("○ LearnUpon: no API keys yet", "LearnUpon's API keys")
        await there.press("k")
        await there.sees("API username")
        await _typed(there, top.url, top.username, "wrong")
        await there.press("ctrl+s")
        await there.sees("✗ LearnUpon", top.url)
        await _typed(there, top.url, top.username, top.password)
        await there.press("ctrl+s")
        await there.sees(f"✓ LearnUpon: connected to {top.url}")
        await there.open("disconnect")
        await there.sees("Forget LearnUpon's keys")
        await there.press("k", "y")
        await there.sees("nothing to forget")
