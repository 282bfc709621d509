"""Writing the audit trail: who did what, when, with what before and after, through which face."""

import msgspec

from core.clock import now
from core.services.acting import current_actor
from core.store.models import AuditLine, Portal


async def audit(
    portal: Portal | None, action: str, subject: str, *, before: object = None, after: object = None
) -> None:
    """Add a line about what the current actor does; call it in the transaction of the change itself.

    Neither `before` nor `after` may hold a secret.
    """
    actor = current_actor()
    await AuditLine.create(
        portal_id=portal.id if portal else None,
        portal_slug=portal.slug if portal else "",
        at=now(),
        actor=actor.name[:200],
        face=actor.face,
        action=action,
        subject=subject,
        before=_encoded(before),
        after=_encoded(after),
    )


def _encoded(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()
