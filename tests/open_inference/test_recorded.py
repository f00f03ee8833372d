"""What real servers answered, played to both clients: each becomes a result or an error."""

from __future__ import annotations

import json
import math
from base64 import b64decode
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx2
import numpy as np
import pytest

from clientpress.document.data import is_array, is_object
from open_inference import Tensor, errors
from open_inference._runtime.values.encoding import encode
from tests.open_inference.document import find
from tests.open_inference.recordings import (
    ALL,
    HEADER_LENGTH,
    Message,
    Plain,
    Recording,
    tensors_of,
)

if TYPE_CHECKING:
    from open_inference import Client, InferenceResult
    from tests.open_inference.drivers import Driver

# A cut connection cannot be played; the tests of MLServer have it.
WHOLE = [recording for recording in ALL if not recording.is_cut]
recordings = pytest.mark.parametrize(
    "recording", WHOLE, ids=[recording.id for recording in WHOLE]
)

X = {"x": np.ones((2, 3), np.float32)}
TENSORS = {"modelInfer", "modelVersionInfer", "modelInferStream"}
STREAMS = {"modelInferStream", "modelGenerateStream"}

CLASSES = {
    400: errors.BadRequestError,
    404: errors.NotFoundError,
    422: errors.UnprocessableError,
    500: errors.ServerError,
    501: errors.ServerError,
    503: errors.ServerError,
}

UNREADABLE = {"mlserver-infer--echo_string_data"}
"""Answers that break the protocol: one text for three elements."""


class Played:
    """A server that answers one recording, and keeps what it was asked."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        answer = self.recording.response
        headers = {k: v for k, v in answer.headers.items() if k != "content-length"}
        return httpx2.Response(
            self.recording.status, headers=headers, content=answer.body
        )

    def message(self) -> Message:
        """The body that was asked with."""
        [request] = self.asked
        return Message(dict(request.headers), request.content)


def call(client: Client, recording: Recording, given: Given) -> Any:
    """The call of a recording; the items of a stream."""
    found = find(recording.method, recording.path)
    assert found
    operation, path = found.operation, tuple(found.arguments.values())
    name = operation["operationId"]
    method = getattr(client, operation["x-clientpress-name"])
    if name in TENSORS:
        result = method(*path, given.inputs, **given.named)
    elif "Generate" in name:
        result = method(*path, body=recording.request.json())
    elif name == "repositoryIndex":
        words: dict[str, Any] = {}
        if recording.request.body:
            words = recording.request.json()
        result = method(**words)
    else:
        result = method(*path)
    if name not in STREAMS:
        return result
    with result as items:
        return list(items)


class Given(NamedTuple):
    """The arguments of an inference."""

    inputs: Any
    named: dict[str, Any]


ANY = Given(X, {})


def given_by(message: Message) -> Given | None:
    """The arguments for a request; None where no client of ours sends such a one."""
    if not message.is_json() or message.headers.get(HEADER_LENGTH) == "0":
        return None
    words = message.json()
    if not isinstance(words.get("id", ""), str):
        return None
    try:
        plain = tensors_of(message, "inputs")
    except KeyError:
        return None
    try:
        inputs = [tensor(p, w) for p, w in zip(plain, words["inputs"], strict=True)]
    except errors.TensorError:
        return None
    parameters = dict(words.get("parameters") or {})
    binary = any(p.is_binary for p in plain) or "binary_data_output" in parameters
    parameters.pop("binary_data_output", None)
    outputs = [output["name"] for output in words.get("outputs", ())]
    named: dict[str, Any] = {"binary": binary}
    if outputs:
        named["outputs"] = outputs
    if parameters:
        named["parameters"] = parameters
    if "id" in words:
        named["id"] = words["id"]
    return Given(inputs, named)


def arguments_of(recording: Recording) -> Given | None:
    """The arguments for a recording, whatever its operation."""
    return given_by(recording.request) if recording.case.startswith("infer") else ANY


def tensor(plain: Plain, words: dict[str, Any]) -> Tensor:
    """A tensor like one that was recorded."""
    parameters = dict(words.get("parameters") or {})
    parameters.pop("binary_data_size", None)
    return Tensor(
        plain.name,
        decoded(plain.values, parameters),
        datatype=plain.datatype,
        shape=plain.shape,
        parameters=parameters,
        json_nan="null",
    )


def decoded(values: Any, parameters: dict[str, Any]) -> Any:
    """Values as callers have them: Base64 is only on the wire."""
    is_base64 = parameters.get("content_type") == "base64"
    return list(map(b64decode, values)) if is_base64 else values


# ------------------------------------------------------------------ what we send
SENT = [
    (recording, given)
    for recording in WHOLE
    if (given := arguments_of(recording)) is not None
]


def test_most_recordings_are_requests_of_ours() -> None:
    assert len(ALL) - len(WHOLE) == 1
    assert len(WHOLE) - len(SENT) == 33


@pytest.mark.parametrize(
    ("recording", "given"), SENT, ids=[recording.id for recording, _ in SENT]
)
def test_our_clients_send_the_same(
    driver: Driver, recording: Recording, given: Given
) -> None:
    played = Played(recording._replace(status=418, response=Message({}, b"")))
    with pytest.raises(errors.StatusError):
        call(driver.played(played), recording, given)
    [request] = played.asked
    assert (request.method, request.url.path) == (recording.method, recording.path)
    if given is ANY:
        assert as_json(played.message()) == as_json(recording.request)
        return
    ours, theirs = played.message().json(), recording.request.json()
    for key in ("id", "outputs", "parameters"):
        assert without_binary(ours.get(key)) == without_binary(theirs.get(key))
    assert plain(tensors_of(played.message(), "inputs")) == plain(
        tensors_of(recording.request, "inputs")
    )


def as_json(message: Message) -> Any:
    """The body of a request; one that is empty says no more than an empty object."""
    nothing: dict[str, Any] = {}
    return message.json() if message.body else nothing


def without_binary(words: Any) -> Any:
    """Parameters or outputs, less what they say about how outputs come back."""
    if is_array(words):
        return [without_binary(item) for item in words]
    if not is_object(words):
        return words
    kept = {
        key: without_binary(value)
        for key, value in words.items()
        if key not in ("binary_data", "binary_data_output")
    }
    return {key: value for key, value in kept.items() if value is not None} or None


def plain(tensors: list[Plain]) -> list[tuple[Any, ...]]:
    """Tensors, comparable: NaN is equal to NaN, and integers stay integers."""
    return [
        (
            t.name,
            t.datatype,
            t.shape,
            None if t.values is None else list(map(repr_of, t.values)),
        )
        for t in tensors
    ]


def repr_of(value: Any) -> Any:
    """A value that is equal to itself, and 1.0 to 1."""
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return value


# ------------------------------------------------------------------ what we make of it
@recordings
def test_an_answer_becomes_a_result_or_an_error(
    driver: Driver, recording: Recording
) -> None:
    client = driver.played(Played(recording))
    given = arguments_of(recording)
    if recording.status >= 400:
        with pytest.raises(CLASSES[recording.status]) as caught:
            call(client, recording, given or ANY)
        check_error(caught.value, recording)
    elif recording.id in UNREADABLE:
        with pytest.raises(errors.DecodeError, match=r"out_bytes.* 1 elements.* 3"):
            call(client, recording, given or ANY)
    else:
        check(call(client, recording, given or ANY), recording)


def check_error(error: Any, recording: Recording) -> None:
    """It has the server's words, as text and as a model."""
    assert error.status == recording.status
    body = recording.response.body.decode()
    if not recording.response.is_json():
        assert error.body == (body or None)
        return
    words = recording.response.json()
    assert error.body.error == words.get("error")
    said = words.get("error") or words["detail"]
    if isinstance(said, str):
        assert " ".join(said.split())[:400] in str(error)
    else:
        assert [(p.type, p.loc, p.msg) for p in error.body.detail] == [
            (p["type"], p["loc"], p["msg"]) for p in said
        ]
        assert said[0]["msg"][:400] in str(error)


def check(result: Any, recording: Recording) -> None:
    """It holds what the server said."""
    found = find(recording.method, recording.path)
    assert found
    name = found.operation["operationId"]
    if name == "modelInferStream":
        events = recording.events()
        assert len(result) == len(events) > 0
        for one, words in zip(result, events, strict=True):
            check_tensors(one, Message({}, json.dumps(words).encode()))
    elif name in TENSORS:
        check_tensors(result, recording.response)
    elif name == "modelGenerateStream":
        assert [json.loads(encode(event)) for event in result] == recording.events()
    elif name in ("serverLive", "serverReady", "loadModel", "unloadModel") or (
        name.endswith("Ready")
    ):
        # Whatever the server says besides, which none of them documents.
        body = recording.response.body
        assert result == (recording.response.json() if body else None)
    else:
        assert json.loads(encode(result)) == recording.response.json()


def check_tensors(result: InferenceResult, message: Message) -> None:
    """The same tensors, and the same words about them."""
    words = message.json()
    assert result.model_name == (words.get("model_name") or "")
    assert result.model_version == (words.get("model_version") or "")
    assert result.id == (words.get("id") or "")
    assert result.parameters == (words.get("parameters") or {})
    expected = tensors_of(message, "outputs")
    assert list(result) == [tensor.name for tensor in expected]
    for output, one in zip(result.outputs, expected, strict=True):
        assert (output.name, output.datatype, tuple(output.shape)) == one[:3]
        if one.values is None:
            with pytest.raises(errors.TensorError, match="no data"):
                output.tolist()
            continue
        values = output.tolist()
        for _ in one.shape[1:]:
            values = [value for row in values for value in row]
        if one.datatype == "FP32":
            rounded: list[Any] = np.array(one.values, np.float32).tolist()
            one = one._replace(values=rounded)
        wanted = decoded(one.values or [], dict(output.parameters))
        assert list(map(repr_of, values)) == list(map(repr_of, wanted))
