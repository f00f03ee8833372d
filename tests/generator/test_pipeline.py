"""What a run does to the process that it is part of."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from clientpress.diagnostics import Report
from clientpress.pipeline import seldom_collected, validate


def test_the_collector_looks_seldom_during_a_run_only(tmp_path: Path) -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), seldom_collected():
        assert gc.get_threshold()[0] > 100 * before[0]
        raise KeyError
    assert gc.get_threshold() == before
    validate(tmp_path / "nothing.yaml", Report())
    assert gc.get_threshold() == before
