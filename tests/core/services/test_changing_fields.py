"""Changing a custom user data field: what may be, what may not, and what people hold in it."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from core.domain.custom_fields import CustomField, FieldType
from core.domain.errors import BusyError, SettingsError
from core.services import groups, rules
from core.services.fields import FieldChanges, add_field, change_field, list_fields, remove_field
from core.services.mappings import list_mappings, map_attributes
from core.services.portals import change_portal
from core.services.syncing import sync_portal
from core.store.models import Learner
from core.store.run_lock import hold_run_lock
from core.store.transactions import write_transaction
from tests.core.store.databases import on_sqlite

STRING, CHOICE = FieldType.STRING, FieldType.STRING_CHOICE


async def held(email: str = "ann@example.com"):
    return msgspec.json.decode((await Learner.get(email=email)).custom)


async def field() -> CustomField:
    (only,) = await list_fields("acme")
    return only


async def test_a_rename_takes_values_and_mapping_along_and_the_next_sync_changes_nothing(connected, store):
    await change_portal("acme", manual_sync_minutes=0)
    await add_field("acme", "Job", STRING)
    await map_attributes("acme", ["employee_number=Job"])
    await sync_portal("acme", store)
    before = (await held())["Job"]
    await change_field("acme", " JOB ", FieldChanges(label="Position"))
    assert await held() == {"Position": before}
    assert [(row.attribute.id, row.field.label) for row in await list_mappings("acme")] == [
        ("employee_number", "Position")
    ]
    run = await sync_portal("acme", store)
    await run.fetch_related("plan")
    assert run.plan.counts["unchanged"] == 3


async def test_a_label_can_change_its_case_and_not_become_another_fields(acme):
    await add_field("acme", "job", STRING)
    await change_field("acme", "job", FieldChanges(label="Job"))
    assert (await field()).label == "Job"
    await add_field("acme", "Site", STRING)
    with pytest.raises(SettingsError, match="acme has a field SITE already; nothing was changed"):
        await change_field("acme", "Job", FieldChanges(label="SITE"))
    with pytest.raises(SettingsError, match="is the name of a learner's own value"):
        await change_field("acme", "Job", FieldChanges(label="email"))


async def test_choices_come_and_go_and_a_value_left_behind_stays(acme, add_learner):
    await add_field("acme", "Site", CHOICE, ["Plant", "Office"])
    await add_learner("ann@example.com", custom={"Site": "Plant"})
    await change_field("acme", "Site", FieldChanges(add_choices=("Lab",), remove_choices=("Plant",)))
    assert (await field()).choices == ("Office", "Lab")
    assert await held() == {"Site": "Plant"}
    with pytest.raises(SettingsError, match="'Plant' is not a choice of Site; nothing was changed"):
        await change_field("acme", "Site", FieldChanges(remove_choices=("Plant",)))
    with pytest.raises(SettingsError):
        await change_field("acme", "Site", FieldChanges(remove_choices=("Office", "Lab")))


async def test_a_text_field_may_become_a_list_if_everyone_holds_one_of_it(acme, add_learner):
    await add_field("acme", "Site", STRING)
    await add_learner("ann@example.com", custom={"Site": "Plant"})
    changes = FieldChanges(type=CHOICE, add_choices=("Office",))
    with pytest.raises(
        SettingsError, match="1 person holds in Site what it could no longer hold, for instance: 'Plant'"
    ):
        await change_field("acme", "Site", changes)
    assert (await field()).type is STRING
    await change_field("acme", "Site", FieldChanges(type=CHOICE, add_choices=("Office", "Plant")))
    assert (await field()).type is CHOICE


async def test_whole_numbers_may_become_decimals(acme, add_learner):
    await add_field("acme", "Grade", FieldType.INTEGER)
    await add_learner("ann@example.com", custom={"Grade": 7})
    await change_field("acme", "Grade", FieldChanges(type=FieldType.DECIMAL))
    assert await held() == {"Grade": "7"}


@on_sqlite
@pytest.mark.parametrize(
    ("kind", "becomes"),
    [
        (STRING, FieldType.DATE),
        (STRING, FieldType.INTEGER),
        (FieldType.DECIMAL, FieldType.INTEGER),
        (FieldType.DATE, STRING),
        (FieldType.INTEGER, STRING),
    ],
)
async def test_the_family_of_a_type_is_fixed(acme, kind, becomes):
    await add_field("acme", "Value", kind)
    with pytest.raises(SettingsError, match=f"Value is of type {kind}, which may become .*, not {becomes}"):
        await change_field("acme", "Value", FieldChanges(type=becomes))


async def test_several_choices_at_once_and_back_if_nobody_holds_several(acme, add_learner):
    await add_field("acme", "Skills", CHOICE, ["Weld", "Paint"])
    await add_learner("ann@example.com", custom={"Skills": "Weld"})
    await change_field("acme", "Skills", FieldChanges(multiple=True))
    assert await held() == {"Skills": ["Weld"]}
    await add_learner("bea@example.com", custom={"Skills": ["Weld", "Paint"]})
    with pytest.raises(SettingsError, match="1 person holds in Skills what it could no longer hold"):
        await change_field("acme", "Skills", FieldChanges(multiple=False))
    await Learner.filter(email="bea@example.com").delete()
    await change_field("acme", "Skills", FieldChanges(multiple=False))
    assert await held() == {"Skills": "Weld"}


async def test_mandatory_goes_with_editable_only(acme):
    with pytest.raises(SettingsError, match="cannot be mandatory without being editable"):
        await add_field("acme", "Site", STRING, mandatory=True)
    await add_field("acme", "Site", STRING, mandatory=True, editable=True)
    with pytest.raises(SettingsError, match="cannot be mandatory without being editable"):
        await change_field("acme", "Site", FieldChanges(editable=False))
    changed = await change_field("acme", "Site", FieldChanges(editable=False, mandatory=False))
    assert (changed.mandatory, changed.editable) == (False, False)


async def test_a_mapped_field_keeps_a_type_that_its_attribute_fits(acme):
    await add_field("acme", "Grade", FieldType.INTEGER)
    with pytest.raises(SettingsError, match="nothing was changed"):
        await change_field("acme", "Grade", FieldChanges(type=FieldType.INTEGER))


async def test_removing_a_field_forgets_its_values_and_its_mapping(acme, add_learner):
    await add_field("acme", "Job", STRING)
    await map_attributes("acme", ["job_title=Job"])
    await add_learner("ann@example.com", custom={"Job": "Welder", "Other": "stays"})
    await remove_field("acme", "job")
    assert await list_fields("acme") == await list_mappings("acme") == []
    assert await held() == {"Other": "stays"}


async def test_nothing_is_changed_while_a_sync_is_at_work(acme):
    await add_field("acme", "Job", STRING)
    async with hold_run_lock(acme.id, "acme"):
        with pytest.raises(BusyError):
            await change_field("acme", "Job", FieldChanges(label="Position"))
    assert (await field()).label == "Job"


async def test_a_mapped_attribute_fills_a_field_for_several_choices_with_one(connected, store):
    await add_field("acme", "Number", CHOICE, ["E1", "E2"], multiple=True)
    await map_attributes("acme", ["remote_id=Number"])
    await sync_portal("acme", store)
    assert (await held(), await held("cleo@example.com")) == ({"Number": ["E1"]}, {})


async def test_while_a_running_rule_uses_a_field_its_choices_may_grow_and_nothing_the_rule_says_may_turn(acme):
    await add_field("acme", "Site", CHOICE, ["Plant", "Office"])
    await groups.add_group("acme", "Workers")
    await rules.set_rule("acme", "Workers", where=["Site is Plant"])
    await change_field("acme", "Site", FieldChanges(multiple=True))
    await change_field("acme", "Site", FieldChanges(multiple=False))
    await rules.run_rule("acme", "Workers")
    for changes in (FieldChanges(remove_choices=("Office",)), FieldChanges(multiple=True)):
        with pytest.raises(SettingsError, match=r"while running rules use it \(groups: Workers\); nothing was changed"):
            await change_field("acme", "Site", changes)
    with pytest.raises(SettingsError, match="Site cannot be removed while running rules use it"):
        await remove_field("acme", "Site")
    await change_field("acme", "Site", FieldChanges(add_choices=("Lab",), editable=True, mandatory=True))
    await change_field("acme", "Site", FieldChanges(label="Place"))
    (shown,) = await rules.list_rules("acme")
    assert "Place" in str(shown)
    assert "Site" not in str(shown)
    await rules.stop_rule("acme", "Workers")
    await change_field("acme", "Place", FieldChanges(remove_choices=("Office",)))


async def beside_a_change_of_ann(change: Callable[[], Awaitable[object]]) -> None:
    """Do something while somebody else is changing what Ann holds."""
    begun = asyncio.Event()

    async def change_ann() -> None:
        async with write_transaction():
            row = await Learner.filter(email="ann@example.com").select_for_update(no_key=True).get()
            begun.set()
            await asyncio.sleep(0.3)
            row.custom = '{"Job":"Painter","Shirt":"M"}'
            await row.save(update_fields=["custom"])

    async def then() -> None:
        await begun.wait()
        await change()

    await asyncio.gather(change_ann(), then())


async def test_what_somebody_changes_at_the_same_time_is_not_lost(acme, add_learner):
    await add_field("acme", "Job", STRING)
    await add_field("acme", "Shirt", STRING)
    await add_learner("ann@example.com", custom={"Job": "Welder", "Shirt": "S"})
    await beside_a_change_of_ann(lambda: change_field("acme", "Job", FieldChanges(label="Position")))
    assert await held() == {"Position": "Painter", "Shirt": "M"}


async def test_a_rule_that_begins_to_run_at_the_same_time_follows_the_new_name(acme, add_learner):
    await add_field("acme", "Job", STRING)
    await add_learner("ann@example.com", custom={"Job": "Welder"})
    await groups.add_group("acme", "Painters")
    await rules.set_rule("acme", "Painters", where=["Job is Painter"])

    async def rename_and_run() -> None:
        renaming = asyncio.create_task(change_field("acme", "Job", FieldChanges(label="Position")))
        await asyncio.sleep(0.1)
        await asyncio.gather(renaming, rules.run_rule("acme", "Painters"))

    await beside_a_change_of_ann(rename_and_run)
    shown = await rules.show_rule("acme", "Painters")
    assert (shown.running, shown.troubles) == (["Position is Painter"], [])
    assert [one.email for one in await groups.group_members("acme", "Painters")] == ["ann@example.com"]


async def test_a_rule_that_begins_to_run_at_the_same_time_is_not_robbed_of_its_field(acme, add_learner):
    await add_field("acme", "Job", STRING)
    await add_learner("ann@example.com", custom={"Job": "Welder"})
    await groups.add_group("acme", "Painters")
    await rules.set_rule("acme", "Painters", where=["Job is Painter"])

    async def remove_and_run() -> None:
        removing = asyncio.create_task(remove_field("acme", "Job"))
        await asyncio.sleep(0.1)
        await asyncio.gather(removing, rules.run_rule("acme", "Painters", may_empty=True), return_exceptions=True)

    await beside_a_change_of_ann(remove_and_run)
    assert (await rules.show_rule("acme", "Painters")).troubles == []
