"""Plans and runs: what was decided for whom, what came of it, and the lock that keeps runs apart."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from core.store.models.settings import Portal


class Plan(Model):
    """A saved plan. `counts` and `completeness` are JSON objects; `unknown_values` lists choice values not known.

    `run_number` is that of the run it belongs to, or of the last one before a plan made for itself; the notes of that
    run belong to it, save those in `outdated_notes` (their ids).
    """

    id = fields.CharField(max_length=32, primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="plans")
    portal_id: int
    today = fields.DateField()
    counts: fields.JSONField[dict[str, int]] = fields.JSONField(default=dict)
    completeness: fields.JSONField[dict[str, Any]] = fields.JSONField(default=dict)
    complete_source = fields.BooleanField(default=False)
    unknown_values: fields.JSONField[list[dict[str, Any]]] = fields.JSONField(default=list)
    run_number = fields.IntField(default=0)
    outdated_notes: fields.JSONField[list[int]] = fields.JSONField(default=list)
    requests_ukg = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "plan"
        table_description = "plan"


class PlanItem(Model):
    """One employee of a plan for whom there is something to write.

    `change` and `warnings` are JSON texts (see `core.domain.change`); `state` is `planned`, then `done` or `failed`;
    what is held, or only found by a plan made for itself, stays `noted`.
    """

    id = fields.BigIntField(primary_key=True)
    plan: fields.ForeignKeyRelation[Plan] = fields.ForeignKeyField("core.Plan", related_name="items")
    plan_id: str
    position = fields.IntField()
    employee_id = fields.CharField(max_length=64)
    person_id = fields.CharField(max_length=64, null=True)
    email = fields.TextField(null=True)
    name = fields.TextField()
    planned_outcome = fields.CharField(max_length=20)
    outcome = fields.CharField(max_length=20)
    reason = fields.CharField(max_length=40)
    detail = fields.TextField(null=True)
    change = fields.TextField(null=True)
    warnings = fields.TextField()
    digest = fields.CharField(max_length=32)
    due_on = fields.DateField(null=True)
    state = fields.CharField(max_length=10)

    class Meta:
        table = "plan_item"
        table_description = "plan item"
        unique_together = (("plan", "position"),)


class Run(Model):
    """One run of a portal: an applied plan, or the attempt at one. `error` is the sentence a person reads.

    `number` counts the portal's runs from 1; notes are valid from one number to another.
    """

    id = fields.CharField(max_length=32, primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="runs")
    portal_id: int
    plan: fields.OneToOneNullableRelation[Plan] = fields.OneToOneField("core.Plan", null=True, related_name="run")
    plan_id: str | None
    number = fields.IntField()
    trigger = fields.CharField(max_length=20)
    status = fields.CharField(max_length=20)
    error = fields.TextField(null=True)
    requests_portal = fields.IntField(default=0)
    requests_ukg = fields.IntField(default=0)
    started_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "run"
        table_description = "run"
        unique_together = (("portal", "number"),)
        indexes = (("portal_id", "started_at"),)


class RunLock(Model):
    """Who is syncing a portal. A lock counts until `expires_at` (seconds since 1970, the machine's clock).

    `host` and `pid` let another process on the same machine see at once that the holder is gone.
    """

    id = fields.IntField(primary_key=True)
    portal: fields.OneToOneRelation[Portal] = fields.OneToOneField("core.Portal", related_name="run_lock")
    portal_id: int
    holder = fields.CharField(max_length=64)
    host = fields.CharField(max_length=255)
    pid = fields.IntField()
    expires_at = fields.FloatField()

    class Meta:
        table = "run_lock"
        table_description = "run lock"
