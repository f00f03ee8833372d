"""What real servers answered, as it was recorded."""

from __future__ import annotations

import json
import struct
from base64 import b64decode
from pathlib import Path
from typing import Any, NamedTuple

from clientpress.document.data import is_array

DATA = Path(__file__).parents[1] / "data/open_inference"
HEADER_LENGTH = "inference-header-content-length"


class Message(NamedTuple):
    """A body and its headers, whose names are in lower case."""

    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The JSON part of the body. Bare NaN and infinities are read as Python does; bytes that
        are no UTF-8, which Triton writes too, become surrogates.
        """
        size = self.headers.get(HEADER_LENGTH)
        part = self.body if size is None else self.body[: int(size)]
        return json.loads(part.decode("utf-8", "surrogateescape"))

    def blobs(self) -> bytes:
        """What comes after the JSON part."""
        size = self.headers.get(HEADER_LENGTH)
        return b"" if size is None else self.body[int(size) :]

    def is_json(self) -> bool:
        """Whether there is JSON to read."""
        try:
            self.json()
        except ValueError:
            return False
        return True


class Recording(NamedTuple):
    """One exchange."""

    server: str
    case: str
    method: str
    path: str
    request: Message
    status: int
    response: Message
    is_cut: bool
    """Whether the connection ended before the body of the answer did."""

    @property
    def id(self) -> str:
        """Its name in the output of tests."""
        return f"{self.server}-{self.case}"

    def events(self) -> list[Any]:
        """The JSON of the events that the answer consists of."""
        lines = self.response.body.decode().splitlines()
        return [
            json.loads(line.removeprefix("data:"))
            for line in lines
            if line.startswith("data:")
        ]


def message_of(headers: list[tuple[str, str]], words: dict[str, Any]) -> Message:
    """A message of headers, and a body as text, as base64, or empty."""
    body = words["text"].encode() if "text" in words else b""
    if "base64" in words:
        body = b64decode(words["base64"])
    return Message({name.lower(): value for name, value in headers}, body)


def _read(server: str, line: str) -> Recording:
    words = json.loads(line)
    request, response = words["request"], words["response"]
    return Recording(
        server,
        words["case"],
        request["method"],
        request["path"],
        message_of(list(request["headers"].items()), request),
        response["status"],
        message_of(response["headers"], response),
        response.get("cut", False),
    )


ALL = [
    _read(path.stem, line)
    for path in sorted((DATA / "recorded").glob("*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
]


# ------------------------------------------------------------------ tensors, read independently
_CODES = {
    "BOOL": "?",
    "UINT8": "B",
    "UINT16": "H",
    "UINT32": "I",
    "UINT64": "Q",
    "INT8": "b",
    "INT16": "h",
    "INT32": "i",
    "INT64": "q",
    "FP16": "e",
    "FP32": "f",
    "FP64": "d",
}


class Plain(NamedTuple):
    """A tensor as simple values, flat; `values` is None where there is no data."""

    name: str
    datatype: str
    shape: tuple[int, ...]
    values: list[Any] | None
    is_binary: bool


def tensors_of(message: Message, key: str) -> list[Plain]:
    """The tensors that a message has under `inputs` or `outputs`."""
    blobs, found = message.blobs(), list[Plain]()
    for words in message.json()[key]:
        parameters: dict[str, Any] = words.get("parameters") or {}
        shape, datatype = tuple(words["shape"]), words["datatype"]
        values: list[Any] | None
        if is_binary := "binary_data_size" in parameters:
            blob = blobs[: parameters["binary_data_size"]]
            blobs = blobs[len(blob) :]
            values = _unpacked(datatype, blob)
        else:
            values = _flat(words.get("data"), datatype)
        found.append(Plain(words["name"], datatype, shape, values, is_binary))
    return found


def _unpacked(datatype: str, blob: bytes) -> list[Any]:
    if datatype == "BF16":  # the upper half of an FP32
        halves = [blob[i : i + 2] for i in range(0, len(blob), 2)]
        return [struct.unpack("<f", b"\0\0" + half)[0] for half in halves]
    if datatype != "BYTES":
        code = _CODES[datatype]
        return [value for (value,) in struct.iter_unpack(f"<{code}", blob)]
    found = list[Any]()
    while blob:
        (size,) = struct.unpack_from("<I", blob)
        found.append(blob[4 : 4 + size])
        blob = blob[4 + size :]
    return found


def _flat(data: Any, datatype: str) -> list[Any] | None:
    if is_array(data):
        return [v for item in data for v in _flat(item, datatype) or []]
    if datatype == "BYTES":
        return None if data is None else [data.encode("utf-8", "surrogateescape")]
    return [float("nan") if data is None else data]
