"""`/ukg channel`: the channel that hears of a portal's runs, and how much of them."""

from slack_sdk.errors import SlackApiError

from bot.content import Content, paragraphs
from bot.flows import Asked, Flow
from bot.troubles import reason_of
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.services.slack_channels import ToldWhere, tell_in, told_where

_WORDS = ("here", "off", "quiet", "all")


async def choose_channel(asked: Asked) -> None:
    """Say which channel it is; or choose this one, none, or how much it hears."""
    slug = str(asked.portal)
    if not asked.words:
        await asked.answer(_told(await told_where(slug)))
        return
    word = asked.words[0].casefold()
    if len(asked.words) > 1 or word not in _WORDS:
        listed = ", ".join(f"`{each}`" for each in _WORDS)
        raise SettingsError(
            f"'{' '.join(asked.words)[:40]}' is neither a portal of yours nor one of {listed}; nothing was changed."
        )
    match word:
        case "here":
            await _check_channel(asked)
            told = await tell_in(slug, channel=asked.answer.channel)
        case "off":
            told = await tell_in(slug, channel="")
        case _:
            told = await tell_in(slug, quiet=word == "quiet")
    await asked.answer(_told(told))


async def _check_channel(asked: Asked) -> None:
    """Whether messages can be posted here: found out by posting one, so that nothing is set that does not work."""
    channel = asked.answer.channel or ""
    if channel[:1] not in ("C", "G"):
        raise SettingsError(
            "This is no channel, so nothing was changed. Type it in the channel that is to hear of the portal's runs."
        )
    text = f"<@{asked.user}> chose this channel for the runs of *{asked.portal}*. Names of people will be shown here."
    try:
        await asked.answer.client.chat_postMessage(channel=channel, text=text)
    except SlackApiError as error:
        raise SettingsError(
            f"ukg-sync cannot post in this channel ({reason_of(error)}), so nothing was changed. Invite it with "
            "`/invite @ukg-sync`, then ask again."
        ) from None


def _told(told: ToldWhere) -> Content:
    slug = told.portal
    if told.channel is None:
        once = " Once there is one it hears of changes and problems only." if told.quiet else ""
        return paragraphs(
            f"No channel hears of the runs of {slug}.{once} Who asks for one in Slack is told where they asked; what "
            "needs an admin is told to the admins directly.",
            f"Choose the channel you are in: `/ukg channel {slug} here`",
        )
    how = "changes and problems" if told.quiet else "every run"
    other = f"`/ukg channel {slug} {'all' if told.quiet else 'quiet'}`"
    default = "" if told.own else " It is the channel of all portals that have none of their own."
    return paragraphs(
        f"<#{told.channel}> hears of {how} of {slug}, with the names of people.{default}",
        f"{'Every run' if told.quiet else 'Only changes and problems'}: {other}. This channel instead: "
        f"`/ukg channel {slug} here`",
    )


FLOW = Flow(
    "channel",
    "Choose the channel that hears of the runs",
    choose_channel,
    usage="[portal] [here | off | quiet | all]",
    role=Role.ADMIN,
    takes_words=True,
)
