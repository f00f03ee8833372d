"""What people see who look at a client in a console, and models outside of calls."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, assert_type

import pytest

import xai_batches
from tests.fakes.xai import FakeXai
from xai_batches import (
    AsyncClient,
    Client,
    awith_response,
    decode,
    encode,
    from_plain,
    to_plain,
    with_response,
)
from xai_batches.errors import MisfitError, NotFoundError
from xai_batches.models import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xai_batches.models import FileObject


@pytest.fixture
def client(fake: FakeXai) -> Iterator[Client]:
    with Client(api_key="test-key", base_url=fake.base_url) as made:
        yield made


def test_a_group_shows_what_it_can_do(client: Client) -> None:
    shown = repr(client.batches)
    assert shown.startswith("<Batches: add_requests, cancel, create, list, ")
    assert "test-key" not in shown and "_call" not in shown
    assert {"batches", "files", "close"} <= set(dir(client))


def test_a_package_shows_what_it_offers() -> None:
    names = dir(xai_batches)
    assert {"Client", "Pager", "decode", "errors", "models"} <= set(names)
    assert [n for n in names if n == "TYPE_CHECKING"] == []


def test_a_model_to_and_from_json_and_plain_data(client: Client) -> None:
    batch = client.batches.create(name="nightly")
    data = encode(batch)
    assert assert_type(decode(Batch, data), Batch) == batch
    assert decode(Batch, data.decode()) == batch
    plain = to_plain(batch)
    assert isinstance(plain, dict) and plain["name"] == "nightly"
    assert assert_type(from_plain(Batch, plain), Batch) == batch
    assert assert_type(decode(list[Batch], b"[]"), list[Batch]) == []
    assert decode(Batch | None, b"null") is None


@pytest.mark.parametrize("value", [{"batch_id": 1}, {"batch_id": object()}, {1: {2}}])
def test_what_does_not_fit_is_said_with_every_place(value: object) -> None:
    with pytest.raises(MisfitError) as caught:
        from_plain(Batch, value)
    assert caught.value.issues
    with pytest.raises(MisfitError):
        decode(Batch, "no JSON")


def test_the_answer_beside_a_result(client: Client) -> None:
    created = with_response(client.batches.create, name="nightly")
    assert_type(created.result, Batch)
    assert (created.result.name, created.call.status) == ("nightly", 200)
    assert created.call.operation == "createBatch"
    one = with_response(client.batches.retrieve, created.result.batch_id)
    assert one.result.batch_id == created.result.batch_id
    assert one.call.headers["Content-Type"] == "application/json"
    with pytest.raises(NotFoundError):
        with_response(client.batches.retrieve, "none")
    with pytest.raises(TypeError, match="later"):
        with_response(client.batches.list)


def test_the_answer_beside_a_result_of_an_async_call(fake: FakeXai) -> None:
    async def scenario() -> None:
        async with AsyncClient(api_key="test-key", base_url=fake.base_url) as client:
            created = await awith_response(client.batches.create, name="nightly")
            assert_type(created.result, Batch)
            assert (created.result.name, created.call.status) == ("nightly", 200)

    asyncio.run(scenario())


def test_files_are_models_too(client: Client) -> None:
    file: FileObject = client.files.upload(file=b"{}")
    assert decode(type(file), encode(file)) == file
