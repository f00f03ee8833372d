"""The files of a document: loading them, finding lines and columns in them, following
references between them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from clientpress.diagnostics import Place, Position, Report, pointer_steps
from clientpress.document.data import is_array, is_object
from clientpress.document.jsontext import (
    DuplicateKeyError,
    find_half_character,
    find_in_json,
    find_key_twice,
    position_at,
    read_json,
)
from clientpress.document.yaml12 import Marks, YamlError, read_yaml

MAX_BYTES = 64 * 1024 * 1024


class Source:
    """One loaded file.

    Attributes:
        name: The file as the user named it, used in places.
        uri: Its address, against which its references are resolved.
        data: Objects, arrays and scalars.
    """

    def __init__(
        self, name: str, uri: str, text: str, data: Any, marks: Marks | None
    ) -> None:
        self.name, self.uri, self.text, self.data = name, uri, text, data
        self._marks = marks
        self._anchors: dict[str, str] | None = None

    def locate(self, pointer: str) -> Position:
        """Line and column of the node, or of the nearest one above it."""
        steps = pointer_steps(pointer)
        return (
            self._marks.find(self.data, steps)
            if self._marks
            else find_in_json(self.text, steps)
        )

    def anchor(self, name: str) -> str | None:
        """The pointer of the node with this `$anchor`, `$dynamicAnchor` or `$id`."""
        if self._anchors is None:
            self._anchors = _anchors(self.data)
        return self._anchors.get(name)


class Node(NamedTuple):
    """A value of a document and where it stands."""

    data: Any
    place: Place

    def child(self, *keys: str | int) -> Node:
        """A member or item that is there."""
        data = self.data
        for key in keys:
            data = data[key]
        return Node(data, self.place.child(*keys))


class Sources:
    """All files that one document is made of, by the name shown to the user."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._by_uri: dict[str, Source | None] = {}
        self._by_name: dict[str, Source] = {}
        self._texts: dict[str, str] = {}  # also of files that could not be understood
        self._root = Path()

    def open(self, path: Path) -> Source | None:
        """Load the entry document; findings are reported and None returned when it cannot be
        used.
        """
        self._root = path.resolve().parent
        return self._load(path.resolve().as_uri(), str(path), path, self._report)

    def source(self, name: str) -> Source | None:
        """A loaded file by its name."""
        return self._by_name.get(name)

    def locate(self, place: Place) -> Position | None:
        """Line and column of a place."""
        source = self._by_name.get(place.file)
        return source.locate(place.pointer) if source else None

    def line(self, file: str, number: int) -> str:
        """The text of a line of a loaded file; empty where it is not known."""
        text = self._texts.get(file, "")
        start = 0
        for _ in range(number - 1):
            start = text.find("\n", start) + 1
            if start == 0:
                return ""
        end = text.find("\n", start)
        return text[start : end if end >= 0 else None]

    def inputs(self) -> dict[str, str]:
        """Name and text of every file that was read."""
        return {name: source.text for name, source in sorted(self._by_name.items())}

    def resolve(
        self, reference: str, place: Place, report: Report | None = None
    ) -> Node | None:
        """The node that a `$ref` at a place leads to; a reference that leads nowhere is
        reported.
        """
        report = report if report is not None else self._report
        source = self._by_name[place.file]
        address, fragment = urldefrag(reference)
        base = ""
        if address:
            uri = urljoin(source.uri, address)
            identified = source.anchor(address) or source.anchor(uri)
            found = source if identified else self._other(uri, reference, place, report)
            if found is None:
                return None
            source, base = found, identified or ""
        fragment = unquote(fragment) if "%" in fragment else fragment
        if fragment and not fragment.startswith("/"):
            pointer = source.anchor(fragment)
            if pointer is None:
                report.error(
                    "E102",
                    place,
                    f"the reference {reference!r} names no $anchor of {source.name}",
                    "Check its spelling.",
                )
                return None
            base, fragment = "", pointer
        return self._follow(source, base + fragment, reference, place, report)

    def _follow(
        self, source: Source, pointer: str, reference: str, place: Place, report: Report
    ) -> Node | None:
        here = source.data
        done = ""
        for step in pointer_steps(pointer) if pointer else []:
            if is_object(here) and step in here:
                here = here[step]
            elif is_array(here) and step.isdigit() and int(step) < len(here):
                here = here[int(step)]
            else:
                near = _nearest(step, here)
                hint = (
                    f"Did you mean {near!r}?"
                    if near
                    else f"{done or 'The document'} has no member {step!r}."
                )
                report.error(
                    "E102", place, f"the reference {reference!r} leads nowhere", hint
                )
                return None
            done = f"{done}/{step}"
        return Node(here, Place(source.name, pointer))

    def _other(
        self, uri: str, reference: str, place: Place, report: Report
    ) -> Source | None:
        if uri in self._by_uri:
            return self._by_uri[uri]
        local = self._by_name[place.file].anchor(uri)
        if local == "":
            return self._by_name[place.file]
        if urlsplit(uri).scheme != "file":
            report.error(
                "E103",
                place,
                f"the reference {reference!r} leads to another host; nothing is fetched from a network",
                "Keep a copy of the document beside this one and refer to that.",
            )
            self._by_uri[uri] = None
            return None
        path = _path_of(uri)
        try:
            below = os.path.relpath(path, self._directory(place))
            name = os.path.normpath(Path(place.file).parent / below)
        except ValueError:  # on another drive
            name = str(path)
        return self._load(uri, name, path, report, place)

    def _directory(self, place: Place) -> Path:
        return _path_of(self._by_name[place.file].uri).parent

    def _load(
        self,
        uri: str,
        name: str,
        path: Path,
        report: Report,
        place: Place | None = None,
    ) -> Source | None:
        self._by_uri[uri] = None
        text = _read(path, name, place, report)
        if text is None:
            return None
        self._texts[name] = text
        source = read_text(text, name, uri, report)
        if source:
            self._by_uri[uri] = self._by_name[name] = source
        return source


def _read(path: Path, name: str, place: Place | None, report: Report) -> str | None:
    where = place or Place(name)
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        report.error("E001", where, f"cannot read {name}: {reason}", "Check the path.")
        return None
    if len(raw) > MAX_BYTES:
        report.error(
            "E004", where, f"{name} has {len(raw):,} bytes, more than {MAX_BYTES:,}"
        )
        return None
    try:
        # By RFC 4627, section 3: without a mark, the zeros of the first characters tell.
        return raw.decode(json.detect_encoding(raw)).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        position = Position(before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        report.error(
            "E002",
            Place(name),
            "the text is not UTF-8",
            "Save the file as UTF-8.",
            position=position,
        )
        return None


def read_text(text: str, name: str, uri: str, report: Report) -> Source | None:
    """Read JSON or YAML; what cannot be read is reported with its line and column."""
    place = Place(name)
    start = text.lstrip()[:1]
    if start == "<":
        report.error(
            "E002",
            place,
            "this is HTML or XML, not an OpenAPI document",
            "Download the document itself, not a page that shows it.",
            Position(1, 1),
        )
        return None
    json_error: json.JSONDecodeError | None = None
    if start in ("{", "["):
        try:
            return _json_source(text, name, uri, report)
        except DuplicateKeyError as error:
            report.error(
                "E003",
                place,
                str(error),
                "Keep one of the two.",
                find_key_twice(text, error.key),
            )
            return None
        except RecursionError:
            pass  # the reader of YAML needs no recursion, and says where it is too deep
        except json.JSONDecodeError as error:
            json_error = error  # YAML also has objects in braces
        except ValueError:
            report.error(
                "E004",
                place,
                "a number with too many digits",
                "Write it as a string.",
                Position(1, 1),
            )
            return None
    try:
        data, marks = read_yaml(text)
    except YamlError as error:
        if json_error and name.endswith(".json"):
            position = position_at(text, json_error.pos)
            report.error(
                "E002",
                place,
                f"not valid JSON: {json_error.msg.lower()}",
                position=position,
            )
        else:
            report.error(error.code, place, str(error), error.hint, error.position)
        return None
    return Source(name, uri, text, data, marks)


def _json_source(text: str, name: str, uri: str, report: Report) -> Source | None:
    data = read_json(text)
    half = find_half_character(text, data)
    if half:
        report.error(
            "E002",
            Place(name),
            "a string has half of a character",
            "Escapes from \\ud800 to \\udfff go in pairs.",
            half,
        )
        return None
    return Source(name, uri, text, data, None)


def _path_of(uri: str) -> Path:
    """The path of a file: URI."""
    path = unquote(urlsplit(uri).path)
    return Path(path[1:] if path[2:3] == ":" else path)  # /C:/… on Windows


def _anchors(data: Any) -> dict[str, str]:
    """Every anchor and identifier of a document, with its pointer."""
    found = dict[str, str]()
    todo: list[tuple[Any, Place]] = [(data, Place(""))]
    while todo:
        here, place = todo.pop()
        if is_object(here):
            for keyword in ("$anchor", "$dynamicAnchor", "$id", "$self"):
                name = here.get(keyword)
                if isinstance(name, str):
                    found.setdefault(name, place.pointer)
            todo += [
                (value, place.child(key))
                for key, value in here.items()
                if isinstance(value, (dict, list))
            ]
        elif is_array(here):
            todo += [
                (value, place.child(i))
                for i, value in enumerate(here)
                if isinstance(value, (dict, list))
            ]
    return found


def _nearest(name: str, here: Any) -> str:
    from difflib import get_close_matches

    names: Mapping[str, Any] = here if is_object(here) else {}
    return next(iter(get_close_matches(name, list(names), n=1)), "")
