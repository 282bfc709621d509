"""What can go wrong with a call to Slack, and its short reason: never what was sent."""

import asyncio

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

NETWORK = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
TROUBLES = (SlackClientError, *NETWORK)
REFUSED_TOKENS = (
    "access_denied",
    "account_inactive",
    "invalid_auth",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "token_expired",
    "token_revoked",
)


class NotDelivered(SlackClientError):
    """Slack did not take an answer at a response URL; the reason is the HTTP status."""


class NotUploaded(SlackClientError):
    """The place that Slack named for a file did not take it; the reason is the kind of trouble."""


def reason_of(error: BaseException) -> str:
    """Slack's own word for it (`not_in_channel`), or the kind of trouble on the way."""
    if isinstance(error, NotDelivered | NotUploaded):
        return str(error)
    if isinstance(error, SlackApiError):
        data = getattr(error.response, "data", error.response)
        word = data.get("error") if isinstance(data, dict) else None
        return str(word or f"status {getattr(error.response, 'status_code', 'unknown')}")
    return type(error).__name__
