"""The outbox: mails to be sent, by whom and why; and the wording a portal has of its own."""

from tortoise import fields
from tortoise.models import Model

from core.store.models.people import Invite, Learner
from core.store.models.settings import Portal


class Mail(Model):
    """A mail to a learner, written in the transaction of the change that caused it; made into text when it is sent.

    `kind` names its template. `state` is `waiting`, `sent`, `parked` (refused for good; an admin looks at it) or
    `void` (its link was voided before it was sent). `message_id` (32 hexadecimal digits, the part
    before the @ of the Message-ID) stays the same however often it is tried.
    `claimed_until` keeps two senders apart; `sent_to` is the address it went to.
    """

    id = fields.BigIntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="mails")
    portal_id: int
    learner: fields.ForeignKeyRelation[Learner] = fields.ForeignKeyField("core.Learner", related_name="mails")
    learner_id: int
    invite: fields.ForeignKeyNullableRelation[Invite] = fields.ForeignKeyField(
        "core.Invite", null=True, related_name="mails"
    )
    invite_id: int | None
    kind = fields.CharField(max_length=30)
    state = fields.CharField(max_length=10)
    message_id = fields.CharField(max_length=32, unique=True)
    attempts = fields.IntField(default=0, db_default=0)
    due_at = fields.DatetimeField()
    claimed_until = fields.DatetimeField(null=True)
    error = fields.TextField(null=True)
    created_at = fields.DatetimeField()
    sent_at = fields.DatetimeField(null=True)
    sent_to = fields.CharField(max_length=254, null=True)

    class Meta:
        table = "mail"
        table_description = "mail"
        indexes = (("state", "due_at"), ("invite_id",), ("learner_id",))


class MailTemplate(Model):
    """A portal's own wording of one kind of mail; what is not here is worded as the program comes."""

    id = fields.IntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="mail_templates")
    portal_id: int
    kind = fields.CharField(max_length=30)
    subject = fields.TextField()
    text = fields.TextField()
    html = fields.TextField()

    class Meta:
        table = "mail_template"
        table_description = "mail template"
        unique_together = (("portal", "kind"),)
