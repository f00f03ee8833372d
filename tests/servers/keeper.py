"""Run a server for as long as somebody holds a shared lock on a file.

`python -m tests.servers.keeper USERS FOLDER COMMAND…`: test processes that use the server each
hold the lock on USERS. The system lets go of it however a process ends, so no server is left
behind. The server works in FOLDER.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
import time
from pathlib import Path

_INTERVAL = 0.2
_SECONDS_TO_STOP = 20.0


def keep(users: Path, folder: Path, command: list[str]) -> int:
    """Start the server, and stop it when nobody uses it; its exit code."""
    with users.open() as lock, subprocess.Popen(command, cwd=folder) as server:
        while server.poll() is None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_INTERVAL)
            else:
                stop(server)
        # Who comes now starts another one.
        users.with_suffix(".url").unlink(missing_ok=True)
        return server.returncode


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop; kill it if it does not."""
    server.terminate()
    try:
        server.wait(_SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
