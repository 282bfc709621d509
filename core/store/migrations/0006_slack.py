from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("core", "0005_learnupon_portals")]

    initial = False

    operations = [
        ops.CreateModel(
            name="RunProgress",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "run",
                    fields.OneToOneField(
                        "core.Run",
                        source_field="run_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="progress",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("step", fields.CharField(max_length=20)),
                ("done", fields.IntField()),
                ("total", fields.IntField(null=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "run_progress", "app": "core", "pk_attr": "id", "table_description": "run progress"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SlackPost",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="slack_posts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "parent",
                    fields.ForeignKeyField(
                        "core.SlackPost",
                        source_field="parent_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="replies",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=10)),
                ("subject", fields.CharField(max_length=80)),
                ("channel", fields.CharField(max_length=40)),
                ("asked_by", fields.CharField(null=True, max_length=40)),
                ("personal", fields.BooleanField()),
                ("state", fields.CharField(max_length=10)),
                ("begun", fields.BooleanField(default=False)),
                ("stands_in", fields.CharField(null=True, max_length=40)),
                ("ts", fields.CharField(null=True, max_length=40)),
                ("file", fields.CharField(null=True, max_length=40)),
                ("shown", fields.CharField(default="", max_length=64)),
                ("attempts", fields.IntField(default=0)),
                ("error", fields.CharField(null=True, max_length=200)),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("posted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "slack_post",
                "app": "core",
                "unique_together": (("kind", "subject"),),
                "indexes": [Index(fields=["state", "due_at"]), Index(fields=["parent_id"])],
                "pk_attr": "id",
                "table_description": "Slack post",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SlackSender",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("name", fields.CharField(unique=True, max_length=20)),
                ("holder", fields.CharField(max_length=64)),
                ("host", fields.CharField(max_length=255)),
                ("pid", fields.IntField()),
                ("expires_at", fields.FloatField()),
            ],
            options={"table": "slack_sender", "app": "core", "pk_attr": "id", "table_description": "Slack sender"},
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Portal",
            name="slack_channel",
            field=fields.CharField(null=True, max_length=40),
        ),
        ops.AddField(
            model_name="Portal",
            name="slack_quiet",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="Portal",
            name="slack_since",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
