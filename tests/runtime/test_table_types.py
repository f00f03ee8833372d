"""Types of Parquet files and of data frames: taken, or refused with TableError."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from clientpress.runtime.tables.formats import Format
from clientpress.runtime.tables.frames import as_table_file
from clientpress.runtime.tables.schema import TableError

from .arrow_libraries import pa, pd, pl, pq
from .result_tables import TABLES, Prediction

READ = TABLES.read
FORMATS: tuple[Format, ...] = ("csv", "json", "parquet")
ID = UUID("502c0054-8236-4cee-a61c-27ad28d73cff")


def parquet_of(columns: dict[str, Any], **how: Any) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target, **how)
    return target.getvalue()


def not_utf8() -> Any:
    binary = pa.array([b"\xff\xfe", b"x"], pa.binary())
    return pa.Array.from_buffers(pa.string(), 2, binary.buffers())


# ------------------------------------------------------------------ Parquet
def test_checksums_of_pages_are_verified() -> None:
    columns = {"id": range(100), "prediction": [f"label{n % 7}" for n in range(100)]}
    columns = {name: pa.array(list(cells)) for name, cells in columns.items()}
    how = {"compression": "none", "use_dictionary": False}
    for has_checksums in (True, False):
        data = parquet_of(columns, write_page_checksum=has_checksums, **how)
        wrong = data.replace(b"label3", b"label9", 1)
        if has_checksums:
            with pytest.raises(TableError, match="CRC"):
                READ(wrong, Prediction)
            with pytest.raises(TableError, match="CRC"):
                list(TABLES.scan(wrong, Prediction))
        else:
            assert READ(wrong, Prediction).column("prediction")[3] == "label9"


@pytest.mark.parametrize("column", ["prediction", "other"])
@pytest.mark.parametrize("encoded", [False, True])
def test_text_that_is_not_utf8(column: str, encoded: bool) -> None:
    cells = not_utf8()
    if encoded:
        cells = pa.DictionaryArray.from_arrays(pa.array([0, 1]), cells)
    given = {"id": pa.array([1, 2]), "prediction": pa.array(["a", "b"]), column: cells}
    with pytest.raises(TableError):
        READ(parquet_of(given), Prediction)
    for format in FORMATS:
        with pytest.raises(TableError):
            TABLES.write(pa.table(given), Prediction, io.BytesIO(), format=format)


@pytest.mark.parametrize("kind", [pa.decimal128(38, 0), pa.decimal256(60, 0)])
def test_digits_of_decimals_stay_where_text_may_be(kind: Any) -> None:
    """As in JSON and CSV."""
    large = Decimal("12345678901234567890123")
    for values, expected in (
        ([large, None], [str(large), None]),
        ([Decimal(5), Decimal(0)], [5.0, 0.0]),
    ):
        given = {"id": [1, 2], "grade": pa.array(values, kind)}
        table = READ(parquet_of({**given, "prediction": ["a", "b"]}), Prediction)
        assert table.column("grade") == [v and Decimal(v) for v in values]
        filled = [v or Decimal(7) for v in values]
        data = parquet_of({"id": [1, 2], "prediction": pa.array(filled, kind)})
        cells = READ(data, Prediction).column("prediction")
        assert cells[0] == expected[0]


def test_decimals_with_a_point_are_numbers() -> None:
    cells = pa.array([Decimal("1.10"), Decimal("2.25")])
    table = READ(parquet_of({"id": [1, 2], "prediction": cells}), Prediction)
    assert table.column("prediction") == [1.1, 2.25]


# ------------------------------------------------------------------ frames
def categorical() -> Any:
    return pl.Series(["a", "b"], dtype=pl.Categorical)


TAKEN: dict[str, tuple[Any, list[object]]] = {
    "polars Categorical": (categorical(), ["a", "b"]),
    "polars Enum": (pl.Series(["a", "b"], dtype=pl.Enum(["b", "a"])), ["a", "b"]),
    "polars Decimal": (pl.Series([Decimal("1.5"), Decimal("2.25")]), [1.5, 2.25]),
    "pandas Categorical": (pd.Series(pd.Categorical(["a", "b"])), ["a", "b"]),
    "pandas UUID": (pd.Series([ID, ID]), [str(ID)] * 2),
    "pandas Decimal": (pd.Series([Decimal("1.5"), Decimal("2.25")]), [1.5, 2.25]),
}
REFUSED: dict[str, Any] = {
    "polars Int128": pl.Series([1, 2], dtype=pl.Int128),
    "pandas sparse": pd.Series(pd.arrays.SparseArray([1.0, 0.0])),
    "pandas Period": pd.Series(pd.period_range("2020", "2021", freq="Y")),
    "pandas Interval": pd.Series(pd.interval_range(0, 2)),
    "pandas complex": pd.Series([1j, 2j]),
    "pandas mixed": pd.Series(["a", 5]),
    "pandas objects": pd.Series([object(), object()]),
    "pandas large integers": pd.Series([2**70, 1]),
}
NOT_EVERYWHERE: dict[str, Any] = {
    "polars Binary": pl.Series([b"\xff", b"b"]),
    "polars List(Categorical)": pl.Series(
        [["a"], ["b"]], dtype=pl.List(pl.Categorical)
    ),
    "polars List(Binary)": pl.Series([[b"\xff"], [b"b"]]),
    "polars empty Struct": pl.Series([{}, {}]),
    "polars Duration": pl.Series([timedelta(1), timedelta(2)]),
    "pandas Timedelta": pd.Series(pd.to_timedelta([1, 2])),
}


def framed(cells: Any, name: str) -> Any:
    library = pl if isinstance(cells, pl.Series) else pd
    return library.DataFrame({"id": [1, 2], "prediction": ["x", "y"], name: cells})


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", TAKEN)
def test_columns_that_are_taken(name: str, format: Format) -> None:
    cells, expected = TAKEN[name]
    target = io.BytesIO()
    assert TABLES.write(framed(cells, "prediction"), Prediction, target, format=format)
    assert READ(target.getvalue(), Prediction).column("prediction") == expected
    target = io.BytesIO()
    assert TABLES.write(framed(cells, "other"), Prediction, target, format=format)
    assert READ(target.getvalue(), Prediction).extra == ("other",)
    data = as_table_file(framed(cells, "prediction"), "parquet")
    assert isinstance(data, bytes)
    assert READ(data, Prediction).column("prediction") == expected
    assert as_table_file(framed(cells, "prediction"), "csv")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", REFUSED)
def test_columns_that_are_refused(name: str, format: Format) -> None:
    for column in ("prediction", "other"):
        frame = framed(REFUSED[name], column)
        with pytest.raises(TableError):
            TABLES.write(frame, Prediction, io.BytesIO(), format=format)
        with pytest.raises(TableError):
            as_table_file(frame, "parquet")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", NOT_EVERYWHERE)
def test_columns_that_some_formats_hold(name: str, format: Format) -> None:
    """Written, so that the file can be read; or refused."""
    target = io.BytesIO()
    try:
        TABLES.write(
            framed(NOT_EVERYWHERE[name], "other"), Prediction, target, format=format
        )
    except TableError as e:
        assert "cannot be written as" in e.message
    else:
        assert READ(target.getvalue(), Prediction).num_rows == 2
