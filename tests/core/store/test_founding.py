"""A database made at once is the same as one that went through every migration."""

import pytest

from core.store.connection import open_store, tortoise_configuration
from core.store.errors import DatabaseUnusable
from core.store.founding import make_tables
from core.store.migrating import known_migrations
from core.store.models import Portal
from core.store.upgrade_lock import upgrade_transaction
from core.store.upgrading import migrate, open_record
from tests.core.store.databases import as_it_is
from tests.core.store.shapes import shape_of


async def execute(url: str, *statements: str) -> None:
    async with as_it_is(url) as connection:
        for statement in statements:
            await connection.execute_query(statement)


async def applied(url: str) -> list[tuple[str, str]]:
    async with as_it_is(url) as connection:
        rows = await connection.execute_query_dict("SELECT app, name FROM tortoise_migrations ORDER BY id")
    return [(row["app"], row["name"]) for row in rows]


async def test_a_database_made_at_once_is_the_same_as_one_migrated_step_by_step(
    empty_database_url: str, other_empty_database_url: str
) -> None:
    async with open_store(empty_database_url):
        pass
    async with as_it_is(other_empty_database_url) as connection:
        await migrate(connection, tortoise_configuration(other_empty_database_url)["apps"])
    made, migrated = shape_of(empty_database_url), shape_of(other_empty_database_url)
    assert (sorted(made - migrated), sorted(migrated - made)) == ([], [])
    assert {"table", "index", "trigger"} <= {part[0] for part in made}
    assert await applied(empty_database_url) == await applied(other_empty_database_url)
    assert await applied(empty_database_url) == [("core", name) for name in known_migrations()]


@pytest.mark.parametrize(
    ("on_sqlite", "on_postgresql"),
    [
        ("DROP TABLE note", "DROP TABLE note"),
        ("ALTER TABLE link RENAME COLUMN missed_runs TO missed", "ALTER TABLE link ALTER missed_runs SET DEFAULT 1"),
        ("ALTER TABLE portal DROP COLUMN licence_limit", "ALTER TABLE portal ALTER licence_limit SET NOT NULL"),
        ("ALTER TABLE portal ADD COLUMN x INT REFERENCES run (id)", "ALTER TABLE portal ADD CHECK (id > 0)"),
        ("CREATE INDEX i ON portal (name)", "CREATE UNIQUE INDEX i ON portal (name)"),
        ('DROP TRIGGER "audit_line_no_UPDATE"', "DROP TRIGGER audit_line_only_grows ON audit_line"),
    ],
)
async def test_the_comparison_sees_any_difference(empty_database_url: str, on_sqlite: str, on_postgresql: str) -> None:
    async with open_store(empty_database_url):
        pass
    before = shape_of(empty_database_url)
    await execute(empty_database_url, on_sqlite if empty_database_url.startswith("sqlite") else on_postgresql)
    assert shape_of(empty_database_url) != before


async def test_a_making_that_fails_at_its_very_end_leaves_nothing_behind(empty_database_url: str) -> None:
    async with as_it_is(empty_database_url) as connection:
        with pytest.raises(ModuleNotFoundError):
            async with upgrade_transaction(connection) as alone:
                await make_tables(alone, [*known_migrations(), "9999_of_the_future"])
    assert shape_of(empty_database_url) == set()
    async with open_store(empty_database_url):
        assert await Portal.all().count() == 0


async def test_a_database_with_a_note_of_no_migration_and_nothing_else_counts_as_empty(empty_database_url: str) -> None:
    async with as_it_is(empty_database_url) as connection:
        await open_record(connection)
    async with open_store(empty_database_url):
        assert await Portal.all().count() == 0


async def test_tables_of_ours_without_a_note_of_their_version_are_refused_and_not_changed(
    empty_database_url: str,
) -> None:
    await execute(empty_database_url, "CREATE TABLE run_lock (portal_id INT)", "CREATE TABLE portal (name TEXT)")
    before = shape_of(empty_database_url)
    with pytest.raises(DatabaseUnusable, match="no note of the version that made them; it was not changed"):
        async with open_store(empty_database_url):
            pytest.fail("it opened")
    assert shape_of(empty_database_url) == before


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
async def test_tables_of_another_program_in_the_same_postgresql_database_stay_as_they_are(
    empty_database_url: str,
) -> None:
    await execute(empty_database_url, "CREATE TABLE cook (name TEXT)", "INSERT INTO cook VALUES ('Ann')")
    async with open_store(empty_database_url):
        assert await Portal.all().count() == 0
    async with as_it_is(empty_database_url) as connection:
        assert await connection.execute_query_dict("SELECT name FROM cook") == [{"name": "Ann"}]
