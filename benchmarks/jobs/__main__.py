"""Measure the jobs of `docs/jobs` beside the same jobs by hand: CPU seconds and peak memory.

python -m benchmarks.jobs [--full]
"""

from __future__ import annotations

import sys
from tempfile import TemporaryDirectory

from benchmarks.jobs.running import JOBS, Measured, measure

SMALL = {"prompts": 2_000, "scoring": 40_000, "results": 50_000, "calls": 200}
FULL = {"prompts": 200_000, "scoring": 2_000_000, "results": 5_000_000, "calls": 3_000}


def main(sizes: dict[str, int]) -> None:
    """Print a table with a line for each job."""
    print(f"{'job':22}{'size':>10}{'CPU s':>18}{'ratio':>8}{'MiB':>16}{'ratio':>8}")
    for name, job in JOBS.items():
        size = sizes[job.kind]
        with TemporaryDirectory() as folder:
            ours, by_hand = measure(job, size, folder)
        print(f"{name:22}{size:>10,}{_pair(ours, by_hand)}", flush=True)


def _pair(ours: Measured, by_hand: Measured) -> str:
    cpu = f"{ours.cpu:.2f} / {by_hand.cpu:.2f}"
    memory = f"{ours.memory:.0f} / {by_hand.memory:.0f}"
    return (
        f"{cpu:>18}{ours.cpu / by_hand.cpu:>8.2f}"
        f"{memory:>16}{ours.memory / by_hand.memory:>8.2f}"
    )


if __name__ == "__main__":
    main(FULL if "--full" in sys.argv else SMALL)
