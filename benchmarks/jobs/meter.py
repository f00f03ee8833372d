"""Run a command, and write what it took to a file: CPU seconds, and kibibytes at the peak.

    python -m benchmarks.jobs.meter FILE COMMAND …

The peak of a process counts that of the process which started it, so this one loads next to nothing.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(file: str, command: list[str]) -> int:
    """The exit code of the command."""
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    taken = f"{usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}"
    Path(file).write_text(taken, encoding="ascii")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
