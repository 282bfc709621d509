"""What can be done with one person: synced now, links, access, edits. What changes something asks first."""

from collections.abc import Awaitable, Callable

import msgspec

from core.domain.errors import SettingsError
from core.domain.learner import AccountStatus, UserType
from core.domain.outcome import Outcome
from core.services.accounts import disable, enable, set_expiry, set_password, set_user_type
from core.services.history import report_run
from core.services.invites import cancel_invites, hand_out_link, resend
from core.services.kinds import Own
from core.services.people import ListedLearner
from core.services.person import Explanation, sync_person
from core.services.portals import kept_by_learnupon
from tui.dialogs.asking import Ask
from tui.dialogs.choosing import Choice, Choose
from tui.dialogs.confirming import Confirm
from tui.dialogs.telling import Tell
from tui.screens.change_words import change_lines
from tui.screens.days import check_day, day_of
from tui.screens.pending import told
from tui.screens.person_adding import TYPES
from tui.screens.person_page import PersonScreen
from tui.words import moment

_MOST = 12
_NEVER = "never"


class Act(msgspec.Struct, frozen=True):
    """Something to do: its words, more about it, and whether it is offered for the person as they are."""

    words: str
    more: str
    work: Callable[[PersonScreen], Awaitable[None]]
    fits: Callable[[ListedLearner | None], bool] = lambda account: account is not None


async def choose_act(page: PersonScreen) -> None:
    """Offer what fits, and do what is chosen."""
    if not page.loaded:
        await page.load()
    fitting = {name: act for name, act in ACTS.items() if act.fits(page.record.account)}
    choices = [Choice(name, act.words, act.more) for name, act in fitting.items()]
    chosen = await page.ask(Choose("What to do?", choices))
    if chosen is not None:
        await fitting[chosen].work(page)


# Synced now


async def _sync(page: PersonScreen) -> None:
    page.say("Asking UKG Pro …")
    explanation = await page.ask_now()
    found, decided = explanation.found, explanation.decided
    if found.read_at is not None:
        raise SettingsError(f"UKG Pro could not be asked now, so nothing was written. {found.sentence}")
    if not explanation.would_write:
        page.say(f"Nothing to write: {decided.sentence}")
        return
    lines = [f"{decided.outcome} ({decided.reason.replace('_', ' ')}): {decided.sentence}", *_some(explanation)]
    lines += [decided.held] if decided.held else []
    lines.append("The guard counts it like any other change.")
    typed = "end" if decided.outcome == Outcome.ENDED else None
    if not await page.ask(Confirm(f"Sync {found.name or page.who} now?", lines, "Sync", typed=typed)):
        return
    report = await report_run((await sync_person(page.slug, page.who, page.database_url)).id)
    if report.error:
        raise SettingsError(report.error)
    if not report.outcomes:
        page.say(f"Everything was right already; nothing was written (run {report.run}).")
    for row in report.outcomes:
        held = row.outcome == Outcome.HELD
        page.say(f"{row.outcome}: {row.detail or ''} " + ("It waits under Plans." if held else f"(run {report.run})"))


def _some(explanation: Explanation) -> list[str]:
    writes = change_lines(explanation.would_write)
    return [*writes[:_MOST], *([f"… and {len(writes) - _MOST} more values"] if len(writes) > _MOST else [])]


# Links


async def _resend(page: PersonScreen) -> None:
    email = _account(page).email
    lines = [email, "They get a new link by mail; the one they have is dead then."]
    if await page.ask(Confirm("Send a new link?", lines, "Send")):
        await page.ask(told(await resend(page.slug, [email], page.database_url)))


async def _cancel(page: PersonScreen) -> None:
    email = _account(page).email
    lines = [email, "The link is dead then, and no mail brings another. They stay pending; no sync invites them anew."]
    if await page.ask(Confirm("Take the invitation back?", lines, "Take it back")):
        await page.ask(told(await cancel_invites(page.slug, [email], page.database_url)))


async def _hand_out(page: PersonScreen) -> None:
    await _here(page, Own.LINKS)
    email = _account(page).email
    lines = [
        f"Whoever has the link of {email} can take up the account: pass it on to nobody else.",
        "Its life begins now, unless its mail was sent already. It is shown once, and the audit trail tells of it.",
    ]
    if not await page.ask(Confirm("Show the link?", lines, "Show it")):
        return
    handed = await hand_out_link(page.slug, email, page.database_url)
    until = f"It works once, until {moment(handed.expires_at, page.timezone)} ({page.timezone})."
    await page.ask(Tell(f"The link of {handed.email}", [handed.link, until], copied=handed.link))


# Access


async def _disable(page: PersonScreen) -> None:
    await _here(page, Own.PEOPLE)
    email = _account(page).email
    lines = [f"{email} can no longer sign in, and an open invitation is dead.", "No sync gives it back; an admin can."]
    if await page.ask(Confirm("Take access away?", lines, "Disable", typed="disable")):
        page.say(f"{(await disable(page.slug, email)).email} is disabled.")


async def _enable(page: PersonScreen) -> None:
    await _here(page, Own.PEOPLE)
    email = _account(page).email
    lines = [f"{email} can sign in again; a last day that is over is cleared."]
    if await page.ask(Confirm("Give access back?", lines, "Enable")):
        row = await enable(page.slug, email)
        page.say(f"{row.email} is {row.status} again.")


async def _expire(page: PersonScreen) -> None:
    await _here(page, Own.PEOPLE)
    account = _account(page)

    def check(typed: str) -> None:
        if typed != _NEVER:
            check_day(typed)

    explained = f"Write YYYY-MM-DD, or {_NEVER}. Where UKG Pro has a termination date, the next sync sets that again."
    now = account.account_expires.isoformat() if account.account_expires else ""
    typed = await page.ask(Ask("Last day of access?", value=now, hint="2026-12-31", explained=explained, check=check))
    if typed is None:
        return
    lines = [f"{account.email} has access without an end."]
    if typed != _NEVER:
        lines = [f"{account.email} has access up to and including {typed}, and none after it."]
    if await page.ask(
        Confirm("Change the last day of access?", lines, "Change", typed=None if typed == _NEVER else "end")
    ):
        await set_expiry(page.slug, account.email, None if typed == _NEVER else day_of(typed))
        page.say(lines[0])


async def _type(page: PersonScreen) -> None:
    await _here(page, Own.PEOPLE)
    account = _account(page)
    chosen = await page.ask(Choose("Which user type?", TYPES, now=account.user_type))
    if chosen is not None and chosen != account.user_type:
        lines = [f"{account.email} is of type {account.user_type}, and will be of type {chosen}."]
        if await page.ask(Confirm("Change the user type?", lines, "Change")):
            await set_user_type(page.slug, account.email, UserType(chosen))
            page.say(f"{account.email} is of type {chosen} now.")


async def _password(page: PersonScreen) -> None:
    await _here(page, Own.PEOPLE)
    email = _account(page).email
    explained = "They must change it when they sign in with it. Their sessions end, and open links are dead."
    typed = await page.ask(Ask(f"Password to begin with, for {email}", explained=explained, secret=True))
    if typed is not None:
        await set_password(page.slug, email, typed)
        page.say(f"{email} has that password, and must change it on signing in.")


async def _edit(page: PersonScreen) -> None:
    from tui.screens.person_editing import EditPersonScreen

    await _here(page, Own.PEOPLE)
    page.app.push_screen(EditPersonScreen(page.slug, _account(page).email, page.renamed))


def _account(page: PersonScreen) -> ListedLearner:
    if page.record.account is None:
        raise SettingsError("They have no account in the portal, so there is nothing to change; nothing was done.")
    return page.record.account


async def _here(page: PersonScreen, what: Own) -> None:
    """Raise `SettingsError` before anything is asked for what LearnUpon does itself."""
    there = await kept_by_learnupon(page.slug, what)
    if there is not None:
        raise SettingsError(f"{there} Nothing was done here.")


def _is(*states: AccountStatus) -> Callable[[ListedLearner | None], bool]:
    return lambda account: account is not None and account.status in states


_OPEN = _is(AccountStatus.ACTIVE, AccountStatus.PENDING)
ACTS = {
    "sync": Act("Sync now", "reads their record from UKG Pro, asks, writes", _sync, lambda account: True),
    "resend": Act("Send a new link", "invitation or welcome, by mail", _resend, _OPEN),
    "cancel": Act("Take the invitation back", "the open link is dead then", _cancel, _is(AccountStatus.PENDING)),
    "link": Act("Hand out the link", "to pass on yourself; shown once", _hand_out, _OPEN),
    "edit": Act("Edit", "name, e-mail, custom user data", _edit),
    "expire": Act("Last day of access", "set it, or clear it", _expire),
    "disable": Act("Disable", "take access away", _disable, _OPEN),
    "enable": Act("Enable", "give access back", _enable, _is(AccountStatus.DISABLED)),
    "type": Act("User type", "learner, instructor, manager, admin", _type),
    "password": Act("Set a password", "to begin with, for somebody active", _password, _is(AccountStatus.ACTIVE)),
}
