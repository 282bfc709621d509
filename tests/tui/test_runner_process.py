"""The process that carries runs out beside the terminal UI: what keeps it from that is told, without the address."""

import os
import time
from pathlib import Path

import pytest

from tui.running import RunnerFailed, RunnerProcesses


def ended(runners: RunnerProcesses) -> str | None:
    """What is told once the process is over."""
    deadline = time.monotonic() + 60
    while runners.processes:
        assert time.monotonic() < deadline
        told = runners.look()
        time.sleep(0.01)
    return told


def test_a_database_that_cannot_be_opened_is_told_and_kept_until_the_next_start(tmp_path):
    runners = RunnerProcesses(f"sqlite://{tmp_path}")
    runners.start()
    (process,) = runners.processes
    assert str(tmp_path).encode() not in Path(f"/proc/{process}/cmdline").read_bytes()
    assert os.getsid(process) == process
    told = ended(runners)
    assert told is not None
    assert "Traceback" not in told
    assert runners.fault == told
    assert runners.look() is None


def test_a_process_that_cannot_be_started_is_told(monkeypatch):
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(RunnerFailed, match="cannot be started .* waits"):
        RunnerProcesses("sqlite:///nowhere.db").start()
