"""`/ukg sync` and `/ukg plan`: asked for like everywhere, carried out by whoever is free, told as it goes on."""

from typing import Literal

from bot.content import escaped, paragraphs
from bot.flows import Asked, Flow
from core.domain.roles import Role
from core.services.slack_requests import ask_in_slack


async def ask_for_sync(asked: Asked) -> None:
    """Ask for a sync now."""
    await ask(asked, "sync", f"The sync of {asked.portal}")


async def ask_for_plan(asked: Asked) -> None:
    """Ask what a sync would do now."""
    await ask(asked, "plan", f"The plan of {asked.portal}")


async def ask(asked: Asked, what: Literal["sync", "plan", "undo"], name: str, *, undoes: str | None = None) -> None:
    """Ask for it and say where it is told how it goes; `name` begins the sentence, `undoes` is the run to be taken
    back."""
    slug, name = str(asked.portal), escaped(name)
    channel = asked.answer.channel or ""
    in_channel = channel[:1] in ("C", "G")
    place = channel if in_channel else asked.user
    asking = await ask_in_slack(slug, what, user=asked.user, channel=place, undoes=undoes)
    if asking.again:
        await asked.answer(paragraphs(f"{name} was asked for already and waits its turn."))
    elif asking.channel is not None:
        await asked.answer(paragraphs(f"{name} is asked for. <#{asking.channel}> tells how it goes."))
    else:
        where = "here" if what == "sync" and in_channel else "in your direct messages"
        await asked.answer(
            paragraphs(
                f"{name} is asked for; how it goes is told {where}.",
                f"An admin chooses a channel for the portal with `/ukg channel {slug} here`.",
            )
        )


SYNC = Flow("sync", "Sync a portal with UKG Pro, now", ask_for_sync, role=Role.OPERATOR)
PLAN = Flow("plan", "Show what a sync would do; nothing is written", ask_for_plan, role=Role.OPERATOR)
