"""What is asked to run, by whom, and what the operator should know about runs that did not."""

from tortoise import fields
from tortoise.models import Model

from core.store.models.settings import Portal


class RunRequest(Model):
    """A run that somebody or the schedule asked for; whoever runs it takes it over by its `state`.

    `kind` is a `core.jobs.requests.RequestKind`: of `apply`, `plan_id` is the plan to be applied; of `undo`, `undoes`
    is the run to be taken back; whatever makes a plan has its `plan_id` set once it is made. `slot` makes the
    schedule's requests single: the business date of a daily sync, the hour of the others; null for what a person asked.
    `state` is `waiting`, `running`, `done`, `failed` or `skipped`; one that runs and has `stopped_by` (a name) is
    broken off by whoever carries it out.
    """

    id = fields.IntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="run_requests")
    portal_id: int
    kind = fields.CharField(max_length=10)
    slot = fields.CharField(max_length=20, null=True)
    plan_id = fields.CharField(max_length=32, null=True)
    undoes = fields.CharField(max_length=32, null=True)
    asked_by = fields.CharField(max_length=200)
    asked_by_id = fields.CharField(max_length=400)
    face = fields.CharField(max_length=20)
    state = fields.CharField(max_length=10)
    not_before = fields.DatetimeField(null=True)
    tries = fields.IntField(default=0)
    run_id = fields.CharField(max_length=32, null=True)
    error = fields.TextField(null=True)
    stopped_by = fields.CharField(max_length=200, null=True)
    requested_at = fields.DatetimeField()
    started_at = fields.DatetimeField(null=True)
    finished_at = fields.DatetimeField(null=True)

    class Meta:
        table = "run_request"
        table_description = "run request"
        unique_together = (("portal", "kind", "slot"),)
        indexes = (("state", "id"),)


class Notice(Model):
    """Something about a portal's runs that people should know, said once for as long as it lasts.

    `kind` is a `core.services.notices.Kind`; `times` counts how often it happened while it was open.
    """

    id = fields.IntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="notices")
    portal_id: int
    kind = fields.CharField(max_length=40)
    sentence = fields.TextField()
    times = fields.IntField(default=1)
    raised_at = fields.DatetimeField()
    last_at = fields.DatetimeField()
    resolved_at = fields.DatetimeField(null=True)

    class Meta:
        table = "notice"
        table_description = "notice"
        indexes = (("portal_id", "resolved_at"),)
