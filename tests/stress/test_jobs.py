"""The jobs of `docs/jobs`, in small, beside the same jobs by hand."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from benchmarks.jobs.running import JOBS, measure, scripts_of, served

pytestmark = pytest.mark.slow
SMALL = {"prompts": 500, "scoring": 30_000, "results": 70_000, "calls": 100}


@pytest.mark.parametrize("name", JOBS)
def test_a_job_has_the_same_result_as_by_hand(name: str, tmp_path: Path) -> None:
    job = JOBS[name]
    ours, by_hand = measure(job, SMALL[job.kind], str(tmp_path))
    assert ours.result == by_hand.result != []


def test_a_scoring_job_that_is_killed_goes_on(tmp_path: Path) -> None:
    """What was scored is not scored again, and nothing is missing in the end."""
    job = JOBS["scoring"]
    arguments = job.prepare(tmp_path, 600_000)
    command = [*scripts_of(job)[0], *arguments]
    scores = tmp_path / "scores"
    with served(job.server) as environment:
        with subprocess.Popen(command, env=environment) as process:
            while not len(list(scores.glob("*.parquet"))) > 3:
                assert process.poll() is None
                time.sleep(0.001)
            process.kill()
        before = {path: path.stat().st_mtime_ns for path in scores.glob("*.parquet")}
        assert 3 < len(before) < 60
        subprocess.run(command, env=environment, check=True)
        expected = tmp_path / "by hand"
        expected.mkdir()
        job.prepare(expected, 600_000)
        again = [*scripts_of(job)[1], arguments[0], str(expected / "scores")]
        subprocess.run(
            again, env=environment, check=True, cwd=Path(__file__).parents[2]
        )
    assert len(list(scores.glob("*.parquet"))) == 60
    assert all(path.stat().st_mtime_ns == when for path, when in before.items())
    assert job.result(tmp_path, "") == job.result(expected, "")
