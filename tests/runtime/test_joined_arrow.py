"""Requests and outcomes as Arrow tables: columns, types, and streams."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from clientpress.runtime.batches.outcomes import Failed, Joined, Succeeded, join
from clientpress.runtime.values.model import ApiModel
from clientpress.runtime.wire.errors import InvalidRequestError

pa: Any = pytest.importorskip("pyarrow")


class Reply(ApiModel):
    text: str
    tokens: int | None = None


class Wrong(ApiModel):
    code: int


REQUESTS: list[dict[str, Any]] = [
    {"id": "a", "body": {"input": "say a"}},
    {"id": "b", "body": {"input": "say b"}},
    {"id": "c", "body": {"input": "say c"}},
    {"id": "d", "body": {"input": "say d"}},
    {"id": "e", "body": {}},
]
OUTCOMES: list[Any] = [
    Failed("c", "no money", None),
    Succeeded("a", Reply(text="A", tokens=3), None),
    Succeeded("b", {"text": "B", "tokens": None}, None),
    Failed("d", Wrong(code=7), None),
]
ROWS = [
    {"id": "a", "prompt": "say a", "status": "succeeded", "text": "A", "error": None},
    {"id": "b", "prompt": "say b", "status": "succeeded", "text": "B", "error": None},
    {
        "id": "c",
        "prompt": "say c",
        "status": "failed",
        "text": None,
        "error": "no money",
    },
    {
        "id": "d",
        "prompt": "say d",
        "status": "failed",
        "text": None,
        "error": '{"code":7}',
    },
    {"id": "e", "prompt": None, "status": "missing", "text": None, "error": None},
]


@pytest.fixture(params=["memory", "file", "disk"])
def joined(request: pytest.FixtureRequest, tmp_path: Path) -> Joined[Any, Any, Any]:
    if request.param == "memory":
        return join(OUTCOMES, REQUESTS, id="/id")
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in REQUESTS))
    index = tmp_path / "index" if request.param == "disk" else None
    return join(OUTCOMES, path, id="/id", index=index)


def test_one_row_a_request(joined: Joined[Any, Any, Any]) -> None:
    columns = {"request": {"prompt": "/body/input"}, "answer": {"text": "/text"}}
    table = joined.to_arrow(**columns)
    assert table.column_names == ["id", "prompt", "status", "text", "error"]
    assert table.to_pylist() == ROWS
    for size in (1, 2, 100):
        stream: Any = joined.to_arrow_stream(**columns, batch_rows=size)
        batches = list(stream)
        assert all(batch.num_rows <= size for batch in batches)
        assert [row for batch in batches for row in batch.to_pylist()] == ROWS


def test_nothing_but_what_became_of_them(joined: Joined[Any, Any, Any]) -> None:
    table = joined.to_arrow()
    assert table.column_names == ["id", "status", "error"]
    empty = join([], [], id="/id").to_arrow(answer={"text": "/text"})
    assert (empty.num_rows, empty.schema.types) == (0, [pa.string()] * 4)


TYPES: list[tuple[list[Any], Any, list[Any] | None]] = [
    ([1, 2, None], pa.int64(), None),
    ([1, 2.5], pa.float64(), [1.0, 2.5]),
    ([True, False], pa.bool_(), None),
    (["a", None], pa.string(), None),
    ([None, None], pa.string(), None),
    ([1, "a"], pa.string(), ["1", "a"]),
    ([True, 1], pa.string(), ["true", "1"]),
    ([2**70, 1], pa.string(), [str(2**70), "1"]),
    ([{"a": 1}, {"b": [2]}], pa.string(), ['{"a":1}', '{"b":[2]}']),
    ([[1.5, 2], [3, 4]], pa.list_(pa.float64()), [[1.5, 2.0], [3.0, 4.0]]),
    ([[1], []], pa.list_(pa.int64()), None),
    ([[], []], pa.list_(pa.null()), None),
    ([["a"], [1]], pa.string(), ['["a"]', "[1]"]),
    ([[{"a": 1}], None], pa.string(), ['[{"a":1}]', None]),
    ([[1], 1], pa.string(), ["[1]", "1"]),
    (["text", {"a": 1}], pa.string(), ["text", '{"a":1}']),
]


@pytest.mark.parametrize(("values", "kind", "read"), TYPES)
@pytest.mark.parametrize("size", [1, 10])
def test_a_column_has_the_type_of_its_values(
    values: Sequence[Any], kind: object, read: list[Any] | None, size: int
) -> None:
    outcomes = [Succeeded(str(n), {"x": v}, None) for n, v in enumerate(values)]
    requests = [{"id": str(n)} for n in range(len(values))]
    joined: Joined[Any, Any, Any] = join(outcomes, requests, id="/id")
    stream: Any = joined.to_arrow_stream(answer={"x": "/x"}, batch_rows=size)
    table = stream.read_all()
    assert table.schema.field("x").type == kind
    assert table.column("x").to_pylist() == (list(values) if read is None else read)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"request": {"id": "/id"}}, "Two columns are called 'id'"),
        ({"request": {"x": "/a"}, "answer": {"x": "/b"}}, "Two columns are called 'x'"),
        ({"answer": {"text": "text"}}, "write '/text'"),
        ({"batch_rows": 0}, "batch_rows must be 1 or more"),
    ],
)
def test_columns_that_cannot_be(wrong: dict[str, Any], message: str) -> None:
    joined: Joined[Any, Any, Any] = join(OUTCOMES, REQUESTS, id="/id")
    with pytest.raises(InvalidRequestError, match=message):
        joined.to_arrow_stream(**wrong)


def test_other_libraries_take_it() -> None:
    joined: Joined[Any, Any, Any] = join(OUTCOMES, REQUESTS, id="/id")
    polars: Any = pytest.importorskip("polars")
    frame = polars.DataFrame(joined.to_arrow_stream(answer={"tokens": "/tokens"}))
    assert frame["tokens"].to_list() == [3, None, None, None, None]
    duckdb: Any = pytest.importorskip("duckdb")
    stream = joined.to_arrow_stream(batch_rows=2)
    found = duckdb.sql("select status, count(*) from stream group by 1").fetchall()
    assert dict(found) == {"succeeded": 2, "failed": 2, "missing": 1}
    assert stream is not None
    pytest.importorskip("pandas")
    assert list(joined.to_arrow().to_pandas()["id"]) == ["a", "b", "c", "d", "e"]
