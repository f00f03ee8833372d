"""The jobs of `docs/jobs`, as one writes them with httpx2, polars, pyarrow and DuckDB alone.

python -m benchmarks.jobs.by_hand prompts|scoring|results|calls ARGUMENTS
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from threading import Semaphore
from typing import Any

import httpx2

PATH = "/v1/chat/completions"


# Each job loads what it needs, as a script of its own would.
def prompts(source: str, target: str) -> None:
    """Upload, create, poll, download, and send again what failed."""
    import polars

    frame = polars.read_parquet(source, columns=["id", "prompt"])
    asked = dict(frame.iter_rows())
    answers: dict[str, tuple[str, str | None, str | None]] = {}
    key = {"authorization": f"Bearer {os.environ['MITHRIL_API_KEY']}"}
    with httpx2.Client(
        base_url=os.environ["MITHRIL_BASE_URL"], headers=key, timeout=60
    ) as client:
        for _ in range(3):
            lines: list[str] = []
            for id, prompt in asked.items():
                messages = [{"role": "user", "content": prompt}]
                body = {"model": "openai/gpt-oss-20b", "messages": messages}
                line = {"custom_id": id, "method": "POST", "url": PATH, "body": body}
                lines.append(json.dumps(line))
            data = "\n".join(lines).encode()
            upload = client.post(
                "/v1/files",
                files={"file": ("in.jsonl", data)},
                data={"purpose": "batch"},
            )
            given = {"input_file_id": upload.json()["id"], "endpoint": PATH}
            given["completion_window"] = "24h"
            job = client.post("/v1/batches", json=given).json()
            while job["status"] != "completed":
                job = client.get(f"/v1/batches/{job['id']}").json()
            failed: list[str] = []
            for file in (job["output_file_id"], job["error_file_id"]):
                if not file:
                    continue
                content = client.get(f"/v1/files/{file}/content").content
                for raw in content.splitlines():
                    outcome = json.loads(raw)
                    id, response = outcome["custom_id"], outcome["response"]
                    if response and 200 <= response["status_code"] < 300:
                        text = response["body"]["choices"][0]["message"]["content"]
                        answers[id] = ("succeeded", text, None)
                    else:
                        error = json.dumps(outcome["error"])
                        answers[id] = ("failed", None, error)
                        failed.append(id)
            asked = {id: asked[id] for id in failed}
            if not asked:
                break
    rows = [(id, *answer) for id, answer in answers.items()]
    names = ["id", "status", "answer", "error"]
    types = dict.fromkeys(names, polars.String)
    table = polars.DataFrame(rows, schema=types, orient="row")
    frame.join(table, on="id", how="left").write_parquet(target)


INFER = "/v2/models/summer/infer"
_LENGTH = "inference-header-content-length"


def _asked(x: Any) -> dict[str, Any]:
    """Body and headers of an inference in the binary form of the protocol."""
    slot: dict[str, Any] = {"name": "x", "datatype": "FP32", "shape": x.shape}
    slot["parameters"] = {"binary_data_size": x.nbytes}
    asked = {"inputs": [slot], "parameters": {"binary_data_output": True}}
    head = json.dumps(asked).encode()
    return {"content": head + x.tobytes(), "headers": {_LENGTH: str(len(head))}}


def _binary(response: httpx2.Response) -> bytes:
    """The bytes of the only output of an answer."""
    response.raise_for_status()
    return response.content[int(response.headers[_LENGTH]) :]


def scoring(source: str, target: str) -> None:
    """Chunks in threads, with a bound on how many wait."""
    import numpy as np
    import polars

    folder = Path(target)
    folder.mkdir(exist_ok=True)
    room = Semaphore(16)
    with (
        httpx2.Client(base_url=os.environ["OPEN_INFERENCE_BASE_URL"]) as client,
        ThreadPoolExecutor(8) as pool,
    ):

        def score(path: Path, rows: polars.DataFrame) -> None:
            try:
                x = rows.to_numpy().astype(np.float32)
                response = client.post(INFER, **_asked(x))
                total = np.frombuffer(_binary(response), np.float32)
                part = path.with_suffix(".part")
                rows.with_columns(total=total).write_parquet(part)
                part.rename(path)
            finally:
                room.release()

        futures: list[Any] = []
        frame = polars.read_parquet(source)
        for number, rows in enumerate(frame.iter_slices(10_000)):
            path = folder / f"{number:06}.parquet"
            if not path.exists():
                room.acquire()
                futures.append(pool.submit(score, path, rows))
        for future in futures:
            future.result()


def results(source: str, target: str) -> None:
    """Record batches into DuckDB, with the types of the API."""
    import duckdb

    pyarrow: Any = import_module("pyarrow")
    with duckdb.connect(target) as database:
        names = ["id", "prediction", "prediction_prob", "prediction_explanation"]
        if source.endswith(".csv"):
            csv: Any = import_module("pyarrow.csv")
            kinds = [pyarrow.int64(), pyarrow.string(), pyarrow.float64()]
            types = dict(zip(names, [*kinds, pyarrow.string()], strict=True))
            options = csv.ConvertOptions(column_types=types)
            reader: Any = csv.open_csv(source, convert_options=options)
        else:
            parquet: Any = import_module("pyarrow.parquet")
            reader = parquet.ParquetFile(source).iter_batches()
        for number, batch in enumerate(reader):
            database.register("batch", pyarrow.Table.from_batches([batch]))
            if number == 0:
                database.execute("create table predictions as from batch limit 0")
            database.execute("insert into predictions from batch")


async def calls(number: int) -> float:
    """Fifty calls at a time."""
    import numpy as np

    url = os.environ["OPEN_INFERENCE_BASE_URL"]
    room = asyncio.Semaphore(50)
    async with httpx2.AsyncClient(base_url=url) as client:

        async def one(n: int) -> float:
            x = np.array([[n, 1.0, 2.0]], np.float32)
            async with room:
                response = await client.post(INFER, **_asked(x))
            total: float = np.frombuffer(_binary(response), np.float32).item()
            return total

        return sum(await asyncio.gather(*map(one, range(number))))


if __name__ == "__main__":
    job, *arguments = sys.argv[1:]
    if job == "calls":
        print(asyncio.run(calls(int(arguments[0]))))
    else:
        {"prompts": prompts, "scoring": scoring, "results": results}[job](*arguments)
