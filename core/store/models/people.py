"""People: the learners of portals, their invites, and the links that tie employees to learners."""

from tortoise import fields
from tortoise.models import Model

from core.store.models.settings import Portal


class Learner(Model):
    """An account: of an embedded portal the account itself, of any other what it was when last seen there.

    `remote_id` is the id that such another portal knows the account by, null while the person is only invited;
    `remote_invite_id` is that of the invite.

    `email_key` is the e-mail trimmed and case-folded. `custom` is a JSON object by field label. `disabled_by` and
    `expiry_by` say who did it: `sync`, `admin`, or `top_level` when the top-level portal of the realm passed it on;
    `resending` while an invitation is sent anew, which a sync ends if it was cut short.
    `revision` grows with every change of what a sync keeps right, so that it notices what was edited behind its back.
    A session of the learners' door counts while it carries the `session_version`.
    """

    id = fields.BigIntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="learners")
    portal_id: int
    email = fields.CharField(max_length=254)
    email_key = fields.CharField(max_length=400)
    first_name = fields.CharField(max_length=255)
    last_name = fields.CharField(max_length=255)
    user_type = fields.CharField(max_length=20)
    status = fields.CharField(max_length=20)
    disabled_by = fields.CharField(max_length=20, null=True)
    account_expires = fields.DateField(null=True)
    expiry_by = fields.CharField(max_length=20, null=True)
    accepted = fields.BooleanField(default=False)
    accepted_at = fields.DatetimeField(null=True)
    password_hash = fields.TextField(null=True)
    must_change_password = fields.BooleanField(default=False, db_default=False)
    session_version = fields.IntField(default=1, db_default=1)
    last_sign_in_at = fields.DatetimeField(null=True)
    source = fields.CharField(max_length=20)
    custom = fields.TextField()
    revision = fields.IntField(default=1)
    invited_at = fields.DatetimeField(null=True)
    invited_by = fields.CharField(max_length=200, null=True)
    created_at = fields.DatetimeField()
    created_by = fields.CharField(max_length=200)
    remote_id = fields.CharField(max_length=64, null=True)
    remote_invite_id = fields.CharField(max_length=64, null=True)

    class Meta:
        table = "learner"
        table_description = "learner"
        unique_together = (("portal", "email_key"),)
        indexes = (("portal_id", "remote_id"),)


class Invite(Model):
    """One link that was made out to a learner. The token itself is never stored, only the `seed` that it can be made
    from with the secret key, and from its sending on its hash (see `core.portals.embedded.invites`).

    `kind` is `invitation` (accept and choose a password), `welcome` (set a password) or `reset` (choose a new one);
    `status` is `open`, `accepted`, `cancelled` or `voided`. The link's life is counted from the sending of its mail:
    `expires_at` is null until then.
    """

    id = fields.BigIntField(primary_key=True)
    learner: fields.ForeignKeyRelation[Learner] = fields.ForeignKeyField("core.Learner", related_name="invites")
    learner_id: int
    kind = fields.CharField(max_length=20)
    status = fields.CharField(max_length=20)
    token_hash = fields.CharField(max_length=64, unique=True, null=True)
    seed = fields.CharField(max_length=32, null=True)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)

    class Meta:
        table = "invite"
        table_description = "invite"
        indexes = (("learner_id", "status"),)


class Link(Model):
    """An employee and a learner that belong together, and what of the employee the portal already holds.

    `digest` is that of the employee as last settled, `settled_revision` the learner's revision then, `due_on` the day
    on which dates alone ask for a fresh decision. An employee whose three are unchanged needs no further look.
    `missed_runs` counts the complete runs in a row in which UKG Pro no longer knew the employee.
    """

    id = fields.BigIntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="links")
    portal_id: int
    employee_id = fields.CharField(max_length=64)
    person_id = fields.CharField(max_length=64, null=True)
    learner: fields.OneToOneRelation[Learner] = fields.OneToOneField("core.Learner", related_name="link")
    learner_id: int
    digest = fields.CharField(max_length=32)
    settled_revision = fields.IntField()
    due_on = fields.DateField(null=True)
    missed_runs = fields.IntField(default=0, db_default=0)
    linked_at = fields.DatetimeField()

    class Meta:
        table = "link"
        table_description = "link"
        unique_together = (("portal", "employee_id"),)
        indexes = (("portal_id", "person_id"),)
