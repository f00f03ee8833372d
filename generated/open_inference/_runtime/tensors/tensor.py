# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Tensors of the Open Inference Protocol, version 2."""

# Type checkers must pass with numpy, and without it, where its types are unknown. Comments that
# ignore one error would be reported as unnecessary with numpy; these are not.
# mypy: disable-error-code="import-not-found"
# pyright: reportMissingImports=false, reportUnknownMemberType=false
# pyright: reportUnknownParameterType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from ..values.jsontypes import JsonValue
from .contents import Content, Items, nested
from .datatypes import TensorMisfit, load_numpy
from .errors import TensorError
from .values import Described, describe

if TYPE_CHECKING:
    import numpy

JsonNaN: TypeAlias = Literal["refuse", "null", "bare"]


class Tensor:
    """A named, immutable array of one datatype.

    Args:
        value: A numpy array, or anything that numpy reads (`__array__`, `__dlpack__`); nested
            lists of numbers, texts or bytes; one text, number or boolean, which is an element of
            shape [1]; or bytes, which are the raw little-endian elements and need datatype and
            shape. Arrays that have the right form already are not copied.
        datatype: BOOL, UINT8 to UINT64, INT8 to INT64, FP16, FP32, FP64, BF16 or BYTES; by default
            that of the value. Values are cast if nothing is lost but digits of floats.
        shape: By default that of the value.
        parameters: Parameters of the protocol, such as MLServer's `content_type`. With the content
            type "base64", elements are plain bytes here and Base64 in JSON.
        json_nan: How NaN is sent in JSON, which has none: "null" for MLServer, "bare" (`NaN`, also
            infinite numbers) for Triton, or "refuse". By default a model handle takes what its
            server reads, and other calls refuse NaN. Binary messages can hold it.

    Raises:
        TensorError: Value, datatype, shape and parameters do not fit each other.
    """

    __slots__ = ("_content", "datatype", "json_nan", "name", "parameters", "shape")

    name: str
    datatype: str
    shape: tuple[int, ...]
    parameters: Mapping[str, JsonValue]
    json_nan: JsonNaN | None

    def __init__(
        self,
        name: str,
        value: object,
        *,
        datatype: str | None = None,
        shape: Sequence[int] | None = None,
        parameters: Mapping[str, JsonValue] | None = None,
        json_nan: JsonNaN | None = None,
    ) -> None:
        try:
            described = (
                value
                if isinstance(value, Described)  # by a decoder
                else describe(value, datatype, shape)
            )
        except TensorMisfit as e:
            raise TensorError(f"Tensor {name!r}: {e}") from None
        self.name = name
        self.datatype = described.datatype
        self.shape = described.shape
        self.parameters = {} if parameters is None else parameters
        self.json_nan = json_nan
        self._content = described.content
        if self.parameters.get("content_type") == "base64" and not _are_bytes(
            self._content
        ):
            raise TensorError(
                f"Tensor {name!r}: The content type base64 wants bytes; they are encoded when"
                " they are sent"
            )

    def __content__(self) -> Content:
        """The elements, for encoders."""
        return self._content

    def to_numpy(self) -> numpy.ndarray[Any, Any]:
        """A read-only array in the tensor's shape; for BYTES its objects are bytes.

        If the tensor was received as binary data, this is a view of the message.

        Raises:
            TensorError: The datatype is unknown, or the message has no data for the tensor.
        """
        array = self._get("array")
        return cast("numpy.ndarray[Any, Any]", array)

    def tolist(self) -> Any:
        """Nested lists in the tensor's shape; the elements of BYTES are bytes.

        JSON of an unknown datatype is returned as it was received.

        Raises:
            TensorError: The message has no data for the tensor, or bytes of an unknown datatype.
        """
        return self._get("tolist")

    def to_text(self) -> Any:
        """Nested lists of the elements of BYTES as texts.

        Raises:
            TensorError: The datatype is not BYTES, or an element is not valid UTF-8.
        """
        if not isinstance(self._content, Items):
            raise TensorError(f"Tensor {self.name!r}: {self.datatype} holds no texts")
        try:
            return nested(list[Any](self._content.as_texts()), self.shape)
        except TensorMisfit as e:
            raise TensorError(f"Tensor {self.name!r}: {e}") from None

    @property
    def raw(self) -> memoryview:
        """The bytes of the binary tensor data extension.

        Little-endian, in row-major order; each element of BYTES after its length in four bytes.

        Raises:
            TensorError: The message has no data for the tensor, or JSON of an unknown datatype.
        """
        raw: memoryview = self._get("raw")
        return raw

    def astype(self, datatype: str) -> Tensor:
        """The same values in another datatype.

        Raises:
            TensorError: More than digits of floats would be lost.
        """
        if datatype == self.datatype:
            return self
        return Tensor(
            self.name,
            self._get("array"),
            datatype=datatype,
            parameters=self.parameters,
            json_nan=self.json_nan,
        )

    def reshaped(self, shape: Sequence[int]) -> Tensor:
        """The same elements in another shape.

        Raises:
            TensorError: The shape has another number of elements.
        """
        return Tensor(
            self.name,
            self._get("array").reshape(-1),
            datatype=self.datatype,
            shape=shape,
            parameters=self.parameters,
            json_nan=self.json_nan,
        )

    def renamed(self, name: str) -> Tensor:
        """The same tensor under another name, so that an output can be an input."""
        described = Described(self.datatype, self.shape, self._content)
        return Tensor(
            name, described, parameters=self.parameters, json_nan=self.json_nan
        )

    def _get(self, form: str) -> Any:
        try:
            return getattr(self._content, form)()
        except TensorMisfit as e:
            raise TensorError(f"Tensor {self.name!r}: {e}") from None

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return load_numpy().array(self._get("array"), dtype=dtype, copy=copy)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("A tensor without dimensions has no length")
        return self.shape[0]

    def __repr__(self) -> str:
        return f"Tensor({self.name!r}, {self.datatype}, {list(self.shape)})"

    def _key(self) -> tuple[object, ...]:
        try:
            data: object = self._content.raw()
        except TensorMisfit:
            try:
                data = self._content.tolist()
            except TensorMisfit:
                data = None
        return self.name, self.datatype, self.shape, dict(self.parameters), data

    def __eq__(self, other: object) -> bool:
        """Whether name, datatype, shape, parameters and the bytes of the elements are equal."""
        return self._key() == other._key() if isinstance(other, Tensor) else False

    def __reduce__(self) -> tuple[Any, ...]:
        described = Described(self.datatype, self.shape, self._content)
        return _rebuild, (self.name, described, dict(self.parameters), self.json_nan)


def _rebuild(
    name: str, described: Described, parameters: Any, json_nan: JsonNaN | None
) -> Tensor:
    return Tensor(name, described, parameters=parameters, json_nan=json_nan)


def _are_bytes(content: Content) -> bool:
    return not isinstance(content, Items) or all(
        isinstance(item, bytes) for item in content.items
    )
