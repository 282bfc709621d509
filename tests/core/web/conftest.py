"""An open door, as `tests.core.web.doors` makes it."""

from tests.core.web.doors import acme, add_learner, browser, door, guessing, make_link, other_browser  # noqa: F401
