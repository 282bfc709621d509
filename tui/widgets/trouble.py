"""What went wrong, said where the person looks, until it is over."""

from textual.widgets import Static


class Trouble(Static):
    """A sentence at the top of a screen; hidden while there is none."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self.display = False

    def say(self, sentence: str) -> None:
        """Show the sentence."""
        self.update(f"✗ {sentence}")
        self.display = True

    def over(self) -> None:
        """Nothing is wrong any more."""
        self.display = False
