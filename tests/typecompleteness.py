"""Types of generated packages, looked at as a project that vendors them would.

Every committed client is complete for `pyright --verifytypes`: each public symbol has a type
that is fully known. Every case of `tests/cases` that generates a client is clean under mypy
strict and pyright strict, together with the program that uses it.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.test_cases import DEFAULT

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = Path(sys.executable).parent


def run(folder: Path, *command: str) -> tuple[bool, str]:
    """Whether a tool of the environment succeeded in a folder, and what it said."""
    environment = {
        **os.environ,
        "PYTHONPATH": f"{folder}{os.pathsep}{folder / 'src'}",
        "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
    }
    words = [str(SCRIPTS / command[0]), *command[1:]]
    result = subprocess.run(
        words, capture_output=True, text=True, cwd=folder, env=environment, check=False
    )
    return result.returncode == 0, result.stdout + result.stderr


@contextmanager
def temporary() -> Generator[Path]:
    """A folder that goes away."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def is_complete(package: Path) -> tuple[bool, str]:
    """Whether all public types of a package are known."""
    with temporary() as folder:
        shutil.copytree(package, folder / package.name)
        _, said = run(
            folder, "pyright", "--verifytypes", package.name, "--ignoreexternal"
        )
    return "Type completeness score: 100%" in said, said


def is_clean(case: Path) -> tuple[bool, str]:
    """Whether both checkers find nothing in the client of a case and its use."""
    with temporary() as folder:
        shutil.copytree(
            case, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected")
        )
        command = case / "command"
        arguments = command.read_text() if command.exists() else DEFAULT
        done, said = run(folder, "clientpress", *shlex.split(arguments))
        if not done:
            return False, said
        settings = {"typeCheckingMode": "strict", "extraPaths": ["src"]}
        (folder / "pyrightconfig.json").write_text(json.dumps(settings))
        mypy, first = run(folder, "mypy", "--strict", "use.py")
        pyright, second = run(folder, "pyright")
    return mypy and pyright, first + second


def main() -> int:
    committed = sorted(path.parent for path in (ROOT / "generated").glob("*/py.typed"))
    cases = sorted(path.parent for path in (ROOT / "tests" / "cases").glob("*/use.py"))
    checks: list[tuple[Callable[[Path], tuple[bool, str]], Path, str]] = [
        *((is_complete, p, "100 % of the public types are known") for p in committed),
        *((is_clean, p, "clean under mypy strict and pyright strict") for p in cases),
    ]
    failed = False
    with ThreadPoolExecutor(2) as pool:  # each check is a process of its own
        running = [pool.submit(check, path) for check, path, _ in checks]
        for (_, path, what), result in zip(checks, running, strict=True):
            good, said = result.result()
            print(f"{path.name}: {what if good else 'NOT ' + what}", flush=True)
            if not good:
                failed = True
                print(said)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
