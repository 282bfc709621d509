"""From what was typed or picked to the flow that does it: who asks, in which portal, and what is said when it fails."""

from collections.abc import Sequence
from types import TracebackType

from bot.answering import Answer
from bot.content import Content, escaped, paragraphs
from bot.faults import sentence_of
from bot.flows import Asked, Flow, Flows, nearest, unknown_command
from bot.linked import Linked
from bot.picker import SeveralFit, picker
from bot.views import Opened, open_modal
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.acting import NotAllowed, acting_as
from core.services.slack_people import actor_of, portals_of, record_stranger


class Dispatcher:
    """Carries flows out. Everything here happens after the acknowledgement, and ends in an answer."""

    def __init__(self, flows: Flows, database_url: str, linked: Linked | None = None) -> None:
        self.flows = flows
        self.database_url = database_url
        self.linked = linked or Linked()

    async def typed(self, words: Sequence[str], *, user: str, trigger_id: str, answer: Answer) -> None:
        """Do what the words after `/ukg` ask for; no words, or a portal alone, ask for how things stand."""
        async with _Asker(user, answer) as asker:
            await asker.open(self._named(words), trigger_id)
            flow = self.flows.find(words[0] if words else "status")
            if flow is None and words[0].casefold() in await portals_of(user):
                flow, words = self._of_portal(words)
            if flow is None:
                await self._unknown(words[0], asker)
            else:
                await self._carry_out(flow, words[1:], asker)

    async def picked(
        self, name: str, slug: str, *, user: str, trigger_id: str, answer: Answer, modal: Opened | None = None
    ) -> None:
        """Do what was asked for before the portal was picked, in a message or in the `modal`. The role is looked up
        anew."""
        flow = self.flows.find(name)
        async with _Asker(user, answer, modal) as asker:
            if flow is None:
                raise SettingsError("This menu is out of date; nothing was done. Type the command again.")
            await asker.open(flow, trigger_id)
            roles = await portals_of(user)
            if roles and slug not in roles:
                raise SettingsError(_unknown_portal(slug, list(roles)))
            await self._carry_out(flow, [slug], asker)

    def _named(self, words: Sequence[str]) -> Flow | None:
        """The flow that is named first, or after what may be a portal: seen without asking anybody."""
        found = (self.flows.find(word) for word in words[:2])
        return next((flow for flow in found if flow is not None), None)

    def _of_portal(self, words: Sequence[str]) -> tuple[Flow | None, Sequence[str]]:
        """What is asked for when the portal comes first: what follows it, or how it stands."""
        portal, *rest = words
        flow = self.flows.find(rest[0]) if rest else None
        if flow is not None and flow.portal != "none":
            return flow, [flow.name, portal, *rest[1:]]
        return self.flows.find("status"), ["status", *words]

    async def _carry_out(self, flow: Flow, words: Sequence[str], asker: "_Asker") -> None:
        roles = await portals_of(asker.user)
        if not roles:
            await self._refuse_stranger(f"/ukg {flow.name}", words[0] if words else None, asker)
            return
        try:
            portal, rest = _choose(flow, words, roles)
        except SeveralFit as choice:
            await asker.say(picker(flow, choice.slugs))
            return
        if portal is not None and not roles[portal].allows(flow.role):
            raise NotAllowed(
                f"You are {roles[portal]} in {portal}, and `/ukg {flow.name}` takes {flow.role}; nothing was done. Ask "
                "an admin."
            )
        role = roles[portal] if portal is not None else None
        with acting_as(await actor_of(asker.user)):
            await flow.handler(
                Asked(
                    flow=flow.name,
                    user=asker.user,
                    portal=portal,
                    role=role,
                    words=rest,
                    show=asker.modal.show if asker.modal is not None else None,
                    database_url=self.database_url,
                    answer=asker.answer,
                    linked=self.linked,
                )
            )

    async def _unknown(self, name: str, asker: "_Asker") -> None:
        if not await portals_of(asker.user):
            await self._refuse_stranger("/ukg", None, asker)
            return
        await asker.say(paragraphs(unknown_command(self.flows, name)))

    async def _refuse_stranger(self, wanted: str, named: str | None, asker: "_Asker") -> None:
        await record_stranger(await actor_of(asker.user), wanted, named)
        await asker.say(stranger(asker.user))


def stranger(user: str) -> Content:
    """What somebody without any role is told: nothing about any portal, and how to get a role."""
    return paragraphs(
        "You have no role in ukg-sync yet, so nothing was done. The admins can see that you asked.",
        "Ask an admin of your portal to give you one: they choose you under `/ukg admins`, or write in a terminal "
        f"`ukg admin add PORTAL NAME --role viewer --slack-user {user}`",
    )


def _choose(flow: Flow, words: Sequence[str], roles: dict[str, Role]) -> tuple[str | None, Sequence[str]]:
    """The portal that is meant, and the words that follow; raises `SeveralFit` when it has to be picked."""
    if flow.portal == "none":
        return None, words
    named = next((slug for slug in roles if words and slug == words[0].casefold()), None)
    if named is not None:
        if words[1:] and not flow.takes_words:
            raise SettingsError(
                f"`/ukg {flow.name}` takes a portal and nothing more, so nothing was done. Left over: "
                f"{' '.join(words[1:])[:80]}"
            )
        return named, words[1:]
    if words and not flow.takes_words:
        raise SettingsError(_unknown_portal(words[0], list(roles)))
    if flow.portal == "any":
        return None, words
    fitting = [slug for slug, role in roles.items() if role.allows(flow.role)]
    if len(roles) == 1 or len(fitting) == 1:
        return (fitting or list(roles))[0], words
    if not fitting:
        raise SettingsError(
            f"`/ukg {flow.name}` takes the role {flow.role}, which you have in no portal; nothing was done. Ask an "
            "admin."
        )
    if words:
        raise SettingsError(
            f"You have a role in {len(fitting)} portals ({_listed(fitting)}); nothing was done. Name one of them "
            f"first: `/ukg {flow.name} {fitting[0]} {' '.join(words)[:200]}`"
        )
    raise SeveralFit(fitting)


def _unknown_portal(word: str, slugs: Sequence[str]) -> str:
    meant = nearest(word, slugs)
    suggestion = f"Did you mean {meant}? " if meant else ""
    return (
        f"There is no portal '{word[:40]}' in which you have a role; nothing was done. {suggestion}Yours: "
        f"{_listed(slugs)}."
    )


def _listed(slugs: Sequence[str]) -> str:
    return ", ".join(slugs[:10]) + (", …" if len(slugs) > 10 else "")


class _Asker:
    """Whoever asks, and the way back to them: the modal that was opened for them, else an answer.

    Whatever goes wrong inside is said in one sentence.
    """

    def __init__(self, user: str, answer: Answer, modal: Opened | None = None) -> None:
        self.user, self.answer, self.modal = user, answer, modal

    async def open(self, flow: Flow | None, trigger_id: str) -> None:
        """Open the modal of the flow, if it has one. It shows nothing before it is known what the asker may see."""
        if self.modal is not None:
            await self.modal.work()
        elif flow is not None and flow.opens:
            self.modal = await open_modal(self.answer, trigger_id, flow.opens)

    async def say(self, content: Content) -> None:
        """Say something to them."""
        await (self.modal or self.answer)(content)

    async def __aenter__(self) -> "_Asker":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Exception):
            await self.say(paragraphs(escaped(sentence_of(error))))
        return isinstance(error, Exception)
