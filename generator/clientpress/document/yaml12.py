"""YAML to plain data with positions, by the core schema of YAML 1.2.

PyYAML reads YAML 1.1, where `NO` is false, `12:30:45` is a number and `2024-01-01` is a date. Here its
parser only delivers events; scalars are resolved by the core schema, and keys are always strings. Data
is built from events, not from nodes, so that deep documents do not need recursion.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import yaml

from clientpress.diagnostics import Position
from clientpress.document.data import is_array, is_object

Loader: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

MAX_DEPTH = 2_000
# Aliases repeat the values that they name, so a small text can expand to a huge document.
MAX_EXPANSION = 200_000

_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_TAG = "tag:yaml.org,2002:"


class YamlError(ValueError):
    """The text is not a YAML document that can be used.

    Attributes:
        code: A code of a finding.
        position: Where the error is.
        hint: What to do about it.
    """

    def __init__(
        self, code: str, message: str, position: Position, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.code, self.position, self.hint = code, position, hint


def scalar(text: str) -> Any:
    """The value of a plain scalar (YAML 1.2.2, section 10.3.2)."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "+-.0123456789":
        if _INT.match(text):
            return int(text)
        if _OCTAL.match(text):
            return int(text[2:], 8)
        if _HEX.match(text):
            return int(text[2:], 16)
        if _FLOAT.match(text):
            return float(text)
    return text


def unpacked(mark: int) -> Position:
    """The line and the column of a packed position."""
    return Position(mark >> 32, mark & 0xFFFFFFFF)


class Marks:
    """The positions of the members and items of each object and array.

    Each container has a list of packed positions. The key is the identity (`id`) of the container, which
    the document keeps alive.
    """

    def __init__(self) -> None:
        self._of: dict[int, list[int]] = {}

    def start(self, container: object) -> list[int]:
        """A new list for a container; append one packed position for each member or item."""
        marks = self._of[id(container)] = []
        return marks

    def find(self, root: Any, steps: list[str]) -> Position:
        """The position of the node that the steps lead to, or of the nearest existing node above it."""
        here, position = root, Position(1, 1)
        for step in steps:
            marks = self._of.get(id(here), [])
            if is_object(here):
                index = next((i for i, key in enumerate(here) if key == step), -1)
                below = here.get(step)
            elif is_array(here) and step.isdigit() and int(step) < len(here):
                index, below = int(step), here[int(step)]
            else:
                break
            if index < 0 or index >= len(marks):
                break
            position, here = unpacked(marks[index]), below
        return position


class Repeated(NamedTuple):
    """A key that its object has already. The last value counts."""

    key: str
    position: Position
    first: Position


def read_yaml(text: str) -> tuple[Any, Marks, list[Repeated]]:
    """Read one YAML document.

    Returns:
        The data, the positions in it, and the keys that an object has twice.

    Raises:
        YamlError: The text is not YAML, has several documents, or expands too far.
    """
    builder = _Builder()
    loader = Loader(text)
    try:
        while True:
            event = loader.get_event()
            if event is None or isinstance(event, yaml.StreamEndEvent):
                break
            builder.add(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        position = Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
        raise YamlError(
            "CP002", f"not valid YAML: {error.problem or error.context}", position
        ) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        position = Position(before.count("\n") + 1, error.position - before.rfind("\n"))
        raise YamlError("CP002", f"not valid YAML: {error.reason}", position) from None
    finally:
        loader.dispose()
    return builder.root, builder.marks, builder.repeated


class _Merge(str):
    """The key of a merge (`<<`). A quoted `<<` is a key like any other."""

    __slots__ = ()


class _Open:
    """A container that is not finished yet."""

    __slots__ = ("anchor", "key", "marks", "merges", "size", "start", "value")

    def __init__(
        self, value: Any, marks: list[int], anchor: str | None, start: int
    ) -> None:
        self.value, self.marks, self.anchor, self.start = value, marks, anchor, start
        self.key: str | None = None
        self.merges: list[Any] = []
        self.size = 1


class _Builder:
    """Builds data from events, with its own stack."""

    def __init__(self) -> None:
        self.root: Any = None
        self.marks = Marks()
        self.repeated = list[Repeated]()
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._documents = 0
        self._expansion = 0

    def add(self, event: Any) -> None:
        """Process one event."""
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and not event.style
            self._put(event, self._scalar(event, plain), 1, plain)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            if len(self._stack) >= MAX_DEPTH:
                raise self._error("CP004", event, f"more than {MAX_DEPTH} levels deep")
            self._stack.append(
                _Open(value, self.marks.start(value), event.anchor, self._pack(event))
            )
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            done = self._stack.pop()
            if done.merges:
                self._merge(done)
            if done.anchor:
                self._anchors[done.anchor] = done.value, done.size
            self._put(event, done.value, done.size, False, done.start)
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise self._error(
                    "CP002",
                    event,
                    f"the alias *{event.anchor} names no finished anchor",
                )
            # The value is shared, but counts again towards the limit.
            value, size = self._anchors[event.anchor]
            self._expansion += size
            if self._expansion > MAX_EXPANSION:
                raise self._error(
                    "CP004",
                    event,
                    f"aliases repeat over {MAX_EXPANSION:,} values of this document",
                    "Use $ref.",
                )
            self._put(event, value, size, False)
        elif isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._error(
                    "CP002",
                    event,
                    "a second YAML document starts here",
                    "Keep one document a file.",
                )

    def _scalar(self, event: Any, plain: bool) -> Any:
        """The value of a scalar; a key is always a string."""
        if (
            self._stack
            and is_object(self._stack[-1].value)
            and self._stack[-1].key is None
        ):
            value = event.value
            if event.anchor:
                self._anchors[event.anchor] = value, 1
            return value
        try:
            if (
                event.tag
                and event.tag.startswith(_TAG)
                and not event.tag.endswith("str")
            ):
                value = scalar(event.value)
            else:
                value = scalar(event.value) if plain and not event.tag else event.value
        except ValueError:
            raise self._error(
                "CP004", event, "a number with too many digits", "Write it as a string."
            ) from None
        if event.anchor:
            self._anchors[event.anchor] = value, 1
        return value

    def _put(
        self, event: Any, value: Any, size: int, plain: bool, start: int = 0
    ) -> None:
        """Add a finished value to the container that is being read."""
        if not self._stack:
            self.root = value
            return
        top = self._stack[-1]
        top.size += size
        if is_array(top.value):
            top.value.append(value)
            top.marks.append(start or self._pack(event))
        elif top.key is None:
            if not isinstance(value, str):
                raise self._error(
                    "CP002", event, "an object or array stands where a key should be"
                )
            if value == "<<" and plain:
                top.key = _Merge(value)
            elif value in top.value:
                index, here = list(top.value).index(value), self._pack(event)
                self.repeated.append(
                    Repeated(value, unpacked(here), unpacked(top.marks[index]))
                )
                top.key, top.marks[index] = value, here
            else:
                top.key = value
                top.marks.append(self._pack(event))
        elif isinstance(top.key, _Merge) and isinstance(value, (dict, list)):
            top.merges.append(value)
            top.key = None
        else:
            if isinstance(top.key, _Merge):
                top.marks.append(self._pack(event))
            top.value[str(top.key)] = value
            top.key = None

    def _merge(self, done: _Open) -> None:
        """Add the members of merge keys; members of the object itself take precedence."""
        for source in done.merges:
            for mapping in source if is_array(source) else [source]:
                if is_object(mapping):
                    for key, value in mapping.items():
                        if key not in done.value:
                            done.value[key] = value
                            done.marks.append(done.start)

    def _pack(self, event: Any) -> int:
        """The position of an event in one number: the line in the upper 32 bits."""
        return int((event.start_mark.line + 1) << 32 | event.start_mark.column + 1)

    def _error(self, code: str, event: Any, message: str, hint: str = "") -> YamlError:
        mark = event.start_mark
        return YamlError(code, message, Position(mark.line + 1, mark.column + 1), hint)
