"""Plans and runs: what was decided for whom, what came of it, and the lock that keeps runs apart."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from core.store.models.settings import Portal


class Plan(Model):
    """A saved plan. `counts` and `completeness` are JSON objects; `unknown_values` lists choice values not known.

    `run_number` is that of the run it belongs to, or of the last one before a plan made for itself; the notes of that
    run belong to it, save those in `outdated_notes` (their ids).

    `scope` tells whom it covers: `everyone`, or `some` (then everyone it looked at is an item). `source` is where the
    employees came from: `read`, `snapshot`, or `run` for the undoing of the run in `undoes`. `hash` is that of what it
    would write (64 hexadecimal digits); it may be applied until `expires_at` while its `state` is `open`, which may
    become `applied` or `rejected`. `based_on` is the plan whose applying made this one. `doubts` (sentences) and
    `tripped` (`core.domain.guard.Tripped`) are JSON texts, the reasons for which changes are held. `cost` says in a
    sentence what writing it takes of a portal that is asked over the network, empty where there is nothing to say.
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
    requests_portal = fields.IntField(default=0, db_default=0)
    scope = fields.CharField(max_length=10, default="everyone", db_default="everyone")
    source = fields.CharField(max_length=10, default="read", db_default="read")
    hash = fields.CharField(max_length=64, default="", db_default="")
    state = fields.CharField(max_length=10, default="open", db_default="open")
    based_on = fields.CharField(max_length=32, null=True)
    undoes = fields.CharField(max_length=32, null=True)
    doubts = fields.TextField(default="[]", db_default="[]")
    tripped = fields.TextField(default="[]", db_default="[]")
    cost = fields.TextField(default="", db_default="")
    asked_by = fields.CharField(max_length=200, default="", db_default="")
    asked_by_id = fields.CharField(max_length=400, default="", db_default="")
    created_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)

    class Meta:
        table = "plan"
        table_description = "plan"


class PlanItem(Model):
    """One employee of a plan for whom there is something to write.

    `change` and `warnings` are JSON texts (see `core.domain.change`). `state` is `planned`, then `done` or `failed`,
    with `begun` between them where a portal is asked over the network; or `applied` if the run of a later plan, made
    anew from this one, did it; or `held` (`outcome` and `reason` say why, `planned_outcome` and `planned_reason` what
    would be done); what is only found by a plan stays `noted`. `also` names further kinds of change in it, `email` and
    `blank`, or that it is only `marked` (see `core.domain.guard`). `company` and `department` are set where limits of
    the guard ask for them. `released` tells that an admin let a held change through. `linked_before` is the employee id
    that the account was linked to before.
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
    planned_reason = fields.CharField(max_length=40, default="", db_default="")
    outcome = fields.CharField(max_length=20)
    reason = fields.CharField(max_length=40)
    detail = fields.TextField(null=True)
    change = fields.TextField(null=True)
    also = fields.CharField(max_length=20, default="", db_default="")
    company = fields.TextField(null=True)
    department = fields.TextField(null=True)
    linked_before = fields.CharField(max_length=64, null=True)
    released = fields.BooleanField(default=False, db_default=False)
    warnings = fields.TextField()
    digest = fields.CharField(max_length=32)
    due_on = fields.DateField(null=True)
    state = fields.CharField(max_length=10)

    class Meta:
        table = "plan_item"
        table_description = "plan item"
        unique_together = (("plan", "position"),)
        indexes = (("plan_id", "employee_id"),)


class Approval(Model):
    """An admin's word on a plan, as it stood with this hash. `decision` is `approved` or `rejected`.

    `kinds` and `employee_ids` are JSON lists of what it lets through; both empty: everything that is held. An approval
    counts until `expires_at`.
    """

    id = fields.IntField(primary_key=True)
    plan: fields.ForeignKeyRelation[Plan] = fields.ForeignKeyField("core.Plan", related_name="approvals")
    plan_id: str
    plan_hash = fields.CharField(max_length=64)
    decision = fields.CharField(max_length=10)
    kinds = fields.TextField(default="[]", db_default="[]")
    employee_ids = fields.TextField(default="[]", db_default="[]")
    decided_by = fields.CharField(max_length=200)
    decided_by_id = fields.CharField(max_length=400)
    decided_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()

    class Meta:
        table = "approval"
        table_description = "approval"


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
    asked_by = fields.CharField(max_length=200, default="", db_default="")
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
