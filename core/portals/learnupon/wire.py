"""Answers as they come over the wire: only what is wanted is decoded, and numbers, flags and dates in any spelling.

Sources: facts/learnupon-api.md, sections 1.5, 2.2, 2.3, 3 and 4. Cells whose JSON type is not established are decoded
as they come and made sense of afterwards, so that one odd cell never costs a page.
"""

from datetime import UTC, date, datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Raw

Document = TypeVar("Document")

Cell = Any  # null, a text, a number, a flag; anything else is taken for nothing


class DefinitionRow(msgspec.Struct, gc=False):
    """One custom user data field; `predefined_values` only where definitions are asked for by themselves."""

    id: Cell = None
    type_id: Cell = None
    label: Cell = None
    predefined_values: Cell = None


class UserRow(msgspec.Struct):
    """One user. `custom_by_label` may be null, `custom_by_id` an empty list."""

    id: Cell = None
    email: Cell = None
    username: Cell = None
    first_name: Cell = None
    last_name: Cell = None
    locale: Cell = None
    user_type: Cell = None
    enabled: Cell = None
    account_expires: Cell = None
    created_at: Cell = None
    updated_at: Cell = None
    last_sign_in_at: Cell = None
    sign_in_count: Cell = None
    custom_by_label: Cell = msgspec.field(default=None, name="CustomData")
    custom_by_id: Cell = msgspec.field(default=None, name="customDataFieldValues")


class InviteRow(msgspec.Struct, gc=False):
    """One invite. Its link is left out: whoever has it can enter."""

    id: Cell = None
    invite_email_address: Cell = None
    invite_status: Cell = None
    group_id: Cell = None
    created_at: Cell = None


class Envelope(msgspec.Struct):
    """What surrounds every answer. The definitions' key is misspelt in some answers and not in others."""

    misspelt: list[DefinitionRow] | None = msgspec.field(default=None, name="customDataFieldDefintions")
    spelt: list[DefinitionRow] | None = msgspec.field(default=None, name="customDataFieldDefinitions")

    @property
    def definitions(self) -> list[DefinitionRow] | None:
        """The definitions under either key; None if there is neither."""
        return self.misspelt if self.misspelt is not None else self.spelt


class UserPage(Envelope):
    """A list of users; also the answer about one."""

    user: list[UserRow] | None = None


class InvitePage(Envelope):
    """A list of invites."""

    group_invite: list[InviteRow] | None = None


class _Nested(msgspec.Struct):
    id: Cell = None


class Made(msgspec.Struct):
    """The answer to something made: its id, bare or in an envelope."""

    id: Cell = None
    portal_invite: _Nested | list[_Nested] | None = None

    @property
    def new_id(self) -> str | None:
        """The id as text, if there is one."""
        nested = self.portal_invite
        if isinstance(nested, list):
            nested = nested[0] if nested else None
        return id_text(self.id) or id_text(nested.id if nested is not None else None)


class Failure(msgspec.Struct):
    """An error, in both of its shapes; some come with status 200."""

    id: Cell = None
    success: Cell = None
    response_type: Cell = None
    response_code: Cell = None
    message: Cell = None
    error: Cell = None

    @property
    def text(self) -> str:
        """What LearnUpon says, as it says it; empty if nothing."""
        return next((said for said in (self.message, self.error) if isinstance(said, str)), "")

    @property
    def failed(self) -> bool:
        """Whether the body tells of a failure, whatever the status."""
        told = self.error is not None or (self.message is not None and self.id is None and self.success is None)
        return told or str(self.response_type).upper() == "ERROR"


def decode(body: bytes, kind: type[Document]) -> Document | None:
    """The body as `kind`; None when it is no such JSON. Fractions stay the text they were written as."""
    try:
        return msgspec.json.Decoder(kind, float_hook=str).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def failure_in(body: bytes) -> Failure:
    """The error that the body tells of; an empty one when it tells of none."""
    return decode(body, Failure) or Failure()


def is_json_object(body: bytes) -> bool:
    """Whether the body is one JSON object."""
    return decode(body, dict[str, Raw]) is not None


def id_text(cell: Cell) -> str | None:
    """An id, which may come as a number or as text; None for what is none."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    return cell.strip() or None if isinstance(cell, str) else None


def text_of(cell: Cell) -> str:
    """A text; empty for null and for what is none."""
    return cell.strip() if isinstance(cell, str) else ""


def flag_of(cell: Cell) -> bool | None:
    """`true`, `"true"`, `1` or their opposites; None for what is neither."""
    return {"true": True, "1": True, "false": False, "0": False}.get(str(cell).strip().lower())


def number_of(cell: Cell) -> int | None:
    """A whole number, also as text; None for what is none."""
    text = id_text(cell)
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= 18 else None


def day_of(cell: Cell) -> date | None:
    """The day of a `2026-01-31`, with or without a time behind it; None for null and for what is none."""
    try:
        return date.fromisoformat(text_of(cell)[:10])
    except ValueError:
        return None


def moment_of(cell: Cell) -> datetime | None:
    """A UTC timestamp; None for null and for what is none."""
    try:
        moment = datetime.fromisoformat(text_of(cell))
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
