"""Run a job and the same job by hand, each in a process of its own, against a server of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import polars

ROOT = Path(__file__).parents[2]
_ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "generated")]),
    "MITHRIL_API_KEY": "a-key",
}


class Job(NamedTuple):
    """A job.

    Attributes:
        kind: The name of the script, and of the function by hand.
        server: The kind of the server; "" if there is none.
        prepare: Writes the input of a size into a folder; the arguments of the script.
        result: What the script made, to be compared.
    """

    kind: str
    server: str
    prepare: Callable[[Path, int], list[str]]
    result: Callable[[Path, str], object]


class Measured(NamedTuple):
    """What a process took."""

    cpu: float
    """Seconds of the user and of the system."""
    memory: float
    """MiB at the peak."""
    result: object


def _prompts(folder: Path, size: int) -> list[str]:
    ids = [f"q{n}" for n in range(size)]
    frame = polars.DataFrame(
        {"id": ids, "prompt": [f"What is {n}?" for n in range(size)]}
    )
    frame.write_parquet(folder / "prompts.parquet")
    return [str(folder / "prompts.parquet"), str(folder / "answers.parquet")]


def _answers(folder: Path, _: str) -> object:
    frame = polars.read_parquet(folder / "answers.parquet")
    return frame.select("id", "prompt", "status", "answer").sort("id").rows()


def _rows(folder: Path, size: int) -> list[str]:
    numbers = np.random.default_rng(1).random((size, 3), np.float32)
    frame = polars.DataFrame(dict(zip("abc", numbers.T, strict=True)))
    frame.write_parquet(folder / "rows.parquet")
    return [str(folder / "rows.parquet"), str(folder / "scores")]


def _scores(folder: Path, _: str) -> object:
    return polars.read_parquet(folder / "scores" / "*.parquet").sum().row(0)


def _table(ending: str) -> Callable[[Path, int], list[str]]:
    def prepare(folder: Path, size: int) -> list[str]:
        n = np.arange(size)
        columns = {
            "id": n,
            "prediction": polars.Series([f"label{i % 7}" for i in range(size)]),
            "prediction_prob": n / (size + 1),
            "prediction_explanation": polars.Series(["because"] * size),
        }
        frame = polars.DataFrame(columns)
        path = folder / f"predictions.{ending}"
        if ending == "csv":
            frame.write_csv(path)
        else:
            frame.write_parquet(path)
        return [str(path), str(folder / "results.duckdb")]

    return prepare


def _database(folder: Path, _: str) -> object:
    names = "count(*), sum(id), round(sum(prediction_prob)), min(prediction), max(prediction)"
    with duckdb.connect(str(folder / "results.duckdb"), read_only=True) as database:
        return database.execute(f"select {names} from predictions").fetchall()


def _number(_: Path, size: int) -> list[str]:
    return [str(size)]


def _output(_: Path, output: str) -> object:
    return output


JOBS: dict[str, Job] = {
    "prompts": Job("prompts", "batches", _prompts, _answers),
    "scoring": Job("scoring", "tensors", _rows, _scores),
    "results, Parquet": Job("results", "", _table("parquet"), _database),
    "results, CSV": Job("results", "", _table("csv"), _database),
    "calls": Job("calls", "tensors", _number, _output),
}


@contextmanager
def served(kind: str) -> Generator[dict[str, str]]:
    """The environment of a script whose server runs in another process."""
    if not kind:
        yield _ENVIRONMENT
        return
    command = [sys.executable, "-m", "benchmarks.jobs.servers", kind]
    with subprocess.Popen(
        command, env=_ENVIRONMENT, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            yield {
                **_ENVIRONMENT,
                "MITHRIL_BASE_URL": url,
                "OPEN_INFERENCE_BASE_URL": url,
            }
        finally:
            server.terminate()


def scripts_of(job: Job) -> tuple[list[str], list[str]]:
    """The commands of the job, and of the job by hand."""
    script = [sys.executable, str(ROOT / "docs" / "jobs" / f"{job.kind}.py")]
    return script, [sys.executable, "-m", "benchmarks.jobs.by_hand", job.kind]


def measure(job: Job, size: int, folder: str) -> tuple[Measured, Measured]:
    """Run both, and check that both have the same result."""
    measured: list[Measured] = []
    for number, command in enumerate(scripts_of(job)):
        own = Path(folder) / str(number)
        own.mkdir()
        arguments = job.prepare(own, size)
        with served(job.server) as environment:
            measured.append(_run([*command, *arguments], environment, job, own))
    ours, by_hand = measured
    assert ours.result == by_hand.result
    return ours, by_hand


def _run(
    command: list[str], environment: dict[str, str], job: Job, own: Path
) -> Measured:
    taken = own / "taken"
    meter = [sys.executable, "-m", "benchmarks.jobs.meter", str(taken)]
    done = subprocess.run(
        [*meter, *command],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    cpu, memory = map(float, taken.read_text().split())
    return Measured(cpu, memory / 1024, job.result(own, done.stdout))
