"""The generated package: loaded, and its values made of JSON."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from clientpress.document.data import is_array, is_object
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.types import Alias, DictTwin, ModelClass, Plan
from clientpress.testing.reading import Json, is_container

_ABSTRACT = {
    "Sequence": "list",
    "Iterable": "list",
    "Mapping": "dict",
    "object": "JsonValue",
}
_OMITTED = ("UnsetType",)


class Package:
    """A generated package in this process."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.name, self.plan = folder.name, plan
        # The members that models always send.
        self.tags = frozenset(
            (member.wire, member.constant[0])
            for found in plan.models.definitions.values()
            if isinstance(found, ModelClass)
            for member in found.members
            if member.constant
        )
        if str(folder.parent) not in sys.path:
            sys.path.insert(0, str(folder.parent))
        self.root = import_module(self.name)
        self._json = self.module("_runtime.values.decoding").Json
        self._encoding = self.module("_runtime.values.encoding")
        self._undeclared = self.module("_runtime.values.undeclared")
        # Only packages with unions of objects have the class of unknown objects.
        self._part = self.module("_runtime.values.lazy").part
        marks = self._part("values.marks")
        self._unknown: Any = marks.Unknown if marks else ()
        self.Options: Any = self.root.Options
        self._decoders: dict[str, Any] = {}
        self._twins = {
            name
            for name, found in plan.models.definitions.items()
            if isinstance(found, DictTwin)
        }

    def module(self, name: str) -> Any:
        """A module of it."""
        return import_module(f"{self.name}.{name}")

    def decode(self, kind: str, value: Json) -> Any:
        """JSON as a value of a type, by the package's own decoder."""
        if kind not in self._decoders:
            self._decoders[kind] = self._json(kind)
        return self._decoders[kind].decode(json.dumps(value).encode())

    def unknown_in(self, value: Any, path: str = "") -> str:
        """Where a value has something of no known class; empty where it has not."""
        if isinstance(value, self._unknown):
            return path or "/"
        below: Any = ()
        if is_object(value):
            below = value.items()
        elif is_array(value):
            below = enumerate(value)
        elif hasattr(value, "__struct_fields__"):
            below = [(name, getattr(value, name)) for name in value.__struct_fields__]
        found = (self.unknown_in(v, f"{path}/{name}") for name, v in below)
        return next(filter(None, found), "")

    def sent_back(self, value: Any, example: bytes | None = None) -> Json:
        """A value as JSON, by the package's own encoder.

        Args:
            example: What the value was made of, where it may have members that no schema declares:
                they are kept as a caller would keep them.
        """
        if example is None:
            return json.loads(self._encoding.encode(value))
        undeclared = self._undeclared.UnknownMembers(example, value)
        return json.loads(undeclared.encode(value))

    def argument(self, annotation: Annotation, value: Json, *, plain: bool) -> Any:
        """What a caller would give for an argument.

        Args:
            plain: Objects and arrays as dicts and lists, instead of models.
        """
        if is_file(annotation):
            return as_files(value)
        if plain and is_container(value):
            return value
        kind = self._text(annotation)
        if (
            isinstance(value, str)
            and value.isdigit()
            and "str" not in kind
            and "int" in kind
        ):
            return int(value)  # 64 bits that travel as text
        try:
            return self.decode(kind, value)
        except TypeError:
            # A package whose answers have no unions cannot read those that it sends.
            if self._part("values.unions"):
                raise
            return value

    def _text(self, annotation: Annotation) -> str:
        match annotation:
            case a.Name():
                return _ABSTRACT.get(annotation.text, self._declared(annotation.text))
            case a.Generic():
                inner = ", ".join(map(self._text, annotation.args))
                return f"{self._text(annotation.base)}[{inner}]"
            case a.Literal():
                return f"Literal[{', '.join(map(repr, annotation.values))}]"
            case a.Or():
                listed = [arg for arg in annotation.args if not self._is_left_out(arg)]
                quoted = [repr(self._text(arg)) for arg in listed]
                return f"Union[{', '.join(quoted)}]"
            case a.Tagged():
                pairs = dict(annotation.mapping)
                union = self._text(annotation.union)
                return f"Annotated[{union}, Discriminator({annotation.property!r}, {pairs!r})]"
            case a.Patterned():
                pairs = {name: self._text(kind) for name, kind in annotation.patterns}
                rest = self._text(annotation.rest)
                whole = self._text(annotation.whole)
                return f"Annotated[{whole}, Patterns({pairs!r}, {rest!r})]"
            case a.Arguments():
                raise TypeError("a callable has no JSON form")

    def _declared(self, name: str) -> str:
        """The type itself for the alias of what may be given for it; if nothing else uses the type,
        what the alias says.
        """
        declared = name.rstrip("_").removesuffix("Like")
        here, there = map(self.plan.models.definitions.get, (name, declared))
        if here and there and here.place == there.place:
            return declared
        if isinstance(here, Alias) and name.rstrip("_").endswith("Like"):
            return self._text(here.annotation)
        return name

    def _is_left_out(self, annotation: Annotation) -> bool:
        if not isinstance(annotation, a.Name):
            return False
        return annotation.text in _OMITTED or annotation.text in self._twins

    def client(self, cls: str, **how: Any) -> Any:
        """A client with a key for each of its schemes."""
        keys: dict[str, Any] = {}
        for credential in self.plan.credentials:
            is_pair = (
                credential.scheme.kind == "http" and credential.scheme.scheme == "basic"
            )
            keys[credential.argument] = ("user", "password") if is_pair else "key"
        return getattr(self.root, cls)(**keys, **how)


def is_file(annotation: Annotation) -> bool:
    """Whether an argument is a file, or a list of files."""
    return any(name.text == "FileInput" for name in a.names_in(annotation))


def as_files(value: Json) -> bytes | list[bytes]:
    """A file, or a list of files."""
    return [_bytes(v) for v in value] if is_array(value) else _bytes(value)


def _bytes(value: Any) -> bytes:
    return (
        value
        if isinstance(value, bytes)
        else value.encode() if isinstance(value, str) else json.dumps(value).encode()
    )
