"""The web frameworks of the laboratory, installed from locks with hashes.

`python -m tests.frameworks.environments [NAME…]` installs what the named frameworks need, or all:
those of Python share one environment, `.frameworks`, those of Node the folder `node/node_modules`.
Tests of what is not there are skipped.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / ".frameworks"
NODE_MODULES = HERE / "node" / "node_modules"
SECONDS_TO_INSTALL = 900


class Environment(NamedTuple):
    """Where packages are, and what says which."""

    name: str
    lock: Path
    ready: Path

    @property
    def state(self) -> str:
        """What the lock says, in short."""
        return hashlib.sha256(self.lock.read_bytes()).hexdigest()

    @property
    def is_ready(self) -> bool:
        """Whether what the lock says was installed."""
        return self.ready.is_file() and self.ready.read_text() == self.state


PYTHON = Environment("python", HERE / "python" / "requirements.lock", FOLDER / ".ready")
NODE = Environment("node", HERE / "node" / "package-lock.json", NODE_MODULES / ".ready")

FRAMEWORKS = {
    "fastapi": PYTHON,
    "litestar": PYTHON,
    "ninja": PYTHON,
    "drf": PYTHON,
    "smorest": PYTHON,
    "apiflask": PYTHON,
    "nestjs": NODE,
    "fastify": NODE,
    "hono": NODE,
}


def command_of(name: str) -> list[str]:
    """What starts the app of a framework; skips the test where the framework is not installed."""
    environment = FRAMEWORKS[name]
    if not environment.is_ready:
        pytest.skip(
            f"{name} is not installed; `make frameworks FRAMEWORKS={name}` does it"
        )
    if environment is PYTHON:
        serve = HERE / "python" / "serve.py"
        return [str(FOLDER / "bin" / "python"), str(serve), f"{name}_app"]
    return [_node(), str(HERE / "node" / "serve.cjs"), name]


def _node() -> str:
    found = shutil.which("node")
    if found is None:
        raise FileNotFoundError("there is no node on this machine")
    return found


def install(environment: Environment) -> None:
    """Install what a lock says, unless it is there.

    Raises:
        OSError: A program that installs is not on this machine.
        subprocess.SubprocessError: A package cannot be installed.
    """
    if environment.is_ready:
        return
    if environment is PYTHON:
        venv.create(FOLDER, with_pip=True, clear=True)
        pip = [
            str(FOLDER / "bin" / "python"),
            "-m",
            "pip",
            "--disable-pip-version-check",
        ]
        command = [
            *pip,
            "install",
            "--quiet",
            "--require-hashes",
            "-r",
            str(environment.lock),
        ]
    else:
        _node()
        # No script of a package runs: none of them is needed.
        command = [
            "npm",
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ]
    subprocess.run(
        command, check=True, cwd=environment.lock.parent, timeout=SECONDS_TO_INSTALL
    )
    environment.ready.write_text(environment.state)


def main(names: list[str]) -> int:
    """Install what the named frameworks need, or all; says which could not be installed."""
    unknown = [name for name in names if name not in FRAMEWORKS]
    if unknown:
        print(
            f"{unknown[0]}: unknown; there are {', '.join(FRAMEWORKS)}", file=sys.stderr
        )
        return 2
    wanted = [FRAMEWORKS[name] for name in names or FRAMEWORKS]
    failed = False
    for environment in dict.fromkeys(wanted):
        which = ", ".join(
            name for name in FRAMEWORKS if FRAMEWORKS[name] is environment
        )
        try:
            print(f"{which}: installing", flush=True)
            install(environment)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"{which}: cannot be installed: {error}", file=sys.stderr)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
