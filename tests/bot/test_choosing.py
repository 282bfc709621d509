"""Which portal a flow is for, and whether the asker's role there is enough; decided before the flow does anything."""

import pytest

from bot.answering import Answer
from bot.app import make_client
from bot.commands.help import overview
from bot.dispatch import Dispatcher
from bot.flows import Flow, Flows
from core.domain.roles import Role
from core.services.acting import current_actor
from core.services.admins import remove_admin


class Recorded:
    """Flows that only remember with what they were carried out, and as whom."""

    def __init__(self, url, slack, settings):
        async def remember(asked):
            self.done.append((asked.flow, asked.portal, list(asked.words), current_actor().name))

        self.done = []
        self.flows = [
            Flow("look", "Look", remember),
            Flow("change", "Change", remember, role=Role.ADMIN),
            Flow("person", "Explain", remember, usage="[portal] WHO", takes_words=True),
        ]
        self._dispatcher, self._slack, self._settings = Dispatcher(Flows(self.flows), url), slack, settings

    async def ask(self, *words, user="UANN"):
        """What is answered, if anything is."""
        answer = Answer(make_client(self._settings), user=user, channel="C1", response_url=None)
        seen = len(self._slack.messages("C1", to=user))
        await self._dispatcher.typed(words, user=user, trigger_id="t", answer=answer)
        return "\n".join(message.text for message in self._slack.messages("C1", to=user)[seen:])


@pytest.fixture
def recorded(store, slack, settings):
    return Recorded(store, slack, settings)


async def test_what_follows_the_portal_goes_to_the_flow(recorded, beta):
    assert await recorded.ask("person", "beta", "ann@example.com") == ""
    assert recorded.done == [("person", "beta", ["ann@example.com"], "Ann Lee")]


async def test_with_one_portal_all_words_go_to_the_flow(recorded, acme):
    await recorded.ask("person", "ann@example.com")
    assert recorded.done == [("person", "acme", ["ann@example.com"], "Ann Lee")]


async def test_with_several_portals_words_need_one_named_first(recorded, beta):
    answer = await recorded.ask("person", "ann@example.com")
    assert "Name one of them first: `/ukg person acme ann@example.com`" in answer
    assert recorded.done == []


async def test_only_portals_in_which_the_role_is_enough_are_asked_for(recorded, beta):
    await recorded.ask("change")
    assert recorded.done == [("change", "acme", [], "Ann Lee")]


async def test_a_role_that_is_not_enough_is_named_and_nothing_is_done(recorded, beta):
    assert await recorded.ask("change", "beta") == (
        "You are operator in beta, and `/ukg change` takes admin; nothing was done. Ask an admin."
    )
    assert "takes admin" in await recorded.ask("change", user="UBOB")
    assert recorded.done == []


async def test_a_menu_that_is_picked_from_without_the_role_does_nothing(recorded, beta, slack, settings):
    answer = Answer(make_client(settings), user="UBOB", channel="C1", response_url=None)
    await recorded._dispatcher.picked("change", "beta", user="UBOB", trigger_id="t", answer=answer)
    await recorded._dispatcher.picked("change", "acme", user="UBOB", trigger_id="t", answer=answer)
    await recorded._dispatcher.picked("gone", "beta", user="UBOB", trigger_id="t", answer=answer)
    texts = [message.text for message in slack.messages("C1", to="UBOB")]
    assert ["takes admin" in texts[0], "There is no portal" in texts[1], "out of date" in texts[2]] == [True] * 3
    assert recorded.done == []


async def test_someone_with_two_portals_and_the_role_in_none_is_told_so(recorded, beta):
    from core.services.admins import set_admin

    await set_admin("acme", "Bob", Role.VIEWER, slack_user="UBOB")
    assert "takes the role admin, which you have in no portal" in await recorded.ask("change", user="UBOB")
    await remove_admin("acme", "Bob")
    assert await recorded.ask("look", user="UBOB") == ""


async def test_help_lists_only_what_a_role_of_the_asker_allows(recorded):
    flows = list(recorded.flows)
    for_viewers = overview(flows, {Role.VIEWER}).text
    assert "`/ukg look [portal]` Look\n`/ukg person [portal] WHO` Explain\n1 more take" in for_viewers
    assert "`/ukg change" not in for_viewers
    assert "`/ukg change [portal]` Change" in overview(flows, {Role.VIEWER, Role.ADMIN}).text


def test_two_flows_of_one_name_are_a_mistake():
    async def nothing(asked):
        pass

    with pytest.raises(ValueError, match="one name"):
        Flows([Flow("look", "Look", nothing), Flow("look", "Look again", nothing)])
