"""A real browser for tests: Debian's Chromium, driven by Playwright, on a small telephone."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright

PHONE = {"width": 320, "height": 640}


def chromium() -> str:
    """The path of Chromium. Without it a test is skipped, or fails where UKG_REQUIRE_BROWSER says that it must not."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "there is no Chromium here (Debian: apt-get install chromium), so no page was tried in a browser"
        if _REQUIRED:
            pytest.fail(reason)
        pytest.skip(reason)
    return path


# Read at once: tests see no setting of the person who runs them.
_REQUIRED = os.environ.get("UKG_REQUIRE_BROWSER") == "1"


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page on a telephone, in a fresh browser; whatever goes wrong in it, or is refused by its rules, fails the
    test."""
    path = chromium()
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        context = await browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        await browser.close()
    # A page that says no with its status is reported on the console as well; that is no fault.
    assert [text for text in complaints if "status of 4" not in text] == []
