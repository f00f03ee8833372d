"""Result tables: what is said about files that are not in order."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from clientpress.runtime.tables.schema import TableError
from clientpress.runtime.wire.errors import InvalidRequestError

from .arrow_libraries import pa, to_csv, to_parquet
from .result_tables import (
    TABLES,
    AnomalousId,
    Anomaly,
    Cluster,
    Embedding,
    Factor,
    Prediction,
    Sample,
    SearchMatch,
)


def refused(source: bytes, row: type[Any] | None = None, **more: Any) -> TableError:
    with pytest.raises(TableError) as caught:
        TABLES.read(source, row, **more)
    return caught.value


# ------------------------------------------------------------------ what is refused
WRONG_CELLS: list[tuple[bytes, type[Any], str, int, str]] = [
    (b'{"id": [0, "x", 2], "prediction": [1, 2, 3]}', Prediction, "id", 2, '"x"'),
    (b'{"id": [0, 1.5], "prediction": [1, 2]}', Prediction, "id", 2, "1.5"),
    (b'{"id": [0, null], "prediction": [1, 2]}', Prediction, "id", 2, "nothing"),
    (b'{"id": [true], "prediction": [1]}', Prediction, "id", 1, "true"),
    (
        b'{"id": [9223372036854775808], "prediction": [1]}',
        Prediction,
        "id",
        1,
        "9223372036854775808",
    ),
    (
        b'{"id": [0], "prediction": [1], "prediction_prob": [["a"]]}',
        Prediction,
        "prediction_prob",
        1,
        "a",
    ),
    (
        b'{"id": [0], "is_anomaly": [1], "anomaly_score": [1]}',
        Anomaly,
        "is_anomaly",
        1,
        "1",
    ),
    (
        b'{"id": [0], "is_anomaly": ["x"], "anomaly_score": [NaN]}',
        Anomaly,
        "is_anomaly",
        1,
        '"x"',
    ),
    (b'{"anomalous_ids": [1, {}]}', AnomalousId, "anomalous_ids", 2, "{}"),
    (b'{"0": "1", "1": 2}', SearchMatch, "matches", 2, "2"),
    (b"id,prediction\n0,a\n1.5,b\n", Prediction, "id", 2, "1.5"),
    (b"id,prediction\n0,a\n\n,b\n", Prediction, "id", 2, "nothing"),
    (
        b"id,prediction\n9223372036854775808,b\n",
        Prediction,
        "id",
        1,
        "9223372036854775808",
    ),
    (b'id,prediction\n0,"a\nb"\nx,c\n', Prediction, "id", 2, '"x"'),
    (b"id,is_anomaly,anomaly_score\n0,yes,1\n", Anomaly, "is_anomaly", 1, '"yes"'),
    (
        b"id,is_anomaly,anomaly_score\n0,1,1_000\n",
        Anomaly,
        "anomaly_score",
        1,
        '"1_000"',
    ),
    (b"id,dim_0,dim_1\n0,1,2\n1,2,x\n", Embedding, "dim_1", 2, '"x"'),
    (b"id, cluster_label\n0, 1\n1, x\n", Cluster, "cluster_label", 2, '"x"'),
    (
        to_parquet({"id": [1, None], "prediction": [1, 2]}),
        Prediction,
        "id",
        2,
        "nothing",
    ),
    (to_parquet({"id": [1.0, 1.5], "prediction": [1, 2]}), Prediction, "id", 2, "1.5"),
    (
        to_parquet({"id": pa.array([2**63], pa.uint64()), "prediction": [1]}),
        Prediction,
        "id",
        1,
        str(2**63),
    ),
]


@pytest.mark.parametrize(("data", "row", "column", "number", "found"), WRONG_CELLS)
def test_a_wrong_cell_is_named(
    data: bytes, row: type[Any], column: str, number: int, found: str
) -> None:
    error = refused(data, row)
    assert (error.column, error.row) == (column, number)
    assert f"Column {column!r}, row {number}: expected " in error.message
    assert found in error.message
    assert error.expected in error.message and error.expected


def test_several_wrong_cells_are_told_at_once() -> None:
    cells = ["1", "x", "2", *["y"] * 10]
    error = refused(to_csv({"id": cells, "prediction": cells}), Prediction)
    assert 'found "x"; also wrong: row 4: "y", row 5: "y"' in error.message
    assert error.message.endswith("and 6 more")


RAGGED = [
    (b"id,prediction\n0,a\n1\n2,c\n", 2, "row 2 has 1"),
    (b"id,prediction\n0,a\n\n1,b,c\n2,d,e\n", 2, "row 2 has 3"),
    (b'id,prediction\n0,"a\n\nb"\n1,b,c\n', 2, "row 2 has 3"),
]


@pytest.mark.parametrize(("data", "row", "text"), RAGGED)
def test_a_ragged_row_of_csv_is_named(data: bytes, row: int, text: str) -> None:
    error = refused(data, Prediction)
    assert (error.row, error.expected) == (row, "2 cells")
    assert text in error.message


def test_columns_of_different_length_are_named() -> None:
    error = refused(
        b'{"id": [0, 1, 2], "prediction": ["a", "b"], "prediction_prob": [1, 2, 3]}'
    )
    assert error.column == "prediction"
    assert "'id' has 3, 'prediction' has 2" in error.message


REFUSED: list[tuple[bytes, type[Any] | None, str]] = [
    (b'{"id": [0, 1', None, "The JSON ends early"),
    (b'{"id": [0, 1], "predi', None, "The JSON ends early"),
    (b'{"id": [0 1]}', None, "The JSON is malformed: Expecting ',' delimiter, line 1"),
    (b'{"id": ["\xff"], "prediction": [1]}', Prediction, "cannot be read"),
    (b'{"id": ' + b"[" * 100_000, None, "nested too deeply"),
    (b'{"id": [1], "prediction": [' + b"1" * 5000 + b"]}", Prediction, "digits"),
    (b'{"id": 5, "prediction": [1]}', Prediction, "expected an array"),
    (b'{"id": [0], "prediction": [1], "id": [2]}', Prediction, "'id' is there twice"),
    (
        b'{"data": {"id": [0], "prediction": [1], "id": [2, 3]}, "job_id": ""}',
        Prediction,
        "'id' is there twice",
    ),
    (b"id,prediction,id\n0,1,2\n", Prediction, "'id' is there twice"),
    (b"", Prediction, "not even a header"),
    (b"\n \n", Prediction, "not even a header"),
    (b'id,prediction\n0,"abc\n1,x\n', Prediction, "ends within quotes"),
    (
        b"id,prediction\n0,a\n1,\xff\n",
        Prediction,
        "Column 'prediction', row 2: not UTF-8",
    ),
    (b"\xff\xfei\x00d\x00", Prediction, "UTF-16"),
    (b"i\xffd,x\n", Prediction, "not UTF-8"),
    (b"PAR1 and nothing more", None, "it is cut off"),
    (b"id,dim_0,dim_2\n0,1,2\n", Embedding, "Number 1 of 'vector' is missing"),
    (b"id,dim_0,dim_00\n0,1,2\n", Embedding, "both number 0"),
    (
        b"id,label\n0,x\n",
        Prediction,
        "needs 'prediction'; there are the columns 'id', 'label'",
    ),
    (b"id,cluster_label\n0,1\n", Prediction, "one of Cluster rows, not of Prediction"),
    (b"id,factor_0_score\n0,1\n", Factor, "Read it as FactorScore"),
    (b'{"id": [0], "prediction": ["x"]}', SearchMatch, "one of Prediction rows"),
    (b"a,b\n0,1\n", None, "none of the known tables: it has the columns 'a', 'b'"),
    (b"{}", None, "none of the known tables"),
    (b"[1, 2]", Prediction, "needs 'id', 'prediction'; there are no columns"),
    (
        b'{"model_type": "clustering", "data": {"id": [0], "x": [1]}}',
        None,
        "needs 'cluster_label'",
    ),
    (
        to_parquet({"id": ["a"], "prediction": ["b"]}),
        Prediction,
        "of type string, expected an integer",
    ),
]


@pytest.mark.parametrize(("data", "row", "text"), REFUSED)
def test_refused_files(data: bytes, row: type[Any] | None, text: str) -> None:
    assert text in refused(data, row).message


def test_parquet_is_refused_wherever_it_is_cut() -> None:
    data = to_parquet({"id": list(range(100)), "prediction": ["x"] * 100})
    for length in range(4, len(data), 7):
        assert "cannot be read" in refused(data[:length]).message
    assert "does not start with PAR1" in refused(b"<html>", format="parquet").message


def test_flipped_bytes_of_parquet_are_refused_or_read_never_worse() -> None:
    data = bytearray(to_parquet({"id": list(range(50)), "prediction": ["x"] * 50}))
    refusals = 0
    for place in range(0, len(data), 5):
        flipped = bytearray(data)
        flipped[place] ^= 0xFF
        try:
            list(TABLES.read(bytes(flipped), Prediction, format="parquet").rows())
        except TableError:
            refusals += 1
    assert refusals > 10


def test_what_is_no_file_and_no_row_class() -> None:
    path: Any = "table.csv"
    wrong: Any = "xml"
    text: Any = io.StringIO("id")
    with pytest.raises(InvalidRequestError, match=r"must be a pathlib\.Path"):
        TABLES.read(path)
    with pytest.raises(InvalidRequestError, match="'xml'"):
        TABLES.read(b"<", format=wrong)
    with pytest.raises(InvalidRequestError, match="binary mode"):
        TABLES.read(text)
    with pytest.raises(InvalidRequestError, match="Sample is no class of table rows"):
        TABLES.read(b"id\n", Sample)
    with pytest.raises(TableError, match=r"No such file"):
        TABLES.read(Path("nowhere.csv"))
    with pytest.raises(InvalidRequestError, match="no column 'x'; there are id"):
        TABLES.read(b"id,prediction\n", Prediction).column("x")
