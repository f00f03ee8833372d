"""The check of packages in environments of users sees what is wrong only there."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.userenvironments import distributions, environment, findings

MODULES = {
    "clean": "import httpx2\nimport msgspec\n\nFOUND = (httpx2.Client, msgspec.Struct)\n",
    "traces": "from opentelemetry import trace\n\nFOUND = trace.get_tracer\n",
    "ignores": "import orjson  # type: ignore[import-not-found]\n\nFOUND = orjson\n",
    "untyped": "def found(value):\n    return value\n",
}


def test_an_error_is_seen_where_it_is_one(tmp_path: Path) -> None:
    package = tmp_path / "planted"
    package.mkdir()
    (package / "__init__.py").touch()
    for name, text in MODULES.items():
        (package / f"{name}.py").write_text(text)

    def seen(*where: str) -> set[str]:
        return {
            f"{line.partition(':')[0]} {Path(line.split(':')[1]).stem}"
            for line in findings([package], *where)
        }

    assert seen(environment("bare", tmp_path / "bare")) == {
        *("mypy traces", "pyright traces", "mypy untyped", "pyright untyped"),
    }
    # Where OpenTelemetry and orjson are, only the comment is wrong.
    assert seen() == {"mypy ignores", "mypy untyped", "pyright untyped"}


def test_an_environment_has_its_extra_and_nothing_else(tmp_path: Path) -> None:
    python = environment("tensors", tmp_path / "tensors")
    look = "import importlib.metadata as m; print(*sorted(d.name for d in m.distributions()))"
    said = subprocess.run(
        [python, "-I", "-c", f"import numpy, msgspec, httpx2; {look}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    found = {name.replace("_", "-") for name in said}
    assert found == distributions("tensors")
    assert {"numpy", "orjson", "ml-dtypes", "httpx2", "anyio"} <= found
