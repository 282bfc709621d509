"""The learners' door in a real browser: from a link to the learner's own courses, with the keyboard alone."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from core.clock import now
from core.store.models import Course, CustomField, Enrolment, Learner
from tests.core.store.databases import on_sqlite
from tests.core.web.doors import PASSWORD, acme, add_learner, door, make_link  # noqa: F401
from tests.e2e.browsers import PHONE, page  # noqa: F401

pytestmark = on_sqlite

# What a keyboard user and someone who sees badly rely on; each gives what is wrong.
_WIDER_THAN_SCREEN = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_INPUTS_WITHOUT_LABEL = """
    [...document.querySelectorAll('input:not([type=hidden]), select')]
        .filter(each => !each.labels.length).map(each => each.id)
"""
_FOCUS = "[document.activeElement.tagName, document.activeElement.id || document.activeElement.textContent]"


async def look_it_over(page: Page, folder: Path, name: str) -> None:  # noqa: F811
    """Keep a picture, and see that the page is one that everybody can use."""
    await page.screenshot(path=folder / f"{name}.png", full_page=True)
    assert await page.evaluate(_WIDER_THAN_SCREEN) <= 0, f"{name} is wider than {PHONE['width']} pixels"
    assert await page.locator("h1").count() == 1
    assert await page.evaluate(_INPUTS_WITHOUT_LABEL) == []
    assert await page.get_attribute("html", "lang") == "en"
    assert await page.locator("script").count() == 0


async def type_into(page: Page, label: str, text: str) -> None:  # noqa: F811
    """Press Tab until the input of that label has the focus, visibly, and type."""
    wanted = await page.get_by_label(label, exact=True).get_attribute("id")
    for _ in range(20):
        await page.keyboard.press("Tab")
        if (await page.evaluate(_FOCUS))[1] == wanted:
            outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            await page.keyboard.type(text)
            return
    pytest.fail(f"the keyboard does not reach {label}")


async def test_from_a_link_to_the_courses_with_the_keyboard_alone(
    page,  # noqa: F811
    door,  # noqa: F811
    acme,  # noqa: F811
    add_learner,  # noqa: F811
    make_link,  # noqa: F811
    tmp_path,
):
    learner = await add_learner("ann@example.com", status="pending")
    course = await Course.create(portal_id=acme.id, title="Safety", title_key="safety", created_at=now())
    await Enrolment.create(course_id=course.id, learner_id=learner.id, status="not_started", enrolled_at=now())
    await CustomField.create(
        portal_id=acme.id, label="Shirt", label_key="shirt", type="string-choice", choices=["S", "M"], editable=True,
        mandatory=True,
    )  # fmt: skip
    link = await make_link(learner)

    await page.goto(door + link)
    assert await page.title() == "Welcome to Acme <Learning> & Co – Acme <Learning> & Co"
    await look_it_over(page, tmp_path, "accept")
    await type_into(page, "Password", "short")
    await type_into(page, "Repeat the password", "short")
    await page.keyboard.press("Enter")

    await page.get_by_role("alert").wait_for()
    assert await page.get_by_role("alert").text_content() == "Choose a password of at least 8 characters."
    assert await page.evaluate(_FOCUS) == ["INPUT", "password"]
    assert "password-wrong" in (await page.get_attribute("#password", "aria-describedby") or "")
    await look_it_over(page, tmp_path, "accept-refused")
    await page.keyboard.type(PASSWORD)
    await type_into(page, "Repeat the password", PASSWORD)
    await page.keyboard.press("Enter")

    await page.get_by_role("heading", name="Your profile").wait_for()
    await look_it_over(page, tmp_path, "profile")
    await type_into(page, "Shirt", "M")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")

    await page.get_by_role("heading", name="Hello, Ann").wait_for()
    await look_it_over(page, tmp_path, "home")
    assert await page.get_by_text("Safety").is_visible()
    row = await Learner.get(id=learner.id)
    assert (row.status, row.custom) == ("active", '{"Shirt":"M"}')
    (session,) = [cookie for cookie in await page.context.cookies() if cookie["name"] == "ukg_session"]
    assert (session["httpOnly"], session["sameSite"], session["path"]) == (True, "Lax", "/acme/")

    await page.goto(door + link)
    await page.get_by_role("heading", name="This link was used already").wait_for()
    await look_it_over(page, tmp_path, "used")


async def test_signing_out_and_in_again_in_the_dark_at_four_times_the_size(
    page,  # noqa: F811
    door,  # noqa: F811
    add_learner,  # noqa: F811
    tmp_path,
):
    await add_learner("ann@example.com", password=PASSWORD)
    await page.emulate_media(color_scheme="dark")
    await page.goto(f"{door}/acme/")
    await page.get_by_role("heading", name="Sign in").wait_for()
    await look_it_over(page, tmp_path, "sign-in")
    await type_into(page, "E-mail", "ann@example.com")
    await type_into(page, "Password", "not the password")
    await page.keyboard.press("Enter")
    await page.get_by_role("alert").wait_for()
    await look_it_over(page, tmp_path, "sign-in-refused")
    assert await page.get_by_label("E-mail").input_value() == "ann@example.com"
    await type_into(page, "Password", PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Hello, Ann").wait_for()
    await look_it_over(page, tmp_path, "home-dark")
    for name in ("password", "profile"):
        await page.goto(f"{door}/acme/{name}")
        await look_it_over(page, tmp_path, name)
    # Text at twice its size on half the width, as someone sees it who zooms in.
    await page.set_viewport_size({"width": 160, "height": 320})
    await page.goto(f"{door}/acme/password")
    await page.screenshot(path=tmp_path / "zoomed.png", full_page=True)
    await page.get_by_role("button", name="Sign out").press("Enter")
    await page.get_by_role("heading", name="You are signed out").wait_for()
    await page.goto(f"{door}/acme/profile")
    assert page.url == f"{door}/acme/sign-in"
