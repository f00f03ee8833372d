# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The elements of a tensor: numbers, texts or bytes, or data of an unknown datatype."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, cast

from ..values.jsontypes import JsonValue
from .datatypes import (
    BYTES,
    DATATYPES,
    Datatype,
    TensorMisfit,
    check_count,
    count_of,
    dtype_of,
    load_numpy,
)

_PREFIX = struct.Struct("<I")
_MOST_LISTS = 1 << 24


class Content:
    """The elements of a tensor.

    Raises:
        TensorMisfit: By all methods, if the elements do not have this form.
    """

    __slots__ = ()

    def array(self) -> Any:
        """A read-only numpy array in the tensor's shape."""
        raise NotImplementedError

    def tolist(self) -> Any:
        """Lists in the tensor's shape."""
        raise NotImplementedError

    def raw(self) -> memoryview:
        """The bytes of the binary tensor data extension: little-endian, in row-major order."""
        raise NotImplementedError


# ------------------------------------------------------------------ numbers
class Numbers(Content):
    """Elements of fixed size.

    Args:
        array: The elements as a numpy array; else they are read from `view`.
        view: The bytes of the elements in a message.
    """

    __slots__ = ("_array", "_datatype", "_shape", "_view")

    def __init__(
        self,
        datatype: Datatype,
        shape: Sequence[int],
        *,
        array: Any = None,
        view: memoryview | None = None,
    ) -> None:
        self._datatype = datatype
        self._shape = tuple(shape)
        self._view = view
        self._array: Any = None
        if array is not None:
            self._array = array.reshape(self._shape).view()
            self._array.flags.writeable = False

    def array(self) -> Any:
        if self._array is None:
            np = load_numpy()
            dtype = dtype_of(self._datatype)
            array = (
                np.frombuffer(self._view, dtype) if self._view else np.empty(0, dtype)
            )
            array.flags.writeable = False
            self._array = array.reshape(self._shape)
        return self._array

    def tolist(self) -> Any:
        _check_lists(self._shape)
        return self.array().tolist()

    def raw(self) -> memoryview:
        if self._view is None:
            flat = self.array().reshape(-1)
            self._view = memoryview(flat.view("u1") if flat.size else b"")
        return self._view.toreadonly()

    def __reduce__(self) -> tuple[Any, ...]:
        return of_copy, (self._datatype.name, self._shape, bytes(self.raw()))


# ------------------------------------------------------------------ texts
class Items(Content):
    """Elements of variable length: texts or bytes.

    Args:
        items: The elements in row-major order.
        raw: The bytes of the message that holds them, if there is one.
    """

    __slots__ = ("_array", "_raw", "_shape", "items")

    def __init__(
        self, shape: Sequence[int], items: list[Any], raw: memoryview | None = None
    ) -> None:
        self._shape = tuple(shape)
        self._raw = raw
        self._array: Any = None
        self.items = items

    def as_bytes(self) -> list[bytes]:
        """All elements as bytes; texts are encoded in UTF-8."""
        return [i.encode() if isinstance(i, str) else i for i in self.items]

    def as_texts(self) -> list[str]:
        """All elements as texts.

        Raises:
            TensorMisfit: An element is not valid UTF-8.
        """
        texts: list[str] = []
        for position, item in enumerate(self.items):
            try:
                texts.append(item if isinstance(item, str) else item.decode())
            except UnicodeDecodeError:
                index = index_of(position, self._shape)
                raise TensorMisfit(
                    f"The bytes at {index} are not valid UTF-8"
                ) from None
        return texts

    def array(self) -> Any:
        if self._array is None:
            array = load_numpy().empty(len(self.items), object)
            array[:] = self.as_bytes()
            array.flags.writeable = False
            self._array = array.reshape(self._shape)
        return self._array

    def tolist(self) -> Any:
        return nested(self.as_bytes(), self._shape)

    def raw(self) -> memoryview:
        if self._raw is None:
            parts: list[bytes] = []
            for item in self.as_bytes():
                parts += (_PREFIX.pack(len(item)), item)
            self._raw = memoryview(b"".join(parts))
        return self._raw

    def __reduce__(self) -> tuple[Any, ...]:
        return Items, (self._shape, self.items)


def _split(view: memoryview) -> list[bytes]:
    """The elements of a BYTES tensor.

    Each element is its length as a little-endian integer of four bytes, then its bytes.

    Raises:
        TensorMisfit: An element is cut off.
    """
    items: list[bytes] = []
    offset, end = 0, len(view)
    while offset < end:
        if end - offset < _PREFIX.size:
            raise TensorMisfit(f"{end - offset} bytes are left over at byte {offset}")
        (length,) = _PREFIX.unpack_from(view, offset)
        offset += _PREFIX.size
        if length > end - offset:
            raise TensorMisfit(
                f"Element {len(items)} should have {length} bytes, {end - offset} are left"
            )
        items.append(bytes(view[offset : offset + length]))
        offset += length
    return items


# ------------------------------------------------------------------ others
class Foreign(Content):
    """Elements that are kept as they were received.

    Args:
        why: Why they cannot become an array: an unknown datatype, or an element that does not fit.
    """

    __slots__ = ("_data", "why")

    def __init__(self, why: str, data: JsonValue | memoryview) -> None:
        self.why = why
        self._data = data

    def array(self) -> Any:
        is_binary = isinstance(self._data, memoryview)
        raise TensorMisfit(
            f"{self.why}; {'raw has its bytes' if is_binary else 'tolist() has its JSON'}"
        )

    def tolist(self) -> Any:
        if isinstance(self._data, memoryview):
            return self.array()
        return self._data

    def raw(self) -> memoryview:
        if not isinstance(self._data, memoryview):
            self.array()  # raises the error
        return cast("memoryview", self._data)

    def __reduce__(self) -> tuple[Any, ...]:
        if isinstance(self._data, memoryview):
            return _foreign_copy, (self.why, bytes(self._data))
        return Foreign, (self.why, self._data)


def unknown(datatype: str, data: JsonValue | memoryview) -> Foreign:
    """Elements of a datatype that the protocol does not have."""
    return Foreign(f"The datatype {datatype!r} is unknown", data)


def _foreign_copy(why: str, data: bytes) -> Foreign:
    return Foreign(why, memoryview(data))


class Missing(Content):
    """No elements: the server put them into shared memory, or sent none."""

    __slots__ = ()

    def array(self) -> Any:
        raise _missing()

    def tolist(self) -> Any:
        raise _missing()

    def raw(self) -> memoryview:
        raise _missing()


def _missing() -> TensorMisfit:
    return TensorMisfit("The message has no data for it")


# ------------------------------------------------------------------ bytes and lists
def of_bytes(datatype: str, shape: Sequence[int], view: memoryview) -> Content:
    """The elements in the bytes of a binary message.

    Nothing is copied, except the elements of BYTES.

    Raises:
        TensorMisfit: The bytes do not fit datatype and shape.
    """
    known = DATATYPES.get(datatype)
    if known is None:
        return unknown(datatype, view)
    if datatype == BYTES:
        items = _split(view)
        check_count(len(items), shape)
        return Items(shape, items, view)
    size = count_of(shape) * known.size
    if len(view) != size:
        raise TensorMisfit(
            f"It has {len(view)} bytes, {datatype} and its shape {list(shape)} mean {size}"
        )
    return Numbers(known, shape, view=view)


def of_copy(datatype: str, shape: Sequence[int], data: bytes) -> Content:
    """The elements in a copy of the bytes of a message."""
    return of_bytes(datatype, shape, memoryview(data))


def nested(flat: list[Any], shape: Sequence[int]) -> Any:
    """Nested lists in a shape.

    Args:
        flat: The elements in row-major order.

    Raises:
        TensorMisfit: The shape has no elements, but very many empty lists.
    """
    _check_lists(shape)
    return _nested(flat, shape)


def _check_lists(shape: Sequence[int]) -> None:
    """Refuse a shape like [1000000000, 0], whose empty lists would fill the memory."""
    if count_of(shape):
        return
    lists = count_of(shape[: shape.index(0)])
    if lists > _MOST_LISTS:
        raise TensorMisfit(f"Its shape means {lists:,} empty lists; take to_numpy()")


def _nested(flat: list[Any], shape: Sequence[int]) -> Any:
    if not shape:
        return flat[0]
    if len(shape) == 1:
        return flat
    size = count_of(shape[1:])
    starts = range(0, shape[0] * size, size) if size else [0] * shape[0]
    return [_nested(flat[start : start + size], shape[1:]) for start in starts]


def index_of(position: int, shape: Sequence[int]) -> list[int]:
    """The index, one number for each dimension, of an element by its row-major position."""
    index: list[int] = []
    for size in reversed(shape):
        position, step = divmod(position, size)
        index.insert(0, step)
    return index
