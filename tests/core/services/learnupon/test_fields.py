"""The custom user data fields of a LearnUpon portal: read anew, and what of the mapping no longer fits them."""

import pytest

from core.domain.errors import BusyError, SettingsError
from core.portals.learnupon.errors import KeysRefused
from core.sandbox.learnupon.faults import status
from core.sandbox.learnupon.records import FieldType
from core.services.fields import list_fields
from core.services.learnupon_fields import fields_read_anew, refresh_fields
from core.services.mappings import list_mappings, map_attributes, remove_mapping, unfit_mappings
from core.services.notices import Kind, notices_of, open_notices
from core.services.portals import create_portal
from core.store.models import AuditLine, LearnUponAccount
from core.store.run_lock import hold_run_lock
from tests.core.store.databases import on_sqlite


async def labels() -> list[str]:
    return [field.label for field in await list_fields("acme")]


def field(there, label: str):
    return there.portal.field_labelled(label)


async def test_a_new_field_can_be_mapped_once_it_was_read(acme, there, store):
    there.sandbox.realm.add_field(there.portal, "Hired", FieldType.DATE)
    assert await labels() == ["Department", "Grade"]
    assert await refresh_fields("acme", store) is True
    assert await labels() == ["Department", "Grade", "Hired"]
    await map_attributes("acme", ["hire_date=Hired"])
    assert await open_notices("acme") == []


@on_sqlite
async def test_an_embedded_portal_has_nothing_to_be_read_anew(store):
    await create_portal("acme")
    assert await refresh_fields("acme", store) is False
    assert await fields_read_anew("acme", store) is None


@on_sqlite
async def test_without_learnupon_the_fields_known_count_and_it_is_said(acme, there, store):
    there.sandbox.faults.add(status(503), "*", times=None)
    sentence = await fields_read_anew("acme", store)
    assert sentence is not None
    assert sentence.startswith("The fields of acme could not be read anew, so they are those seen last. LearnUpon had")
    assert await labels() == ["Department", "Grade"]
    account = await LearnUponAccount.get()
    assert (account.status, account.failures, account.retry_at) == ("active", 0, None)
    assert await open_notices("acme") == []


@on_sqlite
async def test_refused_keys_are_remembered_and_not_tried_again_for_a_look(acme, there, store):
    there.sandbox.realm.rotate_keys(there.portal)
    with pytest.raises(KeysRefused):
        await refresh_fields("acme", store)
    assert [notice.kind for notice in await open_notices("acme")] == [Kind.PORTAL_REFUSED]
    asked = there.sandbox.counts.total()
    with pytest.raises(SettingsError, match="LearnUpon refused the API keys of acme, so it was not asked"):
        await refresh_fields("acme", store)
    assert "so they are those seen last" in (await fields_read_anew("acme", store) or "")
    assert there.sandbox.counts.total() == asked


@on_sqlite
async def test_while_the_portal_is_synced_the_fields_known_count(acme, store):
    async with hold_run_lock(acme.id, "acme"):
        with pytest.raises(BusyError):
            await refresh_fields("acme", store)
        assert "so they are those seen last" in (await fields_read_anew("acme", store) or "")


@on_sqlite
async def test_a_name_that_is_wrong_is_nothing_to_go_on_with(acme, store):
    with pytest.raises(SettingsError, match="There is no portal"):
        await fields_read_anew("acne", store)


@on_sqlite
async def test_an_unknown_label_is_to_be_added_in_learnupon(acme, store):
    with pytest.raises(SettingsError) as refused:
        await map_attributes("acme", ["job_title=Job"])
    assert "Its fields: Department, Grade. Add one in LearnUpon" in str(refused.value)
    assert "field add" not in str(refused.value)


async def test_a_field_that_is_gone_or_of_another_type_is_shown_as_no_longer_fit(acme, there, store):
    await map_attributes("acme", ["department=Department", "job_title=Grade"])
    assert await unfit_mappings("acme") == []
    there.portal.drop_field(field(there, "Department"))
    field(there, "Grade").type = FieldType.DATE
    await refresh_fields("acme", store)
    assert await list_mappings("acme") == []
    gone, retyped = await unfit_mappings("acme")
    assert (gone.attribute, gone.label) == ("department", "Department")
    assert "which is no longer there, so it is not written" in gone.sentence
    assert gone.sentence.endswith("ukg map remove acme Department")
    assert "which is of type date and takes no such values, so it is not written" in retyped.sentence
    await remove_mapping("acme", "Department")
    assert await unfit_mappings("acme") == [retyped]


async def test_what_changed_is_said_until_the_mapping_fits_again(acme, there, store):
    await map_attributes("acme", ["department=Department"])
    there.portal.keep_field(field(there, "Department"), label="Team")
    await refresh_fields("acme", store)
    assert [mapping.field.label for mapping in await list_mappings("acme")] == ["Team"]
    ((renamed,), again) = (await open_notices("acme"), await refresh_fields("acme", store))
    assert renamed.sentence == "The field Department is called Team in LearnUpon now; its mapping follows."
    assert (again, await open_notices("acme")) == (True, [])
    field(there, "Team").type = FieldType.DATE
    await refresh_fields("acme", store)
    for _ in range(2):
        assert [notice.kind for notice in await open_notices("acme")] == [Kind.FIELDS_CHANGED]
        await refresh_fields("acme", store)
    await remove_mapping("acme", "Team")
    await refresh_fields("acme", store)
    assert await notices_of(acme) == []
    assert await AuditLine.filter(action="fields changed in LearnUpon").count() == 2


async def test_a_second_change_is_said_although_the_first_still_holds(acme, there, store):
    await map_attributes("acme", ["department=Department", "job_title=Grade"])
    there.portal.drop_field(field(there, "Department"))
    await refresh_fields("acme", store)
    field(there, "Grade").choices.remove("B")
    await refresh_fields("acme", store)
    (notice,) = await open_notices("acme")
    assert notice.sentence.startswith("The field Grade lost choices in LearnUpon: B.")
