"""Thousands of small calls, fifty at a time.

    python calls.py 3000

The address of the server is in OPEN_INFERENCE_BASE_URL.
"""

from __future__ import annotations

import asyncio
import sys

from open_inference import AsyncClient, amap_calls


async def main(number: int) -> float:
    total = 0.0
    async with AsyncClient() as client:
        model = client.model("summer")
        rows = ({"x": [[float(n), 1.0, 2.0]]} for n in range(number))
        async for done in amap_calls(model.infer, rows, concurrency=50):
            total += done.value["total"].to_numpy().item()
    return total


if __name__ == "__main__":
    print(asyncio.run(main(int(sys.argv[1]))))
