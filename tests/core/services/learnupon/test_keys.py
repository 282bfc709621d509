"""The API keys of a LearnUpon portal: given, checked, replaced, forgotten, and encrypted anew."""

import pytest
from cryptography.fernet import Fernet

from core.clock import now
from core.domain.errors import SettingsError
from core.portals.learnupon.errors import KeysRefused, WeekSpent
from core.services.health import examine
from core.services.learnupon import checked_account, forget_keys, give_keys
from core.services.learnupon_fields import refresh_fields
from core.services.mappings import map_attributes
from core.services.notices import Kind, open_notices
from core.services.portals import create_portal, list_portals
from core.services.schedule import obstacle
from core.services.syncing import sync_portal
from core.settings import load_settings
from core.store.errors import SecretKeyMissing
from core.store.keys import key_file, load_keyring, read_key_file, rotate_keys
from core.store.models import AuditLine, Connection, Learner, LearnUponAccount, Link, Portal
from tests.core.store.databases import on_sqlite


async def found(url: str, subject: str) -> tuple[str, str]:
    """What the doctor says of it."""
    finding = next(each for each in await examine(url) if each.subject == subject)
    return finding.status, finding.sentence


async def test_they_are_kept_encrypted_and_named_in_no_trail(acme, there, store):
    account = await LearnUponAccount.get()
    for secret in (there.portal.username, there.portal.password):
        assert secret not in account.secrets
        assert not [line for line in await AuditLine.all() if secret in f"{line.before}{line.after}{line.subject}"]
    assert (account.status, account.url) == ("active", there.portal.url)


async def test_those_of_another_portal_are_refused_once_people_are_known(connected, there, store, set_clock):
    for name in ("ann", "bea", "cleo"):
        there.sandbox.realm.add_user(there.portal, f"{name}@example.com")
    await sync_portal("acme", store)
    before = await LearnUponAccount.all().values()
    other = there.sandbox.portal("sub")
    account = checked_account(other.url, other.username, other.password)
    with pytest.raises(SettingsError, match="These API keys open another portal: of the 3 accounts known of acme"):
        await give_keys("acme", account, store)
    assert await LearnUponAccount.all().values() == before
    assert await Learner.all().count() == 3
    given = await give_keys("acme", account, store, start_afresh=True)
    assert given.url == other.url
    assert (await Learner.all().count(), await Link.all().count()) == (0, 0)


@on_sqlite
async def test_two_portals_never_write_to_the_same_one(acme, there, store):
    await create_portal("second", kind="learnupon")
    with pytest.raises(SettingsError, match="acme writes to the portal at"):
        await there.give_keys("second")
    assert await LearnUponAccount.all().count() == 1


@on_sqlite
async def test_bad_ones_are_not_kept(store, there):
    await create_portal("acme", kind="learnupon")
    account = checked_account(there.portal.url, there.portal.username, "another")
    with pytest.raises(KeysRefused):
        await give_keys("acme", account, store)
    assert await LearnUponAccount.all().count() == 0
    assert (await list_portals())[0].learnupon == "none"


@on_sqlite
async def test_the_list_of_portals_tells_whether_they_are_there_and_good(acme, there, store):
    await create_portal("ours")
    assert [(portal.slug, portal.learnupon) for portal in await list_portals()] == [("acme", "active"), ("ours", None)]
    there.sandbox.realm.rotate_keys(there.portal)
    with pytest.raises(KeysRefused):
        await refresh_fields("acme", store)
    assert (await list_portals())[0].learnupon == "refused"
    await forget_keys("acme")
    assert (await list_portals())[0].learnupon == "none"


@on_sqlite
async def test_the_doctor_checks_them_with_one_request(connected, there, store):
    before = there.sandbox.counts.total()
    assert await found(store, "LearnUpon of acme") == ("ok", "LearnUpon answers and accepts the API keys.")
    assert there.sandbox.counts.total() == before + 1
    assert (await found(store, "secret key"))[0] == "ok"


@on_sqlite
async def test_the_doctor_says_what_is_wrong_with_them(connected, there, store):
    there.sandbox.realm.rotate_keys(there.portal)
    verdict, sentence = await found(store, "LearnUpon of acme")
    assert (verdict, "LearnUpon refused the API keys" in sentence) == ("wrong", True)
    verdict, sentence = await found(store, "notice of acme")
    assert (verdict, "Nothing runs by itself for acme until this is mended" in sentence) == ("wrong", True)
    await there.give_keys()
    assert (await found(store, "LearnUpon of acme"))[0] == "ok"
    assert not [each for each in await examine(store) if each.subject == "notice of acme"]
    await forget_keys("acme")
    verdict, sentence = await found(store, "LearnUpon of acme")
    assert (verdict, "ukg learnupon acme --url" in sentence) == ("wrong", True)


@on_sqlite
async def test_the_doctor_notes_what_of_the_mapping_is_not_written(connected, there, store):
    await map_attributes("acme", ["department=Department"])
    there.portal.drop_field(there.portal.field_labelled("Department"))
    await refresh_fields("acme", store)
    verdict, sentence = await found(store, "mapping of acme")
    assert (verdict, sentence.startswith("department is mapped to Department, which is no longer there")) == (
        "note",
        True,
    )


@on_sqlite
async def test_the_doctor_counts_a_portal_that_keeps_failing_as_wrong(connected, there, store):
    there.sandbox.limits_of(there.portal).leave_in_week(0, there.sandbox.settings, now())
    for _ in range(2):
        with pytest.raises(WeekSpent):
            await sync_portal("acme", store)
    verdict, sentence = await found(store, "notice of acme")
    assert (verdict, sentence.startswith("acme could not be synced several times in a row.")) == ("wrong", True)


async def test_a_new_secret_key_takes_them_along(connected, there, store, monkeypatch):
    """On both databases, which have their key files in different places."""
    old = read_key_file(key_file(store))
    before = (await LearnUponAccount.get()).secrets
    assert await rotate_keys(store) == 2
    (new,) = read_key_file(key_file(store))
    assert [new] != old
    after = (await LearnUponAccount.get()).secrets
    assert after != before
    assert there.portal.password in Fernet(new).decrypt(after).decode()
    assert await refresh_fields("acme", store) is True
    assert (await found(store, "secret key"))[0] == "ok"


@on_sqlite
async def test_a_lost_secret_key_is_said_and_there_is_a_way_on(acme, there, store):
    key_file(store).unlink()
    with pytest.raises(SecretKeyMissing, match="ukg learnupon SLUG --forget"):
        await load_keyring(store)
    assert (await found(store, "secret key"))[0] == "wrong"
    with pytest.raises(SecretKeyMissing):
        await there.give_keys()
    await forget_keys("acme")
    await there.give_keys()
    assert await refresh_fields("acme", store) is True


@on_sqlite
async def test_a_secret_key_that_does_not_open_them_is_wrong(acme, there, store, monkeypatch):
    monkeypatch.setenv("UKG_SECRET_KEY", Fernet.generate_key().decode())
    load_settings.cache_clear()
    verdict, sentence = await found(store, "secret key")
    assert (verdict, "cannot be read with this secret key" in sentence) == ("wrong", True)


async def test_forgotten_ones_stop_everything_that_runs_by_itself_and_nothing_else_is_lost(connected, there, store):
    await sync_portal("acme", store)
    people = await Learner.all().values()
    await forget_keys("acme")
    assert "The API keys of LearnUpon are not known" in (await obstacle(await Portal.get()) or "")
    assert await Learner.all().values() == people
    assert (await Connection.get()).status == "active"
    with pytest.raises(SettingsError, match="The API keys of acme are not known"):
        await sync_portal("acme", store)
    with pytest.raises(SettingsError, match="No API keys of acme are known"):
        await forget_keys("acme")
    await there.give_keys()
    run = await sync_portal("acme", store)
    assert (run.status, there.sandbox.counts["POST portal_invite"]) == ("succeeded", 3)


@on_sqlite
async def test_an_embedded_portal_has_none(store):
    await create_portal("acme")
    with pytest.raises(SettingsError, match="acme is an embedded portal"):
        await forget_keys("acme")


@on_sqlite
async def test_keys_given_anew_after_a_refusal_are_well_at_once(connected, there, store):
    there.sandbox.realm.rotate_keys(there.portal)
    with pytest.raises(KeysRefused):
        await sync_portal("acme", store)
    assert [notice.kind for notice in await open_notices("acme")] == [Kind.PORTAL_REFUSED]
    await there.give_keys()
    assert (await open_notices("acme"), (await LearnUponAccount.get()).status) == ([], "active")
