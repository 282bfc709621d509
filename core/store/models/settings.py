"""A portal and what an admin sets up for it: the connection, custom user data fields, the mapping."""

from tortoise import fields
from tortoise.models import Model


class Portal(Model):
    """A portal. `slug` is the name used in commands; `manual_sync_minutes` 0 means no limit.

    `page_size` and `requests_per_minute` say how UKG Pro is asked. `allow_existing` lets accounts be created for
    people who have one elsewhere in the realm, `licence_limit` is how many accounts a sub-portal may have.

    `scope` and `guard` are JSON texts of `core.domain.scope` and `core.domain.guard`, empty for the default;
    `second_approver` asks that whoever approves is not the one who asked; `end_vanished` lets the access of people end
    who are no longer in UKG Pro. `schedule_at` is the time of the daily sync in the portal's time zone, HH:MM;
    `schedule_since` the moment from which days count, null until a first sync has been. `slack_channel` is the id of
    the Slack channel that hears of its runs since `slack_since`; with `slack_quiet` only of changes and problems.
    """

    id = fields.IntField(primary_key=True)
    slug = fields.CharField(max_length=63, unique=True)
    name = fields.CharField(max_length=200)
    kind = fields.CharField(max_length=20)
    timezone = fields.CharField(max_length=64)
    sso = fields.BooleanField(default=False)
    parent: fields.ForeignKeyNullableRelation["Portal"] = fields.ForeignKeyField(
        "core.Portal", null=True, on_delete=fields.OnDelete.RESTRICT, related_name="sub_portals"
    )
    parent_id: int | None
    integration_enabled = fields.BooleanField(default=True)
    manual_sync_minutes = fields.IntField(default=60)
    invite_when = fields.CharField(max_length=20)
    invite_how = fields.CharField(max_length=20)
    field_limit = fields.IntField(default=10)
    allow_existing = fields.BooleanField(default=False, db_default=False)
    licence_limit = fields.IntField(null=True)
    page_size = fields.IntField(default=500)
    requests_per_minute = fields.IntField(default=600)
    scope = fields.TextField(default="", db_default="")
    guard = fields.TextField(default="", db_default="")
    second_approver = fields.BooleanField(default=False, db_default=False)
    end_vanished = fields.BooleanField(default=False, db_default=False)
    schedule_on = fields.BooleanField(default=True, db_default=True)
    schedule_at = fields.CharField(max_length=5, default="03:30", db_default="03:30")
    schedule_since = fields.DatetimeField(null=True)
    slack_channel = fields.CharField(max_length=40, null=True)
    slack_quiet = fields.BooleanField(default=False, db_default=False)
    slack_since = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "portal"
        table_description = "portal"


class Connection(Model):
    """A portal's UKG Pro service account. `secrets` is encrypted (see `core.store.secrets`), null once forgotten.

    `status` is `active`, `refused` (UKG Pro does not accept it; nothing runs by itself until someone mends that) or
    `disconnected`. `failures` counts the runs in a row that could not read UKG Pro; none starts by itself before
    `retry_at`.
    """

    id = fields.IntField(primary_key=True)
    portal: fields.OneToOneRelation[Portal] = fields.OneToOneField("core.Portal", related_name="connection")
    portal_id: int
    url = fields.CharField(max_length=300)
    user = fields.CharField(max_length=200)
    secrets = fields.TextField(null=True)
    status = fields.CharField(max_length=20)
    failures = fields.IntField(default=0, db_default=0)
    retry_at = fields.DatetimeField(null=True)
    consented_at = fields.DatetimeField()
    connected_at = fields.DatetimeField()

    class Meta:
        table = "connection"
        table_description = "connection"


class LearnUponAccount(Model):
    """A LearnUpon portal's API keys, and what is known of it. `secrets` is encrypted (see `core.store.secrets`).

    `status` is `active` or `refused` (LearnUpon does not accept the keys; nothing runs by itself until new ones are
    given). `reconciled_at` is when everyone was read last, null before the first time. `invites_page` is the page of
    the list of invites to be looked at next. `habits` is JSON of `core.portals.learnupon.habits`. `failures` and
    `retry_at` as with `Connection`.
    """

    id = fields.IntField(primary_key=True)
    portal: fields.OneToOneRelation[Portal] = fields.OneToOneField("core.Portal", related_name="learnupon_account")
    portal_id: int
    url = fields.CharField(max_length=300)
    secrets = fields.TextField()
    status = fields.CharField(max_length=20)
    failures = fields.IntField(default=0)
    retry_at = fields.DatetimeField(null=True)
    habits = fields.TextField(default="{}")
    invites_page = fields.IntField(default=1)
    reconciled_at = fields.DatetimeField(null=True)
    connected_at = fields.DatetimeField()

    class Meta:
        table = "learnupon_account"
        table_description = "LearnUpon account"


class CustomField(Model):
    """A custom user data field of a portal. `label_key` is the label case-folded: labels are unique so. `remote_id` is
    the id that a portal outside the database knows the field by.

    `editable` lets learners fill it in themselves, `mandatory` makes them; `multiple` lets a choice field hold several.
    """

    id = fields.IntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="fields")
    label = fields.CharField(max_length=100)
    label_key = fields.CharField(max_length=200)
    type = fields.CharField(max_length=20)
    choices: fields.JSONField[list[str]] = fields.JSONField(default=list)
    mandatory = fields.BooleanField(default=False, db_default=False)
    editable = fields.BooleanField(default=False, db_default=False)
    multiple = fields.BooleanField(default=False, db_default=False)
    remote_id = fields.CharField(max_length=64, null=True)

    class Meta:
        table = "custom_field"
        table_description = "custom field"
        unique_together = (("portal", "label_key"),)


class Mapping(Model):
    """One row of the mapping: the attribute fills the field; a field is filled by one attribute.

    `owner` is a `core.domain.mapping.Owner`; `translations` a JSON object: the choice that stands for a value of UKG
    Pro, by that value.
    """

    id = fields.IntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="mappings")
    attribute_id = fields.CharField(max_length=40)
    field_label = fields.CharField(max_length=100)
    label_key = fields.CharField(max_length=200)
    owner = fields.CharField(max_length=20, default="hr", db_default="hr")
    translations = fields.TextField(default="{}", db_default="{}")

    class Meta:
        table = "mapping"
        table_description = "mapping"
        unique_together = (("portal", "label_key"),)
