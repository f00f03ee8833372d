"""Tables and the rest of the world: other Arrow libraries, pickle, uploads, no pyarrow at all."""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

import clientpress
from clientpress.runtime.tables.frames import as_table_file
from clientpress.runtime.tables.schema import TableError
from clientpress.runtime.tables.tables import (
    Column,
    Format,
    Kind,
    Layout,
    Tables,
)
from clientpress.runtime.values.enums import OpenStr
from clientpress.runtime.values.model import ApiModel, field
from clientpress.runtime.values.open_model import OpenModel, extras
from clientpress.runtime.wire.errors import InvalidRequestError

from .arrow_libraries import duckdb, pa, pcsv, pd, pl, pq
from .result_tables import (
    KINDS,
    TABLES,
    AnomalousId,
    Anomaly,
    Cluster,
    Embedding,
    Factor,
    Prediction,
    Sample,
    SearchMatch,
    lists,
    written,
)

CSV = b"id,prediction,prediction_prob\n0,a,0.5\n1,b,\n2,a,1\n"


# ------------------------------------------------------------------ a table elsewhere
def test_other_libraries_take_a_table_as_it_is() -> None:
    table = TABLES.read(CSV, Prediction)
    expected = lists(table)
    assert pa.table(table).to_pydict() == expected
    assert pl.DataFrame(table).to_dict(as_series=False) == expected
    related = duckdb.from_arrow(table)
    assert related.aggregate("sum(id), max(prediction)").fetchall() == [(3, "b")]
    assert duckdb.sql(
        "select id from related where prediction_prob > 0.7"
    ).fetchall() == [(2,)]
    frame = pd.DataFrame.from_arrow(table)
    assert (frame["id"].sum(), list(frame["prediction"])) == (3, ["a", "b", "a"])


def test_vectors_elsewhere() -> None:
    table = TABLES.read(b"id,dim_0,dim_1\n0,1,2\n1,3,4\n", Embedding)
    frame = pl.DataFrame(table)
    assert frame.schema["vector"] == pl.Array(pl.Float64, 2)
    assert frame["vector"].to_list() == [[1.0, 2.0], [3.0, 4.0]]


def test_a_table_is_a_value() -> None:
    table = TABLES.read(CSV, Prediction)
    again = TABLES.read(written(table, Prediction, "parquet"), Prediction)
    assert table == again
    assert table == table
    assert table != TABLES.read(CSV.replace(b"a", b"x"), Prediction)
    assert table != TABLES.read(b"id,cluster_label\n0,1\n", Cluster)
    assert table != "something else"
    assert len(table) == table.num_rows == 3
    assert (
        repr(table) == "<Table of 3 Prediction rows: id, prediction, prediction_prob>"
    )
    with pytest.raises(TypeError, match="unhashable"):
        hash(table)


def test_a_table_pickles() -> None:
    data = b'{"job_id": "j", "data": {"id": [1], "prediction": ["x"], "more": [[1]]}}'
    table = TABLES.read(data, Prediction)
    again = pickle.loads(pickle.dumps(table))
    assert again == table
    assert (again.row, again.metadata, again.extra) == (
        Prediction,
        {"job_id": "j"},
        ("more",),
    )
    assert list(again.rows()) == list(table.rows())


def test_columns_that_are_not_there_have_the_defaults_of_the_row() -> None:
    (row,) = TABLES.read(b"id,prediction\n0,a\n", Prediction).rows()
    assert row == Prediction(id=0, prediction="a")
    (row,) = TABLES.read(b"id,prediction,prediction_explanation\n0,a,why\n").rows()
    assert row.explanation == "why"


class Grade(OpenStr):
    GOOD = "good"


class Graded(ApiModel):
    id: int
    grade: Grade
    sign: Literal["+", "-"] = "+"


class Loose(OpenModel):
    id: int
    grade: str
    note: str | None = field(name='"note"', default=None)
    additional_properties: dict[str, Any] = extras()


def one_layout(row: type[Any]) -> Tables[Any]:
    text: tuple[Kind, ...] = ("string",)
    columns = (Column("id", ("integer",)), Column("grade", text), Column("sign", text))
    return Tables((Layout("Graded", row, (*columns, Column('"note"', text))),))


def test_members_of_rows_have_their_declared_types() -> None:
    table = one_layout(Graded).read(b"id,grade,sign\n0,good,-\n1,odd,+\n", Graded)
    first, second = table.rows()
    assert (first.grade is Grade.GOOD, first.sign) == (True, "-")
    assert (second.grade.is_known, second.grade) == (False, "odd")
    with pytest.raises(TableError, match="not what Graded declares"):
        list(one_layout(Graded).read(b"id,grade,sign\n0,good,*\n", Graded).rows())


@pytest.mark.parametrize("format", ["json", "csv", "parquet"])
def test_rows_of_open_models(format: Format) -> None:
    tables = one_layout(Loose)
    table = tables.read(b'id,grade,"""note"""\n0,good,n\n', Loose)
    (row,) = table.rows()
    assert row == Loose(id=0, grade="good", note="n")
    assert list(tables.read(written([row], Loose, format, tables), Loose).rows()) == [
        row
    ]


def test_rows_of_many_batches_come_in_order_and_lazily() -> None:
    n = 40_000
    table = TABLES.read(
        b'{"id": %s, "prediction": %s}'
        % (str(list(range(n))).encode(), str([1, 2] * (n // 2)).encode())
    )
    rows = table.rows()
    assert isinstance(rows, Iterator)
    assert [row.id for row in rows] == list(range(n))
    assert table.column("prediction") == [1, 2] * (n // 2)


def test_long_columns_of_few_and_of_many_texts() -> None:
    for cells in (["a", "b"] * 5000, [str(i) + "x" for i in range(10_000)]):
        data = "id,prediction\n" + "".join(f"{i},{c}\n" for i, c in enumerate(cells))
        table = TABLES.read(data.encode(), Prediction)
        assert table.column("prediction") == cells
        assert [row.prediction for row in table.rows()] == cells


# ------------------------------------------------------------------ sources and targets
@pytest.mark.parametrize("format", ["json", "csv", "parquet"])
def test_files_streams_and_bytes(format: Format, tmp_path: Path) -> None:
    table = TABLES.read(CSV, Prediction)
    path = tmp_path / "table"
    assert TABLES.write(table, Prediction, path, format=format) == 3
    assert TABLES.read(path, Prediction) == table
    assert TABLES.read(bytearray(path.read_bytes()), Prediction) == table
    with path.open("rb") as file:
        assert TABLES.read(file, Prediction) == table
    rows = [
        row
        for piece in TABLES.scan(path, Prediction, batch_rows=2)
        for row in piece.rows()
    ]
    assert rows == list(table.rows())


@pytest.mark.parametrize("format", ["json", "csv", "parquet"])
def test_large_files_are_mapped_and_large_streams_spooled(
    format: Format, tmp_path: Path
) -> None:
    rows = [
        Prediction(id=i, prediction=f"label {i % 7}, x", prediction_prob=i / 3)
        for i in range(50_000)
    ]
    path = tmp_path / "table"
    TABLES.write(rows, Prediction, path, format=format)
    table = TABLES.read(path, Prediction)
    assert list(table.rows()) == rows
    with path.open("rb") as file:
        assert TABLES.read(file) == table
    pieces = list(TABLES.scan(path, batch_rows=20_000))
    assert [len(piece) for piece in pieces] == [20_000, 20_000, 10_000]
    assert [row for piece in pieces for row in piece.rows()] == rows


def test_metadata_are_written_where_there_is_a_place_for_them() -> None:
    rows = [Cluster(id=0, cluster_label=1)]
    said: dict[str, Any] = {"model_type": "clustering", "latency_ms": 5}
    data = written(rows, Cluster, "json", metadata=said)
    assert (
        data
        == b'{"model_type":"clustering","latency_ms":5,"data":{"id":[0],"cluster_label":[1]}}'
    )
    assert TABLES.read(data).metadata == said
    data = written(rows, Cluster, "parquet", metadata=said)
    assert TABLES.read(data).metadata == said
    assert written(rows, Cluster, "csv", metadata=said) == written(rows, Cluster, "csv")
    assert written(rows, Cluster, "json") == b'{"id":[0],"cluster_label":[1]}'


@pytest.mark.parametrize("format", ["json", "parquet"])
def test_metadata_have_the_same_types_in_all_formats(format: Format) -> None:
    """Parquet holds texts only: other values are JSON, and so are texts that look like it."""
    said: dict[str, Any] = {
        "model_type": "clustering",
        "latency_ms": 5,
        "done": True,
        "note": None,
        "limits": [1.5, {"a": "b"}],
        "digits": "7",
        "quoted": '"x"',
        "text": "[not JSON",
        "": "",
    }
    rows = [Cluster(id=0, cluster_label=1)]
    data = written(rows, Cluster, format, metadata=said)
    assert TABLES.read(data).metadata == said


def test_forms_of_json() -> None:
    assert (
        written([AnomalousId(anomalous_ids=3)], AnomalousId, "json")
        == b'{"anomalous_ids":[3]}'
    )
    matches = [SearchMatch(row_id="0", matches="17")]
    assert written(matches, SearchMatch, "json") == b'{"0":"17"}'
    vectors = [Embedding(id=1, vector=[0.5, 2.0])]
    assert (
        written(vectors, Embedding, "json") == b'{"id":[1],"dim_0":[0.5],"dim_1":[2.0]}'
    )
    assert written(vectors, Embedding, "csv") == b'"id","dim_0","dim_1"\n1,0.5,2\n'


def test_frames_are_checked_when_they_are_written() -> None:
    frame = pl.DataFrame(
        {"id": [1, 2], "prediction": ["a", "b"], "prediction_probs": [0.5, None]}
    )
    assert TABLES.read(written(frame, Prediction, "csv")) == TABLES.read(
        b"id,prediction,prediction_prob\n1,a,0.5\n2,b,\n"
    )
    with pytest.raises(TableError, match="needs 'prediction'"):
        written(frame.drop("prediction"), Prediction, "csv")


WRONG_ROWS: list[tuple[list[Any], type[Any], Format, str]] = [
    (
        [
            Anomaly(id=0, is_anomaly=True, anomaly_score=1),
            Anomaly(id=1, is_anomaly=True, anomaly_score=float("nan")),
        ],
        Anomaly,
        "json",
        "'anomaly_score', row 2.*write CSV or Parquet",
    ),
    (
        [Embedding(id=0, vector=[1.0, float("inf")])],
        Embedding,
        "json",
        "'dim_1', row 1",
    ),
    (
        [Prediction(id=0, prediction=1, prediction_prob=[0.5, float("nan")])],
        Prediction,
        "json",
        "'prediction_prob', row 1",
    ),
    (
        [Embedding(id=0, vector=[1.0]), Embedding(id=0, vector=[])],
        Embedding,
        "csv",
        "row 2: expected 1 values, found 0",
    ),
    ([Cluster(id=2**63, cluster_label=1)], Cluster, "csv", "Column 'id', row 1"),
    (
        [Cluster(id=0, cluster_label=1), {"id": 1}],
        Cluster,
        "csv",
        "Row 2 is a dict, not a Cluster",
    ),
    (
        [SearchMatch(row_id="0", matches="1")] * 2,
        SearchMatch,
        "json",
        "'0' is there twice",
    ),
    (
        [Cluster(id=0, cluster_label=1, cluster_description="\ud800")],
        Cluster,
        "csv",
        "'cluster_description'",
    ),
]


@pytest.mark.parametrize(("rows", "row", "format", "text"), WRONG_ROWS)
def test_rows_that_cannot_be_written(
    rows: list[Any], row: type[Any], format: Format, text: str
) -> None:
    with pytest.raises(TableError, match=text):
        written(rows, row, format)


def test_nan_goes_through_csv_and_parquet() -> None:
    rows = [Anomaly(id=0, is_anomaly=True, anomaly_score=float("nan"))]
    formats: list[Format] = ["csv", "parquet"]
    for format in formats:
        (again,) = TABLES.read(written(rows, Anomaly, format), Anomaly).rows()
        assert again.anomaly_score != again.anomaly_score


# ------------------------------------------------------------------ scanning
def test_a_scan_of_csv_keeps_one_schema() -> None:
    lines = [f"{i},{i if i < 300_000 else 'x'},{i / 2}\n" for i in range(400_000)]
    data = ("id,prediction,prediction_probs\n" + "".join(lines)).encode()
    pieces = list(TABLES.scan(io.BytesIO(data), Prediction))
    assert len({str(piece.to_arrow().schema) for piece in pieces}) == 1
    assert sum(len(piece) for piece in pieces) == 400_000
    assert pieces[0].column("prediction")[:2] == ["0", "1"]
    told = next(TABLES.scan(data, Prediction, kinds={"prediction": "integer"}))
    assert told.column("prediction")[:2] == [0, 1]


def test_a_wrong_cell_far_into_a_scan_is_named() -> None:
    lines = [f"{i if i != 350_000 else 'x'},a\n" for i in range(400_000)]
    scan = TABLES.scan(
        io.BytesIO(("id,prediction\n" + "".join(lines)).encode()), Prediction
    )
    with pytest.raises(TableError, match="row 350001") as caught:
        list(scan)
    assert (caught.value.column, caught.value.row) == ("id", 350_001)
    ragged = "".join(f"{i},a\n" if i != 390_000 else "5\n" for i in range(400_000))
    with pytest.raises(TableError, match="row 390001 has 1") as caught:
        list(TABLES.scan(("id,prediction\n" + ragged).encode(), Prediction))
    assert caught.value.row == 390_001


def test_a_list_that_comes_late_says_what_to_do() -> None:
    n = 400_000
    lines = "".join(f"{i},a,0.5\n" for i in range(n)) + '7,a,"[0.5, 0.5]"\n'
    data = ("id,prediction,prediction_prob\n" + lines).encode()
    with pytest.raises(TableError, match=r"row 400001.*kinds=\{'prediction_prob'"):
        list(TABLES.scan(data, Prediction))
    *_, last = TABLES.scan(data, Prediction, kinds={"prediction_prob": "numbers"})
    assert last.column("prediction_prob")[-2:] == [[0.5], [0.5, 0.5]]


@pytest.mark.parametrize("data", [b"id,prediction\n", b'{"id": [], "prediction": []}'])
def test_a_scan_of_nothing_is_one_empty_table(data: bytes) -> None:
    (table,) = TABLES.scan(data, Prediction)
    assert (len(table), table.columns) == (0, ("id", "prediction"))


def test_a_file_that_is_given_up_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"\n" * 70_000)
    with pytest.raises(TableError, match="not even a header"):
        list(TABLES.scan(path, Prediction))
    path.write_bytes(CSV + b"3,a,1\n" * 20_000)
    scan = TABLES.scan(path, Prediction, batch_rows=10)
    assert len(next(scan)) == 10
    del scan  # a file that is left open is a warning, and warnings are errors


def test_a_batch_has_at_least_one_row() -> None:
    with pytest.raises(InvalidRequestError, match="at least 1"):
        next(TABLES.scan(CSV, Prediction, batch_rows=0))


# ------------------------------------------------------------------ upload
FRAME = {"a": [1, 2], "b": ["x,y", 'q"u'], "c": [0.5, None]}


def frames() -> dict[str, Any]:
    table = pa.table(FRAME)
    frame = pd.DataFrame(
        {"a": [0, 1, 2], "b": ["z", "x,y", 'q"u'], "c": [0, 0.5, None]}
    )
    return {
        "pyarrow": table,
        "polars": pl.DataFrame(FRAME),
        "pandas": frame[frame["a"] > 0],
        "duckdb": duckdb.from_arrow(table),
        "dictionary": pa.table(
            {**FRAME, "b": pa.array(FRAME["b"]).dictionary_encode()}
        ),
        "batches": pa.RecordBatchReader.from_batches(table.schema, table.to_batches()),
    }


@pytest.mark.parametrize("kind", list(frames()))
@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_any_frame_becomes_a_file(kind: str, format: Literal["csv", "parquet"]) -> None:
    file = as_table_file(frames()[kind], format)
    assert isinstance(file, bytes)
    read = pcsv.read_csv if format == "csv" else pq.read_table
    found = read(pa.BufferReader(file)).to_pydict()
    assert found == FRAME


def test_a_table_and_nested_cells_become_a_file() -> None:
    table = TABLES.read(CSV, Prediction)
    file = as_table_file(table, "csv")
    assert isinstance(file, bytes)
    assert TABLES.read(file, Prediction) == table
    nested = pa.table({"x": [[1, 2], None], "y": [{"k": "v"}, None], "z": [None, None]})
    assert (
        as_table_file(nested, "csv") == b'"x","y","z"\n"[1, 2]","{""k"": ""v""}",\n,,\n'
    )


def test_a_large_file_lies_on_disk() -> None:
    table = pa.table({"a": list(range(3_000_000))})
    file = as_table_file(table, "csv")
    assert not isinstance(file, bytes)
    with file:
        assert pcsv.read_csv(file).num_rows == 3_000_000


def test_what_is_no_frame() -> None:
    with pytest.raises(InvalidRequestError, match="A list is no table"):
        as_table_file([1], "csv")
    wrong: Any = "xlsx"
    with pytest.raises(InvalidRequestError, match="'xlsx'"):
        as_table_file(pa.table(FRAME), wrong)


# ------------------------------------------------------------------ every kind of cell
def test_free_json_and_lists_in_csv() -> None:
    row = Sample(
        flag=True, counts=[1, 2**60], texts=["a,b", ""], anything={"k": [1, None]}
    )
    data = written([row], Sample, "csv", KINDS)
    assert data.splitlines()[1] == (
        b'true,"[1, 1152921504606846976]","[""a,b"", """"]","{""k"": [1, null]}"'
    )
    assert list(KINDS.read(data, Sample).rows()) == [row]


def test_factor_columns_have_their_declared_order() -> None:
    data = b"captured_variance,factor_id,factor_description\n0.5,1,size\n"
    assert TABLES.read(data, Factor).columns == (
        "factor_id",
        "factor_description",
        "captured_variance",
    )


# ------------------------------------------------------------------ without pyarrow
WITHOUT = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"pyarrow", "numpy", "pandas", "polars"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name.split(".")[0])
sys.meta_path.insert(0, Block())
from tests.runtime.result_tables import TABLES, Prediction
from clientpress.runtime.wire.errors import ConfigurationError
from clientpress.runtime.tables.formats import format_of
from clientpress.runtime.tables.frames import as_table_file
assert format_of("", b"{").name == "json"
assert "pyarrow" not in sys.modules
class Frame:
    def __arrow_c_stream__(self, requested_schema=None): raise AssertionError
for call in (
    lambda: TABLES.read(b"id,prediction\\n", Prediction),
    lambda: next(TABLES.scan(b"id,prediction\\n", Prediction)),
    lambda: TABLES.write([], Prediction, sys.stdout.buffer, format="csv"),
    lambda: as_table_file(Frame(), "csv"),
):
    try:
        call()
    except ConfigurationError as e:
        assert "pyarrow" in str(e) and "'tables'" in str(e), e
    else:
        raise AssertionError("no error")
print("fine")
"""


def test_without_pyarrow_the_error_says_what_to_install() -> None:
    root = Path(__file__).parents[2]
    source = Path(clientpress.__file__).parents[1]
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path[:0] = [{str(root)!r}, {str(source)!r}]\n{WITHOUT}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("fine\n", "")
