"""Real servers and the vendors' own clients, each in an environment of its own.

They need packages that do not go together with ours, so each lives below `.servers/NAME`. `make
servers` makes them all, `make servers SERVERS=mlserver` one; tests skip what is not there.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".servers"

PACKAGES: dict[str, tuple[str, ...]] = {
    "mlserver": ("mlserver==1.7.1",),
    "triton": ("nvidia-pytriton==0.7.0",),
    "tritonclient": ("tritonclient[http]==2.73.0",),
    "woodwide": ("woodwide==0.9.0",),
    "openai": ("openai==3.54.0",),
    "litellm": ("litellm==1.106.2",),
    "ray": ("ray==2.60.0", "msgspec", "httpx2", "pyarrow", "polars"),
    "aibrix": ("aibrix==0.8.0",),
}
"""What is installed in which environment, each at the version the tests were written against."""


def python_of(name: str) -> Path:
    """The interpreter of an environment; skips the test where it was not made."""
    found = FOLDER / name / "bin" / "python"
    if not (FOLDER / name / ".ready").is_file():
        pytest.skip(f"{name} is not installed; `make servers SERVERS={name}` does it")
    return found


def install(name: str) -> None:
    """Make an environment, unless it is there."""
    ready = FOLDER / name / ".ready"
    wanted = " ".join(PACKAGES[name])
    if ready.is_file() and ready.read_text() == wanted:
        print(f"{name}: there already")
        return
    print(f"{name}: installing {wanted}", flush=True)
    venv.create(FOLDER / name, with_pip=True, clear=True)
    pip = [str(FOLDER / name / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *PACKAGES[name]], check=True)
    ready.write_text(wanted)


def main(names: list[str]) -> int:
    """Install the named environments, or all; says which could not be installed."""
    failed = list[str]()
    for name in names or list(PACKAGES):
        if name not in PACKAGES:
            print(f"{name}: unknown; there are {', '.join(PACKAGES)}", file=sys.stderr)
            return 2
        try:
            install(name)
        except subprocess.CalledProcessError as e:
            print(f"{name}: cannot be installed: {e}", file=sys.stderr)
            failed.append(name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
