"""Tensors of an API with other names and other paths than the Open Inference Protocol has."""

import asyncio
import json

import httpx2
from client import AsyncClient, Client
from client.errors import InvalidRequestError

asked: list[str] = []
READY = {"is": True}
SCORER = {
    "name": "doubler",
    "inputs": [{"name": "x", "datatype": "FP32", "shape": [-1]}],
    "outputs": [{"name": "y", "datatype": "FP32", "shape": [-1]}],
}


def answer(request: httpx2.Request) -> httpx2.Response:
    path = request.url.path
    asked.append(path)
    if path == "/serve":
        return httpx2.Response(200, json={"name": "home-made"})
    if path.endswith("/ready"):
        return httpx2.Response(200 if READY["is"] else 503)
    if request.method == "GET":
        return httpx2.Response(200, json=SCORER)
    (given,) = json.loads(request.content)["inputs"]
    assert (given["name"], given["datatype"]) == ("x", "FP32")
    doubled = [2 * value for value in given["data"]]
    tensor = {"name": "y", "datatype": "FP32", "shape": [len(doubled)], "data": doubled}
    return httpx2.Response(200, json={"model_name": path, "outputs": [tensor]})


transport = httpx2.MockTransport(answer)
with Client(
    base_url="https://models.example", http_client=httpx2.Client(transport=transport)
) as client:
    import numpy as np

    result = client.scoring.score("doubler", {"x": np.array([1.0, 2.5], np.float32)})
    assert result["y"].to_numpy().tolist() == [2.0, 5.0]
    assert asked == ["/serve/doubler/score"]
    scorer = client.scoring.scorer("doubler")
    # An array of doubles fits where nothing is lost; the metadata is read once.
    for _ in range(2):
        assert scorer.infer({"x": np.array([0.5])})["y"].tolist() == [1.0]
    assert scorer.metadata().name == "doubler" and scorer.ready()
    assert asked.count("/serve/doubler") == 1
    READY["is"] = False
    newest = client.scoring.scorer("doubler", "7")
    assert not newest.ready()
    assert newest.infer({"x": [3.0]}).model_name == "/serve/doubler/7/score"
    try:
        newest.infer({"z": [3.0]})
    except InvalidRequestError as error:
        assert "z" in str(error)
    else:
        raise SystemExit("no error")
    assert client.about_server().name == "home-made"


async def main() -> None:
    made = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    async with AsyncClient(
        base_url="https://models.example", http_client=made
    ) as client:
        result = await client.scoring.score_release(
            "doubler", "7", {"x": np.array([1.0], np.float32)}
        )
        assert result["y"].tolist() == [2.0]
        assert (await client.scoring.scorer("doubler").metadata()).inputs[0].name == "x"


asyncio.run(main())
