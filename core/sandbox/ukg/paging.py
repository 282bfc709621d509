"""Pages of a list and the `Link` header.

Source: facts/ukg-pro-api, section 2.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from core.sandbox.answers import Refusal
from core.sandbox.ukg.settings import SandboxSettings


@dataclass(frozen=True)
class Page:
    """Page `number` (from 1) of pages of `size` rows."""

    number: int
    size: int

    def bounds(self, total: int) -> tuple[int, int]:
        """First position and the position after the last, of `total` rows."""
        start = (self.number - 1) * self.size
        return min(start, total), min(start + self.size, total)

    def shifted_bounds(self, total: int) -> tuple[int, int]:
        """The same when the last row has moved to a page read before: every row comes one place later."""
        start, stop = self.bounds(total)
        return (start, stop) if self.number == 1 else (start - 1, stop - 1)


def _number(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise Refusal(400, f"{name} must be a whole number of 1 or more.")
    return int(text)


def requested_page(query: dict[str, str], settings: SandboxSettings) -> Page:
    """The page a query asks for. `query` has lower-case names. Raises Refusal (400)."""
    size = _number(query, "per_page", settings.page_cap)
    if size > settings.page_cap:
        if settings.over_cap == "error":
            raise Refusal(400, f"per_Page must not be more than {settings.page_cap}.")
        size = settings.page_cap
    if settings.row_limit is not None:
        size = min(size, settings.row_limit)
    return Page(_number(query, "page", 1), size)


def link_header(base: str, query: list[tuple[str, str]], page: Page, total: int) -> str:
    """The `Link` header of a page: first, previous, next, last as far as they exist.

    base: absolute URL without the query. query: names as the client wrote them; only the page is replaced.
    """
    last = max(1, -(-total // page.size))
    targets = {"first": 1}
    if page.number > 1:
        targets["previous"] = min(page.number - 1, last)
    if page.number < last:
        targets["next"] = page.number + 1
    targets["last"] = last
    kept = [(name, value) for name, value in query if name.lower() != "page"]
    return ", ".join(
        f'<{base}?{urlencode([*kept, ("page", str(number))])}>; rel="{relation}"'
        for relation, number in targets.items()
    )
