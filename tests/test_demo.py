"""`make demo` as users see it: in a terminal, without one, and when they stop it."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "tests.demo"]
SECONDS = 60
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

KEY_LINES = [
    r"1  Generate a client  clientpress generate xai_batches\.yaml",
    r"\d+ files for 8 operations in \d+\.\d s",
    r"2  Start a server",
    r"http://127\.0\.0\.1:\d+ acts as xAI",
    r"3  Create a batch",
    r"batch_[0-9a-f-]{36}",
    r"4  Add requests",
    r"24 requests, such as: What is 12 \+ 97\?",
    r"5  Wait",
    r"All requests are done after \d\.\d s",
    r"6  Join",
    r"q01 . What is 12 \+ 97\? . echo: What is 12 \+ 97\? . +18 ",
    r"q05 . What is 56 \+ 53\? . bad model \(3\) +. +- ",
    r"q11 . What is 34 - 75\? . bad model +. +- ",
    r"q24 ",
    r"21 succeeded, 3 failed, 0 without a result\.",
    r"Next: clientpress generate YOUR_DOCUMENT\.yaml",
]


def environment(folder: Path, columns: int) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
    }
    return {
        **kept,
        "COLUMNS": str(columns),
        "TMPDIR": str(folder),
        "TERM": "xterm",
    }


def check(text: str, columns: int) -> None:
    """The key lines are there, in order, and no line is too long."""
    lines = _ESCAPES.sub("", text).replace("\r", "\n").splitlines()
    assert re.search(".*".join(KEY_LINES), "\n".join(lines), re.DOTALL), text
    assert max(map(len, lines)) <= columns


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a space in its path, for everything that is written."""
    made = tmp_path / "a folder"
    made.mkdir()
    return made


def test_without_a_terminal(folder: Path, tmp_path: Path) -> None:
    project = tmp_path / "my project"
    project.mkdir()
    for name in ("specs", "tests"):
        (project / name).symlink_to(ROOT / name)
    done = subprocess.run(
        COMMAND,
        cwd=project,
        env=environment(folder, 80),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert (done.returncode, done.stderr) == (0, "")
    check(done.stdout, 80)
    assert "\x1b" not in done.stdout
    assert re.findall(r"(\d+) of 24 done", done.stdout) == ["6", "12", "18", "24"]
    assert list(folder.iterdir()) == []


def test_in_a_terminal(folder: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        COMMAND, cwd=ROOT, env=environment(folder, 120), stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        text = read(ours)
        assert process.wait(SECONDS) == 0, text
    check(text, 120)
    shown = [int(number) for number in re.findall(r"(\d+)/24", _ESCAPES.sub("", text))]
    assert shown == sorted(shown)
    assert len(set(shown)) > 5  # the bar moves
    assert shown[-1] == 24


@pytest.mark.parametrize("reached", ["Generate", "Wait"])
def test_stopped_by_the_user(folder: Path, reached: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", *COMMAND[1:]],
        cwd=ROOT,
        env=environment(folder, 80),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout and process.stderr
        assert any(reached in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 130
        assert process.stdout.read().endswith("\nStopped.\n")
        assert process.stderr.read() == ""
    assert list(folder.iterdir()) == []


def read(terminal: int) -> str:
    """All that is written to a terminal."""
    chunks: list[bytes] = []
    while True:
        try:
            chunk = os.read(terminal, 65_536)
        except OSError:  # how Linux says that the other side is closed
            chunk = b""
        if not chunk:
            os.close(terminal)
            return b"".join(chunks).decode()
        chunks.append(chunk)
