"""What a sync would do for one person, and why, step by step."""

from core.domain.change import Decision, readable_changes
from core.domain.custom_fields import CustomValue
from core.domain.decision import decide
from core.domain.employee import AttributeValue, Employee
from core.domain.mapping import Mapping, map_values
from core.domain.outcome import SENTENCES
from core.domain.roles import Role
from core.services.person.absent import explain_absent
from core.services.person.accounts import last_change, linked_to
from core.services.person.finding import Seen, checked, look_up, meant
from core.services.person.steps import Decided, Explanation, Found, MappedValue
from core.services.portals import portal_for
from core.services.subjects import subject_of
from core.services.waiting import why_held
from core.store.models import Failure, Portal
from core.sync.failures import sentence_of
from core.sync.links import read_links_of
from core.sync.making import Subject
from core.sync.situations import Situations


async def explain_person(slug: str, who: str, database_url: str, *, offline: bool = False) -> Explanation:
    """What a sync would do for one person, and why; nothing is written.

    `who` is an e-mail or an employee id. Only this person's records are read from UKG Pro; with `offline`, or when
    UKG Pro cannot be reached, they are those of the last snapshot.
    """
    portal = await portal_for(slug, Role.VIEWER)
    wanted = checked(who)
    subject = await subject_of(portal)
    seen = await look_up(subject, wanted, database_url, offline=offline)
    if not seen.employees:
        return await explain_absent(subject, wanted, seen)
    return await _explained(subject, wanted, seen)


async def _explained(subject: Subject, who: str, seen: Seen) -> Explanation:
    employee = meant(seen.employees, who)
    portal, rules = subject.row, subject.rules
    situations = Situations(portal.id, subject.portal, await read_links_of(portal.id, [employee]), rules, seen.emails)
    await situations.begin()
    (situation,) = await situations.of([employee])
    decision = decide(situation, rules)
    held = situation.learner.custom if situation.learner is not None else {}
    return Explanation(
        portal.slug,
        who,
        _found(employee, seen),
        await linked_to(portal, situation),
        [_mapped(employee, mapping, held) for mapping in rules.mappings],
        await _decided(portal, decision),
        readable_changes(decision.change),
        await last_change(portal, employee.employee_id),
    )


def _found(employee: Employee, seen: Seen) -> Found:
    sentence = f"In UKG Pro, {seen.when}."
    if seen.trouble is not None:
        sentence = f"In UKG Pro, {seen.when}; it could not be asked now: {seen.trouble}"
    others = [each.employee_id for each in seen.employees if each.employee_id != employee.employee_id]
    if others:
        sentence = f"{sentence} This e-mail also leads to: {', '.join(others)}."
    return Found(
        sentence,
        seen.read_at,
        employee.employee_id,
        employee.name,
        employee.email,
        employee.status.name.lower().replace("_", " "),
        employee.hire_date,
        employee.termination_date,
        list(employee.other_ids),
        list(employee.problems),
    )


def _mapped(employee: Employee, mapping: Mapping, held: dict[str, CustomValue]) -> MappedValue:
    label, attribute_id = mapping.field.label, mapping.attribute.id
    mapped = map_values(employee, [mapping], held)
    note = "; ".join(warning.sentence for warning in mapped.warnings) or None
    if attribute_id not in employee.attributes:
        note = "Not in what was read of UKG Pro; the stored value stays."
    return MappedValue(
        label,
        attribute_id,
        mapping.owner.value,
        _plain(employee.attributes.get(attribute_id)),
        held.get(label),
        mapped.values[label] if label in mapped.values else held.get(label),
        note,
    )


def _plain(value: AttributeValue) -> str | None:
    return None if value is None else str(value)


async def _decided(portal: Portal, decision: Decision) -> Decided:
    failure = await Failure.get_or_none(portal_id=portal.id, employee_id=decision.employee_id)
    waits = [await why_held(portal, decision.employee_id)] if decision.change is not None else []
    waits.append(f"The last try failed: {sentence_of(failure)}" if failure is not None else None)
    return Decided(
        decision.outcome.value,
        decision.reason.value,
        decision.detail or SENTENCES[decision.reason],
        [warning.sentence for warning in decision.warnings],
        " ".join(sentence for sentence in waits if sentence) or None,
    )
