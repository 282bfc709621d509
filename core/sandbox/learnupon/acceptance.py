"""The page behind an accept_url: a button for a person, a POST for a program.

Opening the page accepts nothing, since mail scanners open every link.
"""

import html
from urllib.parse import parse_qs

import msgspec

from core.sandbox.answers import Answer, Refusal
from core.sandbox.learnupon.answers import html_answer, json_answer
from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.invites import accept

PATH = "/accept_invitation/"
_FORM = '<form method="post"><button>Accept the invitation</button></form>'


class _Names(msgspec.Struct):
    first_name: str | None = None
    last_name: str | None = None


def answer_invitation(call: Call, method: str, token: str) -> Answer:
    """The answer at `/accept_invitation/TOKEN`; a POST may bring first_name and last_name, as JSON or as a form."""
    invite = call.portal.invite_tokens.get(token)
    if invite is None:
        return html_answer(404, "There is no such invitation")
    if method == "GET":
        return html_answer(200, html.escape(f"Invitation to {call.portal.title}"), _FORM)
    try:
        names = _names(call.body)
        membership = accept(call, invite, names.first_name, names.last_name)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return html_answer(400, "The names cannot be read")
    except Refusal as refusal:
        return html_answer(refusal.status, html.escape(refusal.message))
    return json_answer({"id": membership.account.id})


def _names(body: bytes) -> _Names:
    if not body or body.lstrip().startswith(b"{"):
        return msgspec.json.decode(body or b"{}", type=_Names)
    fields = {name: found[-1] for name, found in parse_qs(body.decode()).items()}
    return msgspec.convert(fields, _Names)
