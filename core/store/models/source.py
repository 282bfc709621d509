"""What UKG Pro said when it was last read and believed, and who waits for another try."""

from tortoise import fields
from tortoise.models import Model

from core.store.models.settings import Portal


class Snapshot(Model):
    """The last believable read of everyone, for explaining, trying settings out, and what falls due between syncs.

    JSON texts: `attribute_ids`, those that were read; `departments`, the number of people by department;
    `shared_emails` and `repeated_emails`, the e-mail keys that several people have, still employed and at all.
    `strays` counts people who stood in one list only.
    """

    id = fields.IntField(primary_key=True)
    portal: fields.OneToOneRelation[Portal] = fields.OneToOneField("core.Portal", related_name="snapshot")
    portal_id: int
    read_at = fields.DatetimeField()
    people = fields.IntField()
    strays = fields.IntField(default=0)
    attribute_ids = fields.TextField()
    departments = fields.TextField()
    shared_emails = fields.TextField()
    repeated_emails = fields.TextField()

    class Meta:
        table = "snapshot"
        table_description = "snapshot"


class SnapshotPart(Model):
    """A part of the snapshot: the employees whose ids fall into one bucket (see `core.sync.snapshot`).

    `digest` tells whether the bucket changed, `content` is a compressed list of employees.
    """

    id = fields.IntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="snapshot_parts")
    portal_id: int
    bucket = fields.IntField()
    digest = fields.CharField(max_length=32)
    content = fields.BinaryField()

    class Meta:
        table = "snapshot_part"
        table_description = "snapshot part"
        unique_together = (("portal", "bucket"),)


class Failure(Model):
    """Someone whose change the portal refused: why, and when it is tried again (null: not before the record changes).

    `digest` is that of what would have been done (see `core.domain.fingerprint`): another change is tried at once.
    """

    id = fields.IntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="failures")
    portal_id: int
    employee_id = fields.CharField(max_length=64)
    email = fields.TextField(null=True)
    name = fields.TextField()
    digest = fields.CharField(max_length=32)
    reason = fields.CharField(max_length=40)
    detail = fields.TextField(null=True)
    tries = fields.IntField()
    first_at = fields.DatetimeField()
    next_at = fields.DatetimeField(null=True)

    class Meta:
        table = "failure"
        table_description = "failure"
        unique_together = (("portal", "employee_id"),)
