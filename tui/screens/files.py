"""Where a file is written to: named, and asked about when there is one already."""

import asyncio
from pathlib import Path

from tui.dialogs.asking import Ask
from tui.dialogs.confirming import Confirm
from tui.screens.base import PortalScreen


def path_of(typed: str) -> Path:
    """The path that was typed, from the folder that the terminal UI was started in."""
    return Path(typed.strip()).expanduser().absolute()


async def may_write(screen: PortalScreen, path: Path) -> bool:
    """Whether the file may be written: asked first where it would take another's place. For use within `do`."""
    if not await asyncio.to_thread(path.exists):
        return True
    lines = [f"{path} is there already. What is in it would be gone."]
    return await screen.ask(Confirm("Overwrite the file?", lines, "Overwrite")) is True


async def ask_file(screen: PortalScreen, title: str, name: str, explained: str) -> Path | None:
    """Ask for a file to write, beginning with this name; None when it was left. For use within `do`."""
    typed = await screen.ask(Ask(title, value=name, explained=f"{explained}\nFolder: {Path.cwd()}"))
    if typed is None:
        return None
    path = path_of(typed)
    return path if await may_write(screen, path) else None
