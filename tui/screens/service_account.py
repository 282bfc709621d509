"""The second step of connecting: UKG Pro's service account, tested before it is kept."""

from collections.abc import Sequence

from core.domain.errors import SettingsError
from core.services.connected import connected_to
from core.services.connections import check_account, checked_credentials, connect, data_to_be_read
from tui.fields import Field, Secret
from tui.screens.form import Form, FormScreen, Values
from tui.words import counted


class ServiceAccountScreen(FormScreen):
    """What the account is. `agreed` is what was shown as being read; nothing is kept when that is another by now."""

    PLACE = "Connect, step 2"
    ABOUT = (
        "The service account is a user of UKG Pro for web services. The address is that of your tenant's web "
        "services, as UKG Pro shows it; the customer API key stands beside it, under web services too. What is given "
        "is tested on every endpoint that a sync reads, then kept encrypted."
    )
    SAVE = "Test and connect"
    SAVING = "Testing the account on every endpoint …"

    def __init__(self, slug: str | None = None, agreed: Sequence[str] = ()) -> None:
        super().__init__(slug)
        self._agreed = list(agreed)

    async def read(self) -> Form:
        """What is asked; the address and the name of an account that was given before stand there."""
        held = (await connected_to(self.slug)).ukg_pro
        fields: list[Field] = [
            Field(
                name="url",
                label="Address",
                hint="https://service5.ultipro.com",
                required=True,
                about="UKG Pro's web-services host.",
            ),
            Field(name="user", label="User name", required=True, about="The service account's user name."),
            Secret(name="password", label="Password", required=True, about="It is not shown, here or later."),
            Secret(
                name="customer_api_key",
                label="Customer API key",
                required=True,
                about="The tenant's key: five letters or digits. It is not shown, here or later.",
            ),
            Secret(
                name="user_api_key",
                label="User API key",
                about="The service account's own key, if UKG Pro gave it one; may stay empty.",
            ),
        ]
        values = {"url": held.url, "user": held.user} if held else {}
        above = "What you give is tested first. Its secrets are kept encrypted, and nobody can read them here again."
        return Form(fields=fields, values=values, above=[above])

    async def save(self, values: Values) -> str:
        """Test it, and keep it."""
        credentials = checked_credentials(
            url=values.text("url"),
            user=values.text("user"),
            password=values.text("password"),
            customer_api_key=values.text("customer_api_key"),
            user_api_key=values.text("user_api_key") or None,
        )
        requests = await check_account(self.slug, credentials)
        if await data_to_be_read(self.slug) != self._agreed:
            raise SettingsError(
                "The mapping was changed meanwhile, so something else would be read than what was agreed to. Nothing "
                "was kept. Go back with Esc, look at what is read, and agree to that."
            )
        await connect(self.slug, credentials, self.database_url)
        tested = f"{counted(requests, 'request')} tested it"
        return f"{self.slug} is connected to {credentials.url}; {tested}. See what a sync would do: Plans."

    def after_save(self) -> None:
        """Back to where it stands."""
        self.leave()
