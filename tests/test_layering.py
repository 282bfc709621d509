"""The arrows of the house point down, and the command line starts without what it does not need."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_imports_follow_the_layers():
    words = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    result = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_help_is_given_without_loading_database_or_network_libraries():
    code = (
        "import sys\n"
        "from core.cli.main import app\n"
        "heavy = {'tortoise', 'httpx', 'aiohttp', 'textual', 'slack_bolt', 'bot', 'tui'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
