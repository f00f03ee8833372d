"""Result tables: what is read from files in order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, assert_type

import pytest

from clientpress.runtime.tables.formats import format_of
from clientpress.runtime.tables.schema import Kind, TableError
from clientpress.runtime.tables.tables import Table

from .arrow_libraries import pa, to_csv, to_parquet
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
)

SAMPLES = Path(__file__).parents[3] / "shared/apis/samples/woodwide"
BIG = 2**53 + 1


def refused(source: bytes, row: type[Any] | None = None, **more: Any) -> TableError:
    with pytest.raises(TableError) as caught:
        TABLES.read(source, row, **more)
    return caught.value


# ------------------------------------------------------------------ what comes out
def test_checkers_know_the_class_of_the_rows() -> None:
    table = TABLES.read(b"id,prediction\n0,yes\n", Prediction)
    assert_type(table, Table[Prediction])
    rows = list(table.rows())
    assert_type(rows, list[Prediction])
    assert rows == [Prediction(id=0, prediction="yes")]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
@pytest.mark.parametrize(
    ("name", "row", "first"),
    [
        ("prediction_binary", Prediction, ("yes", 0.88)),
        ("prediction_multiclass", Prediction, ("cat_A", 0.82)),
        ("prediction_regression", Prediction, (42.5, None)),
    ],
)
@pytest.mark.parametrize("format", ["json", "csv"])
def test_documented_predictions(
    name: str, row: type[Any], first: Any, format: str
) -> None:
    table = TABLES.read(SAMPLES / f"output.{name}.{format}")
    made = next(table.rows())
    assert (table.row, made.prediction, made.prediction_prob) == (row, *first)
    assert table.num_rows == len(list(table.rows())) == 3


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_every_sample_is_recognised_by_its_columns_or_its_envelope() -> None:
    expected = {
        "anomaly_ids_only": AnomalousId,
        "anomaly_per_row": Anomaly,
        "clustering": Cluster,
        "embeddings": Embedding,
        "factors_per_factor": Factor,
        "factors_per_row": FactorScore,
        "prediction": Prediction,
        "search": SearchMatch,
        "json_anomaly_ids_only": AnomalousId,
        "json_clustering": Cluster,
        "json_factors": FactorScore,
        "json_prediction": Prediction,
    }
    paths = [*SAMPLES.glob("output.*"), *SAMPLES.glob("infer.response.*")]
    assert len(paths) >= 20
    for path in paths:
        name = path.name.removeprefix("output.").removeprefix("infer.response.")
        row = next(row for key, row in expected.items() if name.startswith(key))
        assert TABLES.read(path).row is row, path.name


def test_an_envelope_is_unwrapped_and_its_members_are_metadata() -> None:
    data = {"id": [0, 1], "prediction": ["a", "b"], "prediction_probs": [0.5, 0.75]}
    document = {"job_id": "j", "model_type": "prediction", "data": data, "x": {"y": 1}}
    wrapped = TABLES.read(json.dumps(document).encode(), Prediction)
    bare = TABLES.read(json.dumps(data).encode(), Prediction)
    assert wrapped.metadata == {
        "job_id": "j",
        "model_type": "prediction",
        "x": {"y": 1},
    }
    assert bare.metadata == {}
    assert wrapped.columns == ("id", "prediction", "prediction_prob")
    assert list(wrapped.rows()) == list(bare.rows())


def test_a_column_named_like_the_envelopes_member_is_a_column() -> None:
    table = TABLES.read(b'{"id": [1], "prediction": [2], "data": ["x"]}', Prediction)
    assert (table.extra, table.column("data")) == (("data",), ["x"])


def test_parquet_metadata() -> None:
    columns = {"id": [1], "prediction": [2]}
    table = TABLES.read(to_parquet(columns, model_type="prediction", model_id="m"))
    assert table.metadata == {"model_type": "prediction", "model_id": "m"}
    assert table.row is Prediction


# the same cells in the three formats
ONE_TABLE: list[tuple[str, dict[str, list[Any]], dict[str, list[Any]]]] = [
    ("labels", {"id": [0, 1], "prediction": ["yes", "no"]}, {}),
    ("integers", {"id": [0, 1], "prediction": [1, 0]}, {}),
    ("doubles", {"id": [0, 1], "prediction": [42.5, -1e300]}, {}),
    ("exact integers", {"id": [BIG, -(2**63)], "prediction": [2**63 - 1, BIG]}, {}),
    ("non-ASCII", {"id": [0], "prediction": ["naïve 日本 🎈"]}, {}),
    ("line ends", {"id": [0, 1], "prediction": ["a\nb", "c\r\nd\u2028e\u0085f"]}, {}),
    (
        "commas and quotes",
        {
            "id": [0, 1],
            "prediction": ['say "hi", Bob', ", "],
        },
        {},
    ),
    ("outer spaces", {"id": [0, 1], "prediction": [" a ", "b "]}, {}),
    ("words like null", {"id": [0, 1], "prediction": ["NA", "null"]}, {}),
    (
        "aliases",
        {"id": [0], "prediction": ["x"], "prediction_probs": [0.5]},
        {"prediction_prob": [0.5]},
    ),
    ("another order", {"prediction": ["x"], "id": [0]}, {}),
]


@pytest.mark.parametrize("format", ["json", "csv", "parquet"])
@pytest.mark.parametrize(
    ("columns", "renamed"), [c[1:] for c in ONE_TABLE], ids=[c[0] for c in ONE_TABLE]
)
def test_cells(
    columns: dict[str, list[Any]], renamed: dict[str, list[Any]], format: str
) -> None:
    data = {
        "json": lambda: json.dumps(columns).encode(),
        "csv": lambda: to_csv(columns),
        "parquet": lambda: to_parquet(columns),
    }[format]()
    expected = {"id": columns["id"], "prediction": columns["prediction"]} | renamed
    assert lists(TABLES.read(data, Prediction)) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2", "3"], [1, 2, 3]),
        (["1", "2.5"], [1.0, 2.5]),
        (["1", "2", "abc"], ["1", "2", "abc"]),
        (["1", "2.50", "abc"], ["1", "2.50", "abc"]),
        (["007", "8"], ["007", "8"]),
        (["1", "007.5"], ["1", "007.5"]),
        (["+1", "2"], ["+1", "2"]),
        (["+1.5", "2"], ["+1.5", "2"]),
        (["-0", "2"], [-0.0, 2.0]),
        (["1", "9223372036854775808"], None),
        # Labels that look like numbers, but would not be written like this.
        (["nan", "1.5"], ["nan", "1.5"]),
        (["inf", "-inf"], ["inf", "-inf"]),
        (["1e3", "2"], ["1e3", "2"]),
        (["12E3", "1.2E4"], ["12E3", "1.2E4"]),
        (["7.10", "7.1", "7.100"], ["7.10", "7.1", "7.100"]),
        (["1", "1.0"], ["1", "1.0"]),
        (["0x10", "3"], ["0x10", "3"]),
        (["1.0", "2.5", "1e-05", "1e+16"], [1.0, 2.5, 1e-05, 1e16]),
        (["0.1", "-1.5"], [0.1, -1.5]),
        (["true", "1"], ["true", "1"]),
        (["", "a"], ["", "a"]),
    ],
)
def test_a_union_column_of_csv_takes_the_narrowest_type_that_loses_nothing(
    cells: list[str], expected: list[Any] | None
) -> None:
    columns: dict[str, list[Any]] = {"id": [*range(len(cells))], "prediction": cells}
    found = TABLES.read(to_csv(columns), Prediction).column("prediction")
    if expected is not None:
        assert found == expected
        assert [type(v) for v in found] == [type(v) for v in expected]
    else:
        assert all(isinstance(v, float) for v in found)


@pytest.mark.parametrize("size", [3, 200_000], ids=["small", "large"])
def test_a_caller_says_what_a_union_column_holds(size: int) -> None:
    labels = ["7.10", "1", "2.0"] * (size // 3)
    data = to_csv({"id": [*range(len(labels))], "prediction": labels, "more": labels})
    both: tuple[Kind, ...] = ("string", "number")
    for kind in both:
        table = TABLES.read(data, Prediction, kinds={"prediction": kind, "more": kind})
        found = table.column("prediction")
        assert found == labels if kind == "string" else [*map(float, labels)]
        assert list(table.to_arrow().column("more").to_pylist()) == found
    with pytest.raises(TableError, match="row 3"):
        data = to_csv({"id": [0, 1, 2], "prediction": ["1", "2", "x"]})
        TABLES.read(data, Prediction, kinds={"prediction": "number"})


def test_hexadecimal_digits_are_no_integer() -> None:
    for size in (2, 100_000):
        ids = ["1"] * (size - 1) + ["0x10"]
        data = to_csv({"id": ids, "prediction": [1] * size})
        with pytest.raises(TableError, match=rf"row {size}: .*0x10"):
            TABLES.read(data, Prediction)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([1, 2.5], [1.0, 2.5]),
        ([1, "a", 2.5], ["1", "a", "2.5"]),
        (["1", "2"], ["1", "2"]),
        ([2**70, 1], [str(2**70), "1"]),
        ([BIG, 0.5], [str(BIG), "0.5"]),
        ([], []),
    ],
)
def test_a_union_column_of_json_goes_by_the_types_of_json(
    cells: list[Any], expected: list[Any]
) -> None:
    document = {"id": list(range(len(cells))), "prediction": cells}
    found = TABLES.read(json.dumps(document).encode(), Prediction).column("prediction")
    assert found == expected
    assert [type(v) for v in found] == [type(v) for v in expected]


@pytest.mark.parametrize("format", ["json", "csv", "parquet"])
def test_a_list_in_any_row_makes_a_column_of_lists(format: str) -> None:
    cells: list[Any] = [0.5, [0.25, 0.75], None]
    if format == "json":
        document = {"id": [0, 1, 2], "prediction": [1, 2, 3], "prediction_prob": cells}
        data = json.dumps(document).encode()
    elif format == "csv":
        data = b'id,prediction,prediction_prob\n0,1,0.5\n1,2,"[0.25, 0.75]"\n2,3,\n'
    else:
        prob = pa.array([[0.5], [0.25, 0.75], None], pa.list_(pa.float32()))
        data = to_parquet(
            {"id": [0, 1, 2], "prediction": [1, 2, 3], "prediction_probs": prob}
        )
    table = TABLES.read(data, Prediction)
    assert table.column("prediction_prob") == [[0.5], [0.25, 0.75], None]
    assert [r.prediction_prob for r in table.rows()] == [[0.5], [0.25, 0.75], None]


@pytest.mark.parametrize(
    "text",
    [
        "id, is_anomaly, anomaly_score\n0, TRUE, 0.5\n1, false, nan\n",
        "id, is_anomaly, anomaly_score\r\n0, tRuE, 0.5\r\n1, 0, NaN",
        "\ufeffid,is_anomaly,anomaly_score\n\n0,1,+0.5\n1,False,nan\n\n",
        'id,is_anomaly,anomaly_score\n"0","true","0.5"\n"1","false","NaN"',
        "\n\nid,is_anomaly,anomaly_score\r0,True,.5\r1,0,NAN\r",
        "anomaly_score,id,is_anomaly\n0.5,0.0, true \nnan,1, 0\n",
    ],
)
def test_spellings_of_csv(text: str) -> None:
    first, second = TABLES.read(text.encode(), Anomaly).rows()
    assert (first.id, first.is_anomaly, first.anomaly_score) == (0, True, 0.5)
    assert (second.id, second.is_anomaly) == (1, False)
    assert second.anomaly_score != second.anomaly_score


def test_a_space_after_each_comma_is_no_part_of_the_cell_but_within_quotes_it_is() -> (
    None
):
    text = b'id, cluster_label, cluster_description\n0, 1, "High, long ""x"""\n1, 2,  a, \n'
    assert "row 2" in str(refused(text, Cluster))
    text = text.replace(b"a, \n", b'a b\n2, 3, \n3, 4, " c"\n')
    found = TABLES.read(text, Cluster).column("cluster_description")
    assert found == ['High, long "x"', "a b", "", " c"]


def test_spaces_that_only_some_cells_have_are_data() -> None:
    text = b"id,cluster_label,cluster_description\n0,1, a\n1,2,b\n"
    assert TABLES.read(text, Cluster).column("cluster_description") == [" a", "b"]


def test_an_empty_cell_is_null_where_null_may_be_and_quotes_make_it_text() -> None:
    text = b'flag,count,size,text\n,,,\n"","","",""\n1,2,3,x\n'
    assert lists(KINDS.read(text, Sample)) == {
        "flag": [None, None, True],
        "count": [None, None, 2],
        "size": [None, None, 3.0],
        "text": [None, "", "x"],
    }


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("1\n2\n", [1, 2]),
        ('"[1, 2]"\n', [1, 2]),
        ('"[1, 2]"\n[3]\n[]\n', [1, 2, 3]),
        ("[7]\n", [7]),
        ("[]\n", []),
        ('"[""a"", ""b""]"\n', ["a", "b"]),
    ],
)
def test_a_cell_of_a_list_table_may_hold_several_items(
    cells: str, expected: list[object]
) -> None:
    """One row an item, or a JSON list in a cell: never the text of a list."""
    data = f"anomalous_ids\n{cells}".encode()
    assert TABLES.read(data).column("anomalous_ids") == expected
    assert TABLES.read(data, AnomalousId).column("anomalous_ids") == expected
    (table,) = TABLES.scan(data)
    assert table.column("anomalous_ids") == list(map(str, expected))
    kind: Kind = "string" if "a" in expected else "integer"
    (table,) = TABLES.scan(data, kinds={"anomalous_ids": kind})
    assert table.column("anomalous_ids") == expected


@pytest.mark.parametrize("cells", ["a\n[1]\n", "[1\n", "[1] x\n", "[{}]\n"])
def test_cells_that_only_begin_like_a_list(cells: str) -> None:
    data = f"anomalous_ids\n{cells}".encode()
    with pytest.raises(TableError, match="expected"):
        TABLES.read(data)
    with pytest.raises(TableError, match="expected"):
        list(TABLES.scan(data))


def test_quotes_within_cells_are_data() -> None:
    text = b'id,prediction\n0,5" pipe\n1,6" pipe\n2,7" pipe\n'
    assert TABLES.read(text, Prediction).column("prediction") == [
        '5" pipe',
        '6" pipe',
        '7" pipe',
    ]


def test_a_record_longer_than_any_block() -> None:
    long = "x, \n" * 1_000_000
    table = TABLES.read(to_csv({"id": [1], "prediction": [long]}), Prediction)
    assert table.column("prediction") == [long]


def test_json_with_nan_and_infinity_as_python_writes_it() -> None:
    document = {"id": [0, 1], "is_anomaly": [True, False]}
    scores = [float("inf"), float("nan")]
    table = TABLES.read(
        json.dumps({**document, "anomaly_score": scores}).encode(), Anomaly
    )
    first, second = table.column("anomaly_score")
    assert first == float("inf") and second != second


def test_long_columns_of_json_are_read_right_whichever_way_they_take() -> None:
    n = 30_000
    texts: dict[str, list[Any]] = {
        "plain": ["ab"] * n,
        "commas": ["a", "b,c", ",", '","'] * (n // 4),
        "escapes": ["a", 'q"u', "\\", "\n"] * (n // 4),
        "empty": ["", "x"] * (n // 2),
        "null words": ["null", "NA"] * (n // 2),
        "mixed": ["a", 1] * (n // 2),
        "non-ASCII": ["日本", "é"] * (n // 2),
    }
    for separators in ((",", ":"), (", ", ": "), (" ,\n ", " : ")):
        for name, cells in texts.items():
            document = {"id": list(range(n)), "prediction": cells}
            data = json.dumps(document, separators=separators, ensure_ascii=False)
            found = lists(TABLES.read(data.encode(), Prediction))
            assert found["id"] == document["id"], name
            assert found["prediction"] == [str(c) for c in cells], name
        m = 3 * n  # numbers take the other way from a megabyte on
        scores = [i / 7 for i in range(m)]
        document = {"id": [BIG] * m, "is_anomaly": [True] * m, "anomaly_score": scores}
        data = json.dumps(document, separators=separators)
        assert lists(TABLES.read(data.encode(), Anomaly)) == document


def test_columns_of_a_family_are_one_column_by_their_numbers() -> None:
    names = ["dim_10", "id", *(f"dim_{i}" for i in range(10))]
    columns = {name: [float(name.rpartition("_")[2])] for name in names if name != "id"}
    data = to_csv({**columns, "id": [7]})
    table = TABLES.read(data)
    assert list(table.rows()) == [Embedding(id=7, vector=[float(i) for i in range(11)])]
    assert table.to_arrow().schema.field("vector").type == pa.list_(pa.float64(), 11)


def test_families_of_text() -> None:
    data = (
        b"id,factor_0_score,factor_1_score,factor_0_description,factor_1_description\n"
    )
    (row,) = TABLES.read(data + b"5,0.5,1,size,load\n").rows()
    assert row == FactorScore(id=5, score=[0.5, 1.0], description=["size", "load"])


def test_parquet_types_are_widened() -> None:
    columns = {
        "id": pa.array([1, 2], pa.int32()),
        "prediction": pa.array(["a", "b"]).dictionary_encode(),
        "prediction_prob": pa.array([0.5, None], pa.float32()),
        "prediction_explanation": pa.array(["x", None], pa.large_string()),
    }
    schema = TABLES.read(to_parquet(columns), Prediction).to_arrow().schema
    assert schema.types == [pa.int64(), pa.string(), pa.float64(), pa.string()]
    ints = {
        "id": pa.array([1.0, 2.0]),
        "is_anomaly": pa.array([1, 0], pa.int8()),
        "anomaly_score": [1, 2],
    }
    first, second = TABLES.read(to_parquet(ints), Anomaly).rows()
    assert (first.id, first.is_anomaly, second.is_anomaly) == (1, True, False)
    assert isinstance(second.anomaly_score, float)


def test_names_of_a_map_are_decimal_index_strings() -> None:
    table = TABLES.read(b'{"0": "17", "10": ["4", "5"], "2": "1"}', SearchMatch)
    assert lists(table) == {
        "row_id": ["0", "10", "2"],
        "matches": [["17"], ["4", "5"], ["1"]],
    }
    assert TABLES.read(b'{"0": "17", "1": "4"}').column("matches") == ["17", "4"]


def test_ids_come_as_numbers_or_as_text() -> None:
    for data, expected in [
        (b'{"anomalous_ids": [3, 17]}', [3, 17]),
        (b'{"anomalous_ids": ["3", "17"]}', ["3", "17"]),
        (b'{"data": {"anomalous_ids": []}, "job_id": "x"}', []),
    ]:
        assert TABLES.read(data, AnomalousId).column("anomalous_ids") == expected


@pytest.mark.parametrize(
    ("data", "columns"),
    [
        (b'{"id": [], "prediction": []}', ("id", "prediction")),
        (b"id,prediction\n", ("id", "prediction")),
        (b"id,prediction,more", ("id", "prediction", "more")),
        (
            b"id, prediction, prediction_probs\r\n",
            ("id", "prediction", "prediction_prob"),
        ),
        (
            to_parquet(
                {
                    "id": pa.array([], pa.int64()),
                    "prediction": pa.array([], pa.string()),
                }
            ),
            ("id", "prediction"),
        ),
    ],
)
def test_empty_tables(data: bytes, columns: tuple[str, ...]) -> None:
    table = TABLES.read(data, Prediction)
    assert (table.num_rows, table.columns, list(table.rows())) == (0, columns, [])


def test_undeclared_columns_are_kept_and_named() -> None:
    table = TABLES.read(b"id,note,prediction\n0,x,1\n1,,2\n", Prediction)
    assert (table.columns, table.extra) == (("id", "prediction", "note"), ("note",))
    assert table.column("note") == ["x", None]
    data = b'{"id": [0], "prediction": [1], "note": [{"a": [1]}], "n": [[1, 2]]}'
    table = TABLES.read(data, Prediction)
    assert (table.extra, table.column("note"), table.column("n")) == (
        ("note", "n"),
        [{"a": [1]}],
        [[1, 2]],
    )
    assert list(table.rows()) == [Prediction(id=0, prediction=1)]


def test_the_metadata_or_the_columns_decide_between_two_forms() -> None:
    assert (
        TABLES.read(b"factor_id,factor_description,captured_variance\n0,a,1\n").row
        is Factor
    )
    assert TABLES.read(b"id,factor_0_score\n0,1\n").row is FactorScore
    assert (
        TABLES.read(b'{"model_type": "search", "data": {"id": ["1"]}}').row
        is SearchMatch
    )
    assert (
        TABLES.read(
            b'{"model_type": "new", "data": {"id": [1], "prediction": [1]}}'
        ).row
        is Prediction
    )


@pytest.mark.parametrize(
    ("content_type", "data", "expected"),
    [
        ("application/json", b"id", "json"),
        ("text/csv; charset=utf-8", b"{", "csv"),
        ("application/octet-stream", b"PAR1....", "parquet"),
        ("application/octet-stream", b" \n{", "json"),
        ("", b"\xef\xbb\xbf[", "json"),
        ("binary/octet-stream", b"id,prediction", "csv"),
        ("text/plain", b"", "csv"),
        ("application/vnd.apache.parquet", b"x", "parquet"),
        ("text/csv", b"PAR1", "parquet"),
    ],
)
def test_the_format_is_what_the_media_type_says_or_else_the_content(
    content_type: str, data: bytes, expected: str
) -> None:
    assert format_of(content_type, data).name == expected


@pytest.mark.parametrize(
    "body",
    [
        b'{"detail": "Model is warming up"}',
        b'{"status": "processing"}',
        b'{"error": {"message": "no"}}',
        b'{"detail": [{"loc": ["body"], "msg": "Field required"}]}',
        b"{}",
        b'{"data": {}, "model_type": "prediction"}',
    ],
)
@pytest.mark.parametrize("row", [None, Prediction])
def test_an_error_body_is_no_table(body: bytes, row: type[Prediction] | None) -> None:
    with pytest.raises(TableError):
        TABLES.read(body) if row is None else TABLES.read(body, row)


def test_a_boolean_label_is_the_same_in_all_formats() -> None:
    labels = [True, False]
    for data in (
        b'{"id": [0, 1], "prediction": [true, false]}',
        b"id,prediction\n0,true\n1,false\n",
        to_parquet({"id": pa.array([0, 1]), "prediction": pa.array(labels)}),
    ):
        found = TABLES.read(data, Prediction).column("prediction")
        assert found == ["true", "false"]
    mixed = b'{"id": [0, 1, 2], "prediction": [true, 1, "x"]}'
    found = TABLES.read(mixed, Prediction).column("prediction")
    assert found == ["true", "1", "x"]
