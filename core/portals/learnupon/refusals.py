"""From an answer that is no success to the error it means (facts/learnupon-api.md, section 1.5).

Statuses alone decide little: a wrong path may be a 401, a wrong body a 404, and some failures come with status 200.
"""

import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from html import unescape

import httpx
import msgspec

from core.portals.learnupon.errors import (
    NOT_FOR_THIS_PERSON,
    NOTHING_CHANGED,
    AlreadyExists,
    AlreadyInvited,
    KeysRefused,
    LearnUponError,
    NoLicence,
    NoSuchUser,
    Refused,
    ServerTrouble,
    Throttled,
    Unsure,
    WeekSpent,
    WrongAddress,
)
from core.portals.learnupon.wire import Failure, failure_in, is_json_object, number_of

_LONGEST_QUOTE = 120
_LONGEST_WAIT = 300.0
_MINUTE = 60.0

_THROTTLED = re.compile(r"exceeded the .*(minute|second|hour).* limit|too many requests", re.IGNORECASE)
_WEEK = re.compile(r"(week\w*\b.*\blimit|limit\b.*\bweek)", re.IGNORECASE)
_EXISTS = re.compile(r"already (exist|been taken|in use|taken|a member)|has already been", re.IGNORECASE)
_INVITED = re.compile(r"duplicate invite|already been invited|already invited", re.IGNORECASE)
_NOBODY = re.compile(
    r"^(the )?(user|invite)\b[^.]*\b(not found|not exist|n't exist|not be found)"
    r"|\bno (such )?(user|invite)\b|\bfind (the |any |a )?(user|invite)\b",
    re.IGNORECASE,
)
_LICENCE = re.compile(r"licen[cs]es?\b", re.IGNORECASE)
_WRONG_BODY = re.compile(r"invalid \w+ parameters", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>?")
_ADDRESS = re.compile(r"[^\s(),;<>\"]+@[^\s(),;<>\"]+")
_LONG_NUMBER = re.compile(r"\d{4,}")


class Call(msgspec.Struct, frozen=True):
    """One request, in words and on the wire.

    `doing` completes "LearnUpon refused …". `person` tells that it concerns one person, `known` that a 404 can only
    mean that this person is not there. `private` is what must not be quoted from an answer.
    """

    doing: str
    method: str
    path: str
    query: dict[str, str | int] = {}
    body: bytes | None = None
    person: bool = False
    known: bool = False
    private: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether the portal may be another afterwards."""
        return self.method != "GET"

    @property
    def spared(self) -> str:
        """What was not changed."""
        return NOT_FOR_THIS_PERSON if self.person else NOTHING_CHANGED


def lost_answer(call: Call, what: str) -> Unsure:
    """For a write whose answer was lost."""
    return Unsure(
        f"{what} while {call.doing}, so LearnUpon may have done it or not. It was not repeated. The next sync looks at "
        "what the portal holds before it writes."
    )


def failure_of(call: Call, response: httpx.Response, url: str) -> LearnUponError | None:
    """The error that an answer means, None for a success."""
    status = response.status_code
    if status < 300:
        # Lists of users hold no failure; a search through all of their text would only cost time.
        failure = Failure() if len(response.content) > 5000 else failure_in(response.content)
        if not failure.failed:
            return None
        status = max(number_of(failure.response_code) or 0, 400)
    else:
        failure = failure_in(response.content)
    return _meaning(call, status, failure, response, url)


def _meaning(call: Call, status: int, failure: Failure, response: httpx.Response, url: str) -> LearnUponError:
    said = failure.text
    if status != httpx.codes.NOT_FOUND and _WEEK.search(said):
        return WeekSpent(
            f"LearnUpon's weekly limit of requests is used up. {call.spared} Some requests come free every day: sync "
            "again tomorrow, or ask LearnUpon for a higher limit."
        )
    if status == httpx.codes.TOO_MANY_REQUESTS or _THROTTLED.search(said):
        return Throttled(
            f"LearnUpon asked us to slow down (429) and kept doing so. {call.spared} Something else may be using up "
            "the portal's requests; try again in some minutes.",
            _seconds_to_wait(response),
        )
    if status >= 500:
        if call.writes:
            return lost_answer(call, f"LearnUpon failed inside ({status})")
        return ServerTrouble(
            f"LearnUpon had trouble of its own ({status}) while {call.doing}. {call.spared} Try again later."
        )
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return KeysRefused(
            f"LearnUpon refused the API keys ({status}) while {call.doing}. {call.spared} Check the pair under "
            "Settings > Integrations > API Keys of this very portal, and give it again with `ukg learnupon`."
        )
    told = status == httpx.codes.NOT_FOUND and said and not _WRONG_BODY.search(said)
    if call.known and (told or _NOBODY.search(said)):  # the status for an unknown id is not established
        return no_such_user(call)
    if not call.person or status < 400 or (status == httpx.codes.NOT_FOUND and not said):
        return WrongAddress(
            f"What answers at {url} is not the API of a LearnUpon portal ({status} while {call.doing}). {call.spared} "
            "Check the portal's address."
        )
    return _refused(call, status, said)


def _refused(call: Call, status: int, said: str) -> LearnUponError:
    if _INVITED.search(said):
        return AlreadyInvited(f"LearnUpon has an open invite for this address already. {call.spared}")
    if _EXISTS.search(said):
        return AlreadyExists(
            f"LearnUpon has an account with this address already, in this portal or in another of the same realm. "
            f"{call.spared} Where it is another portal's, invite the person, or let an admin switch on 'Allow user "
            "creation if user already exists'."
        )
    if _LICENCE.search(said):
        return NoLicence(
            f"LearnUpon has no licence left for another user of this portal. {call.spared} Free one, or buy more."
        )
    quote = readable(said, call.private)
    return Refused(
        f"LearnUpon refused it while {call.doing} ({status}{f': {quote}' if quote else ''}). {call.spared} Look at the "
        "values in UKG Pro and at the portal's settings."
    )


def no_such_user(call: Call) -> NoSuchUser:
    """For an id that the portal does not know."""
    return NoSuchUser(
        f"LearnUpon knows nobody with this id while {call.doing}. {call.spared} The next sync looks again."
    )


def refused_for_once(call: Call, status: str) -> Refused:
    """For a refusal of one call while the keys are good for others."""
    return Refused(
        f"LearnUpon refused {call.doing} ({status}), although it accepts the API keys. {call.spared} Look at this "
        "person in LearnUpon: some accounts can only be changed in the top-level portal."
    )


def what_came(body: bytes) -> str:
    """In words, what a body is that should have been JSON of a documented shape."""
    start = body[:200].lstrip()
    if not start:
        return "is empty"
    if start.startswith(b"<"):
        return "is a web page: check that the address is the portal's own"
    if not start.startswith((b"[", b"{")):
        return "is not JSON"
    return "is not what LearnUpon documents" if is_json_object(body) else "is cut off or damaged"


def readable(said: str, private: Iterable[str] = ()) -> str:
    """LearnUpon's words made fit to be shown: no markup, nothing about a person, at most 120 characters."""
    text = unescape(_TAG.sub(" ", said[:2000]))
    text = _ADDRESS.sub("…", text)
    for value in sorted({value.strip() for value in private if len(value.strip()) > 1}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "…", text, flags=re.IGNORECASE)
    text = " ".join(_LONG_NUMBER.sub("…", text).split()).rstrip(". ")
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1].rstrip() + "…"


def _seconds_to_wait(response: httpx.Response) -> float:
    """`Retry-After` in seconds if it is a number, at most five minutes; or else until the server's next minute."""
    text = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,6}(\.\d+)?", text):
        return min(float(text), _LONGEST_WAIT)
    try:
        return _MINUTE - parsedate_to_datetime(response.headers["date"]).second
    except (KeyError, ValueError):
        return _MINUTE
