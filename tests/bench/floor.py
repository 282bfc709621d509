"""The floor: the least that any sync of this kind must do, written as straight as Python allows.

The same pages fetched with httpx (both lists at once, as a sync does), decoded with msgspec into just the fields that
a sync keeps, joined by employee id, each person hashed; then the digests of the last run read, or the rows that a
first sync leaves inserted with `sqlite3.executemany`. Run by itself it prints its seconds as JSON:

    python -m tests.bench.floor read URL
    python -m tests.bench.floor second URL DATABASE
    python -m tests.bench.floor first URL DATABASE
"""

import asyncio
import json
import sqlite3
import sys
import time
from hashlib import blake2b
from pathlib import Path

import httpx
import msgspec

_PAGE_SIZE = 500
_TABLES = ("learner", "invite", "mail", "link", "plan_item", "note")


class Person(msgspec.Struct, gc=False):
    """The fields of person-details that a sync keeps."""

    employeeId: str | None = None
    personId: str | None = None
    companyId: str | None = None
    firstName: str | None = None
    lastName: str | None = None
    emailAddress: str | None = None


class Employment(msgspec.Struct, gc=False):
    """The fields of employment-details that a sync keeps, with the five mapped ones."""

    employeeID: str | None = None
    companyID: str | None = None
    employeeStatusCode: str | None = None
    lastHireDate: str | None = None
    originalHireDate: str | None = None
    dateOfTermination: str | None = None
    dateTimeChanged: str | None = None
    jobTitle: str | None = None
    jobDescription: str | None = None
    orgLevel1Code: str | None = None
    orgLevel2Code: str | None = None
    orgLevel3Code: str | None = None
    orgLevel4Code: str | None = None
    primaryWorkLocationCode: str | None = None
    employeeNumber: str | None = None


async def _pages(client: httpx.AsyncClient, path: str, kind: object) -> list[object]:
    decoder = msgspec.json.Decoder(kind)
    rows: list[object] = []
    page = 1
    while True:
        response = await client.get(path, params={"page": page, "per_Page": _PAGE_SIZE})
        rows += decoder.decode(response.content)
        if 'rel="next"' not in response.headers.get("link", ""):
            return rows
        page += 1


async def read_and_hash(url: str) -> dict[str, bytes]:
    """Everyone fetched, decoded, joined and hashed: digests by employee id."""
    async with httpx.AsyncClient(
        base_url=url,
        auth=("svc-ukg-sync", "sandbox-password"),
        headers={"US-Customer-Api-Key": "SBX01", "Accept": "application/json"},
        timeout=90,
    ) as client:
        persons, employments = await asyncio.gather(
            _pages(client, "/personnel/v1/person-details", list[Person]),
            _pages(client, "/personnel/v1/employment-details", list[Employment]),
        )
    by_id = {person.employeeId: person for person in persons}
    encode = msgspec.msgpack.Encoder().encode
    digests: dict[str, bytes] = {}
    for employment in employments:
        person = by_id.get(employment.employeeID)
        if person is not None:
            digests[person.employeeId] = blake2b(encode((person, employment)), digest_size=16).digest()
    return digests


def stored_digests(database: str) -> int:
    """The digests of the last run, read with plain sqlite3."""
    connection = sqlite3.connect(database)
    number = len(connection.execute("SELECT employee_id, digest FROM link").fetchall())
    connection.close()
    return number


def rows_of_first_sync(database: str) -> tuple[str, list[tuple[str, int, list[tuple[object, ...]]]]]:
    """The schema of a synced database, and the rows of the tables that a first sync fills."""
    connection = sqlite3.connect(database)
    schema = ";\n".join(
        sql
        for (sql,) in connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        )
    )
    tables = []
    for table in _TABLES:
        cursor = connection.execute(f"SELECT * FROM {table}")
        tables.append((table, len(cursor.description), cursor.fetchall()))
    connection.close()
    return schema, tables


def insert(schema: str, tables: list[tuple[str, int, list[tuple[object, ...]]]], target: Path) -> None:
    """The rows into a new database, 500 to a transaction, with the settings a sync writes with."""
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(schema)
    for table, columns, rows in tables:
        statement = f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})"
        for start in range(0, len(rows), _PAGE_SIZE):
            connection.execute("BEGIN")
            connection.executemany(statement, rows[start : start + _PAGE_SIZE])
            connection.execute("COMMIT")
    connection.close()


def main(kind: str, url: str, database: str = "") -> dict[str, float]:
    """Measure one kind of floor."""
    prepared = rows_of_first_sync(database) if kind == "first" else None
    started = time.perf_counter()
    digests = asyncio.run(read_and_hash(url))
    if kind == "second":
        stored_digests(database)
    if prepared is not None:
        target = Path(f"{database}.floor")
        insert(*prepared, target)
    seconds = time.perf_counter() - started
    if prepared is not None:
        for leftover in Path(target.parent).glob(f"{target.name}*"):
            leftover.unlink()
    return {"seconds": seconds, "people": len(digests)}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
