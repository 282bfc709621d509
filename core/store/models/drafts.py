"""What is kept for a while only: what somebody is editing, and links that let one thing be done once."""

from tortoise import fields
from tortoise.models import Model

from core.store.models.settings import Portal


class Draft(Model):
    """Something that is being edited and not saved yet, whatever the face it was begun in.

    `kind` is a `core.services.drafts.Kind`, `owner` whose it is (see there), `content` JSON of that kind's shape.
    """

    id = fields.CharField(max_length=32, primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="drafts")
    portal_id: int
    kind = fields.CharField(max_length=20)
    owner = fields.CharField(max_length=420)
    content = fields.TextField()
    begun_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "draft"
        table_description = "draft"
        indexes = (("portal_id", "kind"),)


class ConnectLink(Model):
    """A link that lets an admin give UKG Pro's credentials on a page of ours, once. Of its token only the hash is kept.

    `made_by` and `slack_user` are the admin's name and Slack user id, in whose name it is used; `tries` counts failed
    ones. `used_at` is set while and after it is used.
    """

    id = fields.IntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="connect_links")
    portal_id: int
    token_hash = fields.CharField(max_length=64, unique=True)
    made_by = fields.CharField(max_length=200)
    slack_user = fields.CharField(max_length=40, null=True)
    is_owner = fields.BooleanField()
    tries = fields.IntField(default=0)
    made_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = "connect_link"
        table_description = "connect link"
