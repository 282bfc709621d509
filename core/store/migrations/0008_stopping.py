from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("core", "0007_drafts")]

    initial = False

    operations = [
        ops.AddField(
            model_name="RunRequest",
            name="stopped_by",
            field=fields.CharField(null=True, max_length=200),
        ),
        ops.AddField(
            model_name="RunRequest",
            name="undoes",
            field=fields.CharField(null=True, max_length=32),
        ),
    ]
