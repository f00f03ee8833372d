"""Real inference servers with the models of `tests/servers/models`, one of each for all workers.

Each server listens on a free port of this machine, and works in a folder of its own.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeAlias

import httpx2
import pytest

from tests.servers.environments import ROOT, python_of

MODELS = Path(__file__).parent / "models"
_SECONDS_TO_START = 90.0


class InferenceServer(NamedTuple):
    """A running server."""

    base_url: str
    log: Path
    """What it says, for tests that fail."""

    @contextmanager
    def alone(self) -> Generator[None]:
        """Keep off the other workers' tests that need this too, because they change models."""
        with self.log.with_suffix(".alone").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Launch(NamedTuple):
    """How a server is started."""

    command: list[str]
    environment: Mapping[str, str]


Plan: TypeAlias = Callable[[Path, Path, int], Launch]
"""Makes a launch of the server's interpreter, an empty folder, and a port."""


@pytest.fixture(scope="session")
def mlserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InferenceServer]:
    """MLServer: versions are v1 and v2, no binary tensors, streams of inference."""
    with _shared("mlserver", _mlserver, tmp_path_factory) as server:
        yield server


@pytest.fixture(scope="session")
def triton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InferenceServer]:
    """Triton: versions are 1 and 2, binary tensors, streams of generation."""
    with _shared("triton", _triton, tmp_path_factory) as server:
        yield server


# ------------------------------------------------------------------ the servers
def _mlserver(python: Path, folder: Path, port: int) -> Launch:
    shutil.copytree(MODELS / "mlserver", folder, dirs_exist_ok=True)
    settings = {
        "HOST": "127.0.0.1",
        "HTTP_PORT": str(port),
        "GRPC_PORT": str(free_port()),
        "METRICS_PORT": str(free_port()),
        # Streams need the models in the server's own process, and no gzip.
        "PARALLEL_WORKERS": "0",
        "GZIP_ENABLED": "false",
        "DEBUG": "false",
        "METRICS_DIR": str(folder / ".metrics"),
        "ENVIRONMENTS_DIR": str(folder / ".environments"),
    }
    environment = {f"MLSERVER_{name}": value for name, value in settings.items()}
    environment["PYTHONPATH"] = str(folder)
    command = [str(python.parent / "mlserver"), "start", str(folder)]
    return Launch(command, environment)


def _triton(python: Path, folder: Path, port: int) -> Launch:
    ask = (
        "import sys, sysconfig; print(sysconfig.get_path('purelib'), "
        "'%d.%d' % sys.version_info[:2], sysconfig.get_config_var('LIBDIR') or '', sep='\\n')"
    )
    said = subprocess.run([python, "-c", ask], check=True, capture_output=True)
    packages, version, libraries = said.stdout.decode().split("\n")[:3]
    server = Path(packages) / "pytriton" / "tritonserver"
    # The backend wants its stub beside it.
    backend = folder / "backends" / "python"
    shutil.copytree(server / "backends" / "python", backend)
    stub = server / "python_backend_stubs" / version / "triton_python_backend_stub"
    shutil.copy(stub, backend)
    shutil.copytree(MODELS / "triton", folder / "models")
    environment = {
        "LD_LIBRARY_PATH": f"{packages}/nvidia_pytriton.libs:{libraries}",
        "PYTHONPATH": packages,
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "CUDA_VISIBLE_DEVICES": "",
    }
    options = {
        "model-repository": folder / "models",
        "backend-directory": folder / "backends",
        "http-address": "127.0.0.1",
        "http-port": port,
        "allow-grpc": "false",
        "allow-metrics": "false",
        "model-control-mode": "explicit",
        "strict-readiness": "true",
    }
    command = [
        str(server / "bin" / "tritonserver"),
        *(f"--{name}={value}" for name, value in options.items()),
        *(f"--load-model={name}" for name in ("echo", "streamer", "summer")),
    ]
    return Launch(command, environment)


# ------------------------------------------------------------------ starting and sharing
def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def _shared(
    name: str, plan: Plan, temporary: pytest.TempPathFactory
) -> Generator[InferenceServer]:
    """The server of this name: started by the worker that comes first, stopped after the last."""
    python = python_of(name)
    base = temporary.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    users, url, log = (
        folder / f"{name}.{ending}" for ending in ("users", "url", "log")
    )
    keeper: subprocess.Popen[bytes] | None = None
    with users.open("a") as user, (folder / f"{name}.start").open("a") as start:
        fcntl.flock(user, fcntl.LOCK_SH)
        fcntl.flock(start, fcntl.LOCK_EX)
        if not url.exists():
            work = folder / name
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            port = free_port()
            keeper = _start(plan(python, work, port), work, users, log)
            base_url = f"http://127.0.0.1:{port}"
            _wait_until_ready(base_url, keeper, log)
            url.write_text(base_url)
        fcntl.flock(start, fcntl.LOCK_UN)
        yield InferenceServer(url.read_text(), log)
    if keeper is not None:
        keeper.wait()


def _start(
    launch: Launch, work: Path, users: Path, log: Path
) -> subprocess.Popen[bytes]:
    """Start a server, and the keeper that stops it."""
    environment = (f"{name}={value}" for name, value in launch.environment.items())
    keeper = [sys.executable, "-m", "tests.servers.keeper", str(users), str(work)]
    with log.open("ab") as said:
        return subprocess.Popen(
            [*keeper, "env", *environment, *launch.command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_until_ready(
    base_url: str, keeper: subprocess.Popen[bytes], log: Path
) -> None:
    end = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < end and keeper.poll() is None:
        with suppress(httpx2.TransportError):
            if httpx2.get(f"{base_url}/v2/health/ready").status_code == 200:
                return
        time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{tail_of(log)}", pytrace=False)


def tail_of(log: Path, lines: int = 40) -> str:
    """The end of a log."""
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])
