"""Reading one file: bytes to text, text to data, and findings where that fails."""

from __future__ import annotations

import json
import re
import stat
import sys
from pathlib import Path
from typing import Any

from clientpress.diagnostics import Place, Position, Report, pointer_steps
from clientpress.document.identities import Identities, find_identities
from clientpress.document.jsontext import (
    find_half_character,
    find_in_json,
    find_key_twice,
    position_at,
    read_json,
)
from clientpress.document.layers import Layers
from clientpress.document.yaml12 import Marks, YamlError, read_yaml

# Most documents have no such keyword, and are not searched for them. A dollar may be escaped.
_IDENTITY = re.compile(r"\$(id|self|anchor|dynamicAnchor)\b|\\(u0024|x24)")
MAX_BYTES = 64 * 1024 * 1024
STDIN = "-"
"""What the standard input is called on the command line."""


class UnreadableError(Exception):
    """A file cannot be read.

    Attributes:
        code: A code of a finding.
        hint: What to do about it.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.hint = code, hint


class Source:
    """One loaded file.

    Attributes:
        name: The file as the user named it, as in `Place.file`.
        uri: Its address, against which its references are resolved.
        text: Its text.
        data: Its data: objects, arrays and scalars, with the changes of overlays.
        layers: The changes; None where there are none.
    """

    def __init__(
        self, name: str, uri: str, text: str, data: Any, marks: Marks | None
    ) -> None:
        self.name, self.uri, self.text, self.data = name, uri, text, data
        self._read, self._marks = data, marks
        self._identities: Identities | None = None
        self.layers: Layers | None = None

    def lay_over(self, layers: Layers) -> None:
        """Take the data with the changes of overlays."""
        self.data, self.layers, self._identities = layers.data, layers, None

    def origin(self, pointer: str) -> Place:
        """Where the value at a pointer was written: here, or in an overlay."""
        place = Place(self.name, pointer)
        return self.layers.origin(pointer) if self.layers else place

    def locate(self, pointer: str) -> Position:
        """The position of a node in the text, or of the nearest existing node above it."""
        steps = pointer_steps(pointer)
        return (
            self._marks.find(self._read, steps)
            if self._marks
            else find_in_json(self.text, steps)
        )

    @property
    def identities(self) -> Identities:
        """The identifiers of the schemas in this file."""
        if self._identities is None:
            has_some = self.layers or _IDENTITY.search(self.text)
            self._identities = find_identities(self.data if has_some else {}, self.uri)
        return self._identities


def read_bytes(path: Path, name: str, *, entry: bool) -> bytes:
    """Read the bytes of a file.

    Args:
        path: The path of the file.
        name: The file as messages name it.
        entry: Whether the user named the file: then it may also be a pipe.

    Raises:
        UnreadableError: The file cannot be read, or is too large.
    """
    try:
        kind = path.stat().st_mode
        if not entry and not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
            raise UnreadableError("CP001", f"cannot read {name}: this is no plain file")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise UnreadableError(
            "CP001",
            f"cannot read {name}: {(reason or str(error)).lower()}",
            _spelled_otherwise(path) or "Check the path.",
        ) from None
    if len(raw) > MAX_BYTES:
        raise _too_large(name)
    return raw


def _too_large(name: str) -> UnreadableError:
    """The error about a document that has too many bytes."""
    return UnreadableError("CP004", f"{name} has more than {MAX_BYTES:,} bytes")


def located(text: str) -> Path | str:
    """The place of a document: an address of http or https, `-` for the standard input, or a path."""
    is_address = text.lower().startswith(("http://", "https://"))
    return text if is_address or text == STDIN else Path(text)


def read_stdin() -> bytes:
    """The bytes of the standard input.

    Raises:
        UnreadableError: It is too large.
    """
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise _too_large("stdin")
    return raw


def _spelled_otherwise(path: Path) -> str:
    """A hint where a file has this name, but in other letter case; else empty."""
    try:
        near = [p.name for p in path.parent.iterdir() if p.name != path.name]
    except (OSError, ValueError):
        return ""
    same = [name for name in near if name.casefold() == path.name.casefold()]
    return f"Did you mean {same[0]!r}?" if same else ""


def decode(raw: bytes, name: str, report: Report) -> str | None:
    """The text of a file; None, and a finding, when it is not text."""
    try:
        # RFC 4627, section 3: without a byte order mark, zeros in the first bytes tell the encoding.
        return raw.decode(json.detect_encoding(raw)).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        position = Position(before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        report.error(
            "CP002",
            Place(name),
            "the text is not UTF-8",
            "Save the file as UTF-8.",
            position=position,
        )
        return None


def read_text(text: str, name: str, uri: str, report: Report) -> Source | None:
    """Read JSON or YAML.

    Args:
        text: The text of the file.
        name: The file, as in places.
        uri: The address of the file.
        report: Receives the findings, with lines and columns.

    Returns:
        The file; None when it cannot be read.
    """
    place = Place(name)
    start = text.lstrip()[:1]
    if start == "<":
        report.error(
            "CP002",
            place,
            "this is HTML or XML, not an OpenAPI document",
            "Download the document itself, not a page that shows it.",
            Position(1, 1),
        )
        return None
    json_error: json.JSONDecodeError | None = None
    is_json = name.lower().endswith(".json")
    if start in ("{", "[") or (start and is_json):
        try:
            return _json_source(text, name, uri, report)
        except RecursionError:
            pass  # the YAML reader does not recurse, and knows where it is too deep
        except json.JSONDecodeError as error:
            json_error = error  # it may be YAML, which also has objects in braces
        except ValueError:
            report.error(
                "CP004",
                place,
                "a number with too many digits",
                "Write it as a string.",
                Position(1, 1),
            )
            return None
    if json_error and is_json:
        message = f"not valid JSON: {json_error.msg.lower()}"
        hint = "Call it .yaml if it is YAML." if start not in ("{", "[") else ""
        report.error("CP002", place, message, hint, position_at(text, json_error.pos))
        return None
    try:
        data, marks, repeated = read_yaml(text)
    except YamlError as error:
        report.error(error.code, place, str(error), error.hint, error.position)
        return None
    for key, position, first in repeated:
        message = (
            f"the key {key!r} appears twice in this object, first in line {first.line}"
        )
        report.slip("CP003", place, message, _LAST_COUNTS, position)
    return Source(name, uri, text, data, marks)


_LAST_COUNTS = "Keep one of the two; the last one counts."


def _json_source(text: str, name: str, uri: str, report: Report) -> Source | None:
    data, repeated = read_json(text)
    half = find_half_character(text, data)
    if half:
        report.error(
            "CP002",
            Place(name),
            "a string has half of a character",
            "Escapes from \\ud800 to \\udfff go in pairs.",
            half,
        )
        return None
    for key in repeated:
        message = f"the key {key!r} appears twice in one object"
        position = find_key_twice(text, key)
        report.slip("CP003", Place(name), message, _LAST_COUNTS, position)
    return Source(name, uri, text, data, None)
