"""What went wrong, said where the person looks, until it is over."""

from textual.widgets import Static


class Trouble(Static):
    """A sentence at the top of a screen; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.display = False
        self._stays = False

    def say(self, sentence: str, *, stays: bool = False) -> None:
        """Show the sentence. One that `stays` is about something the person did, which no reading makes good."""
        self.update(f"✗ {sentence}")
        self.display, self._stays = True, stays

    def over(self) -> None:
        """What could not be read is read."""
        self.display = self.display and self._stays

    def clear(self) -> None:
        """Whatever was wrong, the person goes on."""
        self.display = self._stays = False
