"""Clients of both kinds, and the real servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.open_inference.drivers import Direct, Driver, Through
from tests.servers.inference import InferenceServer, mlserver, tail_of, triton

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

__all__ = ["mlserver", "triton"]


@pytest.fixture(params=[Direct, Through], ids=["sync", "async"])
def driver(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Driver]:
    """What makes clients, once blocking and once async."""
    monkeypatch.delenv("OPEN_INFERENCE_TOKEN", raising=False)
    monkeypatch.delenv("OPEN_INFERENCE_BASE_URL", raising=False)
    made: Driver = request.param()
    yield made
    made.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the server said beside a failure."""
    report = yield
    fixtures: dict[str, object] = getattr(item, "funcargs", {})
    for name, value in fixtures.items():
        if report.failed and isinstance(value, InferenceServer):
            report.sections.append((f"end of the log of {name}", tail_of(value.log)))
    return report
