"""The audit trail can only grow: the database refuses to change or delete a line, whoever asks."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

_SQLITE = [
    f"""
    CREATE TRIGGER audit_line_no_{verb} BEFORE {verb} ON audit_line
    BEGIN SELECT RAISE(ABORT, 'audit lines are never changed or deleted'); END
    """
    for verb in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    """
    CREATE FUNCTION audit_line_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'audit lines are never changed or deleted' USING ERRCODE = 'check_violation'; END $$
    """,
    """
    CREATE TRIGGER audit_line_only_grows BEFORE UPDATE OR DELETE ON audit_line
    FOR EACH ROW EXECUTE FUNCTION audit_line_only_grows()
    """,
]


async def only_grow(apps: Any, editor: Any) -> None:
    sqlite = editor.client.capabilities.dialect == "sqlite"
    for statement in _SQLITE if sqlite else _POSTGRESQL:
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_embedded_portal")]

    initial = False

    operations = [ops.RunPython(only_grow)]
