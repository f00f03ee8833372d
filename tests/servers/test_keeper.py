"""Servers run as long as somebody uses them, and no longer."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from tests.servers.environments import ROOT

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print('up', flush=True); time.sleep(600)",
]


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "server.users"
    path.touch()
    path.with_suffix(".url").touch()
    return path


def hold(users: Path) -> IO[str]:
    """One more user, until the file is closed."""
    user = users.open()
    fcntl.flock(user, fcntl.LOCK_SH)
    return user


def keep(users: Path, command: list[str]) -> subprocess.Popen[str]:
    """A keeper whose server is up."""
    keeper = [sys.executable, "-m", "tests.servers.keeper", str(users)]
    process = subprocess.Popen(
        [*keeper, str(users.parent), *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdout.readline() == "up\n"
    return process


def test_a_server_ends_after_its_last_user(users: Path) -> None:
    first, second = hold(users), hold(users)
    with keep(users, SLEEP) as keeper:
        first.close()
        time.sleep(0.5)
        assert keeper.poll() is None and users.with_suffix(".url").exists()
        second.close()
        assert keeper.wait(60) == -signal.SIGTERM % 256
    assert not users.with_suffix(".url").exists()


def test_a_user_that_was_killed_is_none(users: Path) -> None:
    script = (
        "import fcntl, sys, time; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_SH);"
        "print('held', flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(users)], stdout=subprocess.PIPE, text=True
    ) as user:
        assert user.stdout and user.stdout.readline() == "held\n"
        with keep(users, SLEEP) as keeper:
            os.kill(user.pid, signal.SIGKILL)
            keeper.wait(60)


def test_a_server_that_ends_by_itself(users: Path) -> None:
    with hold(users):
        command = [sys.executable, "-c", "print('up'); raise SystemExit(3)"]
        with keep(users, command) as keeper:
            assert keeper.wait(60) == 3
    assert not users.with_suffix(".url").exists()


@pytest.mark.slow
def test_a_server_that_does_not_stop_is_killed(users: Path) -> None:
    user = hold(users)
    with keep(users, STUBBORN) as keeper:
        user.close()
        assert keeper.wait(120) == -signal.SIGKILL % 256
