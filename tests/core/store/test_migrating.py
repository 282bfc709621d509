"""A database of an earlier version is brought up to date, and keeps what it holds."""

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError
from tortoise.migrations.operations import RunPython

from core.clock import now
from core.store.connection import open_store, tortoise_configuration
from core.store.models import AuditLine, Invite, Learner, Portal
from core.store.upgrading import migrate
from tests.core.store.databases import as_it_is

_PORTAL = """
    INSERT INTO portal (slug, name, kind, timezone, sso, integration_enabled, manual_sync_minutes, invite_when,
                        invite_how, field_limit, page_size, requests_per_minute, created_at)
    VALUES ('acme', 'Acme', 'embedded', 'UTC', '0', '1', 60, 'added', 'invite', 10, 500, 600, '2026-03-10T12:00:00Z')
"""
_LEARNER = """
    INSERT INTO learner (portal_id, email, email_key, first_name, last_name, user_type, status, accepted, source,
                         custom, revision, created_at, created_by)
    VALUES (1, 'Ann@example.com', 'ann@example.com', 'Ann', 'Lee', 'learner', 'pending', '0', 'ukg', '{}', 1,
            '2026-03-10T12:00:00Z', 'UKG Pro sync')
"""
_INVITE = """
    INSERT INTO invite (learner_id, kind, status, token_hash, created_at, expires_at)
    VALUES (1, 'invitation', 'open', 'abc', '2026-03-10T12:00:00Z', '2026-03-13T12:00:00Z')
"""


async def test_a_database_of_the_first_version_is_brought_up_to_date_and_keeps_its_people(
    empty_database_url: str,
) -> None:
    async with as_it_is(empty_database_url) as connection:
        await migrate(connection, tortoise_configuration(empty_database_url)["apps"], until="0001_first")
        for statement in (_PORTAL, _LEARNER, _INVITE):
            await connection.execute_query(statement)
    async with open_store(empty_database_url):
        portal, learner, invite = await Portal.get(), await Learner.get(), await Invite.get()
        assert (portal.allow_existing, portal.licence_limit) == (False, None)
        assert (learner.email, learner.session_version, learner.must_change_password) == ("Ann@example.com", 1, False)
        assert (invite.token_hash, invite.seed) == ("abc", None)
        assert invite.expires_at == datetime(2026, 3, 13, 12, tzinfo=UTC)


async def test_code_of_a_migration_may_query_the_models_as_they_were_at_its_time(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[str, bool, str]] = []

    async def look(apps: Any, editor: Any) -> None:
        portals, learners = apps.get_model("core.Portal"), apps.get_model("core.Learner")
        for learner in await learners.filter(portal__slug="acme").select_related("portal"):
            found.append((learner.portal.slug, hasattr(learner, "session_version"), learner.email))
        await portals.filter(slug="acme").update(name="Acme Academy")

    second = import_module("core.store.migrations.0002_embedded_portal")
    monkeypatch.setattr(second.Migration, "operations", [RunPython(look), *second.Migration.operations])
    apps = tortoise_configuration(empty_database_url)["apps"]
    async with as_it_is(empty_database_url) as connection:
        await migrate(connection, apps, until="0001_first")
        for statement in (_PORTAL, _LEARNER):
            await connection.execute_query(statement)
        await migrate(connection, apps, until="0002_embedded_portal")
        assert await connection.execute_query_dict("SELECT name FROM portal") == [{"name": "Acme Academy"}]
    assert found == [("acme", False, "Ann@example.com")]


async def test_an_audit_line_can_be_neither_changed_nor_deleted(store: str) -> None:
    line = await AuditLine.create(
        portal_slug="acme", at=now(), actor="Ann", face="cli", action="portal created", subject="acme"
    )
    with pytest.raises(IntegrityError):
        await AuditLine.filter(id=line.id).update(actor="Bea")
    with pytest.raises(IntegrityError):
        await line.delete()
    assert [row.actor for row in await AuditLine.all()] == ["Ann"]
