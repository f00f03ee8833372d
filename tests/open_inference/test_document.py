"""The document allows what real servers answer and are sent, and not everything."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.open_inference.document import content_of, find, followed, problems
from tests.open_inference.recordings import ALL, HEADER_LENGTH, Recording

recordings = pytest.mark.parametrize(
    "recording", ALL, ids=[recording.id for recording in ALL]
)

JSON = "application/json"
EVENTS = "text/event-stream"

NOT_ALLOWED = {
    "infer--error_no_inputs_key": '"inputs" is a required property',
    "infer--error_bad_datatype_name": '"FLOAT" is not one of',
    "infer--error_missing_shape": '"shape" is a required property',
    "infer--error_id_not_string": '5 is not of type "string"',
    "infer--error_two_invalid_fields": '1 is not of type "string"',
    "generate--error_missing_input": '{"x":1} is not valid under any of the schemas',
}
"""Requests that do not have the form of the protocol, and what the document says of them. What
else servers refuse is wrong for the model only, or no JSON at all.
"""


def without_nan(text: str) -> Any:
    """JSON, with null for the bare NaN and infinities that Triton writes."""
    return json.loads(text, parse_constant=lambda _: None)


@recordings
def test_the_answer_is_documented(recording: Recording) -> None:
    found = find(recording.method, recording.path)
    assert found
    responses = found.operation["responses"]
    assert str(recording.status) in responses
    answer = responses[str(recording.status)]
    content = content_of(answer)
    body = recording.response.body
    if not body or not content:
        return
    if EVENTS in content:
        item = content[EVENTS]["itemSchema"]
        data = item["properties"]["data"]["contentSchema"]
        for event in recording.events():
            assert problems(data, event) == []
            assert problems(item, {"data": json.dumps(event)}) == []
        return
    if HEADER_LENGTH in recording.response.headers:
        assert "application/octet-stream" in content
        assert "Inference-Header-Content-Length" in followed(answer)["headers"]
    elif not recording.response.is_json():
        assert body == b"Internal Server Error"
        return
    part = json.dumps(recording.response.json()).replace("\\udc", "\\u00")
    assert problems(content[JSON]["schema"], without_nan(part)) == []


@recordings
def test_the_request_is_documented(recording: Recording) -> None:
    found = find(recording.method, recording.path)
    assert found
    body = recording.request.body
    if "requestBody" not in found.operation:
        assert body == b""
        return
    if not body:
        optional = not followed(found.operation["requestBody"]).get("required")
        assert optional or recording.case.endswith("empty_body")
        return
    header = recording.request.headers.get(HEADER_LENGTH)
    if header == "0" or not recording.request.is_json():
        return  # nothing but bytes, or broken
    content = content_of(found.operation["requestBody"])
    if header is not None:
        assert "application/octet-stream" in content
    value = without_nan(json.dumps(recording.request.json()))
    said = problems(content[JSON]["schema"], value)
    if recording.case in NOT_ALLOWED:
        assert any(NOT_ALLOWED[recording.case] in problem for problem in said)
    else:
        assert said == []


def test_every_operation_was_recorded() -> None:
    """But those on a version and the streams, which only some servers have."""
    seen = set[str]()
    for recording in ALL:
        found = find(recording.method, recording.path)
        assert found
        seen.add(found.operation["operationId"])
    assert seen == {
        "serverLive",
        "serverReady",
        "serverMetadata",
        "modelReady",
        "modelVersionReady",
        "modelMetadata",
        "modelVersionMetadata",
        "modelInfer",
        "modelVersionInfer",
        "modelInferStream",
        "modelGenerate",
        "modelGenerateStream",
        "repositoryIndex",
        "loadModel",
        "unloadModel",
    }
