from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("core", "0001_first")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Admin",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="admins",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("name", fields.CharField(max_length=200)),
                ("name_key", fields.CharField(max_length=400)),
                ("role", fields.CharField(max_length=20)),
                ("slack_user", fields.CharField(null=True, max_length=40)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "admin",
                "app": "core",
                "unique_together": (("portal", "name_key"), ("portal", "slack_user")),
                "pk_attr": "id",
                "table_description": "admin",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Attempts",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("key", fields.CharField(unique=True, max_length=64)),
                ("failures", fields.IntField()),
                ("first_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={"table": "attempts", "app": "core", "pk_attr": "id", "table_description": "attempts"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AuditLine",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("portal_id", fields.IntField(null=True)),
                ("portal_slug", fields.CharField(max_length=63)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("actor", fields.CharField(max_length=200)),
                ("face", fields.CharField(max_length=20)),
                ("action", fields.CharField(max_length=60)),
                ("subject", fields.TextField(unique=False)),
                ("before", fields.TextField(null=True, unique=False)),
                ("after", fields.TextField(null=True, unique=False)),
            ],
            options={
                "table": "audit_line",
                "app": "core",
                "indexes": [Index(fields=["portal_id", "id"])],
                "pk_attr": "id",
                "table_description": "audit line",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Course",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="courses",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=200)),
                ("title_key", fields.CharField(max_length=400)),
                ("published", fields.BooleanField(default=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "course",
                "app": "core",
                "unique_together": (("portal", "title_key"),),
                "pk_attr": "id",
                "table_description": "course",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Enrolment",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "course",
                    fields.ForeignKeyField(
                        "core.Course",
                        source_field="course_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="enrolments",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "learner",
                    fields.ForeignKeyField(
                        "core.Learner",
                        source_field="learner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="enrolments",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("status", fields.CharField(max_length=20)),
                ("enrolled_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "enrolment",
                "app": "core",
                "unique_together": (("course", "learner"),),
                "indexes": [Index(fields=["learner_id"])],
                "pk_attr": "id",
                "table_description": "enrolment",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Group",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="groups",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("title", fields.CharField(max_length=200)),
                ("title_key", fields.CharField(max_length=400)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "learner_group",
                "app": "core",
                "unique_together": (("portal", "title_key"),),
                "pk_attr": "id",
                "table_description": "group",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GroupCourse",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "group",
                    fields.ForeignKeyField(
                        "core.Group",
                        source_field="group_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="group_courses",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "course",
                    fields.ForeignKeyField(
                        "core.Course",
                        source_field="course_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="group_courses",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
            ],
            options={
                "table": "group_course",
                "app": "core",
                "unique_together": (("group", "course"),),
                "pk_attr": "id",
                "table_description": "group course",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Mail",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mails",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "learner",
                    fields.ForeignKeyField(
                        "core.Learner",
                        source_field="learner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mails",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "invite",
                    fields.ForeignKeyField(
                        "core.Invite",
                        source_field="invite_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="mails",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=30)),
                ("state", fields.CharField(max_length=10)),
                ("message_id", fields.CharField(unique=True, max_length=32)),
                ("attempts", fields.IntField(default=0, db_default=0)),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("claimed_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("error", fields.TextField(null=True, unique=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("sent_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("sent_to", fields.CharField(null=True, max_length=254)),
            ],
            options={
                "table": "mail",
                "app": "core",
                "indexes": [
                    Index(fields=["state", "due_at"]),
                    Index(fields=["invite_id"]),
                    Index(fields=["learner_id"]),
                ],
                "pk_attr": "id",
                "table_description": "mail",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MailTemplate",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "portal",
                    fields.ForeignKeyField(
                        "core.Portal",
                        source_field="portal_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="mail_templates",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("kind", fields.CharField(max_length=30)),
                ("subject", fields.TextField(unique=False)),
                ("text", fields.TextField(unique=False)),
                ("html", fields.TextField(unique=False)),
            ],
            options={
                "table": "mail_template",
                "app": "core",
                "unique_together": (("portal", "kind"),),
                "pk_attr": "id",
                "table_description": "mail template",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Membership",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "group",
                    fields.ForeignKeyField(
                        "core.Group",
                        source_field="group_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="memberships",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                (
                    "learner",
                    fields.ForeignKeyField(
                        "core.Learner",
                        source_field="learner_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="memberships",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("origin", fields.CharField(max_length=10)),
                ("joined_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "membership",
                "app": "core",
                "unique_together": (("group", "learner"),),
                "indexes": [Index(fields=["learner_id"])],
                "pk_attr": "id",
                "table_description": "membership",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Rule",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "group",
                    fields.OneToOneField(
                        "core.Group",
                        source_field="group_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="rule",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("draft", fields.TextField(null=True, unique=False)),
                ("running", fields.TextField(null=True, unique=False)),
                ("keep_enrolments", fields.BooleanField(default=False)),
                ("ran_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={"table": "rule", "app": "core", "pk_attr": "id", "table_description": "rule"},
            bases=["Model"],
        ),
        ops.AddField(
            model_name="CustomField",
            name="editable",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="CustomField",
            name="mandatory",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="CustomField",
            name="multiple",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AlterField(
            model_name="Invite",
            name="expires_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AlterField(
            model_name="Invite",
            name="token_hash",
            field=fields.CharField(null=True, unique=True, max_length=64),
        ),
        ops.AddField(
            model_name="Invite",
            name="seed",
            field=fields.CharField(null=True, max_length=32),
        ),
        ops.AddIndex(
            model_name="Invite",
            index=Index(fields=["learner_id", "status"]),
        ),
        ops.AddField(
            model_name="Learner",
            name="accepted_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Learner",
            name="invited_by",
            field=fields.CharField(null=True, max_length=200),
        ),
        ops.AddField(
            model_name="Learner",
            name="last_sign_in_at",
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name="Learner",
            name="must_change_password",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="Learner",
            name="password_hash",
            field=fields.TextField(null=True, unique=False),
        ),
        ops.AddField(
            model_name="Learner",
            name="session_version",
            field=fields.IntField(default=1, db_default=1),
        ),
        ops.AddField(
            model_name="Portal",
            name="allow_existing",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="Portal",
            name="licence_limit",
            field=fields.IntField(null=True),
        ),
    ]
