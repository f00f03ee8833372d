"""The result tables of an API in small, as generated code writes them down."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from clientpress.runtime.tables.tables import (
    Column,
    Family,
    Format,
    JsonLayout,
    Kind,
    Layout,
    Table,
    Tables,
)
from clientpress.runtime.values.model import UNSET, ApiModel, UnsetType, field


class Prediction(ApiModel):
    id: int
    prediction: int | float | str
    prediction_prob: float | list[float] | None = None
    explanation: str | UnsetType | None = field(
        name="prediction_explanation", default=UNSET
    )


class Cluster(ApiModel):
    id: int
    cluster_label: int
    cluster_description: str | UnsetType | None = UNSET


class AnomalousId(ApiModel):
    anomalous_ids: int | str


class Anomaly(ApiModel):
    id: int
    is_anomaly: bool
    anomaly_score: float


class Embedding(ApiModel):
    id: int
    vector: list[float]


class SearchMatch(ApiModel):
    row_id: str
    matches: str | list[str]


class Factor(ApiModel):
    factor_id: int
    factor_description: str
    captured_variance: float


class FactorScore(ApiModel):
    id: int
    score: list[float]
    description: list[str] | None = None


ID = Column("id", ("integer",), required=True)
UNION: tuple[Kind, ...] = ("integer", "number", "string")

TABLES: Tables[Any] = Tables(
    (
        Layout(
            "Prediction",
            Prediction,
            (
                ID,
                Column("prediction", UNION, required=True),
                Column(
                    "prediction_prob",
                    ("number", "numbers"),
                    nullable=True,
                    aliases=("prediction_probs",),
                ),
                Column("prediction_explanation", ("string",), nullable=True),
            ),
            match={"model_type": "prediction"},
        ),
        Layout(
            "Cluster",
            Cluster,
            (
                ID,
                Column("cluster_label", ("integer",), required=True),
                Column("cluster_description", ("string",)),
            ),
            match={"model_type": "clustering"},
        ),
        Layout(
            "AnomalousId",
            AnomalousId,
            (Column("anomalous_ids", ("integer", "string"), required=True),),
            json=JsonLayout("list", at="/anomalous_ids"),
            match={"model_type": "anomaly"},
        ),
        Layout(
            "Anomaly",
            Anomaly,
            (
                ID,
                Column("is_anomaly", ("boolean",), required=True),
                Column("anomaly_score", ("number",), required=True),
            ),
            match={"model_type": "anomaly"},
        ),
        Layout(
            "Embedding",
            Embedding,
            (ID,),
            families=(Family("vector", r"^dim_(\d+)$", required=True),),
            match={"model_type": "embedding"},
        ),
        Layout(
            "SearchMatch",
            SearchMatch,
            (
                Column("row_id", ("string",), required=True, aliases=("id",)),
                Column(
                    "matches",
                    ("string", "strings"),
                    required=True,
                    aliases=("match_id",),
                ),
            ),
            json=JsonLayout("map", key="row_id", value="matches"),
            match={"model_type": "search"},
        ),
        Layout(
            "Factor",
            Factor,
            (
                Column("factor_id", ("integer",), required=True),
                Column("factor_description", ("string",), required=True),
                Column("captured_variance", ("number",), required=True),
            ),
            match={"model_type": "factors"},
        ),
        Layout(
            "FactorScore",
            FactorScore,
            (ID,),
            families=(
                Family("score", r"^factor_(\d+)_score$", required=True),
                Family("description", r"^factor_(\d+)_description$", "string"),
            ),
            match={"model_type": "factors"},
        ),
    ),
    unwrap="/data",
)


class Sample(ApiModel):
    """A row with one column of each kind."""

    flag: bool | None = None
    count: int | None = None
    size: float | None = None
    text: str | None = None
    counts: list[int] | None = None
    sizes: list[float] | None = None
    texts: list[str] | None = None
    anything: Any = None
    either: int | float | str | None = None


KINDS: Tables[Any] = Tables(
    (
        Layout(
            "Sample",
            Sample,
            (
                Column("flag", ("boolean",), required=True, nullable=True),
                Column("count", ("integer",), nullable=True),
                Column("size", ("number",), nullable=True),
                Column("text", ("string",), nullable=True),
                Column("counts", ("integers",), nullable=True),
                Column("sizes", ("numbers",), nullable=True),
                Column("texts", ("strings",), nullable=True),
                Column("anything", ("json",), nullable=True),
                Column("either", UNION, nullable=True),
            ),
        ),
    )
)


def written(
    table: Any,
    row: type[Any],
    format: Format,
    tables: Tables[Any] = TABLES,
    **more: Any,
) -> bytes:
    """The bytes of a table file."""
    target = BytesIO()
    tables.write(table, row, target, format=format, **more)
    return target.getvalue()


def lists(table: Table[Any]) -> dict[str, list[Any]]:
    """All columns."""
    return {name: list(table.column(name)) for name in table.columns}
