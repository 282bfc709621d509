"""What people hold of something that a condition can be about, so that it need not be typed from memory."""

import asyncio
from collections import Counter

import msgspec

from core.domain.custom_fields import CustomValue
from core.domain.errors import SettingsError
from core.domain.roles import Role
from core.domain.rules import CREATED, EMAIL_DOMAIN
from core.portals.embedded.memberships import labels
from core.services.kinds import Own
from core.services.portals import embedded_portal_for
from core.store import models
from core.store.bulk import select_rows

_CUSTOM = msgspec.json.Decoder(dict[str, CustomValue])
_PAGE = 5000
_MOST = 200
_VALUES = "SELECT id, email_key, custom FROM learner WHERE +portal_id = ? AND id > ? ORDER BY id LIMIT ?"


class HeldValue(msgspec.Struct, frozen=True):
    """A value, and how many people hold it."""

    value: str
    people: int


async def held_values(slug: str, label: str, most: int = _MOST) -> list[HeldValue]:
    """The values that most people hold of a label of a rule, the most frequent first; none for the day of the account.

    Of a field that takes several, each value counts by itself. Raises `SettingsError` for a label that is not there.
    """
    portal = await embedded_portal_for(slug, Role.VIEWER, Own.GROUPS)
    name = next((each.name for each in await labels(portal.id) if each.name.casefold() == label.casefold()), None)
    if name is None:
        raise SettingsError(f"{slug} has no field {label[:80]}; nothing was done.")
    if name == CREATED:
        return []
    counts: Counter[str] = Counter()
    last_id = 0
    while rows := await select_rows(models.Learner, _VALUES, [portal.id, last_id, _PAGE]):
        for _, email, custom in rows:
            if name == EMAIL_DOMAIN:
                counts[email.rpartition("@")[2]] += 1
                continue
            value = _CUSTOM.decode(custom).get(name)
            counts.update(map(str, value) if isinstance(value, list) else [str(value)] if value is not None else [])
        last_id = rows[-1][0]
        await asyncio.sleep(0)
    counts.pop("", None)
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0].casefold()))
    return [HeldValue(value, people) for value, people in ordered[:most]]
