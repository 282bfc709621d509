"""What must never be kept: sensitive fields cross the wire with every row and become no value anywhere."""

from collections.abc import Awaitable, Callable

import msgspec

from core.domain.attributes import CATALOGUE
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import SENSITIVE_MARKERS, SENSITIVE_VALUES
from core.sandbox.ukg.server import UkgSandbox
from core.ukg.attribute_values import employment_keys, person_keys
from core.ukg.directory import Directory

Read = Callable[..., Awaitable[Directory]]


def _markers_in(text: str) -> list[str]:
    return [marker for marker in SENSITIVE_MARKERS if marker in text]


async def test_nothing_sensitive_is_in_a_directory_with_every_attribute(
    sandbox: UkgSandbox, read: Read, generated: Company
) -> None:
    sandbox.company = generated
    directory = await read(*CATALOGUE, page_size=40)
    assert len(directory.employees) > 100
    assert _markers_in(msgspec.json.encode(list(generated.on_day(0).people)).decode())
    assert _markers_in(repr(directory)) == []
    assert _markers_in(msgspec.json.encode(directory).decode()) == []


def test_no_attribute_asks_for_a_sensitive_key() -> None:
    wanted = {*person_keys(CATALOGUE), *employment_keys(CATALOGUE)}
    assert wanted & SENSITIVE_VALUES.keys() == set()
    assert not [key for key in wanted if "ssn" in key.lower() or "birth" in key.lower() or "salary" in key.lower()]
