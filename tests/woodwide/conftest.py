"""A fresh fake service, and a client for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.woodwide import FakeWoodwide
from woodwide import Client

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def fake(request: pytest.FixtureRequest) -> Iterator[FakeWoodwide]:
    """The service; indirect parameters are its options."""
    options: dict[str, Any] = getattr(request, "param", {})
    with FakeWoodwide(**options) as service:
        yield service


@pytest.fixture
def client(fake: FakeWoodwide, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client of the service."""
    monkeypatch.delenv("WOODWIDE_API_KEY", raising=False)
    monkeypatch.delenv("WOODWIDE_BASE_URL", raising=False)
    with Client(api_key="sk_test", base_url=fake.base_url) as made:
        yield made
