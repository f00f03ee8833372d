"""The rows of a Parquet file through a model, eight chunks at a time.

    python scoring.py rows.parquet scores

The first file has the columns that the model takes, the second argument is a folder with a file for
each chunk. If the process ends, the same command does only what is not there yet. The address of the
server is in OPEN_INFERENCE_BASE_URL.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars

from open_inference import Client, Options, map_calls

Chunk = tuple[Path, polars.DataFrame]
REPEATABLE = Options(idempotency_key="scoring")  # this model has no side effects


def main(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    slices = enumerate(polars.read_parquet(source).iter_slices(10_000))
    chunks = ((target / f"{number:06}.parquet", rows) for number, rows in slices)
    missing = (chunk for chunk in chunks if not chunk[0].exists())
    with Client() as client:
        model = client.model("summer")

        def score(chunk: Chunk) -> None:
            path, rows = chunk
            result = model.infer({"x": rows}, options=REPEATABLE)
            scored = rows.with_columns(total=result["total"].to_numpy())
            part = path.with_suffix(".part")
            scored.write_parquet(part)
            part.rename(path)  # a chunk is there completely or not at all

        for done in map_calls(score, missing, concurrency=8):
            done.value  # noqa: B018 - raises the error of a chunk


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
