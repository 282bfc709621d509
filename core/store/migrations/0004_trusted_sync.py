from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("core", "0003_audit_append_only")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Approval",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "plan",
                    fields.ForeignKeyField(
                        "core.Plan",
                        source_field="plan_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="approvals",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("plan_hash", fields.CharField(max_length=64)),
                ("decision", fields.CharField(max_length=10)),
                ("kinds", fields.TextField(default="[]", db_default="[]", unique=False)),
                ("employee_ids", fields.TextField(default="[]", db_default="[]", unique=False)),
                ("decided_by", fields.CharField(max_length=200)),
                ("decided_by_id", fields.CharField(max_length=400)),
                ("decided_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "approval", "app": "core", "pk_attr": "id", "table_description": "approval"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Failure",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="failures",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("employee_id", fields.CharField(max_length=64)),
                ("email", fields.TextField(null=True, unique=False)),
                ("name", fields.TextField(unique=False)),
                ("digest", fields.CharField(max_length=32)),
                ("reason", fields.CharField(max_length=40)),
                ("detail", fields.TextField(null=True, unique=False)),
                ("tries", fields.IntField()),
                ("first_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("next_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "failure",
                "app": "core",
                "unique_together": (("portal", "employee_id"),),
                "pk_attr": "id",
                "table_description": "failure",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Notice",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notices",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=40)),
                ("sentence", fields.TextField(unique=False)),
                ("times", fields.IntField(default=1)),
                ("raised_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("last_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("resolved_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notice",
                "app": "core",
                "indexes": [Index(fields=["portal_id", "resolved_at"])],
                "pk_attr": "id",
                "table_description": "notice",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RunRequest",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="run_requests",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=10)),
                ("slot", fields.CharField(null=True, max_length=20)),
                ("plan_id", fields.CharField(null=True, max_length=32)),
                ("asked_by", fields.CharField(max_length=200)),
                ("asked_by_id", fields.CharField(max_length=400)),
                ("face", fields.CharField(max_length=20)),
                ("state", fields.CharField(max_length=10)),
                ("not_before", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("tries", fields.IntField(default=0)),
                ("run_id", fields.CharField(null=True, max_length=32)),
                ("error", fields.TextField(null=True, unique=False)),
                ("requested_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("started_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("finished_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "run_request",
                "app": "core",
                "unique_together": (("portal", "kind", "slot"),),
                "indexes": [Index(fields=["state", "id"])],
                "pk_attr": "id",
                "table_description": "run request",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Snapshot",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.OneToOneField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="snapshot",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("read_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("people", fields.IntField()),
                ("strays", fields.IntField(default=0)),
                ("attribute_ids", fields.TextField(unique=False)),
                ("departments", fields.TextField(unique=False)),
                ("shared_emails", fields.TextField(unique=False)),
                ("repeated_emails", fields.TextField(unique=False)),
            ],
            options={"table": "snapshot", "app": "core", "pk_attr": "id", "table_description": "snapshot"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SnapshotPart",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="snapshot_parts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("bucket", fields.IntField()),
                ("digest", fields.CharField(max_length=32)),
                ("content", fields.BinaryField()),
            ],
            options={
                "table": "snapshot_part",
                "app": "core",
                "unique_together": (("portal", "bucket"),),
                "pk_attr": "id",
                "table_description": "snapshot part",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Connection",
            name="failures",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Connection",
            name="retry_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Link",
            name="missed_runs",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="Mapping",
            name="owner",
            field=fields.CharField(default="hr", db_default="hr", max_length=20),
        ),
        ops.AddField(
            model_name="Mapping",
            name="translations",
            field=fields.TextField(default="{}", db_default="{}", unique=False),
        ),
        ops.AddField(
            model_name="Plan",
            name="asked_by",
            field=fields.CharField(default="", db_default="", max_length=200),
        ),
        ops.AddField(
            model_name="Plan",
            name="asked_by_id",
            field=fields.CharField(default="", db_default="", max_length=400),
        ),
        ops.AddField(
            model_name="Plan",
            name="based_on",
            field=fields.CharField(null=True, max_length=32),
        ),
        ops.AddField(
            model_name="Plan",
            name="doubts",
            field=fields.TextField(default="[]", db_default="[]", unique=False),
        ),
        ops.AddField(
            model_name="Plan",
            name="expires_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Plan",
            name="hash",
            field=fields.CharField(default="", db_default="", max_length=64),
        ),
        ops.AddField(
            model_name="Plan",
            name="scope",
            field=fields.CharField(default="everyone", db_default="everyone", max_length=10),
        ),
        ops.AddField(
            model_name="Plan",
            name="source",
            field=fields.CharField(default="read", db_default="read", max_length=10),
        ),
        ops.AddField(
            model_name="Plan",
            name="state",
            field=fields.CharField(default="open", db_default="open", max_length=10),
        ),
        ops.AddField(
            model_name="Plan",
            name="tripped",
            field=fields.TextField(default="[]", db_default="[]", unique=False),
        ),
        ops.AddField(
            model_name="Plan",
            name="undoes",
            field=fields.CharField(null=True, max_length=32),
        ),
        ops.AddField(
            model_name="PlanItem",
            name="also",
            field=fields.CharField(default="", db_default="", max_length=20),
        ),
        ops.AddField(
            model_name="PlanItem",
            name="company",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name="PlanItem",
            name="department",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name="PlanItem",
            name="linked_before",
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name="PlanItem",
            name="planned_reason",
            field=fields.CharField(default="", db_default="", max_length=40),
        ),
        ops.AddField(
            model_name="PlanItem",
            name="released",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddIndex(
            model_name="PlanItem",
            index=Index(fields=["plan_id", "employee_id"]),
        ),
        ops.AddField(
            model_name="Portal",
            name="end_vanished",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="Portal",
            name="guard",
            field=fields.TextField(default="", db_default="", unique=False),
        ),
        ops.AddField(
            model_name="Portal",
            name="schedule_at",
            field=fields.CharField(default="03:30", db_default="03:30", max_length=5),
        ),
        ops.AddField(
            model_name="Portal",
            name="schedule_on",
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddField(
            model_name="Portal",
            name="schedule_since",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Portal",
            name="scope",
            field=fields.TextField(default="", db_default="", unique=False),
        ),
        ops.AddField(
            model_name="Portal",
            name="second_approver",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="Run",
            name="asked_by",
            field=fields.CharField(default="", db_default="", max_length=200),
        ),
    ]
