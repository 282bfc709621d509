"""`/ukg map`: rows edited in a draft, with what fits, what it holds in UKG Pro, what does not match, and saved."""

import pytest

from bot.modals import mapping_pages as pages
from bot.modals.mapping_choices import translation_name
from core.domain.custom_fields import FieldType
from core.domain.roles import Role
from core.sandbox.learnupon.records import FieldType as FieldKind
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings
from core.sandbox.ukg.rows import employment_row, person_row
from core.services.admins import set_admin
from core.services.choices import Translation, translate
from core.services.fields import FieldChanges, add_field, change_field, list_fields
from core.services.learnupon import checked_account, give_keys
from core.services.mappings import list_mappings, map_attributes
from core.services.portals import create_portal
from core.services.syncing import sync_portal
from core.services.trail import trail
from core.store.models import Draft, Portal
from core.store.models.source import Snapshot, SnapshotPart
from core.store.run_lock import hold_run_lock
from tests.bot.companies import after, words


@pytest.fixture
async def fields(synced):
    """The portal after its first sync, with two fields more."""
    await add_field("acme", "Site", FieldType.STRING)
    await add_field("acme", "Hired", FieldType.DATE)
    await add_field("acme", "Level", FieldType.INTEGER)
    return synced


async def saved():
    return {mapping.field.label: mapping.attribute.id for mapping in await list_mappings("acme")}


async def chosen(bot, view, action_id, typed):
    """The only option that is suggested for what is typed."""
    (option,) = await bot.suggest(view, action_id, typed, user=view.user)
    return option


async def test_the_mapping_is_listed_with_what_fills_each_field(opened, fields):
    view = await opened("map")
    assert "1 field is filled from UKG Pro in *acme*." in words(view)
    assert "*Job* from Job title (`job_title`), HR-owned" in words(view)
    assert "submit" not in view.content


async def test_a_field_is_filled_from_what_fits_and_nothing_counts_until_it_is_saved(opened, bot, click, fields):
    view = await click(await opened("map"), pages.ADD)
    labels = [option["value"] for option in await bot.suggest(view, pages.FIELD, "", user="UANN")]
    assert labels == ["Job", "Site", "Hired"]  # no attribute of UKG Pro is a whole number
    view = await click(view, pages.FIELD, await chosen(bot, view, pages.FIELD, "hir"))
    assert "*Hired*, of type date" in words(view)
    options = {option["value"] for option in await bot.suggest(view, pages.ATTRIBUTE, "", user="UANN")}
    assert {"hire_date", "termination_date"} <= options
    assert "job_title" not in options
    view = await click(view, pages.ATTRIBUTE, await chosen(bot, view, pages.ATTRIBUTE, "hire_date"))
    assert "The last read of UKG Pro did not ask for this" in words(view)
    view = await after(bot, view, bot.submit(view, {pages.OWNER: "first"}))
    assert "*Hired* from Original hire date (`hire_date`), first value only · _new_" in words(view)
    assert "Not saved yet: 1 new." in words(view)
    assert await saved() == {"Job": "job_title"}
    view = await after(bot, view, bot.submit(view))
    assert "Saved: 1 field of acme." in words(view)
    assert await saved() == {"Job": "job_title", "Hired": "hire_date"}


async def test_values_in_ukg_pro_are_shown_and_what_is_no_choice_is_translated(opened, bot, click, fields):
    view = await click(await opened("map"), pages.MORE, "Edit")
    assert "of 4 people as read on 2026-03-10 12:00 UTC: Nursing (2), Nurse (1), Cook (1)" in words(view)
    assert "2 people have a value that is no choice of Job." in words(view)
    assert "‘Nursing’ (2 people) stands for" in words(view)
    assert "Nearest: Nurse" in words(view)
    name = translation_name("Nursing")
    (block,) = [block for block in view.content["blocks"] if block.get("block_id") == name]
    assert "initial_option" not in block["element"]  # nothing is guessed
    view = await after(bot, view, bot.submit(view, {name: "Nurse"}))
    assert "Nursing = Nurse" in words(view)
    view = await click(view, pages.TRY)
    assert "Nothing is saved yet." in words(view)
    assert "2 would be updated (with the settings of now: 0)" in words(view)
    view = await click(view, pages.LIST)
    view = await after(bot, view, bot.submit(view))
    (mapping,) = await list_mappings("acme")
    assert mapping.translations == (("Nursing", "Nurse"),)
    view = await click(view, pages.MORE, "Edit")
    view = await after(bot, view, bot.submit(view, {name: "Nothing, leave it out"}))
    await after(bot, view, bot.submit(view))
    assert (await list_mappings("acme"))[0].translations == ()


async def test_a_row_is_taken_out_put_back_and_the_draft_thrown_away(opened, click, fields):
    view = await click(await opened("map"), pages.MORE, "Take it out")
    assert "Not saved yet: 1 removed." in words(view)
    view = await click(view, pages.MORE, "Put it back")
    assert "Not saved yet" not in words(view)
    view = await click(view, pages.MORE, "Take it out")
    view = await click(view, pages.DISCARD)
    assert "The draft was thrown away; the mapping is as it was." in words(view)
    assert "Not saved yet" not in words(view)
    assert await saved() == {"Job": "job_title"}


async def test_a_draft_is_there_again_after_the_modal_was_closed(opened, bot, click, fields):
    view = await click(await opened("map"), pages.MORE, "Take it out")
    await bot.close(view)
    assert "Not saved yet: 1 removed." in words(await opened("map"))


async def test_the_second_of_two_admins_is_told_what_the_first_saved(opened, bot, click, fields):
    await set_admin("acme", "Bob", Role.ADMIN, slack_user="UBOB")
    hers = await click(await opened("map"), pages.MORE, "Take it out")
    his = await click(await opened("map", user="UBOB"), pages.ADD)
    his = await click(his, pages.FIELD, await chosen(bot, his, pages.FIELD, "site"))
    his = await click(his, pages.ATTRIBUTE, await chosen(bot, his, pages.ATTRIBUTE, "location (loc"))
    his = await after(bot, his, bot.submit(his))
    await after(bot, his, bot.submit(his))
    hers = await after(bot, hers, bot.submit(hers))
    assert "Bob changed the mapping meanwhile, so nothing was saved yet. Site is filled from location." in words(hers)
    assert await saved() == {"Job": "job_title", "Site": "location"}
    await after(bot, hers, bot.submit(hers))
    assert await saved() == {"Site": "location"}


async def test_somebody_who_is_no_admin_any_more_saves_nothing(opened, bot, click, fields):
    await set_admin("acme", "Bob", Role.ADMIN, slack_user="UBOB")
    view = await click(await opened("map", user="UBOB"), pages.MORE, "Take it out")
    await set_admin("acme", "Bob", Role.OPERATOR)
    view = await after(bot, view, bot.submit(view))
    assert "You are operator in acme, and this takes admin; nothing was done." in words(view)
    view = await after(bot, view, bot.click(view, pages.DISCARD, user="UBOB"))
    assert "this takes admin" in words(view)
    assert await saved() == {"Job": "job_title"}


async def test_menus_suggest_nothing_to_who_is_no_admin_any_more(opened, bot, click, fields):
    await set_admin("acme", "Bob", Role.ADMIN, slack_user="UBOB")
    view = await click(await opened("map", user="UBOB"), pages.ADD)
    assert await bot.suggest(view, pages.FIELD, "site", user="UBOB")
    await set_admin("acme", "Bob", Role.OPERATOR)
    assert await bot.suggest(view, pages.FIELD, "site", user="UBOB") == []


async def test_many_rows_are_turned_over_page_by_page(opened, bot, click, connected):
    attributes = [
        "job_title",
        "location",
        "team",
        "division",
        "company",
        "job_code",
        "department",
        "username",
        "pay_group",
    ]
    for number, attribute in enumerate(attributes):
        await add_field("acme", f"Field {number}", FieldType.STRING)
        await map_attributes("acme", [f"{attribute}=Field {number}"])
    view = await opened("map")
    assert "*Field 7*" in words(view)
    assert "*Field 8*" not in words(view)
    view = await click(view, f"{pages.PAGE}_next")
    assert "*Field 8*" in words(view)
    view = await click(view, pages.MORE, "Take it out")
    assert "*Field 8*" in words(view)
    view = await click(view, f"{pages.PAGE}_back")
    assert "*Field 0*" in words(view)


async def test_nothing_of_the_draft_but_its_id_travels_through_slack(opened, fields):
    view = await opened("map")
    draft = await Draft.get()
    assert view.content["private_metadata"] == f'{{"portal":"acme","draft":"{draft.id}"}}'


async def test_a_form_that_slack_no_longer_opens_is_said_to_be_late(ask, bot, fields):
    bot.fail("views.open", "expired_trigger_id")
    assert (await ask("map")).text == "Slack did not wait for the form; nothing was done. Ask for it again."


async def test_two_clicks_at_once_leave_the_modal_with_the_newest(opened, bot, click, fields):
    view = await opened("map")
    bot.fail("views.update", "hash_conflict")
    view = await click(view, pages.MORE, "Take it out")
    assert "Not saved yet: 1 removed." in words(view)


async def test_what_was_saved_in_a_modal_closed_meanwhile_is_told_in_a_direct_message(
    opened, bot, click, fields, monkeypatch
):
    monkeypatch.setattr("bot.interacting._PATIENCE", 0)
    monkeypatch.setattr("bot.interacting._SETTLING", 0.3)
    view = await click(await opened("map"), pages.MORE, "Take it out")
    await bot.submit(view)
    await bot.close(view)
    (message,) = await bot.wait_for(lambda: bot.messages("DUANN", to="UANN"))
    assert message.text == "Saved: 1 field of acme. The next sync goes by it."
    assert await saved() == {}


async def test_a_page_that_slack_refuses_says_so_and_loses_nothing(opened, bot, click, fields):
    view = await opened("map")
    bot.fail("views.update", "invalid_arguments")
    view = await click(view, pages.MORE, "Take it out")
    assert "Slack did not take this page" in words(view)
    await bot.close(view)
    assert "Not saved yet: 1 removed." in words(await opened("map"))


async def edited(opened, click, label="Job"):
    """The page of that row."""
    view = await opened("map")
    view.content["blocks"] = [
        block for block in view.content["blocks"] if f"*{label}*" in block.get("text", {}).get("text", "")
    ]
    return await click(view, pages.MORE, "Edit")


async def choices_of(label="Job"):
    return next(field.choices for field in await list_fields("acme") if field.label == label)


async def test_a_value_becomes_a_choice_once_the_draft_is_saved(opened, bot, click, fields):
    view = await edited(opened, click)
    view = await after(bot, view, bot.submit(view, {translation_name("Nursing"): "Itself, as a new choice"}))
    assert "New choices: Nursing" in words(view)
    assert await choices_of() == ("Nurse", "Cook")
    view = await click(view, pages.TRY)
    assert "2 would be updated (with the settings of now: 0)" in words(view)
    view = await click(view, pages.LIST)
    view = await click(view, pages.MORE, "Edit")
    (block,) = [block for block in view.content["blocks"] if block.get("block_id") == translation_name("Nursing")]
    assert block["element"]["initial_option"]["text"]["text"] == "Itself, as a new choice"
    assert "Nursing" in [option["text"]["text"] for option in block["element"]["options"]]
    view = await click(view, pages.LIST, "Back")
    view = await after(bot, view, bot.submit(view))
    assert "Saved: 1 field of acme." in words(view)
    assert await choices_of() == ("Nurse", "Cook", "Nursing")
    actions = {line.action async for line in trail("acme") if line.face == "slack"}
    assert {"mapping changed", "field changed"} <= actions
    assert "no choice of" not in words(await click(view, pages.MORE, "Edit"))


async def test_what_was_translated_before_can_become_a_choice(opened, bot, click, fields):
    await translate("acme", [Translation("Job", "Nursing", "Nurse")])
    view = await edited(opened, click)
    view = await after(bot, view, bot.submit(view, {translation_name("Nursing"): "Itself, as a new choice"}))
    await after(bot, view, bot.submit(view))
    assert await choices_of() == ("Nurse", "Cook", "Nursing")
    assert (await list_mappings("acme"))[0].translations == ()


async def test_while_the_portal_is_synced_nothing_of_it_is_saved(opened, bot, click, fields):
    view = await edited(opened, click)
    view = await after(bot, view, bot.submit(view, {translation_name("Nursing"): "Itself, as a new choice"}))
    portal = await Portal.get(slug="acme")
    async with hold_run_lock(portal.id, "acme"):
        view = await after(bot, view, bot.submit(view))
        assert "acme is being synced right now" in words(view)
    assert await choices_of() == ("Nurse", "Cook")
    await bot.close(view)
    view = await opened("map")
    assert "New choices: Nursing" in words(view)
    await after(bot, view, bot.submit(view))
    assert await choices_of() == ("Nurse", "Cook", "Nursing")


async def test_a_value_that_can_be_no_choice_is_not_offered_as_one(opened, click, fields, sandbox):
    sandbox.company.employments[3]["jobTitle"] = "Cook, pastry"
    sandbox.company.touch()
    await sync_portal("acme", fields)
    view = await edited(opened, click)
    offered = {
        block["block_id"]: [option["text"]["text"] for option in block["element"]["options"]]
        for block in view.content["blocks"]
        if block.get("block_id", "").startswith("map_translate")
    }
    assert offered[translation_name("Cook, pastry")] == ["Nothing, leave it out", "Nurse", "Cook"]
    assert "Itself, as a new choice" in offered[translation_name("Nursing")]


async def test_a_field_of_learnupon_is_given_no_choices_here(opened, bot, click, fields, store):
    async with LearnUponSandbox(LearnUponSettings()) as there:
        known = there.realm.top
        there.realm.add_field(known, "Grade", FieldKind.STRING_CHOICE, "Nurse", "Cook")
        await create_portal("north", kind="learnupon")
        await give_keys("north", checked_account(known.url, known.username, known.password), store)
        north, acme = await Portal.get(slug="north"), await Portal.get(slug="acme")
        await set_admin("north", "Ann Lee", Role.ADMIN, slack_user="UANN")
        await map_attributes("north", ["job_title=Grade"])
        for read in (Snapshot, SnapshotPart):
            await read.filter(portal_id=acme.id).update(portal_id=north.id)
        view = await opened("map north")
        view = await click(view, pages.MORE, "Edit")
        assert "LearnUpon keeps its own custom user data fields" in words(view)
        assert "Itself, as a new choice" not in words(view)


@pytest.fixture
async def many(fields, sandbox):
    """A company in which everybody has a title of their own, twenty of them."""
    for number in range(20):
        key = f"T{number:02}"
        sandbox.company.people.append(
            person_row(employeeId=key, firstName="Pat", lastName=key, emailAddress=f"{key.lower()}@example.com")
        )
        sandbox.company.employments.append(employment_row(employeeID=key, jobTitle=f"Title {number:02}"))
    sandbox.company.touch()
    await sync_portal("acme", fields)


def asked_about(view):
    return [block["block_id"] for block in view.content["blocks"] if block.get("block_id", "").startswith("map_trans")]


async def test_many_values_are_paged_and_what_is_chosen_on_each_page_is_kept(opened, bot, click, many):
    view = await edited(opened, click)
    assert "21 values. Turning the page" in words(view)
    names = [translation_name(value) for value in ("Nursing", *(f"Title {number:02}" for number in range(20)))]
    assert asked_about(view) == names[:8]
    bot.fill(view, names[1], "Nurse")
    bot.fill(view, pages.OWNER, "first")
    view = await click(view, f"{pages.VALUES}_next")
    assert asked_about(view) == names[8:16]
    bot.fill(view, names[8], "Itself, as a new choice")
    view = await click(view, f"{pages.VALUES}_next")
    assert asked_about(view) == names[16:]
    view = await click(view, f"{pages.VALUES}_back")
    view = await click(view, f"{pages.VALUES}_back")
    chosen = {
        block["block_id"]: block["element"].get("initial_option")
        for block in view.content["blocks"]
        if "element" in block
    }
    assert chosen[names[1]]["text"]["text"] == "Nurse"
    assert chosen[pages.OWNER]["value"] == "first"
    view = await after(bot, view, bot.submit(view, {names[1]: "Nothing, leave it out", names[2]: "Cook"}))
    await after(bot, view, bot.submit(view))
    (mapping,) = await list_mappings("acme")
    assert (mapping.translations, mapping.owner) == ((("Title 01", "Cook"),), "first")
    assert await choices_of() == ("Nurse", "Cook", "Title 07")


async def test_beyond_what_a_menu_shows_the_choices_are_searched_for(opened, bot, click, fields):
    await change_field("acme", "Job", FieldChanges(add_choices=tuple(f"Role {number:03}" for number in range(200))))
    view = await edited(opened, click)
    name = translation_name("Nursing")
    everything = await bot.suggest(view, name, "", user="UANN")
    assert [option["text"]["text"] for option in everything[:3]] == [
        "Nothing, leave it out",
        "Itself, as a new choice",
        "Nurse",
    ]
    assert len(everything) == 100
    assert everything[-1]["text"]["text"] == "… type more to narrow it down"
    found = await bot.suggest(view, name, "role 19", user="UANN")
    role = next(option for option in found if option["text"]["text"] == "Role 199")
    view = await after(bot, view, bot.submit(view, {name: role}))
    assert "Nursing = Role 199" in words(view)
    view = await click(view, pages.MORE, "Edit")
    (block,) = [block for block in view.content["blocks"] if block.get("block_id") == name]
    assert block["element"]["initial_option"]["text"]["text"] == "Role 199"


async def test_a_choice_that_is_gone_meanwhile_is_not_mistaken_for_another(opened, bot, click, fields):
    view = await edited(opened, click)
    await change_field("acme", "Job", FieldChanges(add_choices=("Doctor",), remove_choices=("Nurse",)))
    view = await after(bot, view, bot.submit(view, {translation_name("Nursing"): "Nurse"}))
    assert "The choices of Job have changed meanwhile, so nothing was kept." in words(view)
