"""`pyright --verifytypes` over every committed client: each public symbol has a complete type.

The packages are copied out of the checkout first, as a project that vendors them would have them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def completeness(package: Path) -> tuple[bool, str]:
    """Whether all types of a package are known, and what pyright said."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(package, Path(folder) / package.name)
        scripts = Path(sys.executable).parent
        environment = {
            **os.environ,
            "PYTHONPATH": folder,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        }
        command = [
            str(scripts / "pyright"),
            "--verifytypes",
            package.name,
            "--ignoreexternal",
        ]
        result = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=folder,
            env=environment,
            check=False,
        )
    return (
        "Type completeness score: 100%" in result.stdout,
        result.stdout + result.stderr,
    )


def main() -> int:
    failed = False
    for package in sorted((ROOT / "generated").iterdir()):
        if (package / "py.typed").exists():
            complete, said = completeness(package)
            print(
                f"{package.name}: type completeness {'100 %' if complete else 'is not 100 %'}"
            )
            if not complete:
                failed = True
                print(said)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
