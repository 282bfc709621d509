"""Where the portal's runs are told in Slack."""

from core.services.slack_channels import check_channel, tell_in, told_where
from tui.fields import OFF, ON, Field, Switch
from tui.screens.form import Form, FormScreen, Values


class ChannelScreen(FormScreen):
    """The channel, and how much is told there."""

    PLACE = "Slack channel"
    ABOUT = (
        "After each run, Slack is told what came of it, in this channel; what waits for a decision is told there too, "
        "with buttons for admins. The channel's id stands at the end of 'View channel details' in Slack. Or write in "
        "the channel itself: /ukg channel here. People's names are shown there, so choose one that only the right "
        "people read."
    )

    async def read(self) -> Form:
        """The channel as it is."""
        told = await told_where(self.slug)
        own = told.channel if told.own else None
        if told.channel is None:
            above = "Runs are told nowhere in Slack yet."
        elif own is None:
            above = f"Runs are told in {told.channel}, which is the channel for every portal without one of its own."
        else:
            above = f"Runs are told in {told.channel}."
        fields: list[Field] = [
            Field(
                name="channel",
                label="Channel's id",
                hint="C024BE91L",
                check=check_channel,
                about="The app must be in the channel: write /invite @ukg-sync there. Empty: no channel of its own.",
            ),
            Switch(
                name="quiet",
                label="What is told",
                on="only changes and problems",
                off="every run",
                about="With 'only changes and problems', a run that had nothing to do is passed over.",
            ),
        ]
        return Form(fields=fields, values={"channel": own or "", "quiet": ON if told.quiet else OFF}, above=[above])

    async def save(self, values: Values) -> str:
        """Tell it there from now on."""
        told = await tell_in(self.slug, channel=values.new_text("channel"), quiet=values.new_on("quiet"))
        return f"Saved: runs are told in {told.channel}." if told.channel else "Saved: runs are told nowhere in Slack."
