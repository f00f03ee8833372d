"""Each group completes its uploads with an operation of the other one; both load, whichever comes first."""

import json
import subprocess
import sys

import httpx2
from client import Client


def answer(request: httpx2.Request) -> httpx2.Response:
    path = request.url.path
    if request.url.host == "storage.example":
        assert request.content == b"abc"
        return httpx2.Response(201)
    if request.method == "POST":
        file = json.loads(request.content)["file"]
        assert (file["name"], file["size"]) == ("a.csv", 3)
        place = "https://storage.example/slot"
        return httpx2.Response(200, json={"id": path.strip("/"), "put": place})
    return httpx2.Response(200, json={"id": "closed", "side": path})


transport = httpx2.MockTransport(answer)
with Client(http_client=httpx2.Client(transport=transport)) as client:
    assert client.left.upload(("a.csv", b"abc", "text/csv")).side == "/right/left"
    assert client.right.upload(("a.csv", b"abc", "text/csv")).side == "/left/right"

for module in ("left", "right"):
    program = f"import client.groups.{module}"
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)
