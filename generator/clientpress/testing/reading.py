"""A document as it is: files, references and operations.

It is independent of the generator's parser, so that fakes and checks do not repeat its mistakes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeGuard
from urllib.parse import unquote

from clientpress.diagnostics import InputError, Place, Position, Report
from clientpress.document.data import is_array, is_object
from clientpress.document.reading import (
    Source,
    UnreadableError,
    decode,
    read_bytes,
    read_text,
)

Json: TypeAlias = Any
"""Any JSON value."""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
# Header parameters with these names are ignored (OpenAPI 3.2, section 4.12.2.1).
IGNORED_HEADERS = ("accept", "content-type", "authorization", "content-length")


def is_container(value: Json) -> TypeGuard[dict[str, Any] | list[Any]]:
    """Whether a value is a JSON object or array."""
    return isinstance(value, (dict, list))


@dataclass(frozen=True)
class At:
    """A value of a document, and its place.

    Attributes:
        file: The file.
        steps: The keys that lead to the value.
        data: The value.
    """

    file: str
    steps: tuple[str, ...]
    data: Json

    def child(self, *steps: str | int) -> At:
        """A value below this one, which must exist."""
        data = self.data
        for step in steps:
            data = data[int(step)] if is_array(data) else data[str(step)]
        return At(self.file, (*self.steps, *map(str, steps)), data)

    def find(self, *steps: str | int) -> At | None:
        """A value below this one; None where there is none."""
        try:
            return self.child(*steps)
        except (KeyError, IndexError, ValueError, TypeError):
            return None

    @property
    def pointer(self) -> str:
        """The JSON Pointer (RFC 6901)."""
        return "".join(f"/{escape(step)}" for step in self.steps)

    def __str__(self) -> str:
        return f"#{self.pointer}"

    def words(self) -> dict[str, Json]:
        """The members, if this is an object; else an empty object."""
        return self.data if is_object(self.data) else {}


def escape(step: str) -> str:
    """Escape one step of a JSON Pointer."""
    return step.replace("~", "~0").replace("/", "~1")


def unescape(pointer: str) -> tuple[str, ...]:
    """The steps of a JSON Pointer, unescaped."""
    return tuple(
        s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:]
    )


@dataclass(frozen=True)
class OperationObject:
    """A method on a path, with the parameters of its path item."""

    at: At
    method: str
    path: str
    parameters: tuple[At, ...]
    body: At | None

    @property
    def name(self) -> str:
        """How messages name it."""
        return f"{self.method} {self.path}"

    @property
    def id(self) -> str:
        """Its operationId; empty where it has none."""
        name = self.at.words().get("operationId")
        return name if isinstance(name, str) else ""


class Documents:
    """A document and the files that it refers to.

    Args:
        document: The path of the document, or its data.

    Raises:
        InputError: The document cannot be read.
    """

    def __init__(self, document: Path | Mapping[str, Any]) -> None:
        self.files: dict[str, Json] = {}
        self.report = Report()
        self.report.locator = self
        self._sources: dict[str, Source] = {}
        if isinstance(document, Path):
            name = str(document)
        else:
            name = "<document>"
            self._understand(name, json.dumps(document))
        self.entry = At(name, (), self.load(name))
        version = self.entry.data.get("openapi") if is_object(self.entry.data) else ""
        self.version = str(version)[:3]
        self._anchors: dict[str, dict[str, tuple[str, ...]]] = {}

    def load(self, file: str) -> Json:
        """The data of a file, which is read once.

        Raises:
            InputError: The file cannot be read.
        """
        if file not in self.files:
            try:
                raw = read_bytes(Path(file), file, entry=True)
            except UnreadableError as error:
                self.report.error(error.code, Place(file), str(error), error.hint)
                raise InputError(self.report) from None
            self._understand(file, decode(raw, file, self.report))
        return self.files[file]

    def _understand(self, file: str, text: str | None) -> None:
        source = text and read_text(text, file, file, self.report)
        if not isinstance(source, Source):
            if not self.report.has_errors:
                self.report.error("CP002", Place(file), "the file is empty")
            raise InputError(self.report)
        self._sources[file] = source
        self.files[file] = source.data

    def source(self, file: str) -> Source:
        """A file that is loaded."""
        return self._sources[file]

    def locate(self, place: Place) -> Position | None:
        """The line and column of a place; None for a document that is not in a file."""
        source = self._sources.get(place.file)
        if source is None or place.file.startswith("<"):
            return None
        return source.locate(place.pointer)

    def origin(self, place: Place) -> Place:
        """The place itself: overlays are no part of documents here."""
        return place

    def line(self, file: str, number: int) -> str:
        """The text of a line of a loaded file."""
        source = self._sources.get(file)
        lines = source.text.splitlines() if source else []
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def target(self, reference: str, at: At) -> At | None:
        """The value that a reference leads to; None where it leads nowhere."""
        name, _, fragment = reference.partition("#")
        file = at.file
        if name:
            if "://" in name:
                return None
            path = Path(at.file).parent / unquote(name)
            if not path.is_file():
                return None
            file = str(path.resolve()) if str(path) not in self.files else str(path)
        root = At(file, (), self.load(file))
        fragment = unquote(fragment)
        if not fragment or fragment.startswith("/"):
            return root.find(*unescape(fragment))
        steps = self.anchors(file).get(fragment)
        return None if steps is None else root.find(*steps)

    def anchors(self, file: str) -> dict[str, tuple[str, ...]]:
        """The names of `$anchor` and `$dynamicAnchor` in a file, with the steps to them."""
        if file not in self._anchors:
            names = self._anchors[file] = {}
            todo = [At(file, (), self.load(file))]
            while todo:
                at = todo.pop()
                for word in ("$dynamicAnchor", "$anchor"):
                    if isinstance(at.words().get(word), str):
                        names.setdefault(at.data[word], at.steps)
                if is_container(at.data):
                    keys: Any = at.data if is_object(at.data) else range(len(at.data))
                    todo += [at.child(k) for k in keys if is_container(at.data[k])]
        return self._anchors[file]

    def follow(self, at: At | None) -> At | None:
        """The value itself, or what its `$ref` leads to, over any number of references up to 50."""
        for _ in range(50):
            if at is None or not isinstance(at.words().get("$ref"), str):
                return at
            at = self.target(at.data["$ref"], at)
        return None

    def operations(self) -> Iterator[OperationObject]:
        """Every operation under `paths`."""
        paths = self.entry.find("paths")
        for path in paths.words() if paths else ():
            if paths is None or not path.startswith("/"):
                continue
            item = self.follow(paths.child(path))
            if item is None or not item.words():
                continue
            beside = paths.child(
                path
            )  # 3.1: a path item may have members beside `$ref`
            for place in [item] if item == beside else [item, beside]:
                yield from self._of_item(path, place)

    def _of_item(self, path: str, item: At) -> Iterator[OperationObject]:
        """The operations of a path item."""
        listed = [(m.upper(), item.child(m)) for m in METHODS if m in item.data]
        more = item.find("additionalOperations")
        if more is not None:
            listed += [(m, more.child(m)) for m in more.words()]
        for method, at in listed:
            if not is_object(at.data):
                continue
            shared, own = self._parameters(item), self._parameters(at)
            merged = {**shared, **own}
            body = self.follow(at.find("requestBody"))
            yield OperationObject(at, method, path, tuple(merged.values()), body)

    def _parameters(self, owner: At) -> dict[tuple[str, str], At]:
        """The parameters of a path item or operation, by location and name."""
        listed = owner.find("parameters")
        parameters = dict[tuple[str, str], At]()
        for i in (range(len(listed.data)) if listed and is_array(listed.data) else ()):
            at = self.follow(listed.child(i)) if listed else None
            words = at.words() if at else {}
            name, location = words.get("name"), words.get("in")
            if at is None or not isinstance(name, str) or not isinstance(location, str):
                continue
            if location == "header" and name.lower() in IGNORED_HEADERS:
                continue
            parameters[location, name.lower() if location == "header" else name] = at
        return parameters

    def components(self) -> Iterator[tuple[str, At]]:
        """Each schema of the components, with its name."""
        schemas = self.entry.find("components", "schemas")
        for name in schemas.words() if schemas else ():
            if schemas:
                yield name, schemas.child(name)
