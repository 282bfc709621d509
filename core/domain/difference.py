"""How outcomes would differ under other settings: what trying settings out comes to."""

from datetime import datetime

import msgspec

from core.domain.outcome import Counts


class Moved(msgspec.Struct, frozen=True):
    """People whose outcome, or its reason, would be another: `before` and `after` like ("skipped", "out_of_scope")."""

    before: tuple[str, str]
    after: tuple[str, str]
    people: int
    examples: list[str]


class Difference(msgspec.Struct, frozen=True):
    """How outcomes would differ. `before` and `after` count everyone; `read_at` is the time of the snapshot, None when
    UKG Pro was read just now; `values` counts people whose mapped values alone would be others."""

    read_at: datetime | None
    before: Counts
    after: Counts
    moved: list[Moved]
    values: int
