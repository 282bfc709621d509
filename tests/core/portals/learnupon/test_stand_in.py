"""The client against the stand-in of LearnUpon, with each switch that it can meet both ways."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from core.domain.custom_fields import FieldType
from core.portals.learnupon.client import LearnUponClient
from core.portals.learnupon.errors import (
    AlreadyExists,
    AlreadyInvited,
    KeysRefused,
    KeysReplaced,
    LearnUponError,
    NoLicence,
    NoSuchUser,
    Refused,
    Throttled,
    Unsure,
    WeekSpent,
)
from core.portals.learnupon.pace import Pace
from core.portals.learnupon.records import InviteStatus, Newcomer, User, UserChange
from core.sandbox.learnupon import faults
from core.sandbox.learnupon.records import FieldType as Kind
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings

Connect = Callable[..., Awaitable[LearnUponClient]]

ANN = Newcomer(
    "Ann@Example.com",
    "Ann",
    "Lee",
    date(2099, 1, 31),
    {"Team": "Ops", "Grade": "2.5", "Level": 3, "Size": "L", "Started": "2026-01-05"},
)


@pytest.fixture
async def sandbox() -> AsyncIterator[LearnUponSandbox]:
    async with LearnUponSandbox(LearnUponSettings(rate_limit=None)) as running:
        top = running.realm.top
        for label, kind, choices in (
            ("Team", Kind.STRING, ()),
            ("Grade", Kind.DECIMAL_CHOICE, ("1.00", "2.50")),
            ("Level", Kind.INTEGER, ()),
            ("Size", Kind.STRING_CHOICE, ("S", "L")),
            ("Started", Kind.DATE, ()),
        ):
            running.realm.add_field(top, label, kind, *choices)
        yield running
        assert [call for call in running.counts if "generate_keys" in call] == []


@pytest.fixture
async def real(sandbox: LearnUponSandbox, connect: Connect) -> LearnUponClient:
    return await _of(sandbox, connect)


async def _of(sandbox: LearnUponSandbox, connect: Connect, name: str = "top", **changes: Any) -> LearnUponClient:
    portal = sandbox.portal(name)
    return await connect(portal.url, portal.username, portal.password, **changes)


async def _everyone(client: LearnUponClient) -> list[User]:
    return [user async for page in client.everyone() for user in page]


_SWITCHES = [
    {},
    {"definitions_key": "right"},
    {"numbers": "number"},
    {"unset_fields": "null"},
    {"choice_delimiter": ", "},
    {"choice_delimiter": "\n"},
    {"account_expires_format": "datetime"},
    {"email_kept": "lower"},
    {"email_search": "sensitive"},
    {"email_search": "sensitive", "email_kept": "lower"},
    {"create_status": 201},
    {"rate_headers": False},
    {"response_code": False},
    {"invalid_status": 422},
    {"content_type_on_bare_call": "refused"},
    {"wrapper_case": "any"},
    {"unknown_label": "reject", "bad_value": "reject"},
    {"unknown_label": "drop", "bad_value": "drop"},
    {"past_end": "not_found", "page_size": 1},
    {"plain_email_update": "renames"},
    {"clearing": "null"},
    {"clearing": "empty"},
    {"unknown_user_status": 400},
    {"wrong_key_status": 403},
]


@pytest.mark.parametrize("switches", _SWITCHES, ids=str)
async def test_a_person_comes_changes_and_goes_whatever_the_portal_is_like(
    sandbox: LearnUponSandbox, real: LearnUponClient, switches: dict[str, Any]
) -> None:
    for name, value in switches.items():
        assert hasattr(sandbox.settings, name)
        setattr(sandbox.settings, name, value)
    fields = {field.label: field for field in await real.definitions()}
    assert fields["Grade"].choices == ("1", "2.5")
    assert fields["Size"].choices == ("S", "L")
    assert fields["Started"].type is FieldType.DATE

    assert await real.find("ann@example.com") is None
    user_id = await real.create(ANN)
    user = await real.user(user_id)
    assert (user.email.lower(), user.first_name, user.enabled, user.sign_in_count) == (
        "ann@example.com",
        "Ann",
        True,
        0,
    )
    assert user.account_expires == date(2099, 1, 31)
    assert user.custom == ANN.custom
    assert await real.find("Ann@Example.com") == user
    assert await _everyone(real) == [user]

    await real.update(user_id, UserChange(email="ann.new@example.com", last_name="Moe", custom={"Grade": "1"}))
    user = await real.user(user_id)
    assert (user.email, user.first_name, user.last_name) == ("ann.new@example.com", "Ann", "Moe")
    assert user.custom == {**ANN.custom, "Grade": "1"}

    for _ in range(2):  # the second time it is known what empties
        await real.update(user_id, UserChange(account_expires=None, custom={"Team": None, "Started": None}))
        user = await real.user(user_id)
        assert user.account_expires is None
        assert user.custom == {"Grade": "1", "Level": 3, "Size": "L"}
        await real.update(user_id, UserChange(custom={"Team": "Ops", "Started": "2026-01-05"}))

    await real.update(user_id, UserChange(enabled=False))
    assert not (await real.user(user_id)).enabled
    assert [user.id async for page in real.everyone(enabled=False) for user in page] == [user_id]
    assert [page async for page in real.everyone(enabled=True)] == []

    for missing in (real.user("999999"), real.update("999999", UserChange(first_name="X"))):
        with pytest.raises(NoSuchUser):
            await missing


@pytest.mark.parametrize("switches", [{}, {"past_end": "not_found"}], ids=str)
@pytest.mark.parametrize("users", [0, 1, 5, 6, 7])
async def test_everyone_is_read_to_the_last_page(
    sandbox: LearnUponSandbox, real: LearnUponClient, users: int, switches: dict[str, Any]
) -> None:
    sandbox.settings.page_size = 3
    for name, value in switches.items():
        setattr(sandbox.settings, name, value)
    for number in range(users):
        sandbox.realm.add_user(sandbox.realm.top, f"u{number}@example.com")
    assert [user.email for user in await _everyone(real)] == [f"u{number}@example.com" for number in range(users)]
    assert sandbox.counts["GET users"] == max(1, -(-users // 3))


@pytest.mark.parametrize("status", [400, 422])
async def test_who_is_elsewhere_in_the_realm_exists_already_unless_it_is_allowed(
    sandbox: LearnUponSandbox, real: LearnUponClient, connect: Connect, status: int
) -> None:
    sandbox.settings.duplicate_status = status  # type: ignore[assignment]
    first = await real.create(Newcomer("ann@example.com", "Ann", "Lee"))
    second = await real.create(Newcomer("bea@example.com", "Bea", "Moe"))
    sub = await _of(sandbox, connect, "sub")
    for taken in (
        real.create(Newcomer("ANN@example.com", "Ann", "Lee")),
        sub.create(Newcomer("ann@example.com", "Ann", "Lee")),
        real.update(second, UserChange(email="ann@example.com")),
    ):
        with pytest.raises(AlreadyExists):
            await taken
    assert await sub.find("ann@example.com") is None
    sandbox.settings.allow_user_creation_if_exists = True
    assert await sub.create(Newcomer("ann@example.com", "Ann", "Lee")) == first


async def test_a_full_portal_has_no_licence_left(sandbox: LearnUponSandbox, connect: Connect) -> None:
    sandbox.portal("sub").licences = 1
    sub = await _of(sandbox, connect, "sub")
    await sub.create(Newcomer("ann@example.com", "Ann", "Lee"))
    with pytest.raises(NoLicence):
        await sub.create(Newcomer("bea@example.com", "Bea", "Moe"))


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize("deleted", ["canceled", "gone"])
async def test_an_invite_goes_out_once_and_can_be_cancelled(
    sandbox: LearnUponSandbox, real: LearnUponClient, status: int, deleted: str
) -> None:
    sandbox.settings.invite_duplicate_status = status  # type: ignore[assignment]
    sandbox.settings.deleted_invite = deleted  # type: ignore[assignment]
    invite_id = await real.invite(ANN)
    assert await real.find("ann@example.com") is None
    with pytest.raises(AlreadyInvited):
        await real.invite(ANN)
    (invite,) = [invite async for page in real.invites() for invite in page]
    assert (invite.id, invite.email, invite.status) == (invite_id, "Ann@Example.com", InviteStatus.SENT)
    await real.cancel_invite(invite_id)
    left = [invite.status async for page in real.invites() for invite in page]
    assert left == ([InviteStatus.CANCELED] if deleted == "canceled" else [])
    await real.create(ANN)
    with pytest.raises(AlreadyExists):
        await real.invite(ANN)
    with pytest.raises(NoSuchUser):
        await real.cancel_invite("999999")


async def test_somebody_invited_may_be_refused_as_invited(sandbox: LearnUponSandbox, real: LearnUponClient) -> None:
    sandbox.settings.create_for_invited = "refuses"
    await real.invite(ANN)
    with pytest.raises(AlreadyInvited):
        await real.create(ANN)


async def test_a_bad_choice_is_refused_where_the_portal_minds(sandbox: LearnUponSandbox, real: LearnUponClient) -> None:
    with pytest.raises(Refused, match="Size has an invalid value"):
        await real.create(Newcomer("ann@example.com", "Ann", "Lee", None, {"Size": "XXL"}))
    sandbox.settings.bad_value = "drop"
    user_id = await real.create(Newcomer("ann@example.com", "Ann", "Lee", None, {"Size": "XXL", "Team": "Ops"}))
    assert (await real.user(user_id)).custom == {"Team": "Ops"}


async def test_a_value_that_will_not_be_emptied_is_told(sandbox: LearnUponSandbox, real: LearnUponClient) -> None:
    user_id = await real.create(ANN)
    sandbox.settings.silent = {"PUT users/#"}
    with pytest.raises(Refused, match="did not empty a value"):
        await real.update(user_id, UserChange(custom={"Team": None}))


@pytest.mark.parametrize("status", [401, 403])
async def test_keys_are_refused_when_wrong_and_known_to_be_replaced_when_they_were_right(
    sandbox: LearnUponSandbox, real: LearnUponClient, connect: Connect, status: int
) -> None:
    sandbox.settings.wrong_key_status = status  # type: ignore[assignment]
    wrong = await connect(sandbox.url, "key", "wrong")
    with pytest.raises(KeysRefused) as refused:
        await wrong.check()
    assert not isinstance(refused.value, KeysReplaced)
    await real.check()
    sandbox.realm.rotate_keys(sandbox.realm.top)
    results = await asyncio.gather(
        *(real.create(Newcomer(f"u{n}@example.com", "U", "N")) for n in range(30)), return_exceptions=True
    )
    assert {type(result) for result in results} == {KeysReplaced}
    assert len(sandbox.requests) <= 12


@pytest.mark.parametrize(
    "fault", [faults.lost, faults.cut, faults.html, faults.status(500)], ids=lambda kind: kind.name
)
async def test_after_a_lost_answer_looking_tells_whether_it_was_done(
    sandbox: LearnUponSandbox, real: LearnUponClient, fault: faults.Kind
) -> None:
    await real.definitions()
    sandbox.faults.add(fault, "writes")
    with pytest.raises(Unsure):
        await real.create(ANN)
    assert (await real.find(ANN.email) is not None) is (fault == faults.lost)
    assert sandbox.counts["POST users"] == 1


@pytest.mark.parametrize(
    "fault", [faults.lost, faults.cut, faults.html, faults.status(503)], ids=lambda kind: kind.name
)
async def test_reading_goes_on_after_a_fault(
    sandbox: LearnUponSandbox, real: LearnUponClient, fault: faults.Kind
) -> None:
    await real.create(Newcomer("ann@example.com", "Ann", "Lee"))
    sandbox.faults.add(fault, "reads", times=2)
    assert len(await _everyone(real)) == 1


@pytest.mark.parametrize("window", ["rolling", "calendar"])
@pytest.mark.parametrize("headers", [True, False])
@pytest.mark.parametrize("retry_after", [0, None])
async def test_a_full_minute_is_told_where_waiting_is_not_allowed(
    sandbox: LearnUponSandbox, connect: Connect, window: str, headers: bool, retry_after: int | None
) -> None:
    slept = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal slept
        slept += seconds

    sandbox.settings.rate_limit, sandbox.settings.rate_headers = 3, headers
    sandbox.settings.minute_window, sandbox.settings.retry_after = window, retry_after  # type: ignore[assignment]
    client = await _of(sandbox, connect, pace=Pace(clock=lambda: slept, sleep=sleep))
    for _ in range(3):
        await client.check()
    with pytest.raises(Throttled):  # the stand-in's minute goes on in real time
        await client.check()
    accepted = [request for request in sandbox.requests if request.status == 200]
    assert len(accepted) == 3


@pytest.mark.parametrize("headers", [True, False])
@pytest.mark.parametrize("status", [429, 403])
async def test_the_end_of_the_week_is_seen_coming_or_met_once(
    sandbox: LearnUponSandbox, real: LearnUponClient, headers: bool, status: int
) -> None:
    settings = sandbox.settings
    settings.rate_limit, settings.week_limit, settings.rate_headers = 1000, 4, headers
    settings.week_limit_status = status  # type: ignore[assignment]
    for _ in range(4):
        await real.check()
    with pytest.raises(WeekSpent):
        await real.check()
    assert [request.status for request in sandbox.requests] == [200] * 4 + ([] if headers else [status])
    assert real.pace.estimate(5).fits_week is not headers


async def test_many_writes_at_once_all_arrive(sandbox: LearnUponSandbox, real: LearnUponClient) -> None:
    ids = await asyncio.gather(*(real.create(Newcomer(f"u{n}@example.com", "U", f"{n}")) for n in range(60)))
    assert len(set(ids)) == 60
    assert 2 <= sandbox.in_flight_peak <= 8


async def test_every_error_of_the_stand_in_is_one_that_can_be_shown(
    sandbox: LearnUponSandbox, real: LearnUponClient, check_sentence: Callable[[LearnUponError], None]
) -> None:
    for write in (
        real.create(Newcomer("no address", "Ann", "Lee")),
        real.update("999999", UserChange(first_name="X")),
        real.cancel_invite("999999"),
        real.invite(Newcomer("", "Ann", "Lee")),
    ):
        with pytest.raises(LearnUponError) as told:
            await write
        check_sentence(told.value)
