"""Letting a rule run over everyone, and stopping it."""

import asyncio
import shlex

import msgspec

from core.clock import now
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.domain.rules import Definition, encode_definition
from core.portals.embedded.enrolments import AT_ONCE
from core.portals.embedded.memberships import change_training, settle
from core.services.audit import audit
from core.services.groups import find_group, rule_state
from core.services.portals import portal_for
from core.services.rules.drafting import check_no_cycle
from core.services.rules.preview import preview_rule
from core.services.rules.showing import check_population, definitions_of, in_words, rule_of, titles_of
from core.store import models
from core.store.bulk import select_rows
from core.store.transactions import write_transaction


class RuleRun(msgspec.Struct):
    """What came of running a rule, over all groups that follow from it: the group's own, and members it has now."""

    group: str
    joined: int
    left: int
    members: int


async def run_rule(
    slug: str, group_title: str, *, keep_enrolments: bool | None = None, may_empty: bool = False
) -> RuleRun:
    """Let the draft run: now over everyone, and from then on whenever a learner is created or changed.

    Raises `SettingsError` for a rule that would leave nobody in a group that has members, unless `may_empty`.

    Members who do not match leave, but for those added by hand; with them goes what they have not finished of the
    group's courses, unless another of their groups gives it or `keep_enrolments`. Without a draft the running rule goes
    over everyone once more, which also completes what an interruption left undone; then `keep_enrolments` None leaves
    that setting as it is. Works in small transactions: others can go on meanwhile.
    """
    portal = await portal_for(slug, Role.ADMIN)
    if not may_empty:
        await _refuse_to_empty(slug, group_title)
    async with write_transaction():
        await change_training(portal)
        group = await find_group(portal, group_title)
        rule = await rule_of(portal, group)
        titles = await titles_of(portal)
        before = in_words(rule.running, titles)
        draft, running = definitions_of(rule)
        definition = draft or running or Definition()
        check_population(definition, titles)
        await check_no_cycle(portal, group, definition)
        if draft is not None:
            rule.keep_enrolments = bool(keep_enrolments)
        elif keep_enrolments is not None:
            rule.keep_enrolments = keep_enrolments
        stored = encode_definition(definition)
        rule.update_from_dict({"running": stored, "draft": None, "ran_at": now()})
        await rule.save(update_fields=["running", "draft", "keep_enrolments", "ran_at"])
        after = (in_words(stored, titles) or {}) | {"keep_enrolments": rule.keep_enrolments}
        await audit(portal, "rule run", group.title, before=before, after=after)
    joined, left = await _settle_everyone(portal, group)
    members = await models.Membership.filter(group_id=group.id).count()
    return RuleRun(group.title, joined, left, members)


async def _refuse_to_empty(slug: str, group_title: str) -> None:
    preview = await preview_rule(slug, group_title, most=0)
    if preview.empties:
        raise SettingsError(
            f"The rule would empty {preview.group}: all {preview.members} members would leave. It was not run. Look at "
            f"it with 'ukg rule preview {slug} {shlex.quote(preview.group)}', or add --empty to run it all the same."
        )


async def _settle_everyone(portal: models.Portal, group: models.Group) -> tuple[int, int]:
    joined = left = last_id = 0
    statement = "SELECT id FROM learner WHERE +portal_id = ? AND id > ? ORDER BY id LIMIT ?"
    while rows := await select_rows(models.Learner, statement, [portal.id, last_id, AT_ONCE]):
        async with write_transaction():
            moved = await settle(portal, [learner_id for (learner_id,) in rows], now())
        if group.id in moved:
            joined += len(moved[group.id].joined)
            left += len(moved[group.id].left)
        last_id = rows[-1][0]
        await asyncio.sleep(0)
    return joined, left


async def stop_rule(slug: str, group_title: str) -> int:
    """Evaluate the rule no longer; its members stay. Returns how many. It is kept as a draft unless there is one."""
    portal = await portal_for(slug, Role.ADMIN)
    async with write_transaction():
        await change_training(portal)
        group = await find_group(portal, group_title)
        rule = await models.Rule.get_or_none(group_id=group.id)
        if rule is None or "running" not in rule_state(rule):
            raise SettingsError(f"No rule of {group.title} is running; nothing was changed.")
        before = in_words(rule.running, await titles_of(portal))
        draft, _ = definitions_of(rule)
        rule.update_from_dict({"draft": rule.draft if draft else rule.running, "running": None})
        await rule.save(update_fields=["draft", "running"])
        await audit(portal, "rule stopped", group.title, before=before)
    return await models.Membership.filter(group_id=group.id).count()
