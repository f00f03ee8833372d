"""A batch of prompts: what failed is sent again, and the answers end up beside the prompts.

    python prompts.py prompts.parquet answers.parquet

The first file has the columns `id` and `prompt`. If the process ends, the same command goes on, and
nothing is paid for twice. Address and key are in MITHRIL_BASE_URL and MITHRIL_API_KEY.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars

from mithril import Client, join
from mithril.models import BatchInputLineDict

MODEL = "openai/gpt-oss-20b"


def request(id: str, prompt: str) -> BatchInputLineDict:
    return {
        "custom_id": id,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"model": MODEL, "messages": [{"role": "user", "content": prompt}]},
    }


def main(source: Path, target: Path) -> None:
    prompts = polars.read_parquet(source, columns=["id", "prompt"])
    requests = [request(id, prompt) for id, prompt in prompts.iter_rows()]
    with Client() as client:
        state = source.with_suffix(".state")
        run = client.batches.run(requests, state=state, attempts=3)
        answer = {"answer": "/choices/0/message/content"}
        answers = polars.DataFrame(join(run, requests).to_arrow_stream(answer=answer))
    prompts.join(answers, on="id", how="left").write_parquet(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
