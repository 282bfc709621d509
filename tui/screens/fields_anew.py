"""LearnUpon's fields, read anew once for a screen that shows them."""

import asyncio

from core.services.learnupon_fields import fields_read_anew


class FieldsAnew:
    """Read once, however often the screen is loaded meanwhile: a load breaks the one before off, but not this."""

    def __init__(self) -> None:
        self.are_read = False
        self._reading: asyncio.Task[str | None] | None = None

    async def read(self, slug: str, database_url: str) -> str:
        """Read them, or wait until they are; gives what `fields_read_anew` has to say, empty if nothing."""
        self._reading = self._reading or asyncio.create_task(fields_read_anew(slug, database_url))
        try:
            trouble = await asyncio.shield(self._reading)
        except Exception:
            self._reading = None
            raise
        self.are_read = True
        return trouble or ""

    def give_up(self) -> None:
        """Nobody waits for them any more."""
        if self._reading is not None:
            self._reading.cancel()
