"""What can be done with what the app shows: buttons that are clicked, forms that are submitted, menus that suggest."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from bot.answering import Answer
from bot.content import Block
from core.domain.errors import SettingsError
from core.domain.roles import Role

_VERSION = 1


class About(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a modal or a button is about. It travels through Slack, so it holds names of ours and numbers only, never
    anything about a person or a secret; such things are kept in a draft, of which this holds the id.

    `subject` is what of the portal (a field's place, a group's number), `page` counts from 0, `part` too: of what one
    subject has too much of for one page.
    """

    portal: str
    draft: str = ""
    subject: str = ""
    page: int = 0
    part: int = 0
    v: int = _VERSION


def written_down(about: About) -> str:
    """As it travels."""
    return msgspec.json.encode(msgspec.structs.replace(about, v=_VERSION)).decode()


def read_about(text: str) -> About:
    """What was written down; raises `SettingsError` for what an earlier version wrote."""
    try:
        about = msgspec.json.decode(text, type=About)
    except msgspec.DecodeError:
        about = None
    if about is None or about.v != _VERSION:
        raise SettingsError("This is out of date; nothing was done. Type the command again.")
    return about


class Values:
    """What the inputs of a modal hold; an input and its element have one name."""

    def __init__(self, state: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        self._held = {name: held for elements in state.values() for name, held in elements.items()}

    def __contains__(self, name: str) -> bool:
        return name in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def text(self, name: str) -> str:
        """What was written, without space around it; empty when nothing was."""
        return str(self._held.get(name, {}).get("value") or "").strip()

    def choice(self, name: str) -> str | None:
        """The value of the option chosen, the time or the user picked; None when nothing was."""
        held = self._held.get(name, {})
        option = held.get("selected_option")
        if option:
            return str(option["value"])
        picked = held.get("selected_time") or held.get("selected_user")
        return str(picked) if picked else None

    def choices(self, name: str) -> list[str]:
        """The values of all options chosen."""
        return [str(option["value"]) for option in self._held.get(name, {}).get("selected_options") or ()]

    def held(self, name: str) -> Mapping[str, Any]:
        """All that Slack says of the input."""
        return self._held.get(name, {})


class Shown(msgspec.Struct, frozen=True):
    """A modal as someone sees it."""

    id: str
    hash: str
    content: dict[str, Any]
    values: Values


class Modal(msgspec.Struct, frozen=True):
    """What a modal shows. `submit` names the button that sends it as the form `form`; without a form there is none.

    `said` is what to tell the person if they have closed the modal meanwhile: what was done, empty for nothing.
    """

    title: str
    blocks: Sequence[Block]
    about: About
    form: str = ""
    submit: str = ""
    said: str = ""


class Act(msgspec.Struct, frozen=True):
    """Somebody did something. It is carried out in their name, after it was acknowledged.

    `value` is the button's or option's, `values` what the inputs of the modal hold, `shown` the modal that it was done
    in (None in a message or on the Home tab).
    """

    user: str
    role: Role
    about: About
    value: str
    values: Values
    shown: Shown | None
    database_url: str
    answer: Answer


class Click(msgspec.Struct, frozen=True):
    """A button or menu. The handler gives what the modal shows from then on, None for what it shows already; while it
    works, which may take long when it is `slow`, the modal says so. With `opens`, which names it, that modal is a new
    one, opened at once."""

    action_id: str
    handler: Callable[[Act], Awaitable[Modal | None]]
    role: Role = Role.VIEWER
    slow: bool = False
    opens: Callable[[About], str] | None = None


def _nothing_wrong(values: Values) -> dict[str, str]:
    return {}


class Form(msgspec.Struct, frozen=True):
    """A form. `check` looks at what was written, without asking anybody, and gives a sentence for each input that
    cannot be; the handler gives what the modal shows from then on."""

    name: str
    handler: Callable[[Act], Awaitable[Modal]]
    role: Role = Role.VIEWER
    check: Callable[[Values], dict[str, str]] = _nothing_wrong


class Menu(msgspec.Struct, frozen=True):
    """A menu whose options are looked up while somebody types; at most 100 of them are shown. Several menus of one
    modal that suggest the same are told apart by what follows the name and a hyphen."""

    action_id: str
    suggest: Callable[[Act], Awaitable[list[dict[str, Any]]]]
    role: Role = Role.VIEWER


class Interactions(msgspec.Struct, frozen=True):
    """All that can be done, each by its name."""

    clicks: Sequence[Click] = ()
    forms: Sequence[Form] = ()
    menus: Sequence[Menu] = ()

    def joined(self, *others: "Interactions") -> "Interactions":
        """These and others; a name may stand for one thing only."""
        every = (self, *others)
        joined = Interactions(
            [click for each in every for click in each.clicks],
            [form for each in every for form in each.forms],
            [menu for each in every for menu in each.menus],
        )
        for names in (
            [click.action_id for click in joined.clicks],
            [form.name for form in joined.forms],
            [menu.action_id for menu in joined.menus],
        ):
            if len(set(names)) < len(names):
                raise ValueError("two interactions have one name")
        return joined
