"""`make wheel`: build the wheel and the sdist, install the wheel in an empty environment, and
use it from another folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = """\
openapi: 3.1.0
info: {title: Small, version: "1"}
servers: [{url: https://small.example}]
paths:
  /things:
    get:
      operationId: listThings
      tags: [things]
      responses:
        "200":
          description: Things.
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}
components:
  schemas:
    Thing: {type: object, required: [name], properties: {name: {type: string}}}
"""
USE = """
import httpx2
from small import Client
def answer(request):
    assert str(request.url) == "https://small.example/things", request.url
    return httpx2.Response(200, json=[{"name": "chair"}])
with Client(http_client=httpx2.Client(transport=httpx2.MockTransport(answer))) as client:
    assert [thing.name for thing in client.things.list()] == ["chair"]
"""


def run(*command: str | Path, cwd: Path, **variables: str) -> None:
    """Run a command and show what it says only when it fails."""
    words = [str(word) for word in command]
    environment = {
        key: value for key, value in os.environ.items() if key != "PYTHONPATH"
    } | variables
    result = subprocess.run(
        words, cwd=cwd, capture_output=True, text=True, env=environment, check=False
    )
    if result.returncode:
        sys.exit(f"{' '.join(words)}\n{result.stdout}{result.stderr}")


def constraints(folder: Path) -> Path:
    """The versions of the lock, without hashes, which pip would then demand of the wheel too."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pinned = [line.removesuffix(" \\") for line in lines if line[:1].isalnum()]
    path = folder / "constraints.txt"
    path.write_text("\n".join(pinned) + "\n")
    return path


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="wheel ä "))
    try:
        dist = folder / "dist"
        build = "import hatchling.build as b, sys; b.build_wheel(sys.argv[1]); b.build_sdist(sys.argv[1])"
        dist.mkdir()
        run(sys.executable, "-c", build, dist, cwd=ROOT)
        wheel = next(dist.glob("*.whl"))
        assert next(dist.glob("*.tar.gz"))
        names = zipfile.ZipFile(wheel).namelist()
        assert (
            "clientpress/templates/client.py.jinja" in names
            and "clientpress/runtime/values/model.py" in names
        )
        assert not [
            name
            for name in names
            if name.startswith(("generated", "tests", "xai_batches"))
        ]
        run(sys.executable, "-m", "venv", folder / "env", cwd=folder)
        python = folder / "env" / "bin" / "python"
        pip = (python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
        run(*pip, "-c", constraints(folder), wheel, cwd=folder)
        elsewhere = folder / "a project"
        elsewhere.mkdir()
        (elsewhere / "small.yaml").write_text(DOCUMENT)
        command = folder / "env" / "bin" / "clientpress"
        run(command, "validate", "small.yaml", cwd=elsewhere)
        run(command, "generate", "small.yaml", "--output", "small", cwd=elsewhere)
        run(command, "check", "small.yaml", "--output", "small", cwd=elsewhere)
        run(
            *pip,
            "-c",
            constraints(folder),
            f"clientpress[client] @ {wheel.as_uri()}",
            cwd=folder,
        )
        run(python, "-c", USE, cwd=elsewhere)
        print(
            f"{wheel.name}: builds, installs into an empty environment, generates a client that works"
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
