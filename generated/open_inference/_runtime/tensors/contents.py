# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""What a tensor holds: numbers, texts, or something that only its sender understands."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from ..values.jsontypes import JsonValue
from .datatypes import (
    BYTES,
    DATATYPES,
    Datatype,
    TensorMisfit,
    count_of,
    dtype_of,
    load_numpy,
)

__all__ = [
    "Content",
    "Foreign",
    "Items",
    "Missing",
    "Numbers",
    "index_of",
    "nested",
    "of_bytes",
]

_PREFIX = struct.Struct("<I")
_MOST_LISTS = 1 << 24


class Content:
    """The elements of a tensor. All methods raise TensorMisfit if the elements have no such form."""

    __slots__ = ()

    def array(self) -> Any:
        """A read-only array of numpy in the tensor's shape."""
        raise NotImplementedError

    def tolist(self) -> Any:
        """Lists in the tensor's shape."""
        raise NotImplementedError

    def raw(self) -> memoryview:
        """The elements as the binary extension has them: little-endian, row by row."""
        raise NotImplementedError


# ------------------------------------------------------------------ numbers
class Numbers(Content):
    """Elements of fixed size: an array, or the bytes of a message and then a view of them."""

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
            made = (
                np.frombuffer(self._view, dtype) if self._view else np.empty(0, dtype)
            )
            made.flags.writeable = False
            self._array = made.reshape(self._shape)
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
    """Elements of any length: texts, or bytes."""

    __slots__ = ("_array", "_raw", "_shape", "items")

    def __init__(
        self, shape: Sequence[int], items: list[Any], raw: memoryview | None = None
    ) -> None:
        self._shape = tuple(shape)
        self._raw = raw
        self._array: Any = None
        self.items = items

    def as_bytes(self) -> list[bytes]:
        """All elements, texts in UTF-8."""
        return [i.encode() if isinstance(i, str) else i for i in self.items]

    def as_texts(self) -> list[str]:
        """All elements as texts. Raises TensorMisfit for the first that is not UTF-8."""
        texts: list[str] = []
        for place, item in enumerate(self.items):
            try:
                texts.append(item if isinstance(item, str) else item.decode())
            except UnicodeDecodeError:
                index = index_of(place, self._shape)
                raise TensorMisfit(f"The bytes at {index} are no UTF-8") from None
        return texts

    def array(self) -> Any:
        if self._array is None:
            made = load_numpy().empty(len(self.items), object)
            made[:] = self.as_bytes()
            made.flags.writeable = False
            self._array = made.reshape(self._shape)
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
    """The elements of a BYTES tensor: each a length of four bytes, and its bytes."""
    items: list[bytes] = []
    place, end = 0, len(view)
    while place < end:
        if end - place < _PREFIX.size:
            raise TensorMisfit(f"{end - place} bytes are left over at byte {place}")
        (length,) = _PREFIX.unpack_from(view, place)
        place += _PREFIX.size
        if length > end - place:
            raise TensorMisfit(
                f"Element {len(items)} is said to have {length} bytes, {end - place} are left"
            )
        items.append(bytes(view[place : place + length]))
        place += length
    return items


# ------------------------------------------------------------------ others
class Foreign(Content):
    """Elements of a datatype that the protocol does not know, as they came."""

    __slots__ = ("_data", "_datatype")

    def __init__(self, datatype: str, data: JsonValue | memoryview) -> None:
        self._datatype = datatype
        self._data = data

    def array(self) -> Any:
        raise TensorMisfit(
            f"The datatype {self._datatype!r} is unknown; tolist() or raw has what came"
        )

    def tolist(self) -> Any:
        if isinstance(self._data, memoryview):
            raise TensorMisfit(
                f"The datatype {self._datatype!r} is unknown; raw has its bytes"
            )
        return self._data

    def raw(self) -> memoryview:
        if not isinstance(self._data, memoryview):
            raise TensorMisfit(
                f"The datatype {self._datatype!r} is unknown; tolist() has its JSON"
            )
        return self._data

    def __reduce__(self) -> tuple[Any, ...]:
        if isinstance(self._data, memoryview):
            return of_copy, (self._datatype, (), bytes(self._data))
        return Foreign, (self._datatype, self._data)


class Missing(Content):
    """No elements: the server put them elsewhere (shared memory), or had none."""

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
    """The elements that stand for themselves in a binary message. Raises TensorMisfit.

    Nothing is copied, but for the elements of BYTES.
    """
    known = DATATYPES.get(datatype)
    if known is None:
        return Foreign(datatype, view)
    count = count_of(shape)
    if datatype == BYTES:
        items = _split(view)
        if len(items) != count:
            raise TensorMisfit(
                f"It has {len(items)} elements, its shape {list(shape)} means {count}"
            )
        return Items(shape, items, view)
    if len(view) != count * known.size:
        raise TensorMisfit(
            f"It has {len(view)} bytes, {datatype} and its shape {list(shape)} mean"
            f" {count * known.size}"
        )
    return Numbers(known, shape, view=view)


def of_copy(datatype: str, shape: Sequence[int], data: bytes) -> Content:
    """The elements of a copy of their bytes."""
    return of_bytes(datatype, shape, memoryview(data))


def nested(flat: list[Any], shape: Sequence[int]) -> Any:
    """Lists in a shape, of elements in row-major order. Raises TensorMisfit."""
    _check_lists(shape)
    return _nested(flat, shape)


def _check_lists(shape: Sequence[int]) -> None:
    """Refuse shapes without elements that mean more empty lists than anybody wants."""
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


def index_of(place: int, shape: Sequence[int]) -> list[int]:
    """The index of an element in row-major order."""
    index: list[int] = []
    for size in reversed(shape):
        place, step = divmod(place, size)
        index.insert(0, step)
    return index
