"""Random tables of every layout, written by json, csv and pyarrow themselves, and by our writer."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientpress.runtime.tables.schema import TableError
from clientpress.runtime.tables.tables import Format, Tables

from .arrow_libraries import pa, pq
from .result_tables import (
    KINDS,
    TABLES,
    AnomalousId,
    Anomaly,
    Cluster,
    Embedding,
    Factor,
    FactorScore,
    Prediction,
    Sample,
    SearchMatch,
    lists,
    written,
)

INT = st.integers(-(2**63), 2**63 - 1)
FLOAT = st.floats(allow_nan=False)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
# NUL is left out: Python's csv module cannot read it before 3.11.4
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
LABEL = TEXT.map(lambda text: f"L{text}")
"""Text that no reader takes for a number, a list or an empty cell."""

SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "id": INT,
    "count": INT,
    "size": FINITE,
    "text": TEXT,
    "label": LABEL,
}


def columns_of(
    **cells: st.SearchStrategy[Any],
) -> st.SearchStrategy[dict[str, list[Any]]]:
    """Columns of one length."""
    row = st.fixed_dictionaries(cells)
    return st.lists(row, max_size=6).map(
        lambda rows: {n: [r[n] for r in rows] for n in cells}
    )


def predictions() -> st.SearchStrategy[dict[str, list[Any]]]:
    return st.one_of(
        *(
            columns_of(
                id=INT,
                prediction=cells,
                prediction_prob=prob,
                prediction_explanation=st.none() | LABEL,
            )
            for cells in (INT, FINITE, LABEL)
            for prob in (st.none() | FINITE, st.lists(FINITE, max_size=3))
        )
    )


def wide(
    prefix: str, suffix: str, cell: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, list[Any]]]:
    return st.integers(1, 12).flatmap(
        lambda width: columns_of(
            **{"id": INT, **{f"{prefix}{i}{suffix}": cell for i in range(width)}}
        )
    )


LAYOUTS: dict[type[Any], st.SearchStrategy[dict[str, list[Any]]]] = {
    Prediction: predictions(),
    Cluster: columns_of(id=INT, cluster_label=INT, cluster_description=TEXT),
    AnomalousId: columns_of(anomalous_ids=INT) | columns_of(anomalous_ids=LABEL),
    Anomaly: columns_of(id=INT, is_anomaly=st.booleans(), anomaly_score=FINITE),
    Embedding: wide("dim_", "", FINITE),
    SearchMatch: columns_of(row_id=LABEL, matches=LABEL),
    Factor: columns_of(
        factor_id=INT, factor_description=TEXT, captured_variance=FINITE
    ),
    FactorScore: wide("factor_", "_score", FINITE),
}


def by_json(columns: dict[str, list[Any]], row: type[Any]) -> bytes:
    if row is SearchMatch:
        pairs = zip(columns["row_id"], columns["matches"], strict=True)
        return json.dumps(dict(pairs)).encode()
    return json.dumps(columns, ensure_ascii=False).encode()


def by_csv(columns: dict[str, list[Any]], row: type[Any]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for cells in zip(*columns.values(), strict=True):
        writer.writerow(json.dumps(c) if isinstance(c, list) else c for c in cells)
    return text.getvalue().encode()


def by_pyarrow(columns: dict[str, list[Any]], row: type[Any]) -> bytes:
    target = io.BytesIO()
    types = {"prediction_explanation": pa.string(), "prediction_prob": None}
    arrays = {n: pa.array(v, types.get(n)) for n, v in columns.items()}
    pq.write_table(pa.table(arrays), target)
    return target.getvalue()


def expected(columns: dict[str, list[Any]], row: type[Any]) -> dict[str, list[Any]]:
    """The columns as a `Table` has them."""
    for prefix, field in (("dim_", "vector"), ("factor_", "score")):
        if row in (Embedding, FactorScore) and any(
            n.startswith(prefix) for n in columns
        ):
            members = [
                v
                for n, v in columns.items()
                if n.startswith(prefix) and n != "factor_id"
            ]
            vectors = [list(cells) for cells in zip(*members, strict=True)]
            return {"id": columns["id"], field: vectors}
    return columns


def unique_keys(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Names in a map are there once."""
    if "row_id" not in columns:
        return columns
    return {**columns, "row_id": [f"{k}{i}" for i, k in enumerate(columns["row_id"])]}


WRITERS = {"json": by_json, "csv": by_csv, "parquet": by_pyarrow}
CASES = [pytest.param(row, id=row.__name__) for row in LAYOUTS]
CALM = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.mark.parametrize("format", ["json", "csv", "parquet"])
@pytest.mark.parametrize("row", CASES)
@CALM
@given(data=st.data())
def test_what_others_write_is_read_as_it_was(
    row: type[Any], format: str, data: st.DataObject
) -> None:
    columns = unique_keys(data.draw(LAYOUTS[row]))
    table = TABLES.read(WRITERS[format](columns, row), row)
    wanted = expected(columns, row)
    found = lists(table)
    assert found.keys() == wanted.keys()
    for name, cells in wanted.items():
        assert found[name] == cells, name
    assert [getattr(r, "id", None) for r in table.rows()] == columns.get(
        "id", [None] * len(table)
    )


@pytest.mark.parametrize("format", ["json", "csv", "parquet"])
@pytest.mark.parametrize("row", CASES)
@CALM
@given(data=st.data())
def test_what_we_write_is_read_as_it_was(
    row: type[Any], format: Format, data: st.DataObject
) -> None:
    table = TABLES.read(by_pyarrow(unique_keys(data.draw(LAYOUTS[row])), row), row)
    file = written(table, row, format)
    again = TABLES.read(file, row)
    assert lists(again) == lists(table)
    if table.num_rows:
        rows = list(table.rows())
        assert written(rows, row, format) == written(again.rows(), row, format)
        assert list(TABLES.read(written(rows, row, format), row).rows()) == rows


def nullable(cell: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | cell


EVERY_KIND = columns_of(
    flag=nullable(st.booleans()),
    count=nullable(INT),
    size=nullable(FINITE),
    text=nullable(TEXT),
    counts=nullable(st.lists(INT, max_size=3)),
    sizes=nullable(st.lists(FINITE, max_size=3)),
    texts=nullable(st.lists(TEXT, max_size=3)),
    anything=nullable(
        st.recursive(
            st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
            lambda inner: st.lists(inner, max_size=2)
            | st.dictionaries(TEXT, inner, max_size=2),
            max_leaves=4,
        )
    ),
    either=nullable(LABEL),
)


@pytest.mark.parametrize("format", ["json", "csv", "parquet"])
@CALM
@given(columns=EVERY_KIND)
def test_every_kind_of_cell_goes_there_and_back(
    format: Format, columns: dict[str, list[Any]]
) -> None:
    rows = [
        Sample(**dict(zip(columns, cells, strict=True)))
        for cells in zip(*columns.values(), strict=True)
    ]
    again = KINDS.read(written(rows, Sample, format, KINDS), Sample) if rows else None
    if again is not None and again.columns:
        assert list(again.rows()) == rows


@CALM
@given(
    cells=st.lists(st.tuples(INT, FINITE, TEXT | LABEL), max_size=30),
    chunk=st.integers(1, 40),
    spaced=st.booleans(),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_csv_in_pieces_is_csv_as_a_whole(
    cells: list[tuple[int, float, str]], chunk: int, spaced: bool, ending: str
) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    between = ", " if spaced else ","
    lines = [("factor_id", "captured_variance", "factor_description")]
    lines += [(str(i), repr(s), quoted(t)) for i, s, t in cells]
    data = "".join(between.join(line) + ending for line in lines).encode()
    whole = TABLES.read(data, Factor)
    assert whole.column("factor_description") == [t for _, _, t in cells]
    pieces = list(TABLES.scan(Trickle(data, chunk), Factor, format="csv", batch_rows=7))
    assert [len(p) for p in pieces[:-1]] == [7] * (len(pieces) - 1)
    assert [row for p in pieces for row in p.rows()] == list(whole.rows())


class Trickle(io.BytesIO):
    """A stream that gives few bytes at a time, and cannot be rewound."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(
            self._size if size is None or size < 0 else min(size, self._size)
        )

    def seekable(self) -> bool:
        return False


def test_the_strategies_cover_every_layout() -> None:
    assert isinstance(TABLES, Tables)
    assert {layout.row for layout in TABLES.layouts} == set(LAYOUTS)


JUNK = st.binary(max_size=40) | st.sampled_from(
    [
        b'"',
        b",",
        b"\n",
        b"\r",
        b"[",
        b"{",
        b"}",
        b"null",
        b"NaN",
        b"\xff",
        b"1e999",
        b"\\u",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    start=st.sampled_from(
        [
            b"",
            b"PAR1",
            b'{"id": [0, 1], "prediction": ["a", "b"]}',
            b'{"data": {"anomalous_ids": [1]}, "model_type": "anomaly"}',
            b'id,prediction,prediction_prob\n0,1,0.5\n1,"x, y","[1, 2]"\n',
            b"id, dim_0, dim_1\n0, 1, 2\n",
        ]
    ),
    junk=st.lists(st.tuples(st.integers(0, 80), JUNK), max_size=4),
)
def test_whatever_comes_is_a_table_or_a_table_error(
    start: bytes, junk: list[tuple[int, bytes]]
) -> None:
    for place, some in junk:
        start = start[:place] + some + start[place:]
    for row in (None, Prediction, AnomalousId, SearchMatch):
        try:
            table = TABLES.read(start, row)
        except TableError as error:
            assert error.message
        else:
            assert len(list(table.rows())) == len(table)
        with contextlib.suppress(TableError):
            assert sum(map(len, TABLES.scan(start, row))) >= 0
