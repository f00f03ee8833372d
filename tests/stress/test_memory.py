"""What is sent and saved piece by piece is never held: 1 GiB moves in less than 32 MiB."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .bulk import CHUNK, BulkServer, digest_of, made_up
from .moving import UPLOADS

MIB = 1 << 20
LARGE, BOUND = 1 << 30, 32 * MIB
SMALLER, SMALLER_BOUND = 64 * MIB, 12 * MIB
"""What every run of the tests moves; to hold it would take more than five times the bound."""
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="memory is measured on Linux"
)
kinds = pytest.mark.parametrize("kind", ["sync", "async"])
whats = pytest.mark.parametrize("what", [*UPLOADS, "save", "listen"])


@pytest.fixture(scope="module")
def server() -> Iterator[BulkServer]:
    with BulkServer() as running:
        yield running


def moved(kind: str, what: str, server: BulkServer, size: int, folder: Path) -> Any:
    """What a process says that moved a body."""
    path = folder / "large"
    if what in ("path", "open file", "multipart"):
        with path.open("wb") as file:
            left = size
            while left:
                left -= file.write(made_up(left))
    command = [sys.executable, "-m", "tests.stress.moving", kind, what]
    ran = subprocess.run(
        [*command, server.url, str(size), str(path)],
        capture_output=True,
        cwd=ROOT,
        check=False,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def check(
    kind: str, what: str, server: BulkServer, size: int, folder: Path, bound: int
) -> None:
    found = moved(kind, what, server, size, folder)
    assert found["grown"] < bound, f"{found['grown'] / MIB:.1f} MiB"
    if what in ("path", "open file", "stream", "iterator"):
        assert (found["size"], found["digest"]) == (size, digest_of(size))
    elif what == "save":
        assert found["size"] == size
        assert hashed(folder / "large") == digest_of(size)
    else:  # with what stands around a file, or as whole lines
        assert abs(found["size"] - size) < 2000
    assert folder.joinpath("large").exists() == (
        what in ("path", "open file", "multipart", "save")
    )


def hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@whats
@kinds
def test_a_large_body_is_not_held(
    kind: str, what: str, server: BulkServer, tmp_path: Path
) -> None:
    check(kind, what, server, SMALLER, tmp_path, SMALLER_BOUND)


@pytest.mark.slow
@whats
@kinds
def test_a_gibibyte_is_not_held(
    kind: str, what: str, server: BulkServer, tmp_path: Path
) -> None:
    check(kind, what, server, LARGE, tmp_path, BOUND)
    for path in tmp_path.iterdir():
        path.unlink()


def test_the_measure_sees_what_is_held(server: BulkServer, tmp_path: Path) -> None:
    """Else it would prove nothing: the same body given as bytes."""
    code = (
        "import sys, json; from tests.stress import moving; from pathlib import Path;"
        "moving.UPLOADS['path'] = (moving.RawBody(), lambda size, path: path.read_bytes());"
        f"sys.argv[1:] = ['sync', 'path', {server.url!r}, '{SMALLER}', {str(tmp_path / 'large')!r}];"
        "moving.main()"
    )
    (tmp_path / "large").write_bytes(bytes(made_up(CHUNK)) * (SMALLER // CHUNK))
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True
    )
    assert json.loads(ran.stdout)["grown"] > SMALLER * 0.9
