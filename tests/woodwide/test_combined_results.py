"""The file with the input beside the result, which the newer generation has."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from woodwide import Client
from woodwide.errors import Error

CSV = b"id,age,prediction\n1,30,0.5\n"


def client_of(uri: str | None) -> Client:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "storage.example.com":
            assert "authorization" not in request.headers
            return httpx2.Response(200, content=CSV)
        results = {"job_type": "infer_batch", "combined_results_uri": uri}
        return httpx2.Response(200, json=results)

    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    return Client(api_key="key", http_client=http)


def test_the_file_is_saved(tmp_path: Path) -> None:
    with client_of("https://storage.example.com/both.csv?sig=s") as client:
        file = client.jobs.combined_results_file("job_1")
        assert file.save(tmp_path / "both.csv").read_bytes() == CSV


@pytest.mark.parametrize("uri", [None, ""])
def test_a_service_that_makes_none(uri: str | None) -> None:
    with client_of(uri) as client, pytest.raises(Error, match="combined_results_uri"):
        client.jobs.combined_results_file("job_1").read()
