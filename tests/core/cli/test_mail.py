"""`ukg resend`, `cancel-invite`, `outbox` and `mail`, by their contract."""

# ruff: noqa: F811

import asyncio
from datetime import timedelta

import pytest
import typer
from typer.testing import CliRunner

from core.cli import mail as commands
from core.clock import now
from core.portals.embedded.invites import add_invites
from core.settings import load_settings
from core.store.connection import open_store
from core.store.models import Learner, Portal
from core.store.transactions import write_transaction
from tests.core.cli.conftest import Result
from tests.core.jobs.mail_server import smtp, start_mail_server, use_mail_server  # noqa: F401

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
commands.register(app)


@pytest.fixture
def run(portal):
    """Call with arguments to run a command of this file on the portal."""

    def call(*arguments: object, stdin: str = "") -> Result:
        load_settings.cache_clear()
        result = CliRunner().invoke(app, [str(word) for word in arguments], input=stdin, catch_exceptions=False)
        return Result(result.exit_code, result.stdout, result.stderr)

    return call


@pytest.fixture
def portal(database):
    """The portal acme with Ann and Bea, who were invited an hour ago."""

    async def fill() -> None:
        async with open_store(f"sqlite://{database}"):
            acme = await Portal.create(
                slug="acme",
                name="Acme",
                kind="embedded",
                timezone="UTC",
                invite_when="added",
                invite_how="invite",
                created_at=now(),
            )
            async with write_transaction():
                for name in ("ann", "bea"):
                    row = await Learner.create(
                        portal=acme,
                        email=f"{name}@example.com",
                        email_key=f"{name}@example.com",
                        first_name=name.title(),
                        last_name="Lee",
                        user_type="learner",
                        status="pending",
                        source="ukg",
                        custom="{}",
                        created_at=now(),
                        created_by="UKG Pro",
                    )
                    await add_invites(acme.id, [(row.id, "pending")], now() - timedelta(hours=1))

    asyncio.run(fill())


def test_resend_and_cancel_answer_for_each_address_and_end_with_1_if_one_failed(run):
    result = run("resend", "acme", "ann@example.com", "--json")
    assert (result.code, [(one["email"], one["outcome"]) for one in result.document]) == (
        0,
        [("ann@example.com", "resent")],
    )
    result = run("cancel-invite", "acme", "nobody@example.com", "bea@example.com")
    assert result.code == 1
    assert result.out.splitlines() == [
        "refused   nobody@example.com: Nobody in acme has this address.",
        "cancelled bea@example.com: The link is dead, and no mail will bring it.",
    ]


def test_an_unknown_portal_is_one_sentence_and_2(run):
    for command in ("resend", "cancel-invite"):
        result = run(command, "nowhere", "ann@example.com", "--json")
        assert (result.code, "There is no portal 'nowhere'" in result.sentence) == (2, True)


def test_the_outbox_is_listed_and_sent(run, smtp):
    listed = run("outbox", "list", "acme", "--json").document
    assert [(one["to"], one["state"], one["attempts"], one["error"]) for one in listed] == [
        ("ann@example.com", "waiting", 0, None),
        ("bea@example.com", "waiting", 0, None),
    ]
    smtp.replies["bea@example.com"] = "550 no such user"
    result = run("outbox", "send")
    assert (result.code, result.out) == (1, "1 sent, 0 waiting, 1 parked.\n")
    result = run("outbox", "list", "acme", "--state", "parked")
    assert "bea@example.com" in result.out
    assert "550 no such user" in result.out
    assert "ann@example.com" not in result.out
    assert run("outbox", "retry", "acme").out == "1 mail waits for delivery again.\n"
    smtp.replies.clear()
    assert run("outbox", "send", "--json").document == {"sent": 1, "waiting": 0, "parked": 0, "trouble": None}


def test_without_a_mail_server_sending_is_refused_and_with_one_that_is_away_it_ends_with_4(run, use_mail_server, smtp):
    smtp.sender_reply = "421 4.3.2 closing"
    result = run("outbox", "send")
    assert (result.code, result.out) == (4, "0 sent, 2 waiting, 0 parked.\n")
    assert result.err.count("\n") == 1
    use_mail_server("")
    result = run("outbox", "send", "--json")
    assert (result.code, "UKG_SMTP_URL is not set" in result.sentence) == (2, True)


def test_a_wording_is_shown_set_previewed_and_reset(run, tmp_path):
    assert run("mail", "show", "acme", "reset").out.startswith("The program's wording.\nSubject: ")
    text = tmp_path / "text.txt"
    text.write_text("\ufeffGrüße: {{ link }}", encoding="utf-8")
    result = run(
        "mail", "set", "acme", "reset", "--subject", "S", "--text-file", text, "--html-file", "-", stdin="<b>{{ link }}"
    )
    assert result.code == 0
    shown = run("mail", "show", "acme", "reset", "--json").document
    assert (shown["own"], shown["subject"], shown["text"], shown["html"]) == (
        True,
        "S",
        "Grüße: {{ link }}",
        "<b>{{ link }}",
    )
    assert "Grüße: http://localhost:8080/acme/reset/EXAMPLE" in run("mail", "preview", "acme", "reset").out
    assert run("mail", "reset", "acme", "reset").out == "The reset of acme has the program's wording.\n"
    assert run("mail", "show", "acme", "reset", "--json").document["own"] is False


def test_a_wording_that_cannot_be_used_is_one_sentence_and_2(run, tmp_path):
    result = run("mail", "set", "acme", "reset", "--subject", "{{ name }}", "--json")
    assert (result.code, "Line 1 of the subject: there is no variable 'name'" in result.sentence) == (2, True)
    result = run("mail", "set", "acme", "reset", "--text-file", tmp_path / "missing")
    assert (result.code, "cannot be read" in result.sentence) == (2, True)
    (tmp_path / "latin").write_bytes(b"\xe9")
    assert "not UTF-8" in run("mail", "set", "acme", "reset", "--text-file", tmp_path / "latin").sentence
    assert run("mail", "set", "acme", "farewell", "--subject", "x").code == 2
