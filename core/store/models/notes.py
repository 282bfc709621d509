"""Notes: people for whom runs find nothing to write, and why; kept once for as long as it stays true."""

from tortoise import fields
from tortoise.models import Model

from core.store.models.settings import Portal


class Note(Model):
    """What every run from number `since` up to (not including) `until` found for one employee; `until` null: still.

    A nightly run over a company in which thousands left years ago would otherwise write thousands of rows to say
    nothing new. `digest` is the employee's when the finding depends on nothing else, else empty; `content` is a
    digest of what is noted; `due_on` the day on which dates alone ask for a fresh look.
    """

    id = fields.BigIntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="notes")
    portal_id: int
    employee_id = fields.CharField(max_length=64)
    email = fields.TextField(null=True)
    name = fields.TextField()
    outcome = fields.CharField(max_length=20)
    reason = fields.CharField(max_length=40)
    detail = fields.TextField(null=True)
    warnings = fields.TextField()
    digest = fields.CharField(max_length=32)
    content = fields.CharField(max_length=32)
    due_on = fields.DateField(null=True)
    since = fields.IntField()
    until = fields.IntField(null=True)

    class Meta:
        table = "note"
        table_description = "note"
        indexes = (("portal_id", "until"),)
