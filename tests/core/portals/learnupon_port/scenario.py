"""Two days of a small company, with every kind of change; how LearnUpon must look after them."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from core.domain.change import Change
from core.domain.custom_fields import FieldType
from tests.core.portals.harnesses import LearnUponHarness
from tests.core.portals.learnupon_port.people import ACTIVE, DISABLED, PENDING, change, new

Apply = Callable[..., Awaitable[Any]]

_NAMES = ["ann", "bea", "cat", "dan", "eve", "fay", "gus", "hal", "ida", "jon", "kim", "max", "rex"]
_HELD = {"Job": "Cook", "Badge": 7}
_LAST_DAY, _LATER = date(2026, 6, 30), date(2026, 9, 30)


def _state(first: str, last: str = "Lee", **values: Any) -> dict[str, Any]:
    defaults = {"enabled": True, "expires": None, "language": "de", "custom": {"Job": "Cook", "Badge": "7"}}
    return {"names": (first, last)} | defaults | values


# Where the e-mails went round, whose account has which is told by the first name.
AFTERWARDS = {
    "ann@example.com": _state("Ann", "Stone", custom={"Job": "Cook", "Badge": "8"}),
    "bea.new@example.com": _state("Bea"),
    "cat@example.com": _state("Cat", custom={"Job": "Chef", "Site": "North"}),
    "dan@example.com": _state("Dan", expires=_LATER),
    "eve@example.com": _state("Fay"),
    "fay@example.com": _state("Eve"),
    "hal@example.com": _state("Gus"),
    "ida@example.com": _state("Hal"),
    "gus@example.com": _state("Ida"),
    "jon.new@example.com": _state("Jon"),
    "jon@example.com": _state("Joe", language="en", custom={"Job": "Clerk"}),
    "kim@example.com": _state("Kim"),
    "max@example.com": _state("Max", "Long", expires=date(2030, 1, 1)),
    "nia.noe@example.com": _state("Nia", language="en", custom={"Job": "Clerk", "Rate": "1.5"}),
    "oli@example.com": _state("Oliver", language="en", expires=_LAST_DAY, custom={"Job": "Clerk"}),
    "pam.new@example.com": _state("Pamela", language="en", custom={"Job": "Clerk"}),
    "rex@example.com": _state("Rex"),
}


async def found(harness: LearnUponHarness) -> None:
    """The portal before the first sync: people made by hand."""
    realm = harness.sandbox.realm
    for label, kind, choices in (
        ("Job", FieldType.STRING, ()),
        ("Badge", FieldType.INTEGER, ()),
        ("Rate", FieldType.DECIMAL, ()),
        ("Since", FieldType.DATE, ()),
        ("Site", FieldType.STRING_CHOICE, ("North", "South")),
    ):
        harness.declare(label, kind, choices)
    realm.add_course(harness.portal, "Safety")
    for name in _NAMES:
        harness.put_in(
            f"{name}@example.com", first_name=name.title(), last_name="Lee", language="de", accepted=False, custom=_HELD
        )
    harness.set(harness.named("max@example.com"), account_expires=date(2030, 1, 1))
    harness.set(harness.named("rex@example.com"), account_expires=date(2026, 3, 1), status="disabled")
    await harness.look()


async def first_day(harness: LearnUponHarness) -> list[Change]:
    """What a plan has on the first day."""

    async def changed(name: str, **after: Any) -> Change:
        return await change(harness, f"{name}@example.com", **after)

    joining = {"last_name": "Lee", "custom": {"Job": "Clerk"}}
    return [
        await changed("ann", last_name="Stone"),
        await changed("bea", email="bea.new@example.com"),
        await changed("cat", custom={"Job": "Chef", "Badge": None, "Site": "North"}),
        await changed("dan", account_expires=_LAST_DAY),
        await changed("eve", email="fay@example.com"),
        await changed("fay", email="eve@example.com"),
        await changed("gus", email="hal@example.com"),
        await changed("hal", email="ida@example.com"),
        await changed("ida", email="gus@example.com"),
        new("jon@example.com", **joining | {"first_name": "Joe"}),
        await changed("jon", email="jon.new@example.com"),
        await changed("kim", status=DISABLED),
        await changed("max", last_name="Long"),
        await changed("rex", status=ACTIVE, account_expires=None),
        new(
            "Nia.Noe@example.com",
            first_name="Nia",
            account_expires=_LAST_DAY,
            custom={"Job": "Clerk", "Rate": "1.5", "Since": "2026-01-31"},
        ),
        new(
            "oli@example.com",
            status=PENDING,
            account_expires=_LAST_DAY,
            **joining | {"first_name": "Oli"},
        ),
        new("pam@example.com", status=PENDING, **joining | {"first_name": "Pam"}),
        new("quin@example.com", **joining | {"first_name": "Quin"}),
    ]


async def second_day(harness: LearnUponHarness) -> list[Change]:
    """What a plan has on the second day, after somebody has accepted."""

    async def changed(name: str, **after: Any) -> Change:
        return await change(harness, f"{name}@example.com", **after)

    return [
        await changed("ann", custom={"Badge": 8}),
        await changed("dan", account_expires=_LATER),
        await changed("kim", status=ACTIVE),
        await changed("Nia.Noe", account_expires=None, custom={"Since": None}),
        await changed("oli", first_name="Oliver"),
        await changed("pam", first_name="Pamela", email="pam.new@example.com"),
        await changed("quin", remove=True),
    ]


async def play(harness: LearnUponHarness, apply: Apply) -> None:
    """Both days, each as a run of its own."""
    await found(harness)
    await apply(harness, *await first_day(harness))
    harness.accept("oli@example.com")
    harness.begin_anew()
    await harness.glance()
    await apply(harness, *await second_day(harness))
    harness.accept("pam.new@example.com")
    harness.begin_anew()
    await harness.glance()
