"""A fresh fake service, and a client for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mithril import Client
from tests.fakes.mithril import FakeMithril

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def fake(request: pytest.FixtureRequest) -> Iterator[FakeMithril]:
    """The service; indirect parameters are its options."""
    options: dict[str, Any] = getattr(request, "param", {})
    with FakeMithril(**options) as service:
        yield service


@pytest.fixture
def client(fake: FakeMithril, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A client of the service."""
    monkeypatch.delenv("MITHRIL_API_KEY", raising=False)
    monkeypatch.delenv("MITHRIL_BASE_URL", raising=False)
    with Client(api_key="test-key", base_url=fake.base_url) as made:
        yield made
