"""The shape of a database: all that its catalogue says of tables, columns, indexes, constraints and triggers."""

import re
import sqlite3
from contextlib import closing

import psycopg

Shape = set[tuple[str, ...]]

_POSTGRESQL = """
    SELECT 'column', table_name, column_name, data_type, udt_name, is_nullable, column_default,
           character_maximum_length::text, is_identity
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'table', relname, relkind::text, obj_description(oid, 'pg_class'), '', '', '', '', ''
      FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'index', tablename, indexname, indexdef, '', '', '', '', ''
      FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', '', '', ''
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', '', '', '', ''
      FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function', proname, pg_get_functiondef(oid), '', '', '', '', '', ''
      FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


def shape_of(url: str) -> Shape:
    """What two databases must have in common to be the same to us; the order of the columns is not part of it."""
    if not url.startswith("sqlite"):
        with psycopg.connect(url) as server:
            return {tuple(map(str, row)) for row in server.execute(_POSTGRESQL)}
    with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as file:
        rows = file.execute("SELECT type, tbl_name, name, coalesce(sql, '') FROM sqlite_master").fetchall()
    return {(kind, table, name, *parts) for kind, table, name, sql in rows for parts in _parts(kind, sql)}


def _parts(kind: str, sql: str) -> list[tuple[str, ...]]:
    """A table's statement as one part for each column or constraint, in which only spaces and comments do not count."""
    plain = " ".join(re.sub(r"/\*.*?\*/", "", sql, flags=re.DOTALL).split())
    if kind != "table":
        return [(plain,)]
    inside = plain[plain.index("(") + 1 : plain.rindex(")")]
    return [(part.strip(),) for part in re.split(r",(?![^(]*\))", inside)]
