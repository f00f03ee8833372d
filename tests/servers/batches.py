"""A real server of files and batches: the metadata service of AIBrix.

It runs dry: the answer to a request is the body of the request.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest

from .environments import ROOT, python_of
from .inference import free_port, tail_of

_SECONDS_TO_START = 90.0


@contextmanager
def batch_server(folder: Path) -> Generator[str]:
    """Run a server for the block, on a free port; its base URL.

    The test is skipped where the environment was not made.

    Args:
        folder: An empty folder for what the server stores and says.
    """
    python = python_of("aibrix")
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    log = folder / "log"
    with (folder / "users").open("a") as user:
        # The keeper stops the server when this lock is gone, however this process ends.
        fcntl.flock(user, fcntl.LOCK_SH)
        keeper = _start(python, folder, port, Path(user.name), log)
        try:
            _wait_until_ready(base_url, keeper, log)
            yield base_url
        finally:
            user.close()
            keeper.wait()


def _start(
    python: Path, folder: Path, port: int, users: Path, log: Path
) -> subprocess.Popen[bytes]:
    """Start a server, and the keeper that stops it."""
    work = folder / "work"
    work.mkdir()
    keeper = [sys.executable, "-m", "tests.servers.keeper", str(users), str(work)]
    storage = f"STORAGE_LOCAL_PATH={work / 'storage'}"
    address = ["--host", "127.0.0.1", "--port", str(port)]
    server = [str(python), "-m", "aibrix.metadata.app", *address, "--dry-run"]
    with log.open("ab") as said:
        return subprocess.Popen(
            [*keeper, "env", storage, *server],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_until_ready(
    base_url: str, keeper: subprocess.Popen[bytes], log: Path
) -> None:
    """Wait for the list of batches: `/readyz` asks for a Redis, which batches do not need."""
    end = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < end and keeper.poll() is None:
        with suppress(httpx2.TransportError):
            if httpx2.get(f"{base_url}/v1/batches").status_code == 200:
                return
        time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{tail_of(log)}", pytrace=False)
