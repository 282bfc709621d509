"""An open door, as `tests.core.web.doors` makes it."""

from tests.core.store.databases import database_url, migrated_file, shared_postgresql, store  # noqa: F401
from tests.core.web.doors import acme, add_learner, browser, door, guessing, make_link, other_browser  # noqa: F401
