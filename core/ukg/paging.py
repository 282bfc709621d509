"""Reading a list to its end, and knowing that it was the end (facts/ukg-pro-api.md, section 2).

A page may hold fewer rows than were asked for, so a short page alone proves nothing. What proves the end: a `Link`
header without a `next`, a short page after pages that did name a `next`, or an empty page.
"""

import re
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from core.ukg.client import Answer, UkgClient
from core.ukg.completeness import EndpointProof
from core.ukg.errors import NOTHING_WRITTEN, NotFound, SourceIncomplete, UnreadableAnswer

Row = TypeVar("Row")

_LINK = re.compile(r"<([^>]*)>\s*;\s*rel=\"?([a-z]+)\"?", re.IGNORECASE)
_PAGING_RELATIONS = frozenset({"first", "prev", "previous", "next", "last"})
_MOST_PAGES = 100_000
_FILTERED_PAGE = 100  # a few people's rows; a tenant that ignores the filter sends no more than these of others
_NO_FILTERS: Mapping[str, str] = {}


async def read_pages(
    client: UkgClient,
    path: str,
    proof: EndpointProof,
    decode: Callable[[bytes], list[Row]],
    key: Callable[[Row], Hashable],
    filters: Mapping[str, str] = _NO_FILTERS,
) -> AsyncIterator[list[Row]]:
    """Every page of the list at `path`, as lists of rows not seen before; fills `proof` on the way.

    With `filters` a 404 means that nobody matches. Raises `UkgError` when a page stays unreadable, and
    `SourceIncomplete` when the server never comes to an end.
    """
    page_size = min(client.pace.page_size, _FILTERED_PAGE) if filters else client.pace.page_size
    query: dict[str, str | int] = {"page": 1, "per_Page": page_size, **filters}
    seen: set[Hashable] = set()
    linked, promised, repeated, fullest = False, False, False, 0
    while proof.pages < _MOST_PAGES:
        try:
            rows, link = await client.get(path, query, lambda answer: _page(proof.endpoint, answer, decode))
        except NotFound:
            if promised or (proof.pages == 0 and not filters):
                raise
            rows, link = [], None  # whether no match and a page past the end are empty or a 404 is not documented
        proof.pages += 1
        proof.rows += len(rows)
        fresh = _not_seen_before(rows, key, seen)
        proof.duplicates += len(rows) - len(fresh)
        # A page shorter than those before may be the last one, and its few rows may all have moved there.
        if rows and not fresh and (repeated or len(rows) >= fullest):
            raise SourceIncomplete(
                f"UKG Pro sent a page of {proof.endpoint} a second time instead of the next one. {NOTHING_WRITTEN} "
                "Try again later."
            )
        relations = _relations(link)
        proof.end_reached = _end(rows, relations, linked=linked, fullest=fullest)
        yield fresh
        if proof.end_reached:
            return
        promised, repeated = "next" in relations, not fresh
        linked, fullest = linked or promised, max(fullest, len(rows))
        query = _next_query(query, relations)
    raise SourceIncomplete(f"UKG Pro's list {proof.endpoint} does not come to an end. {NOTHING_WRITTEN}")


async def read_filtered(
    client: UkgClient,
    path: str,
    proof: EndpointProof,
    decode: Callable[[bytes], list[Row]],
    key: Callable[[Row], Hashable],
    filters: Mapping[str, str],
    belongs: Callable[[Row], bool],
) -> list[Row]:
    """The rows that `filters` ask for, checked again with `belongs`; what is read is added to `proof`.

    Whether a tenant ignores a filter it does not know is not documented (facts, section 3): other rows are dropped,
    and `SourceIncomplete` is raised rather than going through everyone in search of a few.
    """
    own = EndpointProof(proof.endpoint)
    found: list[Row] = []
    async for page in read_pages(client, path, own, decode, key, filters):
        belonging = [row for row in page if belongs(row)]
        if len(belonging) < len(page) and own.end_reached is None:
            raise SourceIncomplete(
                f"UKG Pro ignored the filter on {proof.endpoint} and began to send everyone, so the reading was "
                f"stopped. {NOTHING_WRITTEN} A full sync reads everyone and needs no filter."
            )
        found += belonging
    proof.add(own)
    return found


async def read_whole(
    client: UkgClient,
    path: str,
    proof: EndpointProof,
    decode: Callable[[bytes], list[Row]],
    key: Callable[[Row], Hashable],
) -> list[Row]:
    """A list that UKG Pro does not page (jobs, locations, org-levels); a `next` link is followed all the same."""
    query: dict[str, str | int] = {}
    seen: set[Hashable] = set()
    rows: list[Row] = []
    while proof.pages < _MOST_PAGES:
        page, link = await client.get(path, query, lambda answer: _page(proof.endpoint, answer, decode))
        proof.pages += 1
        proof.rows += len(page)
        fresh = _not_seen_before(page, key, seen)
        rows += fresh
        relations = _relations(link)
        if "next" not in relations or not fresh:
            proof.end_reached = "whole list"
            return rows
        query = _next_query(query, relations)
    raise SourceIncomplete(f"UKG Pro's list {proof.endpoint} does not come to an end. {NOTHING_WRITTEN}")


def _page(endpoint: str, answer: Answer, decode: Callable[[bytes], list[Row]]) -> tuple[list[Row], str | None]:
    rows = decode(answer.body)
    if not rows and "next" in _relations(answer.link):
        raise UnreadableAnswer(
            f"UKG Pro sent an empty page in the middle of {endpoint}. {NOTHING_WRITTEN} Try again later."
        )
    return rows, answer.link


def _not_seen_before(rows: list[Row], key: Callable[[Row], Hashable], seen: set[Hashable]) -> list[Row]:
    fresh: list[Row] = []
    for row in rows:
        row_key = key(row)
        if row_key not in seen:
            seen.add(row_key)
            fresh.append(row)
    return fresh


def _relations(link: str | None) -> dict[str, str]:
    """`{"next": url, "last": url, …}` of a Link header; empty if it names no page."""
    named = {relation.lower(): url for url, relation in _LINK.findall(link or "")}
    return {relation: url for relation, url in named.items() if relation in _PAGING_RELATIONS}


def _end(rows: list[Row], relations: dict[str, str], *, linked: bool, fullest: int) -> str | None:
    if "next" in relations:
        return None
    if relations:
        return "no next link"
    if not rows:
        return "empty page"
    if linked and len(rows) < fullest:
        return "short page after linked ones"
    return None


def _next_query(query: dict[str, str | int], relations: dict[str, str]) -> dict[str, str | int]:
    """The next page's query. Only the query of a `next` link is used: credentials never follow it to another host."""
    if "next" in relations:
        return {**query, **_query_of(relations["next"], query)}
    return {**query, "page": int(query.get("page", 1)) + 1}


def _query_of(url: str, query: dict[str, str | int]) -> dict[str, str | int]:
    spelling = {name.casefold(): name for name in query}
    return {spelling.get(name.casefold(), name): value for name, value in parse_qsl(urlsplit(url).query)}
