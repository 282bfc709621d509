"""The doctor: is everything there that a sync needs, and if not, what to do about it."""

from collections.abc import Awaitable
from datetime import timedelta

import msgspec
from tortoise.functions import Count

from core.clock import now
from core.domain.errors import UkgSyncError
from core.jobs.smtp import SmtpSession, read_smtp_url
from core.services.connections import client_of
from core.services.kinds import LEARNUPON
from core.services.learnupon import check_keys
from core.services.mappings import unfit_mappings_of
from core.services.notices import Kind, notices_of
from core.services.schedule import next_run, obstacle
from core.services.slack_delivery import delivery_of
from core.services.slack_setup import ask_slack, is_set_up
from core.settings import load_settings
from core.store.keys import load_keyring, stored_secrets
from core.store.models import Mail, Portal
from core.ukg.directory import PERSON_PATH

_MAIL_STEP_SECONDS = 10.0
_LATE = timedelta(minutes=10)
_WRONG = (Kind.CONNECTION_REFUSED, Kind.CONNECTION_FAILING, Kind.PORTAL_REFUSED, Kind.PORTAL_FAILING)


class Finding(msgspec.Struct):
    """One thing looked at: `ok`, `note` (works, but worth knowing), or `wrong` with a sentence that says what to do."""

    subject: str
    status: str
    sentence: str


async def examine(database_url: str) -> list[Finding]:
    """Look at the key, the mail server, the Slack app if it is set up, every portal's connection and LearnUpon's API
    keys. That this could be called means that the database opened."""
    findings = [Finding("database", "ok", "The database opens and is up to date.")]
    findings.append(await _look("secret key", _key(database_url)))
    findings.append(await _mail())
    settings = load_settings()
    if is_set_up(settings):
        findings.append(await _look("slack", ask_slack(settings)))
    portals = await Portal.all().order_by("slug")
    if not portals:
        findings.append(Finding("portals", "wrong", "There is no portal yet. Create one: ukg portal create SLUG."))
    for portal in portals:
        findings.append(await _look(f"connection of {portal.slug}", _connection(portal, database_url)))
        if portal.kind == LEARNUPON:
            findings.append(await _look(f"LearnUpon of {portal.slug}", check_keys(portal, database_url)))
        subject = f"mapping of {portal.slug}"
        findings += [Finding(subject, "note", unfit.sentence) for unfit in await unfit_mappings_of(portal)]
        findings += await _schedule(portal)
        undelivered = (await delivery_of(portal)).sentence
        if undelivered is not None:
            findings.append(Finding(f"slack of {portal.slug}", "note", undelivered))
    return findings


async def _look(subject: str, look: Awaitable[str]) -> Finding:
    try:
        return Finding(subject, "ok", await look)
    except UkgSyncError as error:
        return Finding(subject, "wrong", str(error))


async def _key(database_url: str) -> str:
    keyring = await load_keyring(database_url)
    for row in await stored_secrets():
        keyring.decrypt(row.secrets or "")
    return "The secret key opens every stored secret."


async def _mail() -> Finding:
    counts = dict(await Mail.all().group_by("state").annotate(number=Count("id")).values_list("state", "number"))
    outbox = _outbox(counts.get("waiting", 0), counts.get("parked", 0))
    settings = load_settings()
    if not settings.ukg_smtp_url:
        sentence = f"UKG_SMTP_URL is not set: mails wait in the outbox and nothing is lost. {outbox}"
        return Finding("mail", "note", sentence)
    try:
        server, sender = read_smtp_url(settings.ukg_smtp_url), settings.mail_from
        _ = settings.public_url  # what the links in mails begin with
        async with SmtpSession(server, sender, _MAIL_STEP_SECONDS) as session:
            await session.connect()
    except UkgSyncError as error:
        return Finding("mail", "wrong", f"{error} {outbox}")
    return Finding("mail", "note" if counts.get("parked") else "ok", f"The mail server answers. {outbox}")


def _outbox(waiting: int, parked: int) -> str:
    if not parked:
        return f"{waiting} waiting, none refused."
    return f"{waiting} waiting, {parked} refused: see 'ukg outbox list SLUG --state parked'."


async def _connection(portal: Portal, database_url: str) -> str:
    async with await client_of(portal, database_url) as client:
        await client.check(PERSON_PATH)
    return "UKG Pro answers and accepts the service account."


async def _schedule(portal: Portal) -> list[Finding]:
    """What is worth knowing of a portal's schedule once it has begun: notices, and why it does not run."""
    findings = [
        Finding(f"notice of {portal.slug}", "wrong" if notice.kind in _WRONG else "note", notice.sentence)
        for notice in await notices_of(portal)
    ]
    if portal.schedule_since is None:
        return findings
    subject, paused = f"schedule of {portal.slug}", await obstacle(portal)
    if paused is not None:
        return [*findings, Finding(subject, "note", f"It does not run now. {paused}")]
    if now() - await next_run(portal) > _LATE:
        sentence = (
            "The daily sync is due and has not been started: start 'ukg serve', or switch it off with: "
            f"ukg schedule {portal.slug} --off"
        )
        findings.append(Finding(subject, "note", sentence))
    return findings
