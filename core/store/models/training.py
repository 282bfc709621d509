"""Groups, their dynamic rules, courses, and who is in them."""

from tortoise import fields
from tortoise.models import Model

from core.store.models.people import Learner
from core.store.models.settings import Portal


class Group(Model):
    """A group of learners. `title_key` is the title case-folded: titles are unique in a portal whatever their case."""

    id = fields.IntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="groups")
    portal_id: int
    title = fields.CharField(max_length=200)
    title_key = fields.CharField(max_length=400)
    created_at = fields.DatetimeField()

    class Meta:
        table = "learner_group"
        table_description = "group"
        unique_together = (("portal", "title_key"),)


class Rule(Model):
    """A group's dynamic rule. `draft` and `running` are definitions as JSON (see `core.domain.rules`); null: none.

    `keep_enrolments` says what happens to those the running rule takes out of the group.
    """

    id = fields.IntField(primary_key=True)
    group: fields.OneToOneRelation[Group] = fields.OneToOneField("core.Group", related_name="rule")
    group_id: int
    draft = fields.TextField(null=True)
    running = fields.TextField(null=True)
    keep_enrolments = fields.BooleanField(default=False)
    ran_at = fields.DatetimeField(null=True)

    class Meta:
        table = "rule"
        table_description = "rule"


class Membership(Model):
    """A learner in a group. `origin` is `manual` (an admin's doing, which no rule undoes) or `automatic`."""

    id = fields.BigIntField(primary_key=True)
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField("core.Group", related_name="memberships")
    group_id: int
    learner: fields.ForeignKeyRelation[Learner] = fields.ForeignKeyField("core.Learner", related_name="memberships")
    learner_id: int
    origin = fields.CharField(max_length=10)
    joined_at = fields.DatetimeField()

    class Meta:
        table = "membership"
        table_description = "membership"
        unique_together = (("group", "learner"),)
        indexes = (("learner_id",),)


class Course(Model):
    """A course. Only a published one takes enrolments. `title_key` is the title case-folded."""

    id = fields.IntField(primary_key=True)
    portal: fields.ForeignKeyRelation[Portal] = fields.ForeignKeyField("core.Portal", related_name="courses")
    portal_id: int
    title = fields.CharField(max_length=200)
    title_key = fields.CharField(max_length=400)
    published = fields.BooleanField(default=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "course"
        table_description = "course"
        unique_together = (("portal", "title_key"),)


class GroupCourse(Model):
    """A course of a group: whoever is in the group is enrolled on it."""

    id = fields.IntField(primary_key=True)
    group: fields.ForeignKeyRelation[Group] = fields.ForeignKeyField("core.Group", related_name="group_courses")
    group_id: int
    course: fields.ForeignKeyRelation[Course] = fields.ForeignKeyField("core.Course", related_name="group_courses")
    course_id: int

    class Meta:
        table = "group_course"
        table_description = "group course"
        unique_together = (("group", "course"),)


class Enrolment(Model):
    """A learner on a course; `status` is one of `core.domain.enrolment.EnrolmentStatus`."""

    id = fields.BigIntField(primary_key=True)
    course: fields.ForeignKeyRelation[Course] = fields.ForeignKeyField("core.Course", related_name="enrolments")
    course_id: int
    learner: fields.ForeignKeyRelation[Learner] = fields.ForeignKeyField("core.Learner", related_name="enrolments")
    learner_id: int
    status = fields.CharField(max_length=20)
    enrolled_at = fields.DatetimeField()

    class Meta:
        table = "enrolment"
        table_description = "enrolment"
        unique_together = (("course", "learner"),)
        indexes = (("learner_id",),)
