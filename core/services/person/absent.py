"""Someone whom UKG Pro does not list as an employee: what the portal, and what is left of them there, says."""

from core.domain.email import email_key
from core.domain.employee import Stray
from core.domain.outcome import SENTENCES, Outcome, Reason
from core.portals.accounts import custom_values
from core.services.person.accounts import account_step, last_change, no_account
from core.services.person.finding import Seen
from core.services.person.steps import Decided, Explanation, Found, MappedValue
from core.store.models import Learner, Link, Note, Portal
from core.sync.making import Subject
from core.sync.vanished import ENDED_FROM


async def explain_absent(subject: Subject, who: str, seen: Seen) -> Explanation:
    """The five steps for someone who is missing from UKG Pro, or stands in one of its two lists only."""
    portal = subject.row
    stray = seen.strays[0] if seen.strays else None
    row, link = await _account(portal, who, stray)
    if row is None:
        linked, mapped = await no_account(portal, "No account in the portal."), []
    else:
        to = "Linked to an employee who is no longer in UKG Pro."
        if stray is not None:
            to = "Linked to this account."
        linked = await account_step(portal, row, to if link else "An account that no employee is linked to.")
        mapped = _as_they_are(subject, row)
    decided = _stray(stray) if stray is not None else await _missing(portal, who, seen, row, link)
    last = await last_change(portal, link.employee_id) if link is not None else None
    return Explanation(portal.slug, who, _found(who, seen, stray), linked, mapped, decided, {}, last)


async def _account(portal: Portal, who: str, stray: Stray | None) -> tuple[Learner | None, Link | None]:
    employee_id = stray.employee_id if stray is not None else who
    link = await Link.get_or_none(portal_id=portal.id, employee_id=employee_id)
    if link is not None:
        return await Learner.get(id=link.learner_id), link
    row = await Learner.get_or_none(portal_id=portal.id, email_key=email_key(who))
    return row, await Link.get_or_none(learner_id=row.id) if row is not None else None


def _found(who: str, seen: Seen, stray: Stray | None) -> Found:
    if stray is not None:
        sentence = f"In UKG Pro, {seen.when}, but missing from {stray.missing_from}."
        return Found(sentence, seen.read_at, stray.employee_id or None, stray.name, stray.email)
    what = "e-mail" if "@" in who else "employee id"
    sentence = f"UKG Pro has nobody with this {what}, {seen.when}."
    if seen.trouble is not None:
        sentence = f"{sentence[:-1]}; it could not be asked now: {seen.trouble}"
    return Found(sentence, seen.read_at)


def _stray(stray: Stray) -> Decided:
    reason = Reason.NO_PERSON_DETAILS if stray.missing_from == "person-details" else Reason.NO_EMPLOYMENT_DETAILS
    return Decided(Outcome.SKIPPED.value, reason.value, SENTENCES[reason])


async def _missing(portal: Portal, who: str, seen: Seen, row: Learner | None, link: Link | None) -> Decided:
    if link is not None:
        reason, sentence = Reason.VANISHED, SENTENCES[Reason.VANISHED]
        if portal.end_vanished:
            sentence = (
                f"No longer in UKG Pro; missed by {link.missed_runs} complete runs so far; at {ENDED_FROM} in a row "
                "access ends, as set for this portal. Put the record back there to keep it."
            )
        return Decided(Outcome.SKIPPED.value, reason.value, sentence)
    if row is not None:
        return Decided(Outcome.SKIPPED.value, Reason.NOT_AN_EMPLOYEE.value, SENTENCES[Reason.NOT_AN_EMPLOYEE])
    # The snapshot holds nobody of whom UKG Pro has half a record, but the last sync noted them.
    noted = await Note.filter(portal_id=portal.id, until__isnull=True, employee_id=who).first()
    if noted is not None and seen.read_at is not None:
        return Decided(noted.outcome, noted.reason, noted.detail or SENTENCES[Reason(noted.reason)])
    sentence = "Neither UKG Pro nor the portal knows them; check the spelling."
    if seen.read_at is not None:
        sentence = "UKG Pro did not know them when it was last read, nor does the portal; check the spelling."
    return Decided(Outcome.SKIPPED.value, Reason.NOT_AN_EMPLOYEE.value, sentence)


def _as_they_are(subject: Subject, row: Learner) -> list[MappedValue]:
    """The fields of the mapping as the account holds them: without an employee they stay so."""
    custom = custom_values(row)
    return [
        MappedValue(
            mapping.field.label,
            mapping.attribute.id,
            mapping.owner.value,
            None,
            custom.get(mapping.field.label),
            custom.get(mapping.field.label),
        )
        for mapping in subject.rules.mappings
    ]
