"""A portal of LearnUpon in its stand-in, with API keys given, and what an admin or a learner does there by hand."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from core.domain.email import email_key
from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.invites import accept
from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.records import FieldType, Invite, InviteStatus
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings
from core.services.learnupon import Given, checked_account, give_keys
from core.services.portals import change_portal, create_portal
from core.store.models import Learner, Portal

TODAY = "2026-03-10"


class There:
    """The stand-in, and what is done in its top-level portal by hand."""

    def __init__(self, sandbox: LearnUponSandbox, url: str) -> None:
        self.sandbox = sandbox
        self.portal = sandbox.realm.top
        self._url = url

    async def give_keys(self, slug: str = "acme", **options: Any) -> Given:
        """Give the portal's keys as they are now."""
        account = checked_account(self.portal.url, self.portal.username, self.portal.password)
        return await give_keys(slug, account, self._url, **options)

    def invites(self, email: str) -> list[Invite]:
        """Every invite that the person ever had, oldest first."""
        return [invite for invite in self.portal.invites.values() if email_key(invite.email or "") == email_key(email)]

    def open_invite(self, email: str) -> Invite | None:
        """The one that they have not accepted."""
        return next((invite for invite in self.invites(email) if invite.status is InviteStatus.SENT), None)

    def accept(self, email: str) -> None:
        """The person accepts."""
        invite = self.open_invite(email)
        assert invite is not None
        realm = self.sandbox.realm
        accept(Call(realm, self.portal, self.sandbox.settings, realm.clock(), {}, b""), invite)

    def withdraw(self, email: str) -> None:
        """An admin withdraws the invitation."""
        invite = self.open_invite(email)
        assert invite is not None
        self.portal.settle_invite(invite)
        invite.status = InviteStatus.CANCELED


@pytest.fixture
async def there(store: str) -> AsyncIterator[There]:
    """LearnUpon with two custom user data fields, and nobody in it."""
    settings = LearnUponSettings(rate_limit=1_000_000, week_limit=10_000_000)
    async with LearnUponSandbox(settings, realm=Realm("top", "sub")) as sandbox:
        for portal in sandbox.realm.portals.values():
            sandbox.realm.add_field(portal, "Department", FieldType.STRING)
            sandbox.realm.add_field(portal, "Grade", FieldType.STRING_CHOICE, "A", "B")
        yield There(sandbox, store)


@pytest.fixture
async def acme(there: There, set_clock: Callable[[str], None]) -> Portal:
    """A portal in New York that is LearnUpon's, its keys given, on 10 March 2026."""
    set_clock(TODAY)
    await create_portal("acme", kind="learnupon", timezone="America/New_York")
    await change_portal("acme", manual_sync_minutes=0)
    await there.give_keys()
    return await Portal.get(slug="acme")


@pytest.fixture
def person() -> Callable[..., Any]:
    """Call with an e-mail for what is known here of the person."""

    async def find(email: str) -> Learner:
        return await Learner.get(email_key=email_key(email))

    return find
