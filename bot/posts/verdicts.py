"""What to do about it when Slack does not do what it was asked: which errors are of one kind."""

from enum import Enum, auto
from http import HTTPStatus

from slack_sdk.errors import SlackApiError

from bot.troubles import REFUSED_TOKENS, NotUploaded, reason_of

_BLOCKS = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch", "invalid_attachments")
_TOO_LONG = ("msg_too_long", "too_long")
_GONE = (
    "cannot_reply_to_message",
    "cant_update_message",
    "edit_window_closed",
    "message_not_found",
    "thread_not_found",
)
_PLACES = (
    "cannot_dm_bot",
    "channel_not_found",
    "is_archived",
    "messages_tab_disabled",
    "method_not_supported_for_channel_type",
    "not_in_channel",
    "posting_to_channel_denied",
    "posting_to_general_channel_denied",
    "user_disabled",
    "user_not_found",
    "user_not_visible",
)
_PACE = ("ratelimited", "rate_limited", "message_limit_exceeded")
_AWAY = ("fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org")


class Verdict(Enum):
    """What an error of Slack asks for."""

    WITHOUT_BLOCKS = auto()  # the text alone will do
    SHORTER = auto()
    GONE = auto()  # the message, or the one it belongs to, was taken away by somebody
    PLACE = auto()  # we are not let into the channel; somebody has to do something
    TOKEN = auto()  # nothing will work until the operator does something
    SLOWER = auto()
    AWAY = auto()  # Slack cannot be reached; it may have done what it was asked
    REFUSED = auto()


def verdict_of(error: Exception) -> Verdict:
    """What the error asks for."""
    if isinstance(error, NotUploaded):
        return Verdict.REFUSED
    if not isinstance(error, SlackApiError):
        return Verdict.AWAY
    reason, status = reason_of(error), getattr(error.response, "status_code", HTTPStatus.OK)
    if reason in _PACE or status == HTTPStatus.TOO_MANY_REQUESTS:
        return Verdict.SLOWER
    if reason in _AWAY or (isinstance(status, int) and status >= HTTPStatus.INTERNAL_SERVER_ERROR):
        return Verdict.AWAY
    if reason in _PLACES or reason.startswith("restricted_action"):
        return Verdict.PLACE
    for verdict, reasons in (
        (Verdict.WITHOUT_BLOCKS, _BLOCKS),
        (Verdict.SHORTER, _TOO_LONG),
        (Verdict.GONE, _GONE),
        (Verdict.TOKEN, REFUSED_TOKENS),
    ):
        if reason in reasons:
            return verdict
    return Verdict.REFUSED


def seconds_to_wait(error: Exception) -> float:
    """How long Slack asks us to wait (`Retry-After`)."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    value = {str(name).lower(): value for name, value in dict(headers).items()}.get("retry-after", "30")
    value = value[0] if isinstance(value, list) else value
    return float(value) if str(value).isdigit() else 30.0
