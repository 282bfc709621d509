"""LearnUpon's API keys, tested before they are kept."""

from core.services.connected import connected_to
from core.services.learnupon import checked_account, give_keys
from tui.dialogs.confirming import Confirm
from tui.fields import OFF, Field, Secret, Switch
from tui.screens.form import Form, FormScreen, Values
from tui.words import counted


class LearnUponKeysScreen(FormScreen):
    """The portal's address, and its keys."""

    PLACE = "LearnUpon's API keys"
    ABOUT = (
        "LearnUpon shows its keys under Settings, Integrations, API Keys: a username and a password. A new pair there "
        "makes the old one worthless. They are tested, then kept encrypted, and never shown again."
    )
    SAVE = "Test and keep"
    SAVING = "Testing the keys …"

    async def read(self) -> Form:
        """What is asked; the address that is known stands there."""
        held = (await connected_to(self.slug)).learnupon
        fields: list[Field] = [
            Field(
                name="url",
                label="Address of the portal",
                hint="https://acme.learnupon.com",
                required=True,
                about="As people open it in the browser.",
            ),
            Secret(name="username", label="API username", required=True, about="It is not shown, here or later."),
            Secret(name="password", label="API password", required=True, about="It is not shown, here or later."),
        ]
        if held is not None:
            fields.append(
                Switch(
                    name="afresh",
                    label="What is known of people",
                    on="forget it, and link them anew",
                    off="keep it",
                    about="Forget it only for keys of another portal than before: its accounts are read anew then.",
                )
            )
        return Form(fields=fields, values={"url": held.url if held else "", "afresh": OFF})

    async def save(self, values: Values) -> str | None:
        """Test them, and keep them."""
        account = checked_account(values.text("url"), values.text("username"), values.text("password"))
        afresh = "afresh" in values.typed and values.on("afresh")
        if afresh:
            lines = [
                f"Everything known of the people of {self.slug} is forgotten: whom they are linked to, and their "
                "history. Their accounts in LearnUpon stay, and are linked by e-mail at the next sync."
            ]
            if not await self.ask(Confirm("Forget what is known?", lines, "Forget it", typed=self.slug)):
                return None
        given = await give_keys(self.slug, account, self.database_url, start_afresh=afresh)
        fields = counted(len(given.fields), "custom user data field")
        return f"LearnUpon takes the keys: {self.slug} writes to {given.url}, which has {fields}."

    def after_save(self) -> None:
        """Back to where it stands."""
        self.leave()
