"""Where requests go, what they carry, and which of them are sent twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx2
import numpy as np
import pytest

from open_inference import Options
from open_inference.errors import (
    ConfigurationError,
    InvalidRequestError,
    PollingTimeoutError,
    ServerError,
)

if TYPE_CHECKING:
    from tests.open_inference.drivers import Driver

X = {"x": np.ones((1, 3), np.float32)}
NOTHING: dict[str, Any] = {"outputs": []}


class Answers:
    """A server that gives these answers in turn, the last one again and again."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        status, body = self.answers[0]
        if len(self.answers) > 1:
            del self.answers[0]
        return httpx2.Response(status, content=b"" if body is None else _json(body))


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()


def test_a_client_needs_an_address(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationError, match="OPEN_INFERENCE_BASE_URL"):
        driver.make().live()
    monkeypatch.setenv("OPEN_INFERENCE_BASE_URL", "http://127.0.0.1:8000")
    assert "http://127.0.0.1:8000" in repr(driver.make())


def test_a_token_is_sent_where_there_is_one(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Answers((200, NOTHING))
    driver.played(server).infer("m", X)
    driver.played(server, token="t-1").infer("m", X)
    monkeypatch.setenv("OPEN_INFERENCE_TOKEN", "t-2")
    driver.played(server).live()
    sent = [request.headers.get("authorization") for request in server.asked]
    assert sent == [None, "Bearer t-1", "Bearer t-2"]


@pytest.mark.parametrize("name", ["", ".", "..", "%2e%2e"])
def test_names_that_lead_elsewhere(driver: Driver, name: str) -> None:
    server = Answers((200, NOTHING))
    with pytest.raises(InvalidRequestError, match="model_name"):
        driver.played(server).infer(name, X)
    assert server.asked == []


def test_names_are_encoded(driver: Driver) -> None:
    server = Answers((200, NOTHING))
    driver.played(server).infer_version("a/b c", "v:1", X)
    assert server.asked[0].url.raw_path == b"/v2/models/a%2Fb%20c/versions/v%3A1/infer"


def test_an_inference_is_not_repeated(driver: Driver) -> None:
    """It may have been run; a list may be read again."""
    server = Answers((503, {"error": "busy"}))
    client = driver.played(server, options=Options(retries=2, timeout=60))
    with pytest.raises(ServerError, match="busy"):
        client.infer("m", X)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [400, 503])
def test_waiting_for_a_server_that_starts(driver: Driver, status: int) -> None:
    server = Answers((status, None), (status, {"error": "not yet"}), (200, None))
    driver.played(server).wait_until_ready(poll_interval=0.01)
    assert [request.url.path for request in server.asked] == ["/v2/health/ready"] * 3
    never = Answers((status, None))
    with pytest.raises(PollingTimeoutError):
        driver.played(never).wait_until_model_ready(
            "m", poll_interval=0.01, timeout=1.0
        )
    assert len(never.asked) > 1


def test_the_index_always_has_a_body(driver: Driver) -> None:
    """MLServer refuses a request without one."""
    nothing: list[Any] = []
    server = Answers((200, nothing))
    client = driver.played(server)
    assert client.repository_index() == client.repository_index(ready=True) == []
    assert [r.content for r in server.asked] == [b"{}", b'{"ready":true}']


def test_loading_sends_only_what_is_given(driver: Driver) -> None:
    server = Answers((200, {"name": "m", "load": True}))
    client = driver.played(server)
    client.load_model("m")
    client.load_model("m", parameters={"config": "{}", "file:1/model.onnx": "AAAA"})
    client.unload_model("m")
    client.unload_model("m", parameters={"unload_dependents": True})
    assert [request.content for request in server.asked] == [
        b"",
        b'{"parameters":{"config":"{}","file:1/model.onnx":"AAAA"}}',
        b"",
        b'{"parameters":{"unload_dependents":true}}',
    ]
