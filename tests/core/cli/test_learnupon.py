"""A LearnUpon portal from the command line: set up, synced, looked at; and what goes wrong on the way."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.sandbox.learnupon.realm import Realm
from core.sandbox.learnupon.records import FieldType
from core.sandbox.learnupon.server import LearnUponSandbox
from core.sandbox.learnupon.settings import LearnUponSettings
from core.sandbox.ukg.company import Company
from core.sandbox.ukg.rows import employment_row, person_row
from tests.core.cli.conftest import Result, connection_to

NOON = "2026-03-10T12:00:00Z"
PEOPLE = [f"e{number}@example.com" for number in range(1, 9)]


class There:
    """LearnUpon in a thread of its own, and what is done there by hand. `moment` is its time."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 4, 12, tzinfo=UTC)
        self.sandbox = LearnUponSandbox(
            LearnUponSettings(rate_limit=1_000_000), realm=Realm("top", "sub", clock=lambda: self.moment)
        )
        self.portal = self.sandbox.realm.top
        for portal in self.sandbox.realm.portals.values():
            self.sandbox.realm.add_field(portal, "Job", FieldType.STRING)
            self.sandbox.realm.add_field(portal, "Grade", FieldType.STRING_CHOICE, "A", "B")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._running = False

    def start(self) -> None:
        self._thread.start()
        self._await(self.sandbox.__aenter__())
        self._running = True

    def stop(self) -> None:
        """Nobody answers at the address any more."""
        if self._running:
            self._await(self.sandbox.__aexit__(None, None, None))
            self._running = False

    def end(self) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _await(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=20)

    def once_invited(self, number: int, act: Callable[[], None]) -> None:
        """Act as soon as so many invitations were sent."""

        async def watch() -> None:
            while len(self.portal.invites) < number:
                await asyncio.sleep(0)
            act()

        asyncio.run_coroutine_threadsafe(watch(), self._loop)

    def keys(self, **changed: str) -> list[str]:
        """The arguments of `learnupon`; the password goes to stdin."""
        words = {"url": self.portal.url, "username": self.portal.username} | changed
        return ["learnupon", "acme", "--url", words["url"], "--username", words["username"], "--password-stdin"]


@pytest.fixture
def there() -> Iterator[There]:
    """LearnUpon with two custom user data fields, and nobody in it."""
    running = There()
    running.start()
    yield running
    running.end()


@pytest.fixture
def ready(database: Path, ukg: Callable[..., Result], connection: list[str], there: There) -> Callable[..., Result]:
    """`ukg`, with a portal acme that is LearnUpon's and connected to UKG Pro, where eight people are."""
    assert ukg("portal", "create", "acme", "--kind", "learnupon").code == 0
    assert ukg("portal", "set", "acme", "--manual-sync-interval", "0").code == 0
    assert ukg(*there.keys(), stdin=f"{there.portal.password}\n").code == 0
    assert ukg(*connection, "--consent", stdin="sandbox-password\n").code == 0
    return ukg


def test_an_afternoon(database, ukg, connection, there):
    created = ukg("portal", "create", "acme", "--kind", "learnupon")
    assert created.out.startswith("Portal acme is there. Next: ukg learnupon acme --url URL --username USERNAME, ")
    given = ukg(*there.keys(), stdin=f"{there.portal.password}\n")
    assert f"LearnUpon at {there.portal.url}. Its custom user data fields: Job, Grade." in given.out
    assert ukg("map", "acme", "job_title=Job").code == 0
    assert ukg(*connection, "--consent", stdin="sandbox-password\n").code == 0
    assert "8 invited" in ukg("plan", "acme").out
    assert len(there.portal.invites) == 0
    asked = there.sandbox.counts.total()
    report = ukg("sync", "acme", "--json").document
    assert (report["status"], report["counts"]["invited"]) == ("succeeded", 8)
    assert report["requests"]["portal"] == there.sandbox.counts.total() - asked == 8 + 1  # and the fields
    assert {invite.email for invite in there.portal.invites.values()} == set(PEOPLE)
    assert sorted(row["email"] for row in ukg("pending", "acme", "--json").document) == PEOPLE
    assert ukg("export", "acme").out.count("\n") == 9


def test_the_keys_are_given_whole_and_can_be_forgotten(ready, there):
    assert ready("learnupon", "acme", "--url", there.portal.url).sentence == (
        "Give both --url and --username; nothing was changed."
    )
    assert ready(*there.keys(), "--forget").sentence == "--forget goes alone; nothing was changed."
    assert ready("learnupon", "acme", "--forget", "--json").document == {"portal": "acme", "status": "forgotten"}
    assert ready("learnupon", "acme", "--forget").sentence == "No API keys of acme are known; nothing was changed."
    refused = ready("sync", "acme")
    assert (refused.code, refused.sentence[:36]) == (2, "The API keys of acme are not known; ")


def test_bad_keys_are_refused_and_not_kept(ready, there):
    refused = ready(*there.keys(), stdin="another\n")
    assert refused.code == 4
    assert refused.sentence.startswith("LearnUpon refused the API keys (401)")
    (row,) = ready("portal", "list", "--json").document
    assert row["learnupon"] == "active"


def test_the_keys_of_another_portal_are_refused_once_people_are_known(ready, there):
    for email in PEOPLE:
        there.sandbox.realm.add_user(there.portal, email)
    assert ready("sync", "acme").code == 0
    other = there.sandbox.portal("sub")
    refused = ready(*there.keys(url=other.url, username=other.username), stdin=f"{other.password}\n")
    assert refused.code == 2
    assert refused.sentence.startswith("These API keys open another portal: of the 8 accounts known of acme, none that")


def test_the_list_of_portals_tells_of_the_keys(ready):
    (row,) = ready("portal", "list", "--json").document
    assert (row["kind"], row["connection"], row["learnupon"]) == ("learnupon", "active", "active")
    assert "learnupon, API keys: active" in ready("portal", "list").out


THEIR_GROUPS = "LearnUpon keeps its own groups and the rules that fill them. Work with them there, under Groups."
LISTS = {
    "group list acme": THEIR_GROUPS,
    "rule list acme": THEIR_GROUPS,
    "course list acme": "LearnUpon keeps its own courses and enrolments. Work with them there, under Courses.",
    "outbox list acme": "LearnUpon words and sends its own mails. Look for them there, in the portal's settings.",
}
REFUSED = {
    "group add acme Newcomers": "LearnUpon keeps its own groups",
    "group members acme Newcomers": "LearnUpon keeps its own groups",
    "group remove acme Newcomers --yes": "LearnUpon keeps its own groups",
    "rule set acme Newcomers --all": "LearnUpon keeps its own groups",
    "rule run acme Newcomers": "LearnUpon keeps its own groups",
    "course add acme Welcome": "LearnUpon keeps its own courses",
    "course assign acme Welcome Newcomers": "LearnUpon keeps its own courses",
    "field add acme Shift --type string": "LearnUpon keeps its own custom user data fields",
    "field set acme Job --rename Task": "LearnUpon keeps its own custom user data fields",
    "field remove acme Job --yes": "LearnUpon keeps its own custom user data fields",
    "choices acme --add Grade=C": "LearnUpon keeps its own custom user data fields",
    "learner add acme new@example.com": "People of LearnUpon are changed in UKG Pro",
    "learner edit acme e1@example.com --first-name Ann": "People of LearnUpon are changed in UKG Pro",
    "learner disable acme e1@example.com": "People of LearnUpon are changed in UKG Pro",
    "learner expire acme e1@example.com never": "People of LearnUpon are changed in UKG Pro",
    "portal set acme --field-limit 20": "LearnUpon has its own licences",
    "portal set acme --licence-limit 20": "LearnUpon has its own licences",
    "portal set acme --allow-existing": "LearnUpon has its own licences",
    "outbox retry acme": "LearnUpon words and sends its own mails",
    "mail show acme invitation": "LearnUpon words and sends its own mails",
    "mail set acme invitation --subject Hello": "LearnUpon words and sends its own mails",
    "invite-link acme e1@example.com": "LearnUpon mails its own invitations",
}


def test_what_learnupon_has_itself_is_shown_as_its_own(ready):
    for command, sentence in LISTS.items():
        assert ready(*command.split()).out == f"{sentence}\n"
        listed = ready(*command.split(), "--json")
        assert (listed.code, listed.document) == (0, [])


def test_what_learnupon_has_itself_is_refused(ready, there):
    asked = there.sandbox.counts.total()
    for command, beginning in REFUSED.items():
        refused = ready(*command.split())
        assert refused.code == 2, command
        assert refused.sentence.startswith(beginning), command
        assert ", so nothing was done in acme. " in refused.sentence, command
    assert there.sandbox.counts.total() == asked


def test_fields_are_read_anew_before_they_are_listed_and_mapped(ready, there):
    there.sandbox.realm.add_field(there.portal, "Hired", FieldType.DATE)
    assert [row["label"] for row in ready("field", "list", "acme", "--json").document] == ["Job", "Grade", "Hired"]
    there.sandbox.realm.add_field(there.portal, "Phone", FieldType.STRING)
    assert ready("map", "acme", "work_phone=Phone").code == 0
    listed = ready("field", "list", "acme", "--json").document
    assert {row["label"]: (row["attribute"], row["fits"]) for row in listed} == {
        "Job": (None, None),
        "Grade": (None, None),
        "Hired": (None, None),
        "Phone": ("work_phone", True),
    }
    unknown = ready("map", "acme", "job_title=Role").sentence
    assert unknown.endswith("Add one in LearnUpon, under Settings > Users > Custom User Data, and map it then.")


def test_a_mapping_that_no_longer_fits_is_shown(ready, there):
    assert ready("map", "acme", "job_title=Job", "department=Grade").code == 0
    there.portal.field_labelled("Job").type = FieldType.DATE
    there.portal.drop_field(there.portal.field_labelled("Grade"))
    shown = ready("field", "list", "acme")
    assert "job_title (does not fit)" in shown.out
    lines = shown.out.splitlines()
    assert lines[-2].startswith("job_title is mapped to Job, which is of type date and takes no such values")
    assert lines[-1].startswith("department is mapped to Grade, which is no longer there")
    mapped = ready("map", "list", "acme", "--json").document
    assert [(row["attribute"], row["label"], row["type"]) for row in mapped] == [
        ("job_title", "Job", None),
        ("department", "Grade", None),
    ]
    assert [row["trouble"] for row in mapped] == lines[-2:]
    assert lines[-1] in ready("map", "list", "acme").out
    assert ready("map", "remove", "acme", "Grade").code == 0
    assert lines[-1] not in ready("field", "list", "acme").out


def test_without_learnupon_the_fields_known_are_shown_and_it_is_said(ready, there):
    there.stop()
    listed = ready("field", "list", "acme", "--json")
    assert (listed.code, [row["label"] for row in listed.document]) == (0, ["Job", "Grade"])
    assert listed.err.startswith(
        "The fields of acme could not be read anew, so they are those seen last. There is no connection to LearnUpon"
    )
    mapped = ready("map", "acme", "job_title=Job")
    assert (mapped.code, mapped.out) == (0, "acme: 1 field mapped; the next sync fills them.\n")
    assert mapped.err.startswith("The fields of acme could not be read anew")
    assert ready("doctor").code == 2
    assert ready("person", "acme", "e1@example.com").code == 0


def test_invitations_are_sent_again_and_cancelled(ready, there):
    assert ready("sync", "acme", UKG_NOW=NOON).code == 0
    resent = ready("resend", "acme", "e1@example.com", "nobody@example.com", "--json", UKG_NOW="2026-03-10T13:00:00Z")
    assert resent.code == 1
    assert [(row["email"], row["outcome"]) for row in resent.document] == [
        ("e1@example.com", "resent"),
        ("nobody@example.com", "refused"),
    ]
    cancelled = ready("cancel-invite", "acme", "e2@example.com")
    assert (cancelled.code, cancelled.out) == (
        0,
        "cancelled e2@example.com: The invitation is void, and no sync sends another; only a resend does.\n",
    )
    statuses = sorted((invite.email, invite.status.value) for invite in there.portal.invites.values())
    assert statuses[:3] == [(PEOPLE[0], "canceled"), (PEOPLE[0], "sent"), (PEOPLE[1], "canceled")]
    assert {status for _, status in statuses[3:]} == {"sent"}
    pending = {row["email"]: row["resent"] for row in ready("pending", "acme", "--json").document}
    assert pending == {"e1@example.com": 1} | dict.fromkeys(PEOPLE[2:], 0)


def test_one_person_is_explained_with_the_time_that_learnupon_was_seen(ready, there):
    assert ready("sync", "acme", UKG_NOW=NOON).code == 0
    shown = ready("person", "acme", "e1@example.com").out
    seen = "As LearnUpon had it on 2026-03-10 12:00 UTC, and with what was written there since."
    assert f"2 Linked   Linked to this account. {seen}" in shown
    document = ready("person", "acme", "e1@example.com", "--json").document
    assert (document["linked"]["read_at"], document["linked"]["status"]) == (NOON, "pending")


def test_the_doctor_looks_at_the_keys(ready, there):
    findings = {row["subject"]: row["status"] for row in ready("doctor", "--json").document}
    assert (findings["LearnUpon of acme"], findings["connection of acme"]) == ("ok", "ok")
    there.sandbox.realm.rotate_keys(there.portal)
    examined = ready("doctor")
    assert examined.code == 2
    assert "wrong  LearnUpon of acme: LearnUpon refused the API keys (401)" in examined.out
    assert ready("keys", "rotate").out == "2 stored secrets are encrypted with the newest key now.\n"


def test_keys_replaced_in_the_middle_of_a_run_stop_it_and_the_schedule(ready, there, serve):
    keys = [f"E{number}" for number in range(60)]
    people = [person_row(employeeId=key, emailAddress=f"{key.lower()}@example.com") for key in keys]
    firm = serve(Company.of(people, [employment_row(employeeID=key) for key in keys]))
    assert ready(*connection_to(firm), "--consent", stdin="sandbox-password\n").code == 0
    there.once_invited(10, lambda: there.sandbox.realm.rotate_keys(there.portal))
    stopped = ready("sync", "acme", "--json")
    assert stopped.code == 4
    assert stopped.sentence.startswith("LearnUpon stopped accepting the API keys, probably because a new pair was")
    sent = len(there.portal.invites)
    assert 10 <= sent < 60
    (run,) = ready("runs", "acme", "--json").document
    assert (run["status"], run["error"]) == ("failed", stopped.sentence)
    schedule = ready("schedule", "acme", "--json").document
    assert schedule["paused"].startswith("LearnUpon refused the API keys.")
    assert [notice["kind"] for notice in schedule["notices"]] == ["portal_refused"]
    assert ready(*there.keys(), stdin=f"{there.portal.password}\n").code == 0
    again = ready("sync", "acme", "--json")
    counts = again.document["counts"]
    assert (again.code, counts["invited"], counts["unchanged"]) == (0, 60 - sent, sent)
    assert len(there.portal.invites) == 60


def test_a_week_that_is_used_up_leaves_the_rest_for_another_day(ready, there, ukg_process):
    """In processes of their own, as on other days: a process remembers what it was told is left of the week."""
    there.sandbox.limits_of(there.portal).leave_in_week(7, there.sandbox.settings, there.moment)
    there.moment = datetime(2026, 3, 10, 12, tzinfo=UTC)
    first = ukg_process("sync", "acme", UKG_NOW=NOON)
    assert first.code == 0
    assert "of acme: partial. 8 employees in UKG Pro:" in first.out
    assert "4 skipped  (4 not today)" in first.out
    assert "4 people left for another day: the portal takes no more requests for now. Sync again then.\n" in first.out
    spent = ukg_process("sync", "acme", UKG_NOW="2026-03-10T13:00:00Z")
    assert (spent.code, "weekly limit" in spent.err, len(there.portal.invites)) == (4, True, 4)
    there.moment = datetime(2026, 3, 11, 12, 1, tzinfo=UTC)
    next_day = ukg_process("sync", "acme", "--json", UKG_NOW="2026-03-11T12:01:00Z")
    assert next_day.code == 0
    counts = next_day.document["counts"]
    assert (next_day.document["status"], counts["invited"], counts["unchanged"]) == ("succeeded", 4, 4)


def test_someone_deleted_between_plan_and_apply_fails_alone_and_is_back_the_next_day(ready, there, change):
    assert ready("invites", "acme", "--how", "active").code == 0
    assert ready("sync", "acme").code == 0
    change("E1", lastName="Stone")
    change("E2", lastName="Wood")
    plan = ready("plan", "acme", "--json").document["plan"]
    realm = there.sandbox.realm
    realm.leave(there.portal, realm.member(there.portal, "e1@example.com").account)
    applied = ready("apply", plan, "--json")
    counts = applied.document["counts"]
    assert (applied.code, counts["failed"], counts["updated"]) == (1, 1, 1)
    assert ready("sync", "acme", "--json").document["counts"]["created"] == 1
    assert realm.member(there.portal, "e1@example.com").account.last_name == "Stone"


def test_two_who_exchange_their_addresses_on_one_day_are_both_written(ready, there, change):
    assert ready("invites", "acme", "--how", "active").code == 0
    assert ready("sync", "acme").code == 0
    realm = there.sandbox.realm
    one, other = (realm.member(there.portal, email).account for email in PEOPLE[:2])
    change("E1", emailAddress=PEOPLE[1])
    change("E2", emailAddress=PEOPLE[0])
    counts = ready("sync", "acme", "--json").document["counts"]
    assert (counts["updated"], counts["unchanged"]) == (2, 6)
    assert (one.email, other.email) == (PEOPLE[1], PEOPLE[0])


def test_what_mail_new_people_get_is_learnupons_to_say(ready):
    shown = ready("invites", "acme", "--how", "welcome").out
    assert "what mail they get is LearnUpon's to say (added, welcome)" in shown


def test_a_missing_choice_is_added_in_learnupon_or_translated(ready, there, change):
    assert ready("map", "acme", "job_title=Grade").code == 0
    change("E1", jobTitle="C")
    assert ready("sync", "acme").code == 0
    shown = ready("choices", "acme").out
    assert "Make one a choice: in LearnUpon; or let a choice stand for it: ukg choices acme --translate" in shown
    assert ready("choices", "acme", "--translate", "Grade:C=A").code == 0
