"""What stands in Slack, or is to stand there; how far a run is; and which process posts."""

from tortoise import fields
from tortoise.models import Model

from core.store.models.history import Run
from core.store.models.settings import Portal


class SlackPost(Model):
    """A message that is to stand in Slack, once. What it says is not kept: it is made of what it is about.

    `kind` is a `core.services.slack_posts.Kind`, `subject` the id of the run, request, plan, notice or post that it is
    about. `channel` is where it was meant to go, a channel or a user; `stands_in` and `ts` (as Slack has them) where it
    stands; a reply stands in the thread of `parent`. `asked_by` is the Slack user who asked for it. `personal` tells
    that names may be shown there.

    `state` is `waiting`, `standing` (it may still change), `settled`, `parked` (Slack refused it for good) or `void`.
    `begun` is set before Slack is asked and cleared afterwards: while it is set, Slack may have the message or not.
    `shown` is a digest of what it says now.
    """

    id = fields.BigIntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="slack_posts")
    portal_id: int
    parent: fields.ForeignKeyNullableRelation["SlackPost"] = fields.ForeignKeyField(
        "core.SlackPost", null=True, related_name="replies"
    )
    parent_id: int | None
    kind = fields.CharField(max_length=10)
    subject = fields.CharField(max_length=80)
    channel = fields.CharField(max_length=40)
    asked_by = fields.CharField(max_length=40, null=True)
    personal = fields.BooleanField()
    state = fields.CharField(max_length=10)
    begun = fields.BooleanField(default=False)
    stands_in = fields.CharField(max_length=40, null=True)
    ts = fields.CharField(max_length=40, null=True)
    file = fields.CharField(max_length=40, null=True)
    shown = fields.CharField(max_length=64, default="")
    attempts = fields.IntField(default=0)
    error = fields.CharField(max_length=200, null=True)
    due_at = fields.DatetimeField()
    created_at = fields.DatetimeField()
    posted_at = fields.DatetimeField(null=True)

    class Meta:
        table = "slack_post"
        table_description = "Slack post"
        unique_together = (("kind", "subject"),)
        indexes = (("state", "due_at"), ("parent_id",))


class SlackSender(Model):
    """The one process that posts, so that nothing is posted twice and the pace is kept; a lease, as with `RunLock`."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=20, unique=True)
    holder = fields.CharField(max_length=64)
    host = fields.CharField(max_length=255)
    pid = fields.IntField()
    expires_at = fields.FloatField()

    class Meta:
        table = "slack_sender"
        table_description = "Slack sender"


class RunProgress(Model):
    """How far a run is that is at work: `done` of `total` people (rows, while UKG Pro is read) are through the step.

    `step` is the name of a `core.sync.progress.Step`; `total` is null while it is not known. Whoever runs it writes
    this at most once a second and removes it at the end.
    """

    id = fields.BigIntField(primary_key=True)
    run: fields.OneToOneRelation[Run] = fields.OneToOneField("core.Run", related_name="progress")
    run_id: str
    step = fields.CharField(max_length=20)
    done = fields.IntField()
    total = fields.IntField(null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "run_progress"
        table_description = "run progress"
