"""The switches of the stand-in: one for every behaviour the public sources leave open.

Numbers in brackets are sections of facts/learnupon-api. The default is the likelier side, or the harmless one where
neither is.
"""

from dataclasses import dataclass, field
from typing import Literal

USER_EXISTS = "user already exists, you can try to invite them to this portal?"


@dataclass
class LearnUponSettings:
    """Change any of them while the server runs; the next request sees it.

    Pages and limits
    page_size: rows on a page, fixed by the server; 499 was seen on the wire [1.3].
    past_end: a page after the last is empty, or status 404 [8.7].
    rate_limit: requests a minute and portal; None lifts the week's limit too [1.4].
    week_limit: requests in any seven days and portal [1.4].
    minute_window: the minute counted is the last 60 seconds, or the minute of the clock [1.4].
    rate_headers: whether successes (and only they) carry the two headers of what is left [1.4].
    retry_after: seconds sent in `Retry-After` with 429; None sends no such header [8.7].
    week_limit_status, week_limit_message: the answer when the week is used up [8.7].
    burst, burst_rest: more than `burst` requests within `burst_rest` seconds are throttled like a full minute; the
        documentation advises 5 and 3 but nobody saw it enforced, hence None [1.4].

    Answers
    wrong_key_status: status for wrong or missing keys [1.5].
    response_code: whether errors carry `response_code` beside `message` [8.3].
    invalid_status: status of a refused value or a missing one [8.1].
    unknown_user_status: status for an id that no user of the portal has [8.1].
    content_type_on_bare_call: a body-less call with a JSON Content-Type is served, or status 400 [1.2].
    wrapper_case: the capitalised wrapper only, or in any case [1.2].
    definitions_key: the misspelt key on list, show and search, or the right one [2.2].
    silent: calls (`PUT users/#`, see routes.py) that answer 200 and change nothing [1.5].

    Users
    identifier: what the realm knows its users by; usernames are shown only where they are it [2.4].
    allow_user_creation_if_exists: whether creating somebody who is in another portal of the realm adds them here [2.5].
    existing_account: what that does to the names the account has [2.5].
    create_status: status of a creation [8.1].
    duplicate_status, duplicate_message: creating somebody the realm has [2.5].
    duplicate_here_message: the same for a member of this very portal; None is the same text [8.2].
    email_search, email_uniqueness: whether letter case counts [8.7].
    email_kept: e-mails are kept as they were written, or in lower case [8.7].
    update: fields that a PUT leaves out stay, or names, language, expiry and custom data are emptied [8.5].
    plain_email_update: `email` in a PUT of a real id is ignored, or renames like `new_email` [2.6].
    top_admin_type: changing a top-level admin's type in a sub-portal is ignored, or refused [2.6].
    account_expires_format: how the expiry reads; `null` never shows it [2.3].
    expiry_timezone: where the expiry day ends, after which the account is disabled [2.6].
    enable_expired: enabling an account whose expiry is past is undone at once, or lasts [2.6].
    enrol_new_users: whether the portal enrols everyone created in every course, as its own rules may [2.4].

    Custom user data
    custom_data_update: labels a PUT of CustomData leaves out stay, or are emptied [8.5].
    unknown_label, bad_value: dropped without a word, or the whole call is refused [8.4].
    clearing: what empties a value; the other form changes nothing [8.4].
    numbers: decimals and integers read as text, or as JSON numbers [8.4].
    unset_fields: fields without a value are absent from CustomData, or null [8.4].
    choice_delimiter: what separates `predefined_values` [8.4].

    Invites, groups, keys
    invite_duplicate_status, invite_duplicate_message: inviting somebody whose invite is pending [4].
    invite_member: inviting a member of the portal is refused, or goes out [4].
    create_for_invited: creating somebody with a pending invite works, or is refused [8.6].
    deleted_invite: stays in the list as canceled, or is gone [4].
    invite_hours: how long an accept_url works; None for ever [8.6].
    group_title_match: `?title=` of groups finds the whole title, or a part of it [5].
    membership_id_key: name of the id of a group membership with `version_id=1.1` [8.8].
    keys_reply: generate_keys answers an array, or an object [5].

    latency: seconds before every answer, so that requests in flight can be counted.
    """

    page_size: int = 499
    past_end: Literal["empty", "not_found"] = "empty"
    rate_limit: int | None = 300
    week_limit: int = 500_000
    minute_window: Literal["rolling", "calendar"] = "rolling"
    rate_headers: bool = True
    retry_after: int | None = 60
    week_limit_status: Literal[429, 403] = 429
    week_limit_message: str = "Number of requests has exceeded the 1 week limit"
    burst: int | None = None
    burst_rest: float = 3.0

    wrong_key_status: Literal[401, 403] = 401
    response_code: bool = True
    invalid_status: Literal[400, 422] = 400
    unknown_user_status: Literal[404, 400] = 404
    content_type_on_bare_call: Literal["accepted", "refused"] = "accepted"
    wrapper_case: Literal["exact", "any"] = "exact"
    definitions_key: Literal["misspelt", "right"] = "misspelt"
    silent: set[str] = field(default_factory=set)

    identifier: Literal["email", "username"] = "email"
    allow_user_creation_if_exists: bool = False
    existing_account: Literal["kept", "overwritten"] = "kept"
    create_status: Literal[200, 201] = 200
    duplicate_status: Literal[400, 422] = 400
    duplicate_message: str = USER_EXISTS
    duplicate_here_message: str | None = None
    email_search: Literal["insensitive", "sensitive"] = "insensitive"
    email_uniqueness: Literal["insensitive", "sensitive"] = "insensitive"
    email_kept: Literal["as_written", "lower"] = "as_written"
    update: Literal["merge", "replace"] = "merge"
    plain_email_update: Literal["ignored", "renames"] = "ignored"
    top_admin_type: Literal["ignored", "refused"] = "ignored"
    account_expires_format: Literal["date", "datetime", "null"] = "date"
    expiry_timezone: str = "UTC"
    enable_expired: Literal["undone", "lasts"] = "undone"
    enrol_new_users: bool = False

    custom_data_update: Literal["merge", "replace"] = "merge"
    unknown_label: Literal["drop", "reject"] = "drop"
    bad_value: Literal["drop", "reject"] = "reject"
    clearing: Literal["both", "null", "empty"] = "both"
    numbers: Literal["text", "number"] = "text"
    unset_fields: Literal["absent", "null"] = "absent"
    choice_delimiter: Literal[",", ", ", "\n"] = ","

    invite_duplicate_status: Literal[400, 422] = 400
    invite_duplicate_message: str = "duplicate invite: this user has already been invited"
    invite_member: Literal["refused", "sent"] = "refused"
    create_for_invited: Literal["creates", "refuses"] = "creates"
    deleted_invite: Literal["canceled", "gone"] = "canceled"
    invite_hours: int | None = None
    group_title_match: Literal["exact", "part"] = "exact"
    membership_id_key: str = "group_membership_id"
    keys_reply: Literal["array", "object"] = "array"

    latency: float = 0.0
