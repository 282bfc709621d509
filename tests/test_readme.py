"""The README tells the truth about the commands there are."""

from pathlib import Path

import pytest
import typer

from core.cli.main import app

README = (Path(__file__).parent.parent / "README.md").read_text()


def _commands() -> list[str]:
    def walk(group, prefix: str) -> list[str]:
        found = []
        for name, command in group.commands.items():
            words = f"{prefix} {name}"
            found += walk(command, words) if hasattr(command, "commands") else [words]
        return found

    return walk(typer.main.get_command(app), "ukg")


@pytest.mark.parametrize("command", _commands())
def test_every_command_is_in_the_readme(command):
    assert f"`{command}`" in README


def test_the_first_screen_holds_the_two_commands():
    first_screen = README.splitlines()[:14]
    assert any(line.startswith("make demo") for line in first_screen)
    assert any(line.startswith("make test") for line in first_screen)
