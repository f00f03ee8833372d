"""Messages of the Open Inference Protocol as a server reads and writes them: JSON, or bytes behind JSON.

Everything is read and written by `json`, `struct` and numpy themselves, so that the client is not
tested against its own twin.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .xai_answers import JsonObject, as_list, as_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

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


class RefusedError(Exception):
    """A request that is refused, with the status and what is said about it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.status = status
        self.body: JsonObject = {"error": message}


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor; its elements lie in one row, texts as bytes."""

    name: str
    datatype: str
    shape: tuple[int, ...]
    elements: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for an inference."""

    inputs: dict[str, Tensor]
    outputs: dict[str, JsonObject] | None = None
    """The parameters of the outputs that are wanted; None for all outputs."""

    parameters: JsonObject = field(default_factory=dict[str, Any])
    id: str | None = None

    def wants_bytes(self, name: str) -> bool:
        """Whether an output is to come as bytes."""
        everything = self.parameters.get("binary_data_output", False)
        return bool((self.outputs or {}).get(name, {}).get("binary_data", everything))


# ------------------------------------------------------------------ requests
def read_request(body: bytes, header_length: str | None) -> Asked:
    """Read a request.

    Args:
        body: The body.
        header_length: The header Inference-Header-Content-Length, which a body with bytes has.

    Raises:
        RefusedError: It is not a valid request.
    """
    end = _header_length(header_length, len(body))
    try:
        document = as_object(json.loads(body[:end]))
    except ValueError as error:
        raise RefusedError(400, f"failed to parse the request: {error}") from error
    listed = as_list((document or {}).get("inputs"))
    if document is None or listed is None:
        raise RefusedError(400, "the request has no inputs")
    rest = _Rest(body, end)
    inputs = [_read_tensor(_object(value, "an input"), rest) for value in listed]
    if rest.start != len(body):
        raise RefusedError(400, f"{len(body) - rest.start} bytes belong to no input")
    found = {tensor.name: tensor for tensor in inputs}
    if len(found) < len(inputs):
        raise RefusedError(400, "two inputs have the same name")
    named = as_list(document.get("outputs")) or []
    outputs = [_object(value, "an output") for value in named]
    wanted = {str(each.get("name")): _parameters(each) for each in outputs}
    request_id = document.get("id")
    return Asked(
        found,
        wanted or None,
        _parameters(document),
        None if request_id is None else str(request_id),
    )


def _header_length(text: str | None, size: int) -> int:
    if text is None:
        return size
    if not text.isdecimal() or int(text) > size:
        raise RefusedError(400, f"Inference-Header-Content-Length is {text}")
    return int(text)


@dataclass(slots=True)
class _Rest:
    """The bytes behind the JSON."""

    body: bytes
    start: int

    def take(self, size: Any) -> bytes:
        end = self.start + size if isinstance(size, int) and size >= 0 else -1
        if not self.start <= end <= len(self.body):
            raise RefusedError(
                400, f"{_SIZE} is {size}, {len(self.body) - self.start} bytes are left"
            )
        taken, self.start = self.body[self.start : end], end
        return taken


def _read_tensor(words: JsonObject, rest: _Rest) -> Tensor:
    name, datatype, listed = (words.get(key) for key in ("name", "datatype", "shape"))
    if not isinstance(name, str):
        raise RefusedError(400, "an input has no name")
    if datatype not in DTYPES:
        raise RefusedError(400, f"input '{name}' has the datatype {datatype}")
    dimensions = as_list(listed)
    if dimensions is None or not all(type(n) is int and n >= 0 for n in dimensions):
        raise RefusedError(400, f"input '{name}' has the shape {listed}")
    shape = tuple(dimensions)
    parameters = _parameters(words)
    try:
        elements = (
            _from_bytes(datatype, rest.take(parameters[_SIZE]))
            if _SIZE in parameters
            else _from_json(datatype, words.get("data"))
        )
    except ValueError as error:
        raise RefusedError(400, f"input '{name}': {error}") from error
    if len(elements) != math.prod(shape):
        raise RefusedError(
            400,
            f"input '{name}' has {len(elements)} elements, its shape is {list(shape)}",
        )
    return Tensor(name, datatype, shape, elements)


def _from_bytes(datatype: str, data: bytes) -> NDArray[Any]:
    if datatype == "BYTES":
        return _row(datatype, list(_texts(data)))
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
    if as_list(data) is None:
        raise ValueError("there is no data")
    elements = list(_flat(data))
    if datatype == "BYTES":
        kinds: tuple[type, ...] = (str,)
    elif datatype == "BOOL":
        kinds = (bool,)
    else:
        kinds = (int, float) if datatype.startswith("FP") else (int,)
    odd = next((each for each in elements if type(each) not in kinds), None)
    if odd is not None or None in elements:
        raise ValueError(f"{odd!r} is no {datatype}")
    if datatype == "BYTES":
        return _row(datatype, [text.encode() for text in elements])
    try:
        return np.array(elements, DTYPES[datatype])
    except OverflowError as error:
        raise ValueError(str(error)) from error


def _row(datatype: str, elements: Sequence[Any]) -> NDArray[Any]:
    row = np.empty(len(elements), DTYPES[datatype])
    row[:] = elements
    return row


def _flat(data: Any) -> Iterator[Any]:
    nested = as_list(data)
    if nested is None:
        yield data
        return
    for each in nested:
        yield from _flat(each)


def _object(value: Any, what: str) -> JsonObject:
    found = as_object(value)
    if found is None:
        raise RefusedError(400, f"{what} is not an object")
    return found


def _parameters(words: JsonObject) -> JsonObject:
    return _object(words.get("parameters") or {}, "parameters")


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
        RefusedError: An output has no JSON.
    """
    described = list[JsonObject]()
    blobs = list[bytes]()
    for tensor in outputs:
        words: JsonObject = {
            "name": tensor.name,
            "datatype": tensor.datatype,
            "shape": list(tensor.shape),
        }
        if asked.wants_bytes(tensor.name):
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
        raise RefusedError(
            400, f"output '{tensor.name}' is {tensor.datatype}, which has no JSON"
        )
    elements: list[Any] = tensor.elements.tolist()
    if tensor.datatype != "BYTES":
        return elements
    try:
        return [text.decode() for text in elements]
    except UnicodeDecodeError as error:
        raise RefusedError(400, f"output '{tensor.name}' is no UTF-8") from error
