"""A fresh fake service, and a client of each kind for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.xai import FakeXai
from tests.xai.drivers import Direct, Driver, Through

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xai_batches import Client


@pytest.fixture
def fake(request: pytest.FixtureRequest) -> Iterator[FakeXai]:
    """The service; indirect parameters are its options."""
    options: dict[str, Any] = getattr(request, "param", {})
    with FakeXai(**options) as service:
        yield service


@pytest.fixture(params=[Direct, Through], ids=["sync", "async"])
def driver(
    request: pytest.FixtureRequest,
    fake: FakeXai,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Driver]:
    """What makes clients, once blocking and once async."""
    monkeypatch.delenv("XAI_API_KEY", raising=False)
    monkeypatch.delenv("XAI_BASE_URL", raising=False)
    made: Driver = request.param(fake.base_url)
    yield made
    made.close()


@pytest.fixture
def client(driver: Driver) -> Client:
    """A client of the service."""
    return driver.make()
