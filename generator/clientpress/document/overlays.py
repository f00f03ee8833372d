"""Overlays: changes to a document, in files of their own (OpenAPI Overlay Specification 1.0 and 1.1).

Targets are JSONPath expressions (RFC 9535). They are evaluated in the entry document as the actions before left it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_array, is_object
from clientpress.document.layers import Key, Layers
from clientpress.document.reading import Source
from clientpress.document.structure import report_structure

_VERSION = re.compile(r"1\.[01]\.\d+\Z", re.ASCII)

_TEXT = {"type": "string"}
_EXTENSIONS = {"^x-": True}
_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["overlay", "info", "actions"],
    "properties": {
        "overlay": _TEXT,
        "info": {
            "type": "object",
            "required": ["title", "version"],
            "properties": {"title": _TEXT, "version": _TEXT, "description": _TEXT},
            "patternProperties": _EXTENSIONS,
            "additionalProperties": False,
        },
        "extends": _TEXT,
        "actions": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {
                "type": "object",
                "required": ["target"],
                "properties": {
                    "target": {"type": "string", "pattern": r"^\$"},
                    "description": _TEXT,
                    "copy": _TEXT,
                    "update": True,
                    "remove": {"type": "boolean"},
                },
                "patternProperties": _EXTENSIONS,
                "additionalProperties": False,
            },
        },
    },
    "patternProperties": _EXTENSIONS,
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a document is read.

    Attributes:
        overlays: The files with changes to it, in order.
        suggested: Whether what the document implies is laid over it too.
        allow_remote: Whether references to http and https are fetched.
        allow_files: Whether references may lead out of the folder of the document.
    """

    overlays: tuple[Path, ...] = ()
    suggested: bool = False
    allow_remote: bool = False
    allow_files: bool = False


AS_IT_IS = Reading()
"""Without overlays, and nothing is fetched."""


@dataclass(frozen=True, slots=True)
class Action:
    """An action of an overlay (Action Object).

    Attributes:
        place: The place of the action.
        target: The JSONPath expression of what it changes.
        words: Its members.
    """

    place: Place
    target: str
    words: dict[str, Any]


def read_overlay(source: Source, report: Report) -> list[Action] | None:
    """The actions of an overlay; None when its form is wrong, which is reported.

    Args:
        source: The file of the overlay.
        report: Receives the findings.
    """
    place = Place(source.name)
    data: Any = source.data
    version = data.get("overlay") if is_object(data) else None
    if not isinstance(version, str) or not _VERSION.match(version):
        if version is None:
            message = "this is no overlay: it has no 'overlay' member"
        else:
            message = f"version {version!r} of overlays is not supported"
        hint = "It has to begin with 'overlay: 1.1.0'; 1.0 and 1.1 are supported."
        report.error(
            "CP601", place if version is None else place.child("overlay"), message, hint
        )
        return None
    if report_structure(_validator(), source, report.error, "CP601"):
        return None
    return [
        Action(place.child("actions", i), action["target"], action)
        for i, action in enumerate(data["actions"])
    ]


@cache
def _validator() -> Any:
    return jsonschema_rs.validator_for(_SCHEMA)


def apply_actions(source: Source, actions: Sequence[Action], report: Report) -> None:
    """Apply the actions of an overlay in order.

    Args:
        source: The document, whose data is replaced.
        actions: The actions.
        report: Receives the findings.
    """
    layers = source.layers or Layers(source.data, Place(source.name))
    for action in actions:
        paths = _selected(layers, action, "target", report)
        if paths is None:
            continue
        if not paths:
            message = f"{action.target!r} selects nothing in the document"
            hint = "Correct the path, or remove the action."
            report.error("CP602", action.place.child("target"), message, hint)
        elif action.words.get("remove") is True:
            _remove(layers, action, paths, report)
        elif "copy" in action.words:
            _copy(layers, action, paths, report)
        elif "update" in action.words:
            place = action.place.child("update")
            for path in paths:
                _Merge(layers, action, report).at(path, action.words["update"], place)
        else:
            message = "the action does nothing"
            hint = "Give it 'update', 'remove: true' or 'copy'."
            report.error("CP601", action.place, message, hint)
    source.lay_over(layers)


def _selected(
    layers: Layers, action: Action, key: str, report: Report
) -> list[tuple[Key, ...]] | None:
    """The paths that an expression selects; None when it is no JSONPath, which is reported."""
    # A tenth of a second, and only documents with overlays need it.
    from jsonpath import JSONPathEnvironment, JSONPathError

    expression: str = action.words[key]
    try:
        matches = JSONPathEnvironment(strict=True).finditer(expression, layers.data)
        return [tuple(match.parts) for match in matches]
    except (JSONPathError, RecursionError) as error:
        reason = str(error).partition("\n")[0] or "it is nested too deeply"
        message = f"{expression!r} is no JSONPath: {reason}"
        hint = "Write RFC 9535, for example $.paths['/pets'].get."
        report.error("CP601", action.place.child(key), message, hint)
        return None


def _remove(
    layers: Layers, action: Action, paths: list[tuple[Key, ...]], report: Report
) -> None:
    """Remove what is selected, the last items of arrays first."""
    removed = set[tuple[Key, ...]]()
    for path in sorted(paths, key=_descending):
        if not path:
            message = "the whole document cannot be removed"
            report.error("CP601", action.place.child("target"), message)
        elif path not in removed:
            layers.remove(path)
            removed.add(path)


def _descending(path: tuple[Key, ...]) -> list[tuple[bool, int]]:
    """A sort key: what is inside comes before what it is in, and later items before earlier ones."""
    steps = [(False, -key) if isinstance(key, int) else (False, 0) for key in path]
    return [*steps, (True, 0)]


def _copy(
    layers: Layers, action: Action, paths: list[tuple[Key, ...]], report: Report
) -> None:
    """Merge a value of the document into what is selected (1.1)."""
    sources = _selected(layers, action, "copy", report)
    if sources is None:
        return
    if len(sources) != 1:
        message = f"{action.words['copy']!r} selects {len(sources)} values; 'copy' needs exactly one"
        report.error("CP602", action.place.child("copy"), message)
        return
    # A copy of its own: later changes of one place are none of the other.
    value = deepcopy(layers.at(sources[0]))
    origin = layers.origin(Place("").child(*sources[0]).pointer)
    for path in paths:
        _Merge(layers, action, report).at(path, value, origin)


class _Merge:
    """Merges values into a document; reports what cannot be merged."""

    def __init__(self, layers: Layers, action: Action, report: Report) -> None:
        self._layers, self._action, self._report = layers, action, report

    def at(self, path: tuple[Key, ...], value: Any, origin: Place) -> None:
        """Merge a value into the one at a path.

        Objects are merged member by member, arrays are joined, other values take the place of others. An
        empty member (`components:`) beside an object or an array changes nothing.

        Args:
            path: The path of the target.
            value: The value.
            origin: Where the value was written.
        """
        here = self._layers.at(path)
        if is_object(here) and is_object(value):
            # The list matters where a value is copied into itself.
            for key, member in list(value.items()):
                if key in self._layers.at(path):
                    self.at((*path, key), member, origin.child(key))
                else:
                    self._layers.put((*path, key), member, origin.child(key))
        elif is_array(here):
            for item, place in list(_items(value, origin)):
                self._layers.put((*path, len(self._layers.at(path))), item, place)
        elif path and not is_object(here) and not isinstance(value, (dict, list)):
            self._layers.put(path, value, origin)
        elif value is not None:
            at = Place("").child(*path).pointer or "the root"
            message = f"{_kind(value)} cannot be merged into {_kind(here)} at {at}"
            hint = "Remove the old value by an action before this one."
            self._report.error("CP601", origin, message, hint)


def _items(value: Any, place: Place) -> Iterator[tuple[Any, Place]]:
    """What is appended to an array: the items of another one, or the value itself."""
    if is_array(value):
        for i, item in enumerate(value):
            yield item, place.child(i)
    elif value is not None:
        yield value, place


def _kind(value: Any) -> str:
    if is_object(value):
        return "an object"
    if is_array(value):
        return "an array"
    return repr(value)
