"""Making, copying, sharing and closing clients."""

from __future__ import annotations

import asyncio
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from xai_batches import AsyncClient, Client, Options
from xai_batches.errors import AuthenticationError, ConfigurationError, NotFoundError

if TYPE_CHECKING:
    import httpx2

    from tests.fakes.xai import FakeXai
    from tests.xai.drivers import Driver


def test_a_key_is_needed(driver: Driver) -> None:
    with pytest.raises(ConfigurationError, match="XAI_API_KEY") as caught:
        driver.bare(None)
    assert "api_key" in str(caught.value)
    with pytest.raises(ConfigurationError, match="api_key must not be empty"):
        driver.bare("")


def test_the_environment_is_read(
    driver: Driver, fake: FakeXai, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XAI_API_KEY", "test-key")
    monkeypatch.setenv("XAI_BASE_URL", fake.base_url)
    assert driver.adapt(driver.bare(None)).batches.create(name="n").name == "n"
    # Arguments win.
    monkeypatch.setenv("XAI_API_KEY", "wrong-key")
    monkeypatch.setenv("XAI_BASE_URL", "http://127.0.0.1:9")
    assert driver.make().batches.create(name="m").name == "m"


def test_credentials_may_come_from_elsewhere(driver: Driver, fake: FakeXai) -> None:
    def with_key() -> httpx2.Client | httpx2.AsyncClient:
        return driver.http_client(headers={"Authorization": "Bearer test-key"})

    client = driver.adapt(
        driver.bare(None, base_url=fake.base_url, http_client=with_key)
    )
    assert client.batches.create(name="n").name == "n"
    address = fake.base_url.replace("//", "//user:pass@")
    with pytest.raises(AuthenticationError):  # the service knows no passwords
        driver.make(None, base_url=address).batches.create(name="n")
    assert fake.requests[-1].header("authorization") == "Basic dXNlcjpwYXNz"


def test_the_address_is_that_of_xai(driver: Driver) -> None:
    assert repr(driver.bare()).endswith("Client(base_url='https://api.x.ai')")


def test_the_key_is_not_shown(driver: Driver, fake: FakeXai) -> None:
    client = driver.make()
    assert "test-key" not in repr(client)
    with pytest.raises(NotFoundError) as caught:
        client.batches.retrieve("none")
    error = caught.value
    shown = f"{error!r} {error} {error.curl} {vars(error)}"
    assert "test-key" not in shown
    assert fake.requests[0].header("authorization") == "Bearer test-key"


def test_a_pickled_client_works(driver: Driver, fake: FakeXai) -> None:
    first = driver.bare(base_url=fake.base_url, options=Options(headers={"x-n": "1"}))
    driver.adapt(first).batches.create(name="n")
    copy = pickle.loads(pickle.dumps(first))
    assert repr(copy) == repr(first)
    assert [batch.name for batch in driver.adapt(copy).batches.list()] == ["n"]
    assert fake.requests[-1].header("x-n") == "1"


def test_a_key_of_the_environment_is_not_pickled(
    driver: Driver, fake: FakeXai, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XAI_API_KEY", "test-key")
    data = pickle.dumps(driver.bare(None, base_url=fake.base_url))
    assert b"test-key" not in data
    assert driver.adapt(pickle.loads(data)).batches.create(name="n")
    monkeypatch.delenv("XAI_API_KEY")
    with pytest.raises(ConfigurationError, match="XAI_API_KEY"):
        driver.adapt(pickle.loads(data)).batches.create(name="n")


def test_a_pickled_error_keeps_what_it_says(driver: Driver) -> None:
    with pytest.raises(NotFoundError) as caught:
        driver.make().batches.retrieve("none")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is NotFoundError
    assert (str(copy), copy.body) == (str(caught.value), caught.value.body)


def test_a_closed_client_says_so(driver: Driver) -> None:
    client = driver.make()
    client.batches.create(name="n")
    client.close()
    with pytest.raises(ConfigurationError, match="closed"):
        client.batches.create(name="n")


def test_copies_share_connections(driver: Driver, fake: FakeXai) -> None:
    client = driver.make()
    copy = client.with_options(headers={"x-n": "2"})
    copy.batches.create(name="n")
    assert fake.requests[-1].header("x-n") == "2"
    client.batches.create(name="n")
    assert fake.requests[-1].header("x-n") is None
    client.close()
    with pytest.raises(ConfigurationError, match="closed"):
        copy.batches.create(name="n")


# ------------------------------------------------------------------ at the same time
COUNT = 50


def test_two_clients_in_threads(fake: FakeXai) -> None:
    ids = [fake.store.create(f"n{n}").id for n in range(COUNT)]
    with (
        Client(api_key="test-key", base_url=fake.base_url) as one,
        Client(api_key="test-key", base_url=fake.base_url) as two,
        ThreadPoolExecutor(8) as pool,
    ):

        def retrieve(n: int) -> tuple[str, str]:
            batch = (one, two)[n % 2].batches.retrieve(ids[n])
            return batch.batch_id, batch.name

        found = list(pool.map(retrieve, range(COUNT)))
    assert found == [(batch_id, f"n{n}") for n, batch_id in enumerate(ids)]
    assert len(fake.requests) == COUNT


def test_many_tasks_share_a_client(fake: FakeXai) -> None:
    ids = [fake.store.create(f"n{n}").id for n in range(COUNT)]

    async def retrieve_all() -> list[tuple[str, str]]:
        async with (
            AsyncClient(api_key="test-key", base_url=fake.base_url) as one,
            AsyncClient(api_key="test-key", base_url=fake.base_url) as two,
        ):
            batches = await asyncio.gather(
                *(
                    (one, two)[n % 2].batches.retrieve(batch_id)
                    for n, batch_id in enumerate(ids)
                )
            )
        return [(batch.batch_id, batch.name) for batch in batches]

    found = asyncio.run(retrieve_all())
    assert found == [(batch_id, f"n{n}") for n, batch_id in enumerate(ids)]
    assert len(fake.requests) == COUNT
