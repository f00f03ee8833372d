"""Result tables of unfriendly servers: very wide, very deep, very long, cut, or not what they say."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clientpress.runtime.tables.csv_records import PLAIN, Quotes, whole_records
from clientpress.runtime.tables.schema import TableError
from clientpress.runtime.tables.source import Source
from tests.runtime.result_tables import (
    KINDS,
    TABLES,
    Cluster,
    Embedding,
    Prediction,
    Sample,
    SearchMatch,
    written,
)

READ = TABLES.read


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """Nothing here takes long: what grows, grows in line with its input."""
    started = time.process_time()
    yield
    assert time.process_time() - started < 20


def scanned(data: bytes, row: type[Any] | None = None) -> list[Any]:
    """All rows, read from a stream in batches."""
    return [row for table in TABLES.scan(io.BytesIO(data), row) for row in table.rows()]


def whole(data: bytes, row: type[Any] | None = None) -> list[Any]:
    """All rows, read at once."""
    return list(READ(data, row).rows())


def json_of(columns: dict[str, Any]) -> bytes:
    return json.dumps(columns).encode()


def csv_of(columns: dict[str, list[str]]) -> bytes:
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    return "".join(",".join(row) + "\n" for row in rows).encode()


# ------------------------------------------------------------------ width
@pytest.mark.parametrize("width", [1, 5_000, 8_192, 20_000])
def test_a_header_of_any_length(width: int) -> None:
    """Longer than what is looked at first, and cut anywhere by it."""
    names = [f"dim_{n}" for n in range(width)]
    data = csv_of({"id": ["1"]} | {n: ["0.5"] for n in names})
    table = READ(data, Embedding)
    assert table.columns == ("id", "vector")
    assert table.column("vector") == [[0.5] * width]
    assert scanned(data) == list(table.rows())


@pytest.mark.parametrize("extra", range(65_500, 65_560, 7))
def test_a_header_that_is_cut_where_the_head_ends(extra: int) -> None:
    name = "é" * (extra // 2) + "x" * (extra % 2)
    data = f"id,cluster_label,{name}\r\n1,7,8\r\n".encode()
    for table in (READ(data), *TABLES.scan(io.BytesIO(data))):
        assert table.extra == (name,)
        assert [row.cluster_label for row in table.rows()] == [7]


def test_a_header_without_an_end() -> None:
    for data in (b'id,"' + b"\n" * (70 << 20), b"x" * (70 << 20)):
        with pytest.raises(TableError, match="header line"):
            READ(data, format="csv")
        with pytest.raises(TableError, match="header line"):
            list(TABLES.scan(io.BytesIO(data), format="csv"))


@pytest.mark.parametrize("length", [10_000, 100_000])
def test_long_names(length: int) -> None:
    name = "n" * length
    for data in (
        csv_of({"id": ["1"], "cluster_label": ["1"], name: ["2"]}),
        json_of({"id": [1], "cluster_label": [1], name: [2]}),
    ):
        assert READ(data).column(name) == [2]


def test_a_million_columns() -> None:
    names = [f"c{n}" for n in range(1_000_000)]
    text = ",".join(["id", "cluster_label", *names, "c7"])
    with pytest.raises(TableError, match="'c7' is there twice"):
        READ(f"{text}\n".encode())
    members = ",".join(f'"{name}":[1]' for name in names[:200_000])
    with pytest.raises(TableError) as caught:
        READ(f'{{"data":{{{members}}}}}'.encode())
    assert len(str(caught.value)) < 2000


def test_many_columns_are_read() -> None:
    columns: dict[str, Any] = {"id": [1], "cluster_label": [2]}
    columns |= {f"c{n}": [n] for n in range(50_000)}
    table = READ(json_of(columns))
    assert (table.num_rows, len(table.columns)) == (1, 50_002)
    assert table.column("c49999") == [49_999]


@pytest.mark.parametrize("number", ["9" * 18, "9" * 30, "9" * 5000, "0" * 5000 + "1"])
def test_numbered_columns_with_endless_numbers(number: str) -> None:
    with pytest.raises(TableError, match="is missing"):
        READ(csv_of({"id": ["1"], f"dim_{number}": ["1"]}), Embedding)


# ------------------------------------------------------------------ depth
@pytest.mark.parametrize("depth", [10, 200, 900, 1100, 5000, 200_000])
@pytest.mark.parametrize(
    "shape",
    [
        '{"id":[1],"cluster_label":[1],"extra":[%s]}',
        '{"meta":%s,"data":{"id":[1],"cluster_label":[1]}}',
        '{"data":{"id":[1],"cluster_label":%s}}',
        '{"a":%s}',
        "%s",
    ],
)
def test_deep_json_is_read_or_refused(shape: str, depth: int) -> None:
    data = (shape % ("[" * depth + "]" * depth)).encode()
    for row in (None, Cluster, SearchMatch):
        try:
            table = READ(data) if row is None else READ(data, row)
            list(table.rows())
            table.column(table.columns[-1])
        except TableError as e:
            assert len(str(e)) < 2000


@pytest.mark.parametrize("depth", [10, 900, 1100, 200_000])
def test_deep_json_in_a_cell_of_csv(depth: int) -> None:
    deep = "[" * depth + "]" * depth
    (row,) = KINDS.read(f'flag,anything\ntrue,"{deep}"\n'.encode()).rows()
    assert isinstance(row, Sample)
    assert isinstance(row.anything, list) or row.anything == deep
    with pytest.raises(TableError, match="row 1") as caught:
        KINDS.read(f'flag,counts\ntrue,"{deep}"\n'.encode())
    assert len(str(caught.value)) < 300


# ------------------------------------------------------------------ numbers
NUMBERS = ["1e999", "-1e999", "9" * 400, "9" * 5000, "1e309"]


@pytest.mark.parametrize("text", NUMBERS, ids=lambda t: t[:8])
def test_numbers_that_no_cell_holds(text: str) -> None:
    """No integer; as a float they are infinite, as IEEE 754 has it; as a label they stay text."""
    for data in (
        f"id,cluster_label\n1,{text}\n".encode(),
        f'{{"id":[1],"cluster_label":[{text}]}}'.encode(),
    ):
        with pytest.raises(TableError) as caught:
            READ(data, Cluster)
        assert len(str(caught.value)) < 400
    score = READ(f"id,is_anomaly,anomaly_score\n1,true,{text}\n".encode())
    assert [abs(float(str(s))) for s in score.column("anomaly_score")] == [float("inf")]
    label = READ(f"id,prediction\n1,{text}\n2,1.5\n".encode(), Prediction)
    assert label.column("prediction") == [text, "1.5"]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["12345678901234567890", "1"], ["12345678901234567890", "1"]),
        (["9007199254740993", "1.5"], ["9007199254740993", "1.5"]),
        (["9007199254740992", "1.5"], [9007199254740992.0, 1.5]),
        (["9223372036854775807", "1"], [9223372036854775807, 1]),
        (["1e+300", "1.0"], [1e300, 1.0]),
        (["1e300", "1"], ["1e300", "1"]),
        (["inf", "1"], ["inf", "1"]),
    ],
)
def test_long_labels_lose_no_digit(labels: list[str], expected: list[Any]) -> None:
    """Whatever comes first, and however many rows there are."""
    for cells, wanted in ((labels, expected), (labels[::-1], expected[::-1])):
        for times in (1, 1000):
            rows = "".join(f"{n},{c}\n" for n, c in enumerate(cells * times))
            table = READ(f"id,prediction\n{rows}".encode(), Prediction)
            assert table.column("prediction") == wanted * times


# ------------------------------------------------------------------ text
@pytest.mark.parametrize(
    "text", ["a\0b", "\0", "\u2028", "\ufeff", "💩", "x" * 10_000_000, "\x1b[31m"]
)
def test_odd_text_comes_back_as_it_was(text: str) -> None:
    rows = [Cluster(id=1, cluster_label=2, cluster_description=text)]
    for format in ("json", "csv", "parquet"):
        data = written(rows, Cluster, format)
        assert list(READ(data, Cluster).rows()) == rows
        assert scanned(data, Cluster) == rows


SURROGATES = [
    '{"id":[1],"cluster_label":[1],"cluster_description":["\\ud800"]}',
    '{"id":[1],"cluster_label":[1],"\\ud800":["a"]}',
    '{"id":[1],"cluster_label":[1],"extra":["\\ud800",1]}',
    '{"id":[1],"cluster_label":["\\ud800"]}',
    '{"\\ud800":["1"]}',
    '{"id":[1],"id\\ud800":[1],"cluster_label":[1]}',
]


@pytest.mark.parametrize("text", SURROGATES)
@pytest.mark.parametrize("row", [None, Cluster, SearchMatch])
def test_half_characters(text: str, row: type[Any] | None) -> None:
    with pytest.raises(TableError):
        READ(text.encode(), row) if row else READ(text.encode())


def test_half_characters_beside_the_table_are_kept() -> None:
    text = b'{"note":"\\ud800","data":{"id":[1],"cluster_label":[1]}}'
    assert READ(text).metadata == {"note": "\ud800"}


# ------------------------------------------------------------------ quotes
@pytest.mark.parametrize("filling", ["9\n", "9", '""', ",", "\r\n", '"",\n'])
def test_a_quote_that_is_never_closed(filling: str) -> None:
    """Twenty megabytes of it, and only once over."""
    size = (20 << 20) // len(filling)
    data = b'id,cluster_label\n1,2\n3,"' + filling.encode() * size
    for read in (lambda: READ(data, Cluster), lambda: scanned(data, Cluster)):
        with pytest.raises(TableError, match=r"within quotes.*row 2") as caught:
            read()
        assert caught.value.row == 2


def test_long_cells_with_odd_quotes_are_complete() -> None:
    """Longer than the limit of Python's csv, and a quote within a cell that is only odd."""
    long = "x" * 200_000
    data = f'id,cluster_label,cluster_description\n1,2,"{long}"\n3,4,a"b\n'.encode()
    expected = [
        Cluster(id=1, cluster_label=2, cluster_description=long),
        Cluster(id=3, cluster_label=4, cluster_description='a"b'),
    ]
    assert list(READ(data).rows()) == expected


PIECES = st.lists(
    st.sampled_from(['"', '""', "a", ",", "\n", "\r\n", '"x\n"', ', "', "é"]),
    max_size=30,
)


def records_of(data: bytes, is_spaced: bool = False) -> list[list[str]]:
    """The records as Python's csv reads them."""
    lines = io.StringIO(data.decode(), newline="")
    return list(csv.reader(lines, skipinitialspace=is_spaced))


@given(pieces=PIECES, size=st.integers(1, 7))
@example(pieces=['"', "\n", '"', "\n", "a"], size=1)
@example(pieces=["a", '"', "\n", "a", '"', "\n", "a", "\n"], size=3)
@example(pieces=["a", '"', ",", '"', "x", "\n", '"', "\n", "a", "\n"], size=4)
def test_pieces_are_whole_records(pieces: list[str], size: int) -> None:
    """What is cut is all there, and Python's csv reads the same records in the pieces."""
    data = "".join(pieces).encode()
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    cut = list(whole_records(chunks, PLAIN))
    assert b"".join(cut) == data
    records = [record for piece in cut for record in records_of(piece)]
    assert records == records_of(data)


@pytest.mark.parametrize("cell", ['5" pipe', '5"', 'a "b" c', '"a"b"', '"x, ""y"""'])
def test_pieces_stay_small_whatever_quotes_are_in_cells(cell: str) -> None:
    """So a scan never holds more than some chunks."""
    line = f'1,{cell},"two\nlines"\n'.encode()
    data = line * 5_000
    chunks = (data[at : at + 1000] for at in range(0, len(data), 1000))
    sizes = [len(piece) for piece in whole_records(chunks, PLAIN)]
    assert sum(sizes) == len(data)
    assert max(sizes) <= 1000 + len(line)


def test_one_long_record_is_not_searched_again_for_each_chunk() -> None:
    searched: list[int] = []

    class Counting(Quotes):
        def last_end(self, data: bytes) -> int:
            searched.append(len(data))
            return super().last_end(data)

    data = b'1,"' + b"x" * 100_000 + b'"\n2,y\n'
    chunks = (data[at : at + 100] for at in range(0, len(data), 100))
    assert b"".join(whole_records(chunks, Counting(is_spaced=False))) == data
    assert sum(searched) < 4 * len(data)


ODD = st.text(st.sampled_from('"a ,\n'), max_size=5)


@given(cells=st.lists(ODD, min_size=1, max_size=6), is_spaced=st.booleans())
@example(cells=['5" pipe', '6" pipe'], is_spaced=False)
@example(cells=['5"', "a", '"x'], is_spaced=True)
def test_odd_quotes_are_the_same_in_a_scan(cells: list[str], is_spaced: bool) -> None:
    """Whatever cells hold, `read` and `scan` say the same, and they agree with Python's csv."""
    comma = ", " if is_spaced else ","
    lines = [f"{n}{comma}{n}{comma}{cell}" for n, cell in enumerate(cells)]
    head = comma.join(("id", "cluster_label", "cluster_description"))
    data = "\n".join([head, *lines, ""]).encode()
    outcomes: list[list[Any] | str] = []
    for read in (whole, scanned):
        try:
            with patch("clientpress.runtime.tables.scan._CHUNK", 8):
                outcomes.append(
                    [row.cluster_description for row in read(data, Cluster)]
                )
        except TableError:  # of several faults, each finds another one first
            outcomes.append("refused")
    assert outcomes[0] == outcomes[1]
    if isinstance(outcomes[0], list):
        texts = [record[2] for record in records_of(data, is_spaced)[1:] if record]
        assert [text or "" for text in outcomes[0]] == texts


@pytest.mark.parametrize("first", ["1", "1.5", "x", ""])
def test_undeclared_columns_may_change_their_kind(first: str) -> None:
    """What is text in one batch of a scan cannot be a number in the next."""
    head = [f"{n},{n},{first}" for n in range(20_000)]  # more than the first piece
    cells = [*head, "20000,20000,x", "20001,20001,7"]
    data = "\n".join(["id,cluster_label,note", *cells, ""]).encode()
    tables = list(TABLES.scan(io.BytesIO(data), Cluster, batch_rows=1000))
    notes = [note for table in tables for note in table.column("note")]
    assert notes == [first or None] * 20_000 + ["x", "7"]
    assert {table.extra for table in tables} == {("note",)}
    assert READ(data).column("note") == notes
    told = TABLES.scan(io.BytesIO(data), Cluster, kinds={"note": "number"})
    with pytest.raises(TableError) as caught:
        list(told)
    assert caught.value.column == "note"


# ------------------------------------------------------------------ anything at all
GOOD = [
    Prediction(id=1, prediction="a", prediction_prob=0.5, explanation='x"y, z'),
    Prediction(id=2, prediction="b", prediction_prob=0.25, explanation=None),
]
FILES = {f: written(GOOD, Prediction, f) for f in ("json", "csv", "parquet")}


def tried(data: bytes, path: Path) -> None:
    """Read in every way: a table with as many rows as it says, or one of our errors."""
    path.write_bytes(data)
    sources: list[Source] = [data, path, io.BytesIO(data)]
    for source in sources:
        try:
            table = READ(source)
            assert len(list(table.rows())) == table.num_rows
        except TableError as e:
            assert str(e)
    try:
        for table in TABLES.scan(io.BytesIO(data)):
            assert len(list(table.rows())) == table.num_rows
    except TableError as e:
        assert str(e)


@pytest.mark.parametrize("format", FILES)
def test_files_that_are_cut_anywhere(format: str, tmp_path: Path) -> None:
    data = FILES[format]
    step = max(1, len(data) // 60)
    for length in range(0, len(data), step):
        tried(data[:length], tmp_path / "file")


@pytest.mark.parametrize("format", FILES)
def test_files_with_wrong_bytes(format: str, tmp_path: Path) -> None:
    @given(
        places=st.lists(st.integers(0, len(FILES[format]) - 1), max_size=4),
        byte=st.integers(0, 255),
    )
    def spoil(places: list[int], byte: int) -> None:
        data = bytearray(FILES[format])
        for place in places:
            data[place] = byte
        tried(bytes(data), tmp_path / "file")

    spoil()


def test_a_text_of_parquet_that_is_no_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(FILES["parquet"].replace(b'x"y, z', b'x"y,\x80z'))
    with pytest.raises(TableError, match="UTF8"):
        READ(path)
    with pytest.raises(TableError, match="UTF8"):
        list(TABLES.scan(path))


@given(data=st.binary(max_size=200))
@example(data=b"PAR1")
@example(data=b"PAR1PAR1")
@example(data=b"\xef\xbb\xbf")
@example(data=b"\xff\xfei\0d\0")
@example(data=b"{")
@example(data=b"[NaN]")
@example(data=b"\0\0\0\0")
def test_any_bytes(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    tried(data, tmp_path_factory.getbasetemp() / "any")
