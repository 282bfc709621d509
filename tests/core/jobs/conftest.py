"""A portal with people who are owed mails, and a mail server on loopback."""

import socket
from collections.abc import Callable
from typing import Any

import pytest

from core.clock import now
from core.portals.embedded.invites import add_invites, add_reset
from core.services.portals import create_portal
from core.store.models import Learner, Mail, Portal
from core.store.transactions import write_transaction
from tests.core.jobs.mail_server import (  # noqa: F401
    certificate,
    smtp,
    start_mail_server,
    use_mail_server,
)

NOON = "2026-03-10T12:00:00Z"


@pytest.fixture
async def acme(store: str, set_clock: Callable[[str], None]) -> Portal:
    """A portal on 10 March 2026, 12:00 UTC."""
    set_clock(NOON)
    return await create_portal("acme", name="Acme Academy")


@pytest.fixture
def owe(acme: Portal) -> Callable[..., Any]:
    """Call with e-mails to put people into the portal who are owed a mail of that `kind`; returns the mail, or the
    mails when there are several."""

    async def add(*emails: str, kind: str = "invitation", **values: Any) -> Any:
        status = "pending" if kind == "invitation" else "active"
        row: dict[str, Any] = {
            "first_name": "Ann",
            "last_name": "Lee",
            "user_type": "learner",
            "status": status,
            "source": "ukg",
            "custom": "{}",
            "created_at": now(),
            "created_by": "UKG Pro",
            **values,
        }
        async with write_transaction():
            await Learner.bulk_create(
                [Learner(portal_id=acme.id, email=email, email_key=email.casefold(), **row) for email in emails]
            )
            keys = [email.casefold() for email in emails]
            people = await Learner.filter(portal_id=acme.id, email_key__in=keys).order_by("id")
            if kind == "reset":
                for person in people:
                    await add_reset(acme.id, person.id, now())
            else:
                await add_invites(acme.id, [(person.id, status) for person in people], now())
        mails = await Mail.filter(learner_id__in=[person.id for person in people]).order_by("id")
        return mails[0] if len(mails) == 1 else mails

    return add


@pytest.fixture
def unused_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]
