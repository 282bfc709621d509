"""`/ukg pending`: who has not accepted, and a new link or none for several of them at once."""

import pytest

from core.domain.roles import Role
from core.services.admins import set_admin
from core.services.people import pending_users
from core.store.models import AuditLine
from tests.bot.companies import after, words


def boxes(view):
    return [block for block in view.content["blocks"] if block.get("block_id", "").startswith("who-")]


async def states():
    return {
        user.email.split("@")[0]: "cancelled" if user.cancelled else user.resent for user in await pending_users("acme")
    }


@pytest.fixture
def later(synced, set_clock):
    """An hour after everybody was invited: another link may be made out."""
    set_clock("2026-03-10T13:00:00Z")


async def test_everybody_who_was_invited_is_listed(opened, later):
    view = await opened("pending")
    assert view.title == "Pending users"
    assert "4 people have an invitation to *acme* that is not accepted yet." in words(view)
    assert "Bea Lee bea@example.com" in words(view)
    assert "not sent yet" in words(view)


async def test_several_get_a_new_link_at_once(opened, bot, later):
    view = await opened("pending")
    (box,) = boxes(view)
    view = await after(bot, view, bot.submit(view, {box["block_id"]: ["0", "1"], "what": "resend"}))
    assert "2 resent." in words(view)
    assert await states() == {"ann": 1, "bea": 1, "cleo": 0, "dan": 0}
    lines = await AuditLine.filter(action="invite resent")
    assert {line.actor for line in lines} == {"Ann Lee"}


async def test_several_lose_their_link_at_once(opened, bot, later):
    view = await opened("pending")
    (box,) = boxes(view)
    view = await after(bot, view, bot.submit(view, {box["block_id"]: ["2", "3"], "what": "cancel"}))
    assert "2 cancelled." in words(view)
    assert await states() == {"ann": 0, "bea": 0, "cleo": "cancelled", "dan": "cancelled"}
    view = await after(bot, view, bot.click(view, "pending_again", user="UANN"))
    assert "4 people have an invitation" in words(view)


async def test_who_is_refused_is_said_with_the_reason(opened, bot, synced):
    view = await opened("pending")
    (box,) = boxes(view)
    view = await after(bot, view, bot.submit(view, {box["block_id"]: ["0"], "what": "resend"}))
    assert "Nothing done, 1 refused." in words(view)
    assert "less than a minute ago" in words(view)


async def test_nobody_ticked_is_said_and_what_was_chosen_stays(opened, bot, later):
    view = await opened("pending")
    view = await after(bot, view, bot.submit(view, {"what": "cancel"}))
    assert "Nobody is ticked; nothing was done." in words(view)
    assert view.content["blocks"][-1]["element"]["initial_option"]["value"] == "cancel"
    (box,) = boxes(view)
    view = await after(bot, view, bot.submit(view, {box["block_id"]: ["0"]}))
    assert "1 cancelled." in words(view)


async def test_those_who_are_looked_for_are_listed_alone(opened, bot, later):
    view = await opened("pending")
    view = await after(bot, view, bot.click(view, "pending_search", "LEE bea", user="UANN"))
    (box,) = boxes(view)
    assert [option["text"]["text"] for option in box["element"]["options"]] == ["Bea Lee bea@example.com"]
    view = await after(bot, view, bot.submit(view, {box["block_id"]: ["0"], "what": "cancel"}))
    assert await states() == {"ann": 0, "bea": "cancelled", "cleo": 0, "dan": 0}


async def test_nobody_found_leaves_room_to_look_again(opened, bot, later):
    view = await opened("pending")
    view = await after(bot, view, bot.click(view, "pending_search", "zoe", user="UANN"))
    assert "Nobody of them is called so." in words(view)
    assert boxes(view) == []
    view = await after(bot, view, bot.click(view, "pending_search", None, user="UANN"))
    assert len(boxes(view)) == 1


async def test_of_very_many_the_oldest_are_listed_and_the_rest_is_counted(opened, bot, later, monkeypatch):
    monkeypatch.setattr("bot.modals.pending._MOST", 3)
    view = await opened("pending")
    assert "4 people have an invitation" in words(view)
    assert "Only the 3 with the oldest invitation are listed; 1 more fit." in words(view)


async def test_what_slack_carries_back_holds_no_address(opened, later):
    view = await opened("pending")
    assert "example.com" not in view.content["private_metadata"]
    (box,) = boxes(view)
    assert [option["value"] for option in box["element"]["options"]] == ["0", "1", "2", "3"]


async def test_ticks_stay_from_page_to_page(opened, bot, later, monkeypatch):
    monkeypatch.setattr("bot.modals.pending._A_PAGE", 2)
    view = await opened("pending")
    assert "Page 1 of 2" in words(view)
    (box,) = boxes(view)
    bot.fill(view, box["block_id"], ["1"])
    view = await after(bot, view, bot.click(view, "pending_page_next", user="UANN"))
    (box,) = boxes(view)
    assert "Cleo" in words(view)
    assert "Bea" not in words(view)
    view = await after(bot, view, bot.submit(view, {box["block_id"]: ["3"], "what": "resend"}))
    assert await states() == {"ann": 0, "bea": 1, "cleo": 0, "dan": 1}


async def test_a_viewer_sees_the_list_and_can_do_nothing(opened, later):
    await set_admin("acme", "Bob", Role.VIEWER, slack_user="UBOB")
    view = await opened("pending", user="UBOB")
    assert "Bea Lee bea@example.com: not sent yet" in words(view)
    assert "submit" not in view.content


async def test_a_role_that_was_taken_meanwhile_is_refused_in_the_form(opened, bot, later):
    await set_admin("acme", "Bob", Role.OPERATOR, slack_user="UBOB")
    view = await opened("pending", user="UBOB")
    await set_admin("acme", "Bob", Role.VIEWER)
    (box,) = boxes(view)
    view = await after(bot, view, bot.submit(view, {box["block_id"]: ["0"], "what": "cancel"}))
    assert "You are viewer in acme, and this takes operator; nothing was done." in words(view)
    assert await states() == {"ann": 0, "bea": 0, "cleo": 0, "dan": 0}


async def test_somebody_elses_list_cannot_be_used(opened, bot, later):
    await set_admin("acme", "Bob", Role.OPERATOR, slack_user="UBOB")
    hers, his = await opened("pending"), await opened("pending", user="UBOB")
    his.content["private_metadata"] = hers.content["private_metadata"]
    (box,) = boxes(his)
    view = await after(bot, his, bot.submit(his, {box["block_id"]: ["0"], "what": "cancel"}))
    assert "This is no longer kept; nothing was done." in words(view)
