"""Joining outcomes to their requests, beside `json.loads` and a dict: CPU microseconds a line.

    python -m benchmarks.join [LINES]

Both are measured in turn, in one process, with pandas, polars and DuckDB imported.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.jobs.servers import outcome_of
from mithril import Joined, Succeeded, join
from mithril.batch_files import read_lines

ROUNDS = 3


def write(folder: Path, number: int) -> tuple[Path, Path]:
    """The requests and the outcomes, in another order; one in twenty failed."""
    requests, outcomes = folder / "requests.jsonl", folder / "outcomes.jsonl"
    asked: list[dict[str, Any]] = [
        {
            "custom_id": f"q{n}",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {"model": "m", "messages": [{"role": "user", "content": f"{n}?"}]},
        }
        for n in range(number)
    ]
    requests.write_text("\n".join(map(json.dumps, asked)))
    lines = [outcome_of(each, fails=n % 20 == 0) for n, each in enumerate(asked)]
    outcomes.write_bytes(b"\n".join(reversed(lines)))
    return requests, outcomes


def by_hand(requests: Path, outcomes: Path) -> int:
    """How many succeeded; both files are held in memory."""
    found: dict[str, Any] = {}
    with outcomes.open("rb") as file:
        for line in file:
            outcome = json.loads(line)
            found[outcome["custom_id"]] = outcome
    with requests.open("rb") as file:
        asked = [json.loads(line) for line in file]
    pairs = [(each, found[each["custom_id"]]) for each in asked]
    return sum(_is_good(outcome["response"]) for _, outcome in pairs)


def _is_good(response: Any) -> bool:
    return response is not None and 200 <= response["status_code"] < 300


def in_memory(requests: Path, outcomes: Path) -> int:
    """The same, with requests in a list."""
    with requests.open("rb") as file:
        asked: list[dict[str, Any]] = [json.loads(line) for line in file]
    return _succeeded(join(read_lines(outcomes), asked, id="/custom_id"))


def in_files(requests: Path, outcomes: Path) -> int:
    """The same, with requests in a file: neither file is held in memory."""
    return _succeeded(join(read_lines(outcomes), requests, id="/custom_id"))


def _succeeded(joined: Joined[Any, Any, Any]) -> int:
    return sum(isinstance(outcome, Succeeded) for _, outcome in joined.pairs)


def measure(calls: dict[str, Callable[[], int]], lines: int) -> None:
    """Print the medians of calls that are made in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    results: set[int] = set()
    for _ in range(ROUNDS):
        for name, call in calls.items():
            started = time.process_time()
            results.add(call())
            seconds[name].append(time.process_time() - started)
    assert len(results) == 1
    base = median(seconds["by hand"])
    for name, taken in seconds.items():
        per_line = median(taken) / lines * 1e6
        print(f"{name:24}{per_line:8.1f} µs{median(taken) / base:8.2f} ×")


def main(lines: int) -> None:
    """Measure."""
    for name in ("pandas", "polars", "duckdb"):
        import_module(name)
    with TemporaryDirectory() as folder:
        given = write(Path(folder), lines)
        calls = {
            "by hand": by_hand,
            "join, a list": in_memory,
            "join, a file": in_files,
        }
        measure({name: partial(call, *given) for name, call in calls.items()}, lines)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 200_000)
