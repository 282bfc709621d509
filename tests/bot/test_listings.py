"""`/ukg people` and `/ukg audit`: a few lines of many, for the asker alone, and all of them as a file."""

import csv
import io

import pytest

from core.domain.learner import AccountStatus
from core.domain.roles import Role
from core.services.admins import remove_admin, set_admin
from core.services.groups import add_group
from core.store.models import Draft, Learner


@pytest.fixture
def press(bot):
    """Call with a list and one of its buttons to have what it says then, or the next answer."""

    async def click_and_wait(message, action_id, *, user="UANN"):
        seen, edits = len(bot.messages("C1", to=user)), message.edits
        await bot.click(message, action_id, user=user)
        return await bot.wait_for(
            lambda: message if message.edits > edits else next(iter(bot.messages("C1", to=user)[seen:]), None)
        )

    return click_and_wait


def actions(message):
    return [each["action_id"] for block in message.blocks for each in block.get("elements", ()) if "action_id" in each]


def lines(message):
    return [line for line in message.text.splitlines() if line.startswith("• ")]


@pytest.fixture
async def many(synced):
    """Thirty-two people more, of whom Zed 0 is disabled."""
    one = await Learner.filter(email_key="ann@example.com").get()
    for number in range(32):
        email = f"zed{number:02}@example.com"
        row = one.clone()
        row.update_from_dict({"email": email, "email_key": email, "first_name": f"Zed {number}", "source": "manual"})
        row.update_from_dict({"status": AccountStatus.DISABLED.value if number == 0 else AccountStatus.ACTIVE.value})
        await row.save(force_create=True)


async def test_everyone_is_listed_with_how_they_stand(ask, synced):
    answer = await ask("people")
    assert answer.text.startswith("*4 people in acme*\n• Ann Lee (ann@example.com): *pending*\n")
    assert answer.only_for == "UANN"
    assert actions(answer) == ["people_file"]


async def test_a_search_finds_by_every_word_in_names_and_addresses(ask, synced):
    assert (await ask("people bea lee")).text.startswith("*1 person with “bea lee” in acme*\n• Bea Lee (bea@")
    assert (await ask("people bea lear")).text == "There is no person with “bea lear” in acme."


async def test_more_are_shown_in_the_place_of_the_first(ask, press, many):
    answer = await ask("people")
    first = lines(answer)
    assert len(first) == 15
    assert "1 to 15 of 36. " in answer.text
    assert await press(answer, "people_more") is answer
    assert await press(answer, "people_more") is answer
    assert len(lines(answer)) == 6
    assert actions(answer) == ["people_back", "people_file"]
    await press(answer, "people_back")
    await press(answer, "people_back")
    assert lines(answer) == first


async def test_who_is_disabled_or_made_by_hand_is_said_to_be(ask, many):
    answer = await ask("people zed00")
    assert lines(answer) == ["• Zed 0 Lee (zed00@example.com): *disabled*, not linked to UKG Pro"]


async def test_all_that_were_looked_for_come_as_a_file_to_the_asker(ask, bot, press, many):
    answer = await ask("people zed")
    said = await press(answer, "people_file")
    assert said.text == "32 people are in acme-people-2026-03-10.csv, which I have sent to you in a direct message."
    assert said.only_for == "UANN"
    (file,) = bot.workspace.files.values()
    assert file.shared_in == "DUANN"
    rows = list(csv.DictReader(io.StringIO(file.body.decode("utf-8-sig"))))
    assert {row["email"] for row in rows} == {f"zed{number:02}@example.com" for number in range(32)}


async def test_what_was_looked_for_does_not_travel_through_slack(ask, many):
    answer = await ask("people zed")
    draft = await Draft.get()
    values = [each["value"] for block in answer.blocks for each in block.get("elements", ()) if "action_id" in each]
    assert values == [
        f'{{"portal":"acme","draft":"{draft.id}","page":1}}',
        f'{{"portal":"acme","draft":"{draft.id}"}}',
    ]


async def test_what_somebody_looked_for_is_theirs_alone(ask, bot, press, many):
    answer = await ask("people zed")
    await set_admin("acme", "Bob", Role.ADMIN, slack_user="UBOB")
    answer.only_for = "UBOB"
    assert "This is no longer kept; nothing was done." in (await press(answer, "people_file", user="UBOB")).text
    assert bot.workspace.files == {}


async def test_who_lost_the_role_is_shown_no_more(ask, press, many):
    answer = await ask("people zed")
    await set_admin("acme", "Bea", Role.ADMIN, slack_user="UBEA")
    await remove_admin("acme", "Ann Lee")
    for action in ("people_more", "people_file"):
        assert "You have no role in this portal any more" in (await press(answer, action)).text


async def test_names_mention_nobody(ask, synced):
    await Learner.filter(email_key="bea@example.com").update(first_name="<!channel>")
    assert "• &lt;!channel&gt; Lee" in (await ask("people bea")).text


async def test_an_empty_portal_says_so(ask, acme):
    assert (await ask("people")).text == "There is no person in acme."


async def test_the_trail_is_told_newest_first_with_what_changed(ask, acme):
    await add_group("acme", "Nurses")
    answer = await ask("audit")
    assert answer.only_for == "UANN"
    newest, *_ = [line for line in answer.text.splitlines() if line.startswith("<!date")]
    assert newest.endswith(" (cli) group added: Nurses")
    only = (await ask("audit portal created")).text
    assert only.startswith("*1 line of the audit trail with “portal created” in acme*")
    assert "portal created: acme (name: Acme Ltd; kind: embedded; timezone: UTC; sso: False" in only


async def test_the_trail_comes_as_a_file(ask, bot, press, acme):
    await add_group("acme", "Nurses")
    said = await press(await ask("audit nurses"), "audit_file")
    assert said.text.startswith("1 line of the audit trail is in acme-audit-2026-03-10.csv")
    (file,) = bot.workspace.files.values()
    (row,) = csv.DictReader(io.StringIO(file.body.decode("utf-8-sig")))
    assert (row["action"], row["subject"], file.shared_in) == ("group added", "Nurses", "DUANN")


async def test_a_trail_of_many_lines_is_turned(ask, press, acme):
    for number in range(20):
        await add_group("acme", f"Group {number}")
    answer = await ask("audit group added")
    assert "1 to 15 of 20" in answer.text
    await press(answer, "audit_more")
    assert "16 to 20 of 20" in answer.text
    assert "group added: Group 0" in answer.text


async def test_a_list_is_of_the_portal_that_is_named(ask, beta, synced):
    assert (await ask("people beta", user="UBOB")).text == "There is no person in beta."
    assert "*4 people" not in (await ask("people acme", user="UBOB")).text
