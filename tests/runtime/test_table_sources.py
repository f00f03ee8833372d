"""Where tables are read from: compressed files, files that arrive, files of async clients."""

from __future__ import annotations

import asyncio
import gzip
import io
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from clientpress.runtime.tables.formats import Format
from clientpress.runtime.tables.schema import TableError
from clientpress.runtime.tables.tables import Table
from clientpress.runtime.wire.arrow import arrow
from clientpress.runtime.wire.errors import ConnectionFailedError, InvalidRequestError

from .result_tables import TABLES, Cluster, Prediction, written

ROWS = [
    Prediction(id=i, prediction=f"label {i % 7}, x", prediction_prob=i / 3)
    for i in range(30_000)
]
DATA = {name: written(ROWS, Prediction, name) for name in ("json", "csv", "parquet")}


def zstd(data: bytes) -> bytes:
    compressed: bytes = arrow().compress(data, "zstd", asbytes=True)
    return compressed


COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "gzip, several members": lambda data: (
        gzip.compress(data[:1000]) + gzip.compress(data[1000:])
    ),
    "zstd": zstd,
    "zstd, several frames": lambda data: zstd(data[:1000]) + zstd(data[1000:]),
}


class Pieces:
    """A file of a blocking client, in small chunks."""

    def __init__(self, data: bytes, size: int = 10_000) -> None:
        self._data, self._size = data, size
        self.given = 0
        self.is_closed = False

    def chunks(self) -> Generator[bytes]:
        try:
            for start in range(0, len(self._data), self._size):
                self.given += 1
                yield self._data[start : start + self._size]
        finally:
            self.is_closed = True


class AsyncPieces:
    """A file of an async client, in small chunks."""

    def __init__(self, data: bytes, size: int = 10_000) -> None:
        self._pieces = Pieces(data, size)
        self.loops: set[object] = set()

    @property
    def given(self) -> int:
        return self._pieces.given

    @property
    def is_closed(self) -> bool:
        return self._pieces.is_closed

    async def read(self) -> bytes:
        return b"".join([chunk async for chunk in self.chunks()])

    async def chunks(self) -> AsyncGenerator[bytes]:
        chunks = self._pieces.chunks()
        try:
            for chunk in chunks:
                self.loops.add(asyncio.get_running_loop())
                await asyncio.sleep(0)
                yield chunk
        finally:
            chunks.close()


# ------------------------------------------------------------------ compressed
@pytest.mark.parametrize("kind", COMPRESSED)
@pytest.mark.parametrize("format", DATA)
def test_compressed_files(tmp_path: Path, format: Format, kind: str) -> None:
    data = COMPRESSED[kind](DATA[format])
    path = tmp_path / "table"
    path.write_bytes(data)
    expected = TABLES.read(DATA[format], Prediction)
    for source in (data, path, io.BytesIO(data), Pieces(data)):
        assert TABLES.read(source, Prediction) == expected
    for source in (data, path, io.BytesIO(data), Pieces(data)):
        scan = TABLES.scan(source, Prediction)
        assert [row for table in scan for row in table.rows()] == ROWS


@pytest.mark.parametrize("compress", [gzip.compress, zstd])
def test_a_compressed_file_that_is_cut_or_damaged(
    compress: Callable[[bytes], bytes],
) -> None:
    data = compress(DATA["csv"])
    middle = len(data) // 2
    for wrong in (
        data[:-3],
        data[:3],
        data[:middle],
        data[:middle] + b"\xff" * 100 + data[middle + 100 :],
    ):
        with pytest.raises(TableError):
            TABLES.read(Pieces(wrong))
        with pytest.raises(TableError):
            list(TABLES.scan(Pieces(wrong)))


def test_a_small_compressed_file() -> None:
    assert list(TABLES.read(gzip.compress(b"id,cluster_label\n1,2\n")).rows()) == [
        Cluster(id=1, cluster_label=2)
    ]


# ------------------------------------------------------------------ while it arrives
def test_csv_is_scanned_while_it_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not copied to a file first, and no more is requested than is needed."""

    def refuse(*arguments: object, **more: object) -> Any:
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr("clientpress.runtime.tables.scan._CHUNK", 20_000)
    for data, most in ((DATA["csv"], 10), (gzip.compress(DATA["csv"]), 100)):
        pieces = Pieces(data)
        scan = TABLES.scan(pieces, Prediction, batch_rows=100)
        assert next(scan).num_rows == 100
        assert pieces.given <= most
        del scan
        assert pieces.is_closed


def test_errors_of_the_source_pass() -> None:
    class Broken:
        def chunks(self) -> Iterator[bytes]:
            yield DATA["csv"][:100_000]
            raise ConnectionFailedError("gone")

    with pytest.raises(ConnectionFailedError, match="gone"):
        TABLES.read(Broken())
    with pytest.raises(ConnectionFailedError, match="gone"):
        list(TABLES.scan(Broken()))


def test_errors_of_a_compressed_source_pass() -> None:
    class Broken:
        def chunks(self) -> Iterator[bytes]:
            yield gzip.compress(DATA["csv"])[:10_000]
            raise ConnectionFailedError("gone")

    with pytest.raises(ConnectionFailedError, match="gone"):
        TABLES.read(Broken())


# ------------------------------------------------------------------ async
def test_async_files_are_read() -> None:
    async def work() -> None:
        for data in (*DATA.values(), gzip.compress(DATA["csv"])):
            file = AsyncPieces(data)
            table: Table[Prediction] = await TABLES.read(file, Prediction)
            assert table == TABLES.read(data, Prediction)
            assert file.is_closed
            assert file.loops == {asyncio.get_running_loop()}

    asyncio.run(work())


def test_async_files_are_scanned() -> None:
    async def work() -> None:
        for data in DATA.values():
            file = AsyncPieces(data)
            rows: list[Prediction] = []
            async for table in TABLES.scan(file, Prediction, batch_rows=7_000):
                rows += table.rows()
            assert rows == ROWS
            assert file.is_closed

    asyncio.run(work())


def test_other_tasks_run_while_a_table_is_read() -> None:
    async def work() -> None:
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.create_task(count())
        await TABLES.read(AsyncPieces(DATA["csv"]), Prediction)
        task.cancel()
        assert turns > len(DATA["csv"]) // 10_000

    asyncio.run(work())


def test_a_scan_that_is_left_closes_the_file() -> None:
    async def work() -> None:
        file = AsyncPieces(DATA["csv"])
        scan = TABLES.scan(file, Prediction, batch_rows=10)
        assert (await anext(scan)).num_rows == 10
        await scan.aclose()
        assert file.is_closed

    asyncio.run(work())


def test_a_read_that_is_cancelled() -> None:
    """A file that never ends."""
    closed = asyncio.Event()

    class Endless:
        async def read(self) -> bytes:
            raise NotImplementedError

        async def chunks(self) -> AsyncGenerator[bytes]:
            try:
                yield DATA["csv"]
                await asyncio.sleep(3600)
            finally:
                closed.set()

    async def work() -> None:
        with anyio.move_on_after(0.3) as scope:
            await TABLES.read(Endless(), Prediction)
        assert scope.cancelled_caught
        assert closed.is_set()

    asyncio.run(asyncio.wait_for(work(), 60))


def test_errors_of_async_reads() -> None:
    async def work() -> None:
        with pytest.raises(TableError, match="within quotes"):
            await TABLES.read(AsyncPieces(b'id,cluster_label\n1,"2\n'), Cluster)
        with pytest.raises(TableError, match="within quotes"):
            async for _ in TABLES.scan(AsyncPieces(b'id,cluster_label\n1,"2\n')):
                pass
        with pytest.raises(InvalidRequestError, match="batch_rows"):
            await anext(TABLES.scan(AsyncPieces(b"id\n"), batch_rows=0))

    asyncio.run(work())
