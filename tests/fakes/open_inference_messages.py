"""Messages of the Open Inference Protocol as a server reads and writes them: JSON, or bytes behind JSON.

Everything is read and written by `json`, `struct` and numpy themselves, so that the client is not
tested against its own twin.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clientpress.document.data import is_array
from tests.fakes.service import JsonObject, Refused

DTYPES = {
    "BOOL": "?",
    **{f"UINT{bits}": f"<u{bits // 8}" for bits in (8, 16, 32, 64)},
    **{f"INT{bits}": f"<i{bits // 8}" for bits in (8, 16, 32, 64)},
    **{f"FP{bits}": f"<f{bits // 8}" for bits in (16, 32, 64)},
    "BF16": "<u2",
    "BYTES": "O",
}
"""Datatypes, and the types of their elements in numpy, which has BF16 as bits only."""

_NO_JSON = ("FP16", "BF16")
_SIZE = "binary_data_size"


def refused(message: str, status: int = 400) -> Refused:
    """A refusal, as the protocol has it."""
    return Refused(status, {"error": message})


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor; its elements lie in one row, texts as bytes."""

    name: str
    datatype: str
    shape: tuple[int, ...]
    elements: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for an inference; `outputs` has the parameters of those that are wanted, or is None."""

    inputs: dict[str, Tensor]
    outputs: dict[str, JsonObject] | None = None
    parameters: JsonObject = field(default_factory=dict[str, Any])
    id: str | None = None

    def wants_bytes(self, name: str) -> bool:
        """Whether an output is to come as bytes."""
        everything = self.parameters.get("binary_data_output", False)
        return bool((self.outputs or {}).get(name, {}).get("binary_data", everything))


# ------------------------------------------------------------------ requests
def read_request(body: bytes, header_length: int | None) -> Asked:
    """Read a request.

    Args:
        body: The body.
        header_length: The header Inference-Header-Content-Length, which a body with bytes has.

    Raises:
        Refused: It is not a valid request.
    """
    end = len(body) if header_length is None else header_length
    if not 0 <= end <= len(body):
        raise refused(f"Inference-Header-Content-Length is {end}")
    try:
        document: JsonObject = json.loads(body[:end])
    except ValueError as error:
        raise refused(f"failed to parse the request: {error}") from error
    rest = _Rest(body, end)
    inputs = [_read_tensor(words, rest) for words in document["inputs"]]
    if rest.start != len(body):
        raise refused(f"{len(body) - rest.start} bytes belong to no input")
    by_name = {tensor.name: tensor for tensor in inputs}
    if len(by_name) < len(inputs):
        raise refused("two inputs have the same name")
    outputs = {o["name"]: o.get("parameters", {}) for o in document.get("outputs", ())}
    parameters = document.get("parameters", {})
    return Asked(by_name, outputs or None, parameters, document.get("id"))


@dataclass(slots=True)
class _Rest:
    """The bytes behind the JSON."""

    body: bytes
    start: int

    def take(self, size: int) -> bytes:
        left = len(self.body) - self.start
        if not 0 <= size <= left:
            raise refused(f"{_SIZE} is {size}, {left} bytes are left")
        self.start += size
        return self.body[self.start - size : self.start]


def _read_tensor(words: JsonObject, rest: _Rest) -> Tensor:
    name, datatype, shape = words["name"], words["datatype"], tuple(words["shape"])
    parameters = words.get("parameters", {})
    try:
        elements = (
            _from_bytes(datatype, rest.take(parameters[_SIZE]))
            if _SIZE in parameters
            else _from_json(datatype, words.get("data"))
        )
    except (ValueError, OverflowError) as error:
        raise refused(f"input '{name}': {error}") from error
    if (count := len(elements)) != math.prod(shape):
        said = f"input '{name}' has {count} elements, its shape is {list(shape)}"
        raise refused(said)
    return Tensor(name, datatype, shape, elements)


def _from_bytes(datatype: str, data: bytes) -> NDArray[Any]:
    if datatype == "BYTES":
        return _row(list(_texts(data)))
    return np.frombuffer(data, DTYPES[datatype])


def _texts(data: bytes) -> Iterator[bytes]:
    """Texts that each stand behind their length, four bytes."""
    start = 0
    while start < len(data):
        try:
            (length,) = struct.unpack_from("<I", data, start)
        except struct.error as error:
            raise ValueError("the last length is cut off") from error
        start += 4 + length
        if start > len(data):
            raise ValueError("the last text is cut off")
        yield data[start - length : start]


def _from_json(datatype: str, data: Any) -> NDArray[Any]:
    if datatype in _NO_JSON:
        raise ValueError(f"{datatype} has to be sent as bytes")
    if not is_array(data):
        raise ValueError("there is no data")
    elements = list(_flat(data))
    kinds: tuple[type, ...] = (int, float) if datatype.startswith("FP") else (int,)
    kinds = {"BYTES": (str,), "BOOL": (bool,)}.get(datatype, kinds)
    for each in elements:
        if type(each) not in kinds:
            raise ValueError(f"{each!r} is no {datatype}")
    if datatype == "BYTES":
        return _row([text.encode() for text in elements])
    return np.array(elements, DTYPES[datatype])


def _row(elements: Sequence[bytes]) -> NDArray[Any]:
    row = np.empty(len(elements), "O")
    row[:] = elements
    return row


def _flat(data: Any) -> Iterator[Any]:
    if not is_array(data):
        yield data
        return
    for each in data:
        yield from _flat(each)


# ------------------------------------------------------------------ answers
def write_answer(
    about: JsonObject, outputs: Sequence[Tensor], asked: Asked
) -> tuple[bytes, int | None]:
    """Write an answer.

    Args:
        about: What stands beside the outputs.
        outputs: The outputs that are wanted.
        asked: The request, which says which outputs are to come as bytes.

    Returns:
        The body, and the length of its JSON part if bytes stand behind it.

    Raises:
        Refused: An output has no JSON.
    """
    described, blobs = list[JsonObject](), list[bytes]()
    for tensor in outputs:
        name, datatype, shape = tensor.name, tensor.datatype, list(tensor.shape)
        words: JsonObject = {"name": name, "datatype": datatype, "shape": shape}
        if asked.wants_bytes(name):
            blobs.append(_to_bytes(tensor))
            words["parameters"] = {_SIZE: len(blobs[-1])}
        else:
            words["data"] = _to_json(tensor)
        described.append(words)
    if asked.id is not None:
        about = {**about, "id": asked.id}
    head = json.dumps({**about, "outputs": described}).encode()
    return b"".join([head, *blobs]), len(head) if blobs else None


def _to_bytes(tensor: Tensor) -> bytes:
    if tensor.datatype == "BYTES":
        return b"".join(struct.pack("<I", len(t)) + t for t in tensor.elements)
    return tensor.elements.astype(DTYPES[tensor.datatype]).tobytes()


def _to_json(tensor: Tensor) -> list[Any]:
    if tensor.datatype in _NO_JSON:
        said = f"output '{tensor.name}' is {tensor.datatype}, which has no JSON"
        raise refused(said)
    elements: list[Any] = tensor.elements.tolist()
    if tensor.datatype != "BYTES":
        return elements
    try:
        return [text.decode() for text in elements]
    except UnicodeDecodeError as error:
        raise refused(f"output '{tensor.name}' is no UTF-8") from error
