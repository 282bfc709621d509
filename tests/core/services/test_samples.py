"""Sample values of an attribute, from the last read."""

import pytest

from core.services.samples import sample_several, sample_values
from tests.core.services.snapshots import remember, someone


async def test_the_most_frequent_values_come_first_with_how_many_have_them(acme):
    titles = ["Nurse", "Cook", "Nurse", None]
    await remember(acme, *[someone(f"E{number}", job_title=title) for number, title in enumerate(titles)])
    sample = await sample_values("acme", "job_title", most=2)
    assert (sample.read, sample.people) == (True, 4)
    assert sample.values[0] == ("Nurse", 2)
    assert len(sample.values) == 2


async def test_before_the_first_read_and_for_what_was_not_asked_for_there_is_none(acme):
    assert (await sample_values("acme", "job_title")).read_at is None
    await remember(acme, someone("E1", job_title="Nurse"))
    sample = await sample_values("acme", "location")
    assert (sample.read, sample.values) == (False, ())
    assert sample.read_at is not None


@pytest.mark.parametrize("number", [200, 2000])
async def test_it_looks_at_some_hundred_people_whatever_the_size(acme, number):
    await remember(acme, *[someone(f"E{each}", job_title="Nurse") for each in range(number)])
    assert (await sample_values("acme", "job_title")).people <= 400


async def test_several_attributes_are_sampled_at_once_each_as_if_alone(acme):
    await remember(acme, *[someone(f"E{each}", job_title="Nurse" if each % 2 else "Cook") for each in range(5)])
    several = await sample_several("acme", ["job_title", "location"])
    assert several == {each: await sample_values("acme", each) for each in ("job_title", "location")}
    assert several["job_title"].values == (("Cook", 3), ("Nurse", 2))
