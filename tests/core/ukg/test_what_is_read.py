"""Which lists are read, and that how they are paged changes nothing in what comes out."""

from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.attributes import CATALOGUE, Source
from core.sandbox.ukg import faults
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.server import UkgSandbox
from core.sandbox.ukg.settings import SandboxSettings
from core.ukg.attribute_values import sources_of
from core.ukg.client import Credentials, Pace, UkgClient
from core.ukg.directory import Directory, read_directory
from core.ukg.lookups import PATHS

Read = Callable[..., Awaitable[Directory]]

_MAIN = {"person-details", "employment-details"}
_ATTRIBUTES = ("department", "location", "manager_email", "udf_01", "udf_05", "job_family", "company_city")


def _endpoints(sandbox: UkgSandbox) -> list[str]:
    return [request.path.rpartition("/")[2] for request in sandbox.requests]


async def test_without_attributes_only_the_two_main_lists_are_read(sandbox: UkgSandbox, read: Read) -> None:
    await read()
    assert sorted(_endpoints(sandbox)) == sorted(_MAIN)


async def test_attributes_of_the_main_lists_need_no_other_list(sandbox: UkgSandbox, read: Read) -> None:
    await read(*(attribute.id for attribute in CATALOGUE.values() if attribute.source.value in _MAIN))
    assert sorted(_endpoints(sandbox)) == sorted(_MAIN)


@pytest.mark.parametrize(
    ("attribute", "endpoint"),
    [
        ("department", "org-levels"),
        ("division", "org-levels"),
        ("org_level_4", "org-levels"),
        ("location", "locations"),
        ("job_family", "jobs"),
        ("company_city", "company-details"),
        ("manager_email", "employee-supervisor-details"),
        ("udf_01", "user-defined-fields"),
        ("udf_14", "user-defined-fields"),
    ],
)
async def test_a_mapped_attribute_adds_its_own_list_and_no_other(
    sandbox: UkgSandbox, read: Read, attribute: str, endpoint: str
) -> None:
    directory = await read(attribute)
    assert sorted(_endpoints(sandbox)) == sorted({*_MAIN, endpoint})
    assert [proof.endpoint for proof in directory.completeness.endpoints][2:] == [endpoint]


async def test_a_list_that_several_attributes_need_is_read_once(sandbox: UkgSandbox, read: Read) -> None:
    await read(*CATALOGUE)
    assert sorted(_endpoints(sandbox)) == sorted({source.value for source in Source})


def test_every_attribute_names_a_list_that_can_be_read() -> None:
    assert sources_of(CATALOGUE) == {Source.PERSON, Source.EMPLOYMENT, *PATHS}


async def _read_from(sandbox: UkgSandbox, page_size: int) -> Directory:
    chosen = sandbox.settings
    credentials = Credentials(sandbox.url, chosen.user, chosen.password, chosen.customer_api_key)
    pace = Pace(page_size=page_size, first_wait=0.001, attempts=3, requests_per_minute=100_000)
    async with UkgClient(credentials, pace) as client:
        return await read_directory(client, _ATTRIBUTES, sandbox.company.date_of(0))


@settings(max_examples=12, deadline=None)
@given(
    page_size=st.one_of(st.sampled_from([120, 121, 500]), st.integers(15, 140)),
    row_limit=st.one_of(st.none(), st.integers(15, 140)),
    page_cap=st.sampled_from([20, 100, 10_000]),
    send_link_header=st.booleans(),
    link_host_override=st.sampled_from([None, "gateway.internal"]),
    no_match=st.sampled_from(["empty", "not_found"]),
    past_the_end=st.sampled_from(["empty", "not_found"]),
    trouble=st.sampled_from([None, faults.status(500), faults.html, faults.drop]),
)
async def test_the_result_is_the_same_however_the_lists_are_paged(
    generated: Company,
    page_size: int,
    row_limit: int | None,
    page_cap: int,
    send_link_header: bool,
    link_host_override: str | None,
    no_match: str,
    past_the_end: str,
    trouble: faults.Kind | None,
) -> None:
    chosen = SandboxSettings(
        row_limit=row_limit,
        page_cap=page_cap,
        send_link_header=send_link_header,
        link_host_override=link_host_override,
        no_match=no_match,
    )
    async with UkgSandbox(generated) as plain:
        expected = await _read_from(plain, 10_000)
    async with UkgSandbox(generated, settings=chosen) as paged:
        if trouble is not None:
            paged.faults.add("*", page=2, kind=trouble)
        if past_the_end == "not_found" and not send_link_header:
            rows = min(page_size, page_cap, row_limit or page_size)
            for endpoint in ("person-details", "employment-details", "employee-supervisor-details"):
                total = next(proof.rows for proof in expected.completeness.endpoints if proof.endpoint == endpoint)
                paged.faults.add(endpoint, page=-(-total // rows) + 1, kind=faults.status(404), times=None)
        found = await _read_from(paged, page_size)
        assert paged.in_flight_peak <= 2
    assert found.employees == expected.employees
    assert found.strays == expected.strays
    assert found.completeness.complete
    assert {proof.endpoint: proof.rows for proof in found.completeness.endpoints} == {
        proof.endpoint: proof.rows for proof in expected.completeness.endpoints
    }
