"""Clients, models, errors and tables in many processes: multiprocessing, and Dask's distributed."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import warnings
from collections.abc import Generator, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

import pytest

from tests.fakes.woodwide import FakeWoodwide
from tests.runtime.arrow_libraries import duckdb, pa, pl
from woodwide import Client, Options
from woodwide.errors import (
    ConnectionFailedError,
    Error,
    InvalidRequestError,
    NotFoundError,
    TableError,
)
from woodwide.models import ErrorBody, Model, Prediction
from woodwide.tables import Table, read_table

PARTITIONS = 8
ROWS = 50


@pytest.fixture(scope="module")
def service() -> Iterator[FakeWoodwide]:
    with FakeWoodwide(generation="public") as running:
        running.store.add_model("regression", model_id="mdl_spend")
        yield running


@pytest.fixture
def client(service: FakeWoodwide) -> Iterator[Client]:
    with Client(api_key=service.api_key, base_url=service.base_url) as made:
        yield made


# ------------------------------------------------------------------ what the workers do
class Done(NamedTuple):
    """What comes back from a worker."""

    process: int
    table: Table[Prediction]
    model: Model


def rows_of(partition: int) -> bytes:
    lines = [f"c{partition * ROWS + row},{row}.5" for row in range(ROWS)]
    return "\n".join(["name,spend", *lines, ""]).encode()


def infer(client: Client, model: Model, partition: int) -> Done:
    """One partition, with a client that came from another process."""
    assert model.id is not None
    file = (f"{partition}.csv", rows_of(partition))
    table = client.models.infer(str(model.id), Prediction, file=file)
    return Done(os.getpid(), table, model)


def fail(client: Client, how: str) -> object:
    """Every way in which a call goes wrong."""
    if how == "status":
        return client.models.retrieve("mdl_none")
    if how == "connection":
        lost = Client(
            api_key="sk_test", base_url="http://127.0.0.1:9", options=NO_RETRIES
        )
        return lost.models.retrieve("mdl_spend")
    if how == "table":
        return read_table(b"id,prediction\n0,a\n1\n", Prediction)
    return client.models.infer("..", Prediction, file=b"x")


NO_RETRIES = Options(retries=0)
FAILURES: dict[str, type[Error]] = {
    "status": NotFoundError,
    "connection": ConnectionFailedError,
    "table": TableError,
    "request": InvalidRequestError,
}


def check_failure(how: str, error: BaseException | None) -> None:
    """What a caller learns of an error that was raised in another process."""
    assert type(error) is FAILURES[how]
    assert isinstance(error, Error) and error.message in str(error)
    if isinstance(error, NotFoundError):
        assert isinstance(error.body, ErrorBody) and error.body.detail
        assert (error.status, error.method, error.attempts) == (404, "GET", 1)
        assert "sk_test" not in error.curl
    if isinstance(error, ConnectionFailedError):
        assert not error.sent


def check_results(results: list[Done], model: Model) -> None:
    """The partitions in their order, each with its own rows."""
    assert all(done.process != os.getpid() for done in results)
    assert all(done.model == model for done in results)
    tables = [done.table for done in results]
    assert [table.num_rows for table in tables] == [ROWS] * PARTITIONS
    gathered = pa.concat_tables([pa.table(table) for table in tables])
    assert gathered.column("id").to_pylist() == [*range(ROWS)] * PARTITIONS
    for partition, table in enumerate(tables):
        assert table.row is Prediction
        assert len({row.prediction for row in table.rows()}) > 1
        again = pickle.loads(pickle.dumps(table))
        assert again == table, partition


# ------------------------------------------------------------------ multiprocessing
@contextmanager
def processes(method: str) -> Generator[Executor]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads
        context = multiprocessing.get_context(method)
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            yield pool


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing(method: str, client: Client, service: FakeWoodwide) -> None:
    model = client.models.retrieve("mdl_spend")
    with processes(method) as pool:
        made = [pool.submit(infer, client, model, each) for each in range(PARTITIONS)]
        check_results([future.result(60) for future in made], model)
        for how in FAILURES:
            check_failure(how, pool.submit(fail, client, how).exception(60))
        call = partial(client.models.infer, "mdl_spend", Prediction)  # of the client
        table = pool.submit(call, file=rows_of(0)).result(60)
        assert table.num_rows == ROWS
    asked = [r for r in service.requests if r.header("authorization") is None]
    assert asked == []


# ------------------------------------------------------------------ distributed
@contextmanager
def cluster() -> Generator[Any]:
    """A cluster of two processes; its package has no types."""
    distributed: Any = import_module("distributed")
    local = distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=2,
        processes=True,
        dashboard_address=None,
    )
    with local, distributed.Client(local) as made:
        yield made


@pytest.mark.slow  # docs/scale.md runs on a cluster every time
def test_distributed(client: Client) -> None:
    model = client.models.retrieve("mdl_spend")
    with cluster() as dask:
        futures = [
            dask.submit(infer, client, model, each, pure=False)
            for each in range(PARTITIONS)
        ]
        check_results(dask.gather(futures), model)
        for how in FAILURES:
            check_failure(how, dask.submit(fail, client, how, pure=False).exception())


# ------------------------------------------------------------------ without copies
def test_arrow_libraries_take_a_table_without_a_copy() -> None:
    """They read the same memory that the table holds."""
    cells = "".join(f"{n},{n}.5,0.25\n" for n in range(10_000))
    data = f"id,prediction,prediction_prob\n{cells}".encode()
    table = read_table(data, Prediction)
    ours = pa.table(table)
    assert [addresses(ours, name) for name in ours.column_names] == [
        addresses(table.to_arrow(), name) for name in ours.column_names
    ]
    back = pl.DataFrame(table).to_arrow()
    for name in ours.column_names:
        assert addresses(back, name) == addresses(ours, name)
    before = pa.total_allocated_bytes()
    total = duckdb.from_arrow(table).aggregate("sum(id), max(prediction)").fetchall()
    assert total == [(sum(range(10_000)), 9_999.5)]
    assert pa.total_allocated_bytes() == before


def addresses(table: Any, name: str) -> list[int]:
    """Where the values of a column are."""
    return [chunk.buffers()[-1].address for chunk in table.column(name).chunks]
