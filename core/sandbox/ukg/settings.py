"""The switches of the stand-in: one for every behaviour the public sources leave open.

Source: facts/ukg-pro-api, sections 9 and 10.
"""

from dataclasses import dataclass, field
from typing import Literal


@dataclass
class SandboxSettings:
    """Change any of them while the server runs; the next request sees it.

    page_cap: most rows a page may be asked for, and the page size when none is asked.
    row_limit: the server never returns more rows than this on a page, whatever was asked.
    link_host_override: host (or scheme and host) written into the `Link` URLs, as a gateway would.
    over_cap: asking for more than page_cap gives page_cap rows, or status 400.
    filters: whether the filters of a query count; ignored ones give everyone, as unknown ones do.
    no_match: a filter that matches nobody gives 200 `[]`, or status 404.
    error_body: shape of the body of every error.
    wrong_key_status: status for a missing or wrong customer API key.
    requests_per_minute: rolling quota of the API key, then 429; None is unlimited.
    retry_after: seconds sent in `Retry-After` with 429; None sends no such header.
    future_termination_status: whether a termination date ahead leaves status A or gives T at once.
    clear_termination_on_rehire: whether a rehired person's old termination date is gone.
    key_case: documented spelling, Id/ID and datetime/dateTime exchanged, or everything lower case.
    omit_nulls: leave null fields out of rows.
    date_style: `2026-01-05T00:00:00` and null, or `1/5/2026 12:00:00 AM` and "".
    job_code_key: name of the code in jobs rows (the specification and live tenants differ).
    latency: seconds before every answer, so that requests in flight can be counted.
    denied: names of the web-service grid (see access.GRID) the account may not view: 403.
    user_api_key: when set, the header `x-api-key` must carry it.
    """

    user: str = "svc-ukg-sync"
    password: str = "sandbox-password"
    customer_api_key: str = "SBX01"
    user_api_key: str | None = None
    page_cap: int = 10_000
    row_limit: int | None = None
    send_link_header: bool = True
    link_host_override: str | None = None
    over_cap: Literal["clamp", "error"] = "clamp"
    filters: Literal["honoured", "ignored"] = "honoured"
    no_match: Literal["empty", "not_found"] = "empty"
    error_body: Literal["json", "empty", "html"] = "json"
    wrong_key_status: Literal[401, 403] = 401
    requests_per_minute: int | None = None
    retry_after: int | None = None
    future_termination_status: Literal["stays_active", "flips_at_once"] = "stays_active"
    clear_termination_on_rehire: bool = True
    key_case: Literal["as_documented", "swapped", "lower"] = "as_documented"
    omit_nulls: bool = False
    date_style: Literal["iso", "us_text"] = "iso"
    job_code_key: Literal["code", "jobCode"] = "code"
    latency: float = 0.0
    denied: set[str] = field(default_factory=set)
