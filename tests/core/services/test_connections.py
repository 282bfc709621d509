"""The connection to UKG Pro: tried, consented to, kept encrypted, forgotten."""

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from core.clock import now
from core.domain.custom_fields import FieldType
from core.domain.errors import SettingsError
from core.jobs.requests import RequestKind, put_once, take_next
from core.services.connections import (
    ALWAYS_READ,
    NEVER_READ,
    check_account,
    checked_credentials,
    client_of,
    connect,
    data_to_be_read,
    disconnect,
)
from core.services.fields import add_field
from core.services.mappings import list_mappings, map_attributes
from core.services.notices import Kind, open_notices
from core.services.portals import find_portal, list_portals
from core.services.requests import schedules_request
from core.services.standing import UKG_PRO, failed, worked
from core.store.errors import SecretKeyWrong
from core.store.keys import key_file
from core.store.models import Connection, Learner
from core.store.secrets import new_key
from core.ukg.errors import (
    NotFound,
    PermissionMissing,
    RequestRefused,
    ServerTrouble,
    SourceIncomplete,
    Throttled,
    Unreachable,
    UnreadableAnswer,
    WrongCredentials,
)

SECRETS = ("a-pass-word-Ä-事", "CUSTOMER-KEY-1", "USER-KEY-2")


def everything_stored(store: str, tmp_path: Path) -> bytes:
    """Every byte that the database keeps."""
    if store.startswith("sqlite"):
        return b"".join(path.read_bytes() for path in tmp_path.glob("test.db*"))
    with psycopg.connect(store) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        rows = [connection.execute(f'SELECT t::text FROM "{name}" t').fetchall() for (name,) in tables]
    return str(rows).encode()


async def test_secrets_stand_in_no_byte_of_the_database(acme, store, tmp_path):
    password, customer_key, user_key = SECRETS
    credentials = checked_credentials(
        url="ukg.example.com",
        user="svc-account",
        password=password,
        customer_api_key=customer_key,
        user_api_key=user_key,
    )
    await connect("acme", credentials, store)
    kept = everything_stored(store, tmp_path)
    assert b"svc-account" in kept
    for secret in SECRETS:
        assert secret.encode() not in kept
        assert secret not in repr(credentials)
    async with await client_of(await find_portal("acme"), store) as client:
        assert client.credentials == credentials


async def test_a_tried_account_is_kept_with_the_moment_of_consent(connected, store):
    connection = await Connection.get()
    assert (connection.status, connection.user) == ("active", "svc-ukg-sync")
    assert (connection.consented_at, connection.connected_at) == (now(), now())
    assert [row.connection for row in await list_portals()] == ["active"]


async def test_connecting_again_replaces_the_connection(connected, store, credentials):
    other = checked_credentials(
        url="https://other.example.com", user="other", password="x", customer_api_key="y", user_api_key=None
    )
    await connect("acme", other, store)
    assert [(row.url, row.user) for row in await Connection.all()] == [("https://other.example.com", "other")]


async def test_the_consent_names_what_is_always_read_what_is_mapped_and_what_never(acme):
    assert await data_to_be_read("acme") == list(ALWAYS_READ)
    await add_field("acme", "Job", FieldType.STRING)
    await add_field("acme", "Boss", FieldType.STRING)
    await map_attributes("acme", ["job_title=Job", "manager_email=Boss"])
    assert await data_to_be_read("acme") == [*ALWAYS_READ, "mapped attributes: job title, manager's e-mail"]
    assert "Social security numbers" in NEVER_READ


async def test_the_account_is_tried_on_every_list_that_a_sync_would_read(acme, credentials, sandbox):
    assert await check_account("acme", credentials) == 2
    assert {request.path.rpartition("/")[2] for request in sandbox.requests} == {"person-details", "employment-details"}
    sandbox.requests.clear()
    await add_field("acme", "Site", FieldType.STRING)
    await map_attributes("acme", ["location=Site"])
    assert await check_account("acme", credentials) == 3
    assert {request.path.rpartition("/")[2] for request in sandbox.requests} == {
        "person-details",
        "employment-details",
        "locations",
    }


async def test_a_permission_that_only_a_mapped_attribute_needs_is_missed_when_connecting(acme, credentials, sandbox):
    sandbox.settings.denied = {"Company Configuration Integration"}
    await check_account("acme", credentials)
    await add_field("acme", "Site", FieldType.STRING)
    await map_attributes("acme", ["location=Site"])
    with pytest.raises(PermissionMissing, match=r"may not read locations.+'Company Configuration Integration'"):
        await check_account("acme", credentials)


async def test_a_wrong_password_is_tried_once_since_accounts_get_locked(acme, credentials, sandbox):
    sandbox.settings.password = "changed since"
    with pytest.raises(WrongCredentials):
        await check_account("acme", credentials)
    assert len(sandbox.requests) == 1


@pytest.mark.parametrize(
    ("what", "value", "sentence"),
    [
        ("user", " ", "The user is empty"),
        ("password", "", "The password is empty"),
        ("customer_api_key", "", "The customer API key is empty"),
        ("password", "a\nb", "line break or control character"),
        ("customer_api_key", "k\r\nX-Evil: 1", "line break or control character"),
        ("customer_api_key", "schlüssel", "letters that cannot be in a key"),
        ("user_api_key", "schlüssel", "letters that cannot be in a key"),
        ("url", "not an address", "is not a web address"),
    ],
)
def test_what_cannot_be_credentials_is_refused_without_a_request(what, value, sentence):
    given = {"url": "ukg.example.com", "user": "u", "password": "p", "customer_api_key": "k", "user_api_key": None}
    with pytest.raises(SettingsError, match=sentence):
        checked_credentials(**given | {what: value})


async def test_disconnecting_forgets_the_secrets_and_nothing_else(connected, store, add_learner):
    await add_field("acme", "Job", FieldType.STRING)
    await map_attributes("acme", ["job_title=Job"])
    await add_learner("ann@example.com", custom={"Job": "Cook"})
    await disconnect("acme")
    connection = await Connection.get()
    assert (connection.secrets, connection.status) == (None, "disconnected")
    assert [row.attribute.id for row in await list_mappings("acme")] == ["job_title"]
    assert (await Learner.get()).custom == '{"Job":"Cook"}'
    for again in (disconnect("acme"), client_of(await find_portal("acme"), store)):
        with pytest.raises(SettingsError, match="is not connected"):
            await again


async def test_a_wrong_key_is_told_and_connecting_again_helps(connected, store, credentials):
    key_file(store).write_text(new_key())
    with pytest.raises(SecretKeyWrong, match="or connect again"):
        await client_of(await find_portal("acme"), store)
    await connect("acme", credentials, store)
    async with await client_of(await find_portal("acme"), store) as client:
        assert client.credentials == credentials


async def test_the_portals_own_pace_is_used(connected, store):
    connected.page_size, connected.requests_per_minute = 7, 90
    await connected.save()
    async with await client_of(await find_portal("acme"), store) as client:
        assert (client.pace.page_size, client.pace.requests_per_minute) == (7, 90)


REFUSED = WrongCredentials("UKG Pro refused the service account (401).")


async def test_an_account_that_is_refused_is_marked_and_told_at_once(connected):
    await failed(UKG_PRO, connected, REFUSED)
    connection = await Connection.get()
    assert (connection.status, connection.failures, connection.retry_at) == ("refused", 1, None)
    (notice,) = await open_notices("acme")
    assert notice.kind == Kind.CONNECTION_REFUSED
    assert "refused the service account (401)" in notice.sentence
    assert "ukg connect acme" in notice.sentence
    await failed(UKG_PRO, connected, PermissionMissing("The service account may not read locations (403)."))
    assert [notice.times for notice in await open_notices("acme")] == [2]


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("u"),
        Throttled("t"),
        ServerTrouble("s"),
        UnreadableAnswer("a"),
        SourceIncomplete("i"),
        NotFound("n"),
        RequestRefused("r"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_any_other_failure_is_tried_again_and_told_at_the_second_in_a_row(connected, error):
    await failed(UKG_PRO, connected, error)
    connection = await Connection.get()
    assert (connection.status, connection.failures) == ("active", 1)
    assert connection.retry_at == now() + timedelta(hours=1)
    assert await open_notices("acme") == []
    await failed(UKG_PRO, connected, error)
    assert [notice.kind for notice in await open_notices("acme")] == [Kind.CONNECTION_FAILING]


async def test_the_longer_it_fails_the_longer_it_is_left_alone_and_it_is_said_once(connected):
    waits = []
    for _ in range(6):
        await failed(UKG_PRO, connected, Unreachable("no answer"))
        waits.append((await Connection.get()).retry_at - now())
    assert [wait / timedelta(hours=1) for wait in waits] == [1, 2, 4, 8, 24, 24]
    assert [notice.times for notice in await open_notices("acme")] == [5]


@pytest.mark.parametrize(
    "errors", [[REFUSED], [Unreachable("no answer")] * 3, [Unreachable("no answer")] * 2 + [REFUSED]]
)
async def test_once_it_works_all_is_forgotten_and_what_waits_may_start(connected, errors):
    for error in errors:
        await failed(UKG_PRO, connected, error)
    request = schedules_request(connected.id, RequestKind.SYNC, "2026-03-10")
    request.not_before = now() + timedelta(hours=8)
    await put_once(request)
    await worked(UKG_PRO, connected)
    connection = await Connection.get()
    assert (connection.status, connection.failures, connection.retry_at) == ("active", 0, None)
    assert await open_notices("acme") == []
    assert await take_next() is not None
    await failed(UKG_PRO, connected, Unreachable("no answer"))
    assert (await Connection.get()).retry_at == now() + timedelta(hours=1)


async def test_connecting_again_mends_what_was_refused(connected, store, credentials):
    await failed(UKG_PRO, connected, REFUSED)
    await connect("acme", credentials, store)
    connection = await Connection.get()
    assert (connection.status, connection.failures, await open_notices("acme")) == ("active", 0, [])


async def test_once_disconnected_it_stays_so_whatever_a_run_in_hand_comes_to(connected):
    await failed(UKG_PRO, connected, REFUSED)
    await disconnect("acme")
    assert await open_notices("acme") == []
    for outcome in (worked(UKG_PRO, connected), failed(UKG_PRO, connected, REFUSED)):
        await outcome
        connection = await Connection.get()
        assert (connection.status, connection.failures) == ("disconnected", 0)
    assert await open_notices("acme") == []
