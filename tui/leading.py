"""What a screen asks of the app, which is above it."""

from typing import Protocol, cast

from textual.screen import Screen

from tui.made_up import MadeUpCompany


class Leading(Protocol):
    """The app, as the first steps know it."""

    made_up: MadeUpCompany

    def open_portal(self, slug: str, *, first_steps: bool = False) -> None:
        """Begin with this portal's dashboard, with the first steps over it if they are wanted."""


def leading(screen: Screen[None]) -> Leading:
    """The app of a screen."""
    return cast("Leading", screen.app)
