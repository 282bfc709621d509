"""The first steps in words."""

import msgspec
from rich.text import Text

from core.services.first_steps import NOTHING_YET, FirstSteps
from tui.words import counted


class Step(msgspec.Struct, frozen=True):
    """A step by its `name` (that of its flow), what it is about, and in `words` how it stands."""

    name: str
    title: str
    about: str
    done: bool
    words: str


def intro(found: FirstSteps) -> str:
    """What stands above the steps."""
    if found.all_done:
        return "Everything is set up. What is left is to look in now and then."
    if found == NOTHING_YET:
        return (
            "Welcome. ukg-sync keeps the people of a learning portal true to UKG Pro. A few steps lead there; Enter "
            "goes to one:"
        )
    return "A few steps, and the portal keeps itself up to date; Enter goes to one:"


def steps_of(slug: str, found: FirstSteps) -> list[Step]:
    """The steps of a portal in their order; those of LearnUpon only where there are keys to give."""
    steps = [
        Step(
            "portal",
            "Create a portal",
            "A portal is one learning portal with its people. Enter asks for its name and time zone.",
            found.portal,
            slug or "none yet",
        ),
        Step(
            "connect",
            "Connect it to UKG Pro",
            "You see what will be read, agree to it, and give the service account, which is tested first.",
            found.connected,
            "connected" if found.connected else "not connected",
        ),
        Step(
            "map",
            "Choose what UKG Pro fills",
            "Fields of the portal, such as job title or department, and the attribute that fills each.",
            bool(found.mapped),
            counted(found.mapped, "field") if found.mapped else "no field yet",
        ),
        Step(
            "sync",
            "Sync",
            "See what would change, then let it. After the first sync that succeeds, it runs by itself every day.",
            found.synced,
            "synced" if found.synced else "never yet",
        ),
    ]
    if found.keys is not None:
        about = "LearnUpon's API keys let ukg-sync write to the portal there; they stand in its settings."
        words = "connected" if found.keys else "no keys yet"
        steps.insert(1, Step("keys", "Connect it to LearnUpon", about, found.keys, words))
    return steps


def step_line(place: int, step: Step) -> Text:
    """A step as a line of the list."""
    mark = "✓ done" if step.done else "○ to do"
    return Text(f"{place}  {step.title:<28}{mark:<10}{step.words}", no_wrap=True, overflow="ellipsis")
