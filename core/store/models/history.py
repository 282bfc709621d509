"""Plans and runs: what was decided for whom, what came of it, and the lock that keeps runs apart."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from core.store.models.settings import Portal


class Plan(Model):
    """A saved plan. `counts` and `completeness` are JSON objects; `unknown_values` lists choice values not known."""

    id = fields.CharField(max_length=32, primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="plans")
    portal_id: int
    today = fields.DateField()
    counts: fields.JSONField[dict[str, int]] = fields.JSONField(default=dict)
    completeness: fields.JSONField[dict[str, Any]] = fields.JSONField(default=dict)
    complete_source = fields.BooleanField(default=False)
    unknown_values: fields.JSONField[list[dict[str, Any]]] = fields.JSONField(default=list)
    requests_ukg = fields.IntField(default=0)
    created_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "plan"
        table_description = "plan"


class PlanItem(Model):
    """One employee of a plan who is not simply unchanged.

    `change` and `warnings` are JSON texts (see `core.domain.change`); `state` is `planned`, then `done` or `failed`;
    items without a change stay `noted`.
    """

    id = fields.BigIntField(primary_key=True)
    plan: fields.ForeignKeyRelation[Plan] = fields.ForeignKeyField("core.Plan", related_name="items")
    plan_id: str
    position = fields.IntField()
    employee_id = fields.CharField(max_length=64)
    person_id = fields.CharField(max_length=64, null=True)
    email = fields.TextField(null=True)
    name = fields.TextField()
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
    """One run of a portal: an applied plan, or the attempt at one. `error` is the sentence a person reads."""

    id = fields.CharField(max_length=32, primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="runs")
    portal_id: int
    plan: fields.OneToOneNullableRelation[Plan] = fields.OneToOneField("core.Plan", null=True, related_name="run")
    plan_id: str | None
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
        indexes = (("portal_id", "started_at"),)


class RunLock(Model):
    """Who is syncing a portal. A lock counts until `expires_at` (seconds since 1970, the machine's clock).

    `host` and `pid` let another process on the same machine see at once that the holder is gone.
    """

    portal: fields.OneToOneRelation[Portal] = fields.OneToOneField("core.Portal", primary_key=True)
    portal_id: int
    holder = fields.CharField(max_length=64)
    host = fields.CharField(max_length=255)
    pid = fields.IntField()
    expires_at = fields.FloatField()

    class Meta:
        table = "run_lock"
        table_description = "run lock"
