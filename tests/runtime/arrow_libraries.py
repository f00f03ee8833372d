"""The Arrow libraries, as `Any`: they have no types, or none that strict checkers know. Files by them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

duckdb: Any = import_module("duckdb")
pa: Any = import_module("pyarrow")
pcsv: Any = import_module("pyarrow.csv")
pd: Any = import_module("pandas")
pl: Any = import_module("polars")
pq: Any = import_module("pyarrow.parquet")


def to_csv(columns: Mapping[str, Sequence[object]], **style: Any) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, **style)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def to_parquet(columns: Mapping[str, Any], **metadata: str) -> bytes:
    target = io.BytesIO()
    table = pa.table(dict(columns))
    pq.write_table(table.replace_schema_metadata(metadata or None), target)
    return target.getvalue()
