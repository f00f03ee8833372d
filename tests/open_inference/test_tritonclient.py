"""The protocol as NVIDIA's own client has it: it reads what we write, and we read what it writes."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np

from tests.open_inference.recordings import HEADER_LENGTH, Message, tensors_of
from tests.servers.scripts import run_script

if TYPE_CHECKING:
    import httpx2

    from tests.open_inference.drivers import Driver

ARRAYS: dict[str, Any] = {
    "BOOL": np.array([[True, False, True]]),
    "UINT8": np.arange(6, dtype=np.uint8).reshape(2, 3),
    "UINT16": np.array([0, 65535], np.uint16),
    "UINT32": np.array([0, 2**32 - 1], np.uint32),
    "UINT64": np.array([0, 2**64 - 1], np.uint64),
    "INT8": np.array([-128, 127], np.int8),
    "INT16": np.array([-(2**15), 2**15 - 1], np.int16),
    "INT32": np.array([-(2**31), 2**31 - 1], np.int32),
    "INT64": np.array([[-(2**63)], [2**63 - 1]], np.int64),
    "FP16": np.array([1.5, -0.25], np.float16),
    "FP32": np.array([[0.1, np.inf], [-0.0, 1e-45]], np.float32),
    "FP64": np.array([0.1, 5e-324, -1e300]),
    "BF16": np.array([1.0, -2.5, 3.140625], ml_dtypes.bfloat16),
    "BYTES": np.array([[b"abc", b"\x00\xff\xfe"], [b"", "h\u00e9".encode()]], object),
}
"""One input a datatype; a script makes the same ones of their lists."""


def listed(array: Any) -> Any:
    """An array as nested lists of JSON; bytes in base64, floats by their bits."""
    if array.dtype == object:
        return [base64.b64encode(value).decode() for value in array.ravel()]
    return base64.b64encode(array.tobytes()).decode()


GIVEN: list[dict[str, Any]] = [
    {
        "name": f"in_{datatype.lower()}",
        "datatype": datatype,
        "shape": list(array.shape),
        "dtype": array.dtype.name,
        "data": listed(array),
    }
    for datatype, array in ARRAYS.items()
]

WRITE = """
import base64, json, sys
import ml_dtypes
import numpy as np
from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput

inputs = []
for words in json.load(sys.stdin):
    if words["datatype"] == "BYTES":
        array = np.array([base64.b64decode(v) for v in words["data"]], object)
    else:
        array = np.frombuffer(base64.b64decode(words["data"]), words["dtype"])
    given = InferInput(words["name"], words["shape"], words["datatype"])
    given.set_data_from_numpy(array.reshape(words["shape"]))
    inputs.append(given)
outputs = [InferRequestedOutput("out_fp32", binary_data=True)]
body, size = InferenceServerClient.generate_request_body(
    inputs, outputs=outputs, request_id="7", sequence_id=5, sequence_start=True
)
print(json.dumps({"body": base64.b64encode(body).decode(), "size": size}))
"""
"""Writes a request of the given tensors."""

READ = """
import base64, json, sys
import ml_dtypes
import numpy as np
from tritonclient.http import InferenceServerClient

words = json.load(sys.stdin)
body = base64.b64decode(words["body"])
result = InferenceServerClient.parse_response_body(body, header_length=words["size"])
found = {}
for output in result.get_response()["outputs"]:
    array = result.as_numpy(output["name"])
    if array.dtype == object:
        data = [base64.b64encode(v).decode() for v in array.ravel()]
    else:
        data = base64.b64encode(array.tobytes()).decode()
    found[output["name"]] = [output["datatype"], list(array.shape), data]
print(json.dumps(found))
"""
"""Reads an answer; says what its outputs are."""


def sent(driver: Driver, inputs: Any, **how: Any) -> Message:
    """The request that a client of ours makes."""
    import httpx2

    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json={"outputs": []})

    driver.played(answer).infer("echo", inputs, binary=True, **how)
    [request] = asked
    return Message(dict(request.headers), request.content)


def test_it_reads_what_we_write(driver: Driver) -> None:
    """Inputs and outputs have the same form, so its reader of answers can read our requests."""
    inputs = {f"in_{name.lower()}": array for name, array in ARRAYS.items()}
    ours = sent(driver, inputs)
    size = int(ours.headers[HEADER_LENGTH])
    header = ours.body[:size].replace(b'"inputs"', b'"outputs"', 1)
    body = header + ours.body[size:]
    given = {"body": base64.b64encode(body).decode(), "size": len(header)}
    found = run_script("tritonclient", READ, given=json.dumps(given))
    assert found == {
        words["name"]: [words["datatype"], words["shape"], words["data"]]
        for words in GIVEN
    }


def test_we_write_what_it_writes(driver: Driver) -> None:
    """The same tensors in the same bytes, behind JSON that says the same."""
    made = run_script("tritonclient", WRITE, given=json.dumps(GIVEN))
    headers = {HEADER_LENGTH: str(made["size"])}
    theirs = Message(headers, base64.b64decode(made["body"]))
    inputs = {f"in_{name.lower()}": array for name, array in ARRAYS.items()}
    ours = sent(driver, inputs, id="7", outputs=["out_fp32"])
    assert ours.blobs() == theirs.blobs()
    assert tensors_of(ours, "inputs") == tensors_of(theirs, "inputs")
    assert ours.json()["inputs"] == theirs.json()["inputs"]
    assert ours.json()["id"] == theirs.json()["id"] == "7"


def test_we_read_what_it_writes(driver: Driver) -> None:
    """Its request, with its inputs called outputs, is an answer to us."""
    made = run_script("tritonclient", WRITE, given=json.dumps(GIVEN))
    body = base64.b64decode(made["body"])
    header = json.loads(body[: made["size"]])
    part = json.dumps({"outputs": header["inputs"]}).encode()

    def answer(request: httpx2.Request) -> httpx2.Response:
        import httpx2

        return httpx2.Response(
            200,
            headers={HEADER_LENGTH: str(len(part))},
            content=part + body[made["size"] :],
        )

    found = driver.played(answer).infer("echo", {"in_int8": np.array([1], np.int8)})
    for datatype, array in ARRAYS.items():
        output = found[f"in_{datatype.lower()}"]
        assert (output.datatype, tuple(output.shape)) == (datatype, array.shape)
        if datatype == "BYTES":
            assert output.tolist() == array.tolist()
        else:
            assert output.to_numpy().tobytes() == array.tobytes()
