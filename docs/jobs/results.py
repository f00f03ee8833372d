"""A result table of any length into DuckDB, from Parquet or CSV.

python results.py predictions.csv results.duckdb
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from woodwide.models import Prediction
from woodwide.tables import scan_table


def main(source: Path, target: Path) -> None:
    with duckdb.connect(str(target)) as database:
        for number, batch in enumerate(scan_table(source, Prediction)):
            database.register("batch", batch.to_arrow())
            if number == 0:
                database.execute("create table predictions as from batch limit 0")
            database.execute("insert into predictions from batch")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
