"""Everyone in UKG Pro: the two main lists read in full, joined by employee id, one employee per person."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import date

from core.ukg.attribute_values import sources_of
from core.ukg.client import UkgClient
from core.ukg.completeness import Completeness, EndpointProof
from core.ukg.errors import NOTHING_WRITTEN, SourceIncomplete
from core.ukg.lookups import read_lookups
from core.ukg.paging import read_pages
from core.ukg.records import (
    EMPLOYMENT_PATH,
    PERSON_PATH,
    Directory,
    Records,
    employment_identity,
    person_identity,
)

# Rows read so far; called after every page.
Progress = Callable[[int], Awaitable[None]]


async def read_directory(
    client: UkgClient, attribute_ids: Collection[str], today: date, progress: Progress | None = None
) -> Directory:
    """Read everyone, with the mapped attributes and nothing else.

    When rows moved between pages while we read, everything is read once more; if they moved again, `completeness`
    says so. Raises `UkgError` when a page cannot be read, or when there is nobody at all.
    """
    directory = await _read_once(client, attribute_ids, today, progress)
    if not directory.completeness.complete:
        directory = await _read_once(client, attribute_ids, today, progress)
    return directory


async def _read_once(
    client: UkgClient, attribute_ids: Collection[str], today: date, progress: Progress | None
) -> Directory:
    records = Records(attribute_ids)
    person_proof, employment_proof = EndpointProof("person-details"), EndpointProof("employment-details")
    completeness = Completeness([person_proof, employment_proof])

    async def read_persons() -> None:
        decode = records.person_decoder.decode
        async for page in read_pages(client, PERSON_PATH, person_proof, decode, person_identity):
            records.take_persons(page)
            await _tell(progress, person_proof, employment_proof)

    async def read_employments() -> None:
        decode = records.employment_decoder.decode
        async for page in read_pages(client, EMPLOYMENT_PATH, employment_proof, decode, employment_identity):
            records.take_employments(page)
            await _tell(progress, person_proof, employment_proof)

    await together(read_persons(), read_employments())
    if not records.person_ids or not records.employment_ids:
        empty = employment_proof if records.person_ids else person_proof
        raise SourceIncomplete(
            f"UKG Pro answered {empty.endpoint} with an empty list, as if nobody worked there. {NOTHING_WRITTEN} "
            "Check what the service account may see."
        )
    lookups = await read_lookups(client, sources_of(attribute_ids), completeness.endpoints)
    return await records.joined(lookups, today, completeness)


async def together(*reads: Awaitable[None]) -> None:
    """Several reads at once; the first failure stops the others and is raised as it is."""
    tasks = [asyncio.ensure_future(read) for read in reads]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _tell(progress: Progress | None, *proofs: EndpointProof) -> None:
    if progress is not None:
        await progress(sum(proof.rows for proof in proofs))


__all__ = ["EMPLOYMENT_PATH", "PERSON_PATH", "Directory", "Progress", "read_directory", "together"]
