"""What the demo's portal trains its people with, and learners who walk in through its door."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from core.services.groups import ListedGroup

PASSWORD = "demo-password"  # noqa: S105
_NEWCOMERS = 12
_EVERYBODY, _WELCOME = "Everybody", "Welcome aboard"
_FORM_TOKEN = re.compile(r'name="form_token" value="([^"]*)"')
_HEADING = re.compile(r"<h1>(.*?)</h1>")


class Training(msgspec.Struct):
    """What the door and the rules came to.

    `accepted` is the e-mails of those who took up their invitation; `accept_page` is a page that opened for the next
    one, with its heading; `waiting_mails` is how many mails are in the outbox.
    """

    accepted: list[str]
    groups: "list[ListedGroup]"
    enrolments: dict[str, int]
    waiting_mails: int
    accept_page: str
    accept_heading: str


async def set_up_training(slug: str, departments: Sequence[str]) -> None:
    """Courses, and groups that fill themselves: everybody, and one department."""
    from core.services import courses, groups, rules

    department = departments[0]
    plans = {_EVERYBODY: (_WELCOME, None), department: (f"{department} basics", f'Department is "{department}"')}
    for group, (course, where) in plans.items():
        await groups.add_group(slug, group)
        await courses.add_course(slug, course)
        await courses.assign_course(slug, course, group)
        await rules.set_rule(slug, group, everyone=where is None, where=[where] if where else [])
        await rules.run_rule(slug, group)


async def walk_in(slug: str, database: str) -> Training:
    """Some of those invited open their link, choose a password, and are in; over HTTP, as they would."""
    from core.services.groups import list_groups
    from core.services.mail import outbox
    from core.settings import Settings
    from core.web.serving import open_door

    accepted, waiting = await _invited(slug)
    async with open_door(database, settings=Settings()) as door:
        for email in accepted:
            await _accept(door, await _link(slug, email, database))
        link = await _link(slug, waiting[0], database) if waiting else ""
        heading = await _heading(door, link) if waiting else ""
    return Training(
        accepted=accepted,
        groups=await list_groups(slug),
        enrolments=await _enrolments(slug),
        waiting_mails=len([mail async for mail in outbox(slug, states=["waiting"])]),
        accept_page=link,
        accept_heading=heading,
    )


async def _invited(slug: str) -> tuple[list[str], list[str]]:
    """Those who walk in, half of them from the department that has a group where there are so many; and the others."""
    from core.domain.learner import AccountStatus
    from core.services.groups import list_groups
    from core.services.people import Wanted, learners

    titles = {group.title for group in await list_groups(slug)}
    invited = [row async for row in learners(slug, Wanted(status=AccountStatus.PENDING))]
    inside = [row.email for row in invited if row.custom["Department"] in titles][: _NEWCOMERS // 2]
    others = [row.email for row in invited if row.email not in inside]
    walking = [*inside, *others][: min(_NEWCOMERS, len(invited) - 1)] if invited else []
    return walking, [row.email for row in invited if row.email not in walking]


async def _enrolments(slug: str) -> dict[str, int]:
    from core.services.courses import list_courses

    return {course.title: sum(course.enrolments.values()) for course in await list_courses(slug)}


async def _link(slug: str, email: str, database: str) -> str:
    from core.services.invites import hand_out_link

    return (await hand_out_link(slug, email, database)).link


async def _accept(door: str, link: str) -> None:
    import aiohttp

    address = door + _path(link)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(address) as page:
            (form_token,) = _FORM_TOKEN.findall(await page.text())
        entries = {"form_token": form_token, "password": PASSWORD, "again": PASSWORD}
        async with browser.post(address, data=entries) as page:
            page.raise_for_status()


async def _heading(door: str, link: str) -> str:
    """The heading of the page that opens."""
    import aiohttp

    async with aiohttp.ClientSession() as browser, browser.get(door + _path(link)) as page:
        page.raise_for_status()
        (heading,) = _HEADING.findall(await page.text())
        return str(heading)


def _path(link: str) -> str:
    from core.settings import load_settings

    return link.removeprefix(load_settings().public_url)
