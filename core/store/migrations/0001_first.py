import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="Portal",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("slug", fields.CharField(unique=True, max_length=63)),
                ("name", fields.CharField(max_length=200)),
                ("kind", fields.CharField(max_length=20)),
                ("timezone", fields.CharField(max_length=64)),
                ("sso", fields.BooleanField(default=False)),
                (
                    "parent",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="parent_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="sub_portals",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("integration_enabled", fields.BooleanField(default=True)),
                ("manual_sync_minutes", fields.IntField(default=60)),
                ("invite_when", fields.CharField(max_length=20)),
                ("invite_how", fields.CharField(max_length=20)),
                ("field_limit", fields.IntField(default=10)),
                ("page_size", fields.IntField(default=500)),
                ("requests_per_minute", fields.IntField(default=600)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "portal", "app": "core", "pk_attr": "id", "table_description": "portal"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Connection",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.OneToOneField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="connection",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("url", fields.CharField(max_length=300)),
                ("user", fields.CharField(max_length=200)),
                ("secrets", fields.TextField(null=True, unique=False)),
                ("status", fields.CharField(max_length=20)),
                ("consented_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("connected_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "connection", "app": "core", "pk_attr": "id", "table_description": "connection"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CustomField",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="fields",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("label", fields.CharField(max_length=100)),
                ("label_key", fields.CharField(max_length=200)),
                ("type", fields.CharField(max_length=20)),
                (
                    "choices",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
            ],
            options={
                "table": "custom_field",
                "app": "core",
                "unique_together": (("portal", "label_key"),),
                "pk_attr": "id",
                "table_description": "custom field",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Learner",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="learners",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("email", fields.CharField(max_length=254)),
                ("email_key", fields.CharField(max_length=400)),
                ("first_name", fields.CharField(max_length=255)),
                ("last_name", fields.CharField(max_length=255)),
                ("user_type", fields.CharField(max_length=20)),
                ("status", fields.CharField(max_length=20)),
                ("disabled_by", fields.CharField(null=True, max_length=20)),
                ("account_expires", fields.DateField(null=True)),
                ("expiry_by", fields.CharField(null=True, max_length=20)),
                ("accepted", fields.BooleanField(default=False)),
                ("source", fields.CharField(max_length=20)),
                ("custom", fields.TextField(unique=False)),
                ("revision", fields.IntField(default=1)),
                ("invited_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("created_by", fields.CharField(max_length=200)),
            ],
            options={
                "table": "learner",
                "app": "core",
                "unique_together": (("portal", "email_key"),),
                "pk_attr": "id",
                "table_description": "learner",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Invite",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "learner",
                    fields.ForeignKeyField(
                        "core.Learner",
                        source_field="learner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="invites",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=20)),
                ("status", fields.CharField(max_length=20)),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "invite", "app": "core", "pk_attr": "id", "table_description": "invite"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Link",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="links",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("employee_id", fields.CharField(max_length=64)),
                ("person_id", fields.CharField(null=True, max_length=64)),
                (
                    "learner",
                    fields.OneToOneField(
                        "core.Learner",
                        source_field="learner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="link",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("digest", fields.CharField(max_length=32)),
                ("settled_revision", fields.IntField()),
                ("due_on", fields.DateField(null=True)),
                ("linked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "link",
                "app": "core",
                "unique_together": (("portal", "employee_id"),),
                "indexes": [Index(fields=["portal_id", "person_id"])],
                "pk_attr": "id",
                "table_description": "link",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Mapping",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mappings",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("attribute_id", fields.CharField(max_length=40)),
                ("field_label", fields.CharField(max_length=100)),
                ("label_key", fields.CharField(max_length=200)),
            ],
            options={
                "table": "mapping",
                "app": "core",
                "unique_together": (("portal", "label_key"),),
                "pk_attr": "id",
                "table_description": "mapping",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Note",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("employee_id", fields.CharField(max_length=64)),
                ("email", fields.TextField(null=True, unique=False)),
                ("name", fields.TextField(unique=False)),
                ("outcome", fields.CharField(max_length=20)),
                ("reason", fields.CharField(max_length=40)),
                ("detail", fields.TextField(null=True, unique=False)),
                ("warnings", fields.TextField(unique=False)),
                ("digest", fields.CharField(max_length=32)),
                ("content", fields.CharField(max_length=32)),
                ("due_on", fields.DateField(null=True)),
                ("since", fields.IntField()),
                ("until", fields.IntField(null=True)),
            ],
            options={
                "table": "note",
                "app": "core",
                "indexes": [Index(fields=["portal_id", "until"])],
                "pk_attr": "id",
                "table_description": "note",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Plan",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="plans",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("today", fields.DateField()),
                (
                    "counts",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "completeness",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("complete_source", fields.BooleanField(default=False)),
                (
                    "unknown_values",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("run_number", fields.IntField(default=0)),
                (
                    "outdated_notes",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("requests_ukg", fields.IntField(default=0)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("finished_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "plan", "app": "core", "pk_attr": "id", "table_description": "plan"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PlanItem",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "plan",
                    fields.ForeignKeyField(
                        "core.Plan",
                        source_field="plan_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="items",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("position", fields.IntField()),
                ("employee_id", fields.CharField(max_length=64)),
                ("person_id", fields.CharField(null=True, max_length=64)),
                ("email", fields.TextField(null=True, unique=False)),
                ("name", fields.TextField(unique=False)),
                ("planned_outcome", fields.CharField(max_length=20)),
                ("outcome", fields.CharField(max_length=20)),
                ("reason", fields.CharField(max_length=40)),
                ("detail", fields.TextField(null=True, unique=False)),
                ("change", fields.TextField(null=True, unique=False)),
                ("warnings", fields.TextField(unique=False)),
                ("digest", fields.CharField(max_length=32)),
                ("due_on", fields.DateField(null=True)),
                ("state", fields.CharField(max_length=10)),
            ],
            options={
                "table": "plan_item",
                "app": "core",
                "unique_together": (("plan", "position"),),
                "pk_attr": "id",
                "table_description": "plan item",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Run",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="runs",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "plan",
                    fields.OneToOneField(
                        "core.Plan",
                        source_field="plan_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="run",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("number", fields.IntField()),
                ("trigger", fields.CharField(max_length=20)),
                ("status", fields.CharField(max_length=20)),
                ("error", fields.TextField(null=True, unique=False)),
                ("requests_portal", fields.IntField(default=0)),
                ("requests_ukg", fields.IntField(default=0)),
                ("started_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("finished_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "run",
                "app": "core",
                "unique_together": (("portal", "number"),),
                "indexes": [Index(fields=["portal_id", "started_at"])],
                "pk_attr": "id",
                "table_description": "run",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RunLock",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.OneToOneField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="run_lock",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("holder", fields.CharField(max_length=64)),
                ("host", fields.CharField(max_length=255)),
                ("pid", fields.IntField()),
                ("expires_at", fields.FloatField()),
            ],
            options={"table": "run_lock", "app": "core", "pk_attr": "id", "table_description": "run lock"},
            bases=["Model"],
        ),
    ]
