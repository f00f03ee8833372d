"""Run a small script in the environment of a vendor's client."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from .environments import python_of

_SECONDS = 600


def run_script(environment: str, script: str, *arguments: str, given: str = "") -> Any:
    """What a script prints, as JSON.

    The script gets `arguments` in `sys.argv` and `given` as its standard input. Warnings of the
    vendor's packages go to standard error and are only shown when the script fails. The test is
    skipped where the environment was not made.
    """
    # No proxy may stand between the script and a server on this machine.
    names = [name for name in os.environ if not name.lower().endswith("_proxy")]
    done = subprocess.run(
        [str(python_of(environment)), "-c", script, *arguments],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_SECONDS,
        env={name: os.environ[name] for name in names} | {"PYTHONUTF8": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
