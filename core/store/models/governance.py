"""Who may do what, what was done, and who tried too often."""

from tortoise import fields
from tortoise.models import Model

from core.store.models.settings import Portal


class Admin(Model):
    """Someone with a role in a portal: `viewer`, `operator` or `admin`. `name_key` is the name case-folded."""

    id = fields.IntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="admins")
    portal_id: int
    name = fields.CharField(max_length=200)
    name_key = fields.CharField(max_length=400)
    role = fields.CharField(max_length=20)
    slack_user = fields.CharField(max_length=40, null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "admin"
        table_description = "admin"
        unique_together = (("portal", "name_key"), ("portal", "slack_user"))


class AuditLine(Model):
    """One thing that was done. Lines are only ever added: the database itself refuses to change or delete one.

    `portal` null: it concerned no single portal. `before` and `after` are JSON, null where there is none. The portal
    is kept by its slug too, so that a line says what it says whatever becomes of the portal.
    """

    id = fields.BigIntField(primary_key=True)
    portal_id = fields.IntField(null=True)
    portal_slug = fields.CharField(max_length=63)
    at = fields.DatetimeField()
    actor = fields.CharField(max_length=200)
    face = fields.CharField(max_length=20)
    action = fields.CharField(max_length=60)
    subject = fields.TextField()
    before = fields.TextField(null=True)
    after = fields.TextField(null=True)

    class Meta:
        table = "audit_line"
        table_description = "audit line"
        indexes = (("portal_id", "id"),)


class Attempts(Model):
    """Failed attempts under one key (a hash of what is limited, see `core.services.door`), for a while."""

    id = fields.BigIntField(primary_key=True)
    key = fields.CharField(max_length=64, unique=True)
    failures = fields.IntField()
    first_at = fields.DatetimeField()

    class Meta:
        table = "attempts"
        table_description = "attempts"
