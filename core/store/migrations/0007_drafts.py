from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("core", "0006_slack")]

    initial = False

    operations = [
        ops.CreateModel(
            name="ConnectLink",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="connect_links",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                ("made_by", fields.CharField(max_length=200)),
                ("slack_user", fields.CharField(null=True, max_length=40)),
                ("is_owner", fields.BooleanField()),
                ("tries", fields.IntField(default=0)),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "connect_link", "app": "core", "pk_attr": "id", "table_description": "connect link"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Draft",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="drafts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=20)),
                ("owner", fields.CharField(max_length=420)),
                ("content", fields.TextField(unique=False)),
                ("begun_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "draft",
                "app": "core",
                "indexes": [Index(fields=["portal_id", "kind"])],
                "pk_attr": "id",
                "table_description": "draft",
            },
            bases=["Model"],
        ),
    ]
