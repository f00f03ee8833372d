"""What the models of the fake Wood Wide service make of rows, and how it is written.

Everything is written by `json`, `csv` and pyarrow themselves, so that what reads it later is not
tested against its own twin.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.fakes.service import JsonObject

# Neither has types.
pa: Any = import_module("pyarrow")
pq: Any = import_module("pyarrow.parquet")

Row: TypeAlias = dict[str, Any]
Columns: TypeAlias = dict[str, list[Any]]

DIMENSIONS = 4
_MANY = 50
"""Rows in the training data of a search model; also the most anomalies that are described."""
_ANOMALOUS = 3.0
_CLUSTERS = ("High spend, long tenure", "Low spend, recent sign-up", 'Says "maybe"')
_FACTORS = (("Overall account size", 0.41), ("Support load", 0.18))


@dataclass(frozen=True, slots=True)
class Style:
    """In which of the ways that have been seen the service writes its tables.

    Attributes:
        wrapped: Whether JSON is an object with the columns in `data`.
        plural: Whether the column of probabilities is called `prediction_probs`.
        probabilities: The top class's only, or a list of one for each class.
        factors: One row for each factor, or one for each row of the input.
        space: Whether a space follows each comma of the CSV of a prediction.
        ids: Whether anomalous ids are numbers or texts.
    """

    wrapped: bool = True
    plural: bool = False
    probabilities: Literal["top", "all"] = "top"
    factors: Literal["factor", "row"] = "factor"
    space: bool = True
    ids: Literal["integer", "string"] = "integer"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller wants of a model.

    Attributes:
        k: Neighbours for each row; None is one, as plain text instead of a list.
    """

    output_type: str = "csv"
    anomaly_format: str = "ids_only"
    k: int | None = None
    exclude_self_matches: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The result of an inference.

    Attributes:
        columns: The table, by columns.
        data: The same as it stands in JSON.
        extras: What is said about the table as a whole.
    """

    columns: Columns
    data: JsonObject
    extras: JsonObject

    @property
    def per_row(self) -> bool:
        """Whether the table has a row for each row of the input."""
        return "id" in self.columns


class UnreadableError(Exception):
    """A file that is neither CSV nor Parquet."""


def read_rows(data: bytes) -> list[Row]:
    """The rows of an uploaded file.

    Raises:
        UnreadableError: It is neither CSV nor Parquet, or has no column.
    """
    if data.startswith(b"PAR1"):
        try:
            return list(pq.read_table(io.BytesIO(data)).to_pylist())
        except pa.ArrowInvalid as error:
            raise UnreadableError from error
    try:
        text = data.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        if not reader.fieldnames:
            raise UnreadableError
        return [dict(row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableError from error


# ------------------------------------------------------------------ what models do
def infer(kind: str, rows: Sequence[Row], wanted: Wanted, style: Style) -> Result:
    """What a model of this kind makes of these rows: always the same of the same."""
    return _KINDS[kind](rows, wanted, style)


def _share(row: Row, salt: str = "") -> float:
    """A number from 0 to 1 that only depends on the texts of a row, so not on CSV or Parquet."""
    text = "\x1f".join("" if cell is None else str(cell) for cell in row.values())
    return crc32(f"{salt}\x1e{text}".encode()) / 2**32


def _number(row: Row, salt: str, scale: float = 1.0) -> float:
    return round(_share(row, salt) * scale, 6)


def _binary(rows: Sequence[Row], wanted: Wanted, style: Style) -> Result:
    return _classes(rows, ("yes", "no"), style)


def _multiclass(rows: Sequence[Row], wanted: Wanted, style: Style) -> Result:
    return _classes(rows, ("cat_A", "cat_B", "cat_C, or so"), style)


def _integer(rows: Sequence[Row], wanted: Wanted, style: Style) -> Result:
    return _classes(rows, (0, 1), style)


def _classes(
    rows: Sequence[Row], labels: tuple[str | int, ...], style: Style
) -> Result:
    every = [[_share(row, str(label)) + 0.01 for label in labels] for row in rows]
    every = [[round(one / sum(found), 6) for one in found] for found in every]
    best = [found.index(max(found)) for found in every]
    name = "prediction_probs" if style.plural else "prediction_prob"
    columns: Columns = {
        "id": list(range(len(rows))),
        "prediction": [labels[index] for index in best],
        name: every if style.probabilities == "all" else [max(f) for f in every],
    }
    described = {
        str(label): {"summary": f"{label}", "description": f"Rows of class {label}."}
        for label in labels
    }
    return Result(columns, columns, {"prediction_descriptions": described})


def _regression(rows: Sequence[Row], wanted: Wanted, style: Style) -> Result:
    columns: Columns = {
        "id": list(range(len(rows))),
        "prediction": [_number(row, "value", 100) for row in rows],
    }
    said = {"summary": "Spend", "description": "Spend drives the value."}
    extras = {"prediction_descriptions": {"value_regression": said}}
    return Result(columns, columns, extras)


def _clustering(rows: Sequence[Row], wanted: Wanted, style: Style) -> Result:
    labels = [int(_share(row, "cluster") * len(_CLUSTERS)) for row in rows]
    columns: Columns = {
        "id": list(range(len(rows))),
        "cluster_label": labels,
        "cluster_description": [_CLUSTERS[label] for label in labels],
    }
    described = {
        str(label): _group(text, f"Cluster {label}")
        for label, text in enumerate(_CLUSTERS)
    }
    return Result(columns, columns, {"cluster_descriptions": described})


def _anomaly(rows: Sequence[Row], wanted: Wanted, style: Style) -> Result:
    scores = [_number(row, "anomaly", 4) for row in rows]
    found = [index for index, score in enumerate(scores) if score > _ANOMALOUS]
    if wanted.anomaly_format == "per_row":
        columns: Columns = {
            "id": list(range(len(rows))),
            "is_anomaly": [score > _ANOMALOUS for score in scores],
            "anomaly_score": scores,
        }
    else:
        ids = [str(index) for index in found] if style.ids == "string" else found
        columns = {"anomalous_ids": list(ids)}
    worst = sorted(found, key=lambda index: -scores[index])[:_MANY]
    described = {str(index): _group("Spend far above", "Spike") for index in worst}
    return Result(columns, columns, {"anomaly_descriptions": described})


def _embedding(rows: Sequence[Row], wanted: Wanted, style: Style) -> Result:
    columns: Columns = {"id": list(range(len(rows)))}
    for n in range(DIMENSIONS):
        columns[f"dim_{n}"] = [_number(row, f"dim{n}", 2) - 1 for row in rows]
    return Result(columns, columns, {})


def _search(rows: Sequence[Row], wanted: Wanted, style: Style) -> Result:
    matches = list[Any]()
    for index, row in enumerate(rows):
        first = int(_share(row, "search") * _MANY)
        ranked = [str((first + step) % _MANY) for step in range(_MANY)]
        if wanted.exclude_self_matches:
            ranked = [match for match in ranked if match != str(index)]
        matches.append(ranked[0] if wanted.k is None else ranked[: wanted.k])
    ids = [str(index) for index in range(len(rows))]
    # Nothing is published about the columns: the names are those of the samples, and ids are texts
    # because the page on JSON says so.
    columns: Columns = {"id": list(ids), "match_id": matches}
    return Result(columns, dict(zip(ids, matches, strict=True)), {})


def _factors(rows: Sequence[Row], wanted: Wanted, style: Style) -> Result:
    described = {
        str(n): {"summary": text, "description": text, "captured_variance": share}
        for n, (text, share) in enumerate(_FACTORS)
    }
    columns: Columns
    if style.factors == "factor":
        columns = {
            "factor_id": list(range(len(_FACTORS))),
            "factor_description": [text for text, _ in _FACTORS],
            "captured_variance": [share for _, share in _FACTORS],
        }
    else:
        columns = {"id": list(range(len(rows)))}
        for n, (text, share) in enumerate(_FACTORS):
            columns[f"factor_{n}_score"] = [_number(r, f"f{n}", 4) - 2 for r in rows]
            columns[f"factor_{n}_description"] = [text] * len(rows)
            columns[f"factor_{n}_captured_variance"] = [share] * len(rows)
    return Result(columns, columns, {"factor_descriptions": described})


def _group(description: str, summary: str) -> JsonObject:
    contribution = {
        "name": "monthly_spend",
        "phrase": "unusually high monthly_spend",
        "direction": "high",
        "normalized_weight": 0.62,
    }
    return {
        "description": description,
        "summary": summary,
        "feature_contributions": [contribution],
    }


_KINDS: dict[str, Callable[[Sequence[Row], Wanted, Style], Result]] = {
    "binary": _binary,
    "multiclass": _multiclass,
    "integer": _integer,
    "regression": _regression,
    "clustering": _clustering,
    "anomaly": _anomaly,
    "embedding": _embedding,
    "search": _search,
    "factors": _factors,
}

MODEL_TYPES: dict[str, str] = {
    "binary": "prediction",
    "multiclass": "prediction",
    "integer": "prediction",
    "regression": "prediction",
    **{name: name for name in ("clustering", "anomaly", "embedding")},
    **{name: name for name in ("search", "factors")},
}
"""Kinds of models, and what the service calls their types."""

# ------------------------------------------------------------------ how it is written
CONTENT_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/octet-stream",
}


def write(
    result: Result, output_type: str, about: Mapping[str, Any], style: Style
) -> bytes:
    """The result as a body or a file.

    Args:
        result: What to write.
        output_type: `json`, `csv` or `parquet`.
        about: The job and the model, as they stand beside the table.
        style: In which way it is written.
    """
    if output_type == "json":
        whole = {**about, "data": result.data, **result.extras}
        return json.dumps(whole if style.wrapped else result.data).encode()
    if output_type == "csv":
        return _csv(result, style)
    said = {**about, **result.extras}
    metadata = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in said.items()
    }
    sink = io.BytesIO()
    table = pa.table(_typed(result.columns)).replace_schema_metadata(metadata)
    pq.write_table(table, sink)
    return sink.getvalue()


def _typed(columns: Columns) -> dict[str, Any]:
    """Columns with their types, which a column without values would not have."""
    return {
        name: pa.array(cells, _type(name, cells, "match_id" in columns))
        for name, cells in columns.items()
    }


def _type(name: str, cells: list[Any], texts_as_ids: bool) -> Any:
    if cells:
        return None
    if name == "id":
        return pa.string() if texts_as_ids else pa.int64()
    if name in ("cluster_label", "factor_id", "anomalous_ids"):
        return pa.int64()
    if name == "is_anomaly":
        return pa.bool_()
    texts = ("prediction", "match_id")
    return (
        pa.string() if name in texts or name.endswith("description") else pa.float64()
    )


def _csv(result: Result, style: Style) -> bytes:
    columns = dict(result.columns)
    described = result.extras.get("prediction_descriptions")
    if described:
        # Only CSV repeats in every row what stands behind it.
        said = {label: words["description"] for label, words in described.items()}
        columns["prediction_explanation"] = [
            said.get(str(cell), said.get("value_regression"))
            for cell in columns["prediction"]
        ]
    spaced = style.space and bool(described)
    rows = [list(columns), *map(list, zip(*columns.values(), strict=True))]
    return "".join(_line(row, spaced) for row in rows).encode()


def _line(cells: Sequence[Any], spaced: bool) -> str:
    texts = [json.dumps(cell) if isinstance(cell, list) else cell for cell in cells]
    if not spaced:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(texts)
        return out.getvalue()
    # The writer knows no space after a comma, so each cell is written alone.
    alone = (_line([text], False).removesuffix("\n") for text in texts)
    return ", ".join(alone) + "\n"
