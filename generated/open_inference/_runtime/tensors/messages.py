# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Messages of the Open Inference Protocol, as JSON or binary: requests and answers.

A binary message is a JSON part, then the bytes of each tensor that has a `binary_data_size`
parameter, in their order in the JSON part (extension `binary_tensor_data`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from ..values.encoding import encode
from ..values.issues import Issue, MisfitError, below
from ..values.jsontypes import JsonValue
from ..values.kinds import is_dict, is_list
from ..wire.body import Payload, Source
from ..wire.errors import InvalidRequestError
from ..wire.sources import CHUNK
from .contents import Foreign, of_bytes
from .datatypes import DATATYPES, TensorMisfit, check_shape
from .errors import TensorError
from .json import NaNForm, content_of, data_of, has_plain_json, load_orjson, loads
from .tensor import Tensor
from .values import Described

_SIZE = "binary_data_size"
_JSON = "application/json"
_BINARY = "application/octet-stream"
_SMALL = 65_536


class RequestedOutput(Struct, frozen=True):
    """An output that is requested.

    Attributes:
        classification: Asks Triton for this number of classes with the highest values, as BYTES
            ("value:index:label").
        binary: Whether it is returned as binary data; by default as the whole request says.
    """

    name: str
    parameters: Mapping[str, JsonValue] = {}
    classification: int | None = None
    binary: bool | None = None


class InferenceResult(Mapping[str, Tensor]):
    """The answer to an inference: its output tensors by name, in the server's order.

    Attributes:
        model_name: "" if the server does not say; likewise `model_version` and `id`.
    """

    def __init__(
        self,
        outputs: Sequence[Tensor],
        *,
        model_name: str = "",
        model_version: str = "",
        id: str = "",
        parameters: Mapping[str, JsonValue] | None = None,
    ) -> None:
        self.outputs: tuple[Tensor, ...] = tuple(outputs)
        self.model_name = model_name
        self.model_version = model_version
        self.id = id
        self.parameters: Mapping[str, JsonValue] = parameters or {}
        self._by_name = {tensor.name: tensor for tensor in outputs}

    def __getitem__(self, name: str) -> Tensor:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        model = f"{self.model_name}:{self.model_version}".rstrip(":")
        return f"InferenceResult({model!r}, {list(self.outputs)!r})"


# ------------------------------------------------------------------ requests
class Message(NamedTuple):
    """A request ready to be sent.

    Attributes:
        header_length: Bytes of the JSON part of a binary request; None for a JSON request.
    """

    payload: Payload
    header_length: int | None = None


class _View(Source):
    """The bytes of a tensor, copied only chunk by chunk while they are sent."""

    replayable = True
    blocking = False

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self.length = len(view)

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, len(self._view), CHUNK):
            yield bytes(self._view[start : start + CHUNK])


def encode_request(
    inputs: Sequence[Tensor],
    *,
    outputs: Sequence[str | RequestedOutput] | None = None,
    parameters: Mapping[str, JsonValue] | None = None,
    id: str | None = None,
    binary: bool | None = None,
    nan: NaNForm = "refuse",
    extra: Mapping[str, JsonValue] | None = None,
) -> Message:
    """An inference request.

    Args:
        binary: None sends JSON, unless there is an input that not every server takes as JSON
            (FP16, BF16, bytes that are not valid UTF-8).
        nan: How NaN is sent, unless a tensor says it.
        extra: Further members of the JSON part.

    Raises:
        InvalidRequestError: An input or another argument cannot be sent.
    """
    if binary is None:
        binary = not all(has_plain_json(tensor, nan) for tensor in inputs)
    settings = dict(parameters or {})
    requested = None if outputs is None else [_output(output) for output in outputs]
    if binary and not any(
        "binary_data" in o.get("parameters", {}) for o in requested or ()
    ):
        settings.setdefault("binary_data_output", True)
    document: dict[str, Any] = {}
    if id is not None:
        document["id"] = id
    if settings:
        document["parameters"] = _fragment(settings, "parameters")
    blobs: list[memoryview] = []
    document["inputs"] = [
        _input(each, blobs if binary else None, nan) for each in inputs
    ]
    if requested is not None:
        document["outputs"] = _fragment(requested, "outputs")
    for name, value in (extra or {}).items():
        document[name] = _fragment(value, name)
    orjson = load_orjson()
    try:
        header = orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
    except TypeError as e:  # a lone surrogate in a name, an id that is not a text
        raise InvalidRequestError(f"The request cannot be sent: {e}") from None
    if not binary:
        return Message(Payload(_JSON, (header,)))
    if len(header) + sum(map(len, blobs)) <= _SMALL:
        return Message(Payload(_BINARY, (b"".join([header, *blobs]),)), len(header))
    return Message(Payload(_BINARY, (header, *map(_View, blobs))), len(header))


def _fragment(value: Any, name: str) -> Any:
    """A value as JSON; the runtime encodes more types than orjson."""
    try:
        return load_orjson().Fragment(encode(value))
    except MisfitError as e:
        raise InvalidRequestError(f"{name} cannot be sent: {e}") from None


def _output(output: str | RequestedOutput) -> dict[str, Any]:
    if isinstance(output, str):
        return {"name": output}
    parameters = dict(output.parameters)
    if output.classification is not None:
        parameters["classification"] = output.classification
    if output.binary is not None:
        parameters["binary_data"] = output.binary
    named: dict[str, Any] = {"name": output.name}
    return {**named, "parameters": parameters} if parameters else named


def _input(
    tensor: Tensor, blobs: list[memoryview] | None, nan: NaNForm
) -> dict[str, Any]:
    """An input in the JSON part.

    Args:
        blobs: Where the binary data is appended; None if the data is JSON.
    """
    document: dict[str, Any] = {
        "name": tensor.name,
        "shape": tensor.shape,
        "datatype": tensor.datatype,
    }
    parameters = dict(tensor.parameters)
    try:
        if blobs is None:
            document["data"] = data_of(tensor, nan)
        else:
            raw = tensor.raw
            blobs.append(raw)
            parameters[_SIZE] = len(raw)
    except (TensorMisfit, TensorError) as e:
        raise InvalidRequestError(f"Input {tensor.name!r}: {e}") from None
    if parameters:
        document["parameters"] = _fragment(
            parameters, f"Input {tensor.name!r}: parameters"
        )
    return document


# ------------------------------------------------------------------ answers
def decode_answer(
    body: bytes, header_length: str | None, issues: list[Issue] | None = None
) -> InferenceResult:
    """An answer.

    Args:
        header_length: The header Inference-Header-Content-Length; None if there is none, and the
            whole body is JSON.
        issues: Outputs with an element that does not fit are added; they keep what was received.

    Raises:
        MisfitError: The body is not a message of the protocol.
    """
    start = _start_of_data(body, header_length)
    view = memoryview(body)
    try:
        document = loads(body if header_length is None else view[:start])
    except ValueError as e:
        raise _misfit("", f"The answer is no JSON: {e}") from None
    if not is_dict(document):
        raise _misfit("", "The answer is no object")
    listed = document.get("outputs")
    if not is_list(listed):
        raise _misfit("/outputs", "Expected an array")
    data = None if header_length is None else view[start:]
    return InferenceResult(
        _outputs(listed, data, [] if issues is None else issues),
        model_name=_text(document, "model_name"),
        model_version=_text(document, "model_version"),
        id=_text(document, "id"),
        parameters=_parameters(document, ""),
    )


def _start_of_data(body: bytes, header_length: str | None) -> int:
    if header_length is None:
        return len(body)
    if not (header_length.isascii() and header_length.isdigit()):
        raise _misfit("", f"Inference-Header-Content-Length is {header_length!r:.50}")
    if len(header_length) > 18 or int(header_length) > len(body):
        raise _misfit(
            "",
            f"Inference-Header-Content-Length is {header_length:.50}, but the body has only"
            f" {len(body)} bytes",
        )
    return int(header_length)


def _misfit(path: str, message: str) -> MisfitError:
    return MisfitError([Issue(path, message)])


def _text(document: dict[Any, Any], name: str) -> str:
    text = document.get(name)
    if text is None or isinstance(text, str):
        return text or ""
    raise _misfit(below("", name), f"Expected a text, got {text!r:.50}")


def _parameters(document: dict[Any, Any], path: str) -> dict[str, JsonValue]:
    parameters = document.get("parameters")
    if parameters is None or is_dict(parameters):
        return parameters or {}
    raise _misfit(f"{path}/parameters", "Expected an object")


def _outputs(
    listed: list[Any], data: memoryview | None, issues: list[Issue]
) -> list[Tensor]:
    """The output tensors.

    Args:
        listed: The outputs in the JSON part.
        data: The binary data after the JSON part; None if the answer is JSON.
    """
    outputs: list[Tensor] = []
    used = 0
    for number, output in enumerate(listed):
        path = f"/outputs/{number}"
        if not is_dict(output):
            raise _misfit(path, "Expected an object")
        size = _size(output, path)
        blob: memoryview | None = None
        if size is not None and (size or data is not None):
            label = f"Output {output.get('name')!r:.80}"
            if data is None:
                raise _misfit(
                    path,
                    f"{label} has {size} bytes of binary data, but the answer has no"
                    " Inference-Header-Content-Length",
                )
            if used + size > len(data):
                raise _misfit(
                    path,
                    f"{label} has {size} bytes of binary data, {len(data) - used} are left",
                )
            blob = data[used : used + size]
            used += size
        tensor = _tensor(output, path, blob)
        content = tensor.__content__()
        if isinstance(content, Foreign) and tensor.datatype in DATATYPES:
            issues.append(Issue(f"{path}/data", content.why))
        outputs.append(tensor)
    if data is not None and used != len(data):
        raise _misfit(
            "",
            f"The outputs have {used} bytes of binary data, the answer has {len(data)}",
        )
    return outputs


def _size(output: dict[Any, Any], path: str) -> int | None:
    size = _parameters(output, path).get(_SIZE)
    if size is None:
        return None
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise _misfit(
            f"{path}/parameters/{_SIZE}", f"Expected a size, got {size!r:.50}"
        )
    return size


def _tensor(output: dict[Any, Any], path: str, blob: memoryview | None) -> Tensor:
    name, datatype, shape = (output.get(n) for n in ("name", "datatype", "shape"))
    if not isinstance(name, str) or not isinstance(datatype, str):
        missing = "datatype" if isinstance(name, str) else "name"
        raise _misfit(f"{path}/{missing}", "Expected a text")
    parameters = _parameters(output, path)
    try:
        if not is_list(shape):
            raise TensorMisfit("It has no shape")
        checked = check_shape(shape)
        if blob is not None:
            content = of_bytes(datatype, checked, blob)
        else:
            content = content_of(datatype, checked, output.get("data"), parameters)
        described = Described(datatype, checked, content)
        kept = {n: v for n, v in parameters.items() if n != _SIZE}
        return Tensor(name, described, parameters=kept)
    except TensorError as e:
        raise _misfit(path, e.message) from None
    except TensorMisfit as e:
        raise _misfit(path, f"Output {name!r:.80}: {e}") from None
