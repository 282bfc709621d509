from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("core", "0004_trusted_sync")]

    initial = False

    operations = [
        ops.CreateModel(
            name="LearnUponAccount",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.OneToOneField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="learnupon_account",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("url", fields.CharField(max_length=300)),
                ("secrets", fields.TextField(unique=False)),
                ("status", fields.CharField(max_length=20)),
                ("failures", fields.IntField(default=0)),
                ("retry_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("habits", fields.TextField(default="{}", unique=False)),
                ("invites_page", fields.IntField(default=1)),
                ("reconciled_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("connected_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "learnupon_account",
                "app": "core",
                "pk_attr": "id",
                "table_description": "LearnUpon account",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="CustomField",
            name="remote_id",
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name="Learner",
            name="remote_id",
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddField(
            model_name="Learner",
            name="remote_invite_id",
            field=fields.CharField(null=True, max_length=64),
        ),
        ops.AddIndex(
            model_name="Learner",
            index=Index(fields=["portal_id", "remote_id"]),
        ),
        ops.AddField(
            model_name="Plan",
            name="cost",
            field=fields.TextField(default="", db_default="", unique=False),
        ),
        ops.AddField(
            model_name="Plan",
            name="requests_portal",
            field=fields.IntField(default=0, db_default=0),
        ),
    ]
