# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""What answers hold that the document of the client does not declare.

with drift_report() as drift:
    ...
print(drift)
"""

from __future__ import annotations

import enum
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from ..values.choosing import OneOf, decision
from ..values.converting import is_a
from ..values.decoding import watching
from ..values.issues import Issue, below
from ..values.json_kinds import KIND_OF, kinds
from ..values.shapes import Shape, plain, shape_of, type_in
from .misfits import place_of, told

Kind = Literal["member", "value", "variant", "misfit"]
_MOST = 1000
_LONGEST = 60


class Seen(NamedTuple):
    """Something that the document does not declare."""

    kind: Kind
    """An undeclared member, a value that an enumeration does not list, a variant that a union does
    not have, or a value that does not fit its type."""
    model: str
    """The model or enumeration; "" for a union; of a misfit the operation."""
    member: str
    """The member, by its name on the wire; of a variant the tag, "" if there is none; of a misfit
    its place."""
    value: str
    """The value as JSON, shortened; "" for a member; of a misfit what is wrong."""
    first: str
    """JSON Pointer to the place where it was seen first, in that answer."""


class Drift:
    """What was seen, and how many times. Threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[tuple[Kind, str, str, str], tuple[Seen, int]] = {}

    @property
    def seen(self) -> dict[Seen, int]:
        """What was seen, with the number of times; at most a thousand different things."""
        with self._lock:
            return dict(self._seen.values())

    def __bool__(self) -> bool:
        return bool(self._seen)

    def __str__(self) -> str:
        return "\n".join(
            f"{_text_of(seen)} ({count} times, first at {seen.first or 'the top'})"
            for seen, count in sorted(self.seen.items())
        )

    def look(self, tp: Any, data: bytes) -> None:
        """Compare an answer with its type."""
        try:
            raw = msgspec.json.decode(data)
            self._walk(tp, raw, "")
        except (ValueError, RecursionError):  # decoding reports this
            return

    def note_misfit(self, operation: str, issue: Issue) -> None:
        """Note a value that does not fit its type, and was not converted."""
        place = place_of(issue)
        self._add("misfit", operation, place, issue.message, issue.path)

    def _note(self, kind: Kind, model: str, member: str, value: Any, at: str) -> None:
        text = "" if kind == "member" else msgspec.json.encode(value).decode()
        text = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
        self._add(kind, model, member, text, at)

    def _add(self, kind: Kind, model: str, member: str, text: str, at: str) -> None:
        key = kind, model, member, text
        with self._lock:
            seen, count = self._seen.get(key, (Seen(*key, at), 0))
            if count or len(self._seen) < _MOST:
                self._seen[key] = seen, count + 1

    def _walk(self, tp: Any, raw: Any, at: str) -> None:
        tp = plain(tp)
        if is_a(tp, OneOf):
            ranked = decision(tp).rank(raw)
            if ranked:
                self._walk(ranked[0].type, raw, at)
            elif raw.__class__ is dict:
                self._variant(tp.tag.name if tp.tag else "", raw, at)
        elif get_origin(tp) is Union:
            self._walk_union(get_args(tp), raw, at)
        elif raw.__class__ is list:
            items = get_args(tp)
            each = items[0] if get_origin(tp) is list else Any
            types = items if get_origin(tp) is tuple and len(items) == len(raw) else ()
            for i, value in enumerate(raw):
                self._walk(types[i] if types else each, value, below(at, i))
        elif raw.__class__ is dict:
            shape = shape_of(tp)
            if shape is not None:
                self._walk_model(shape, raw, at)
            elif get_origin(tp) is dict or hasattr(tp, "type_for"):
                for name, value in raw.items():
                    self._walk(type_in(tp, name), value, below(at, name))
        elif is_a(tp, enum.Enum) and raw not in tp._value2member_map_:
            self._note("value", tp.__name__, "", raw, at)

    def _walk_union(self, members: tuple[Any, ...], raw: Any, at: str) -> None:
        """A union that msgspec distinguishes: by kinds, and models by their tags."""
        fitting = [m for m in members if KIND_OF[raw.__class__] in kinds(m)]
        models = [m for m in fitting if is_a(plain(m), Struct)]
        if raw.__class__ is dict and len(models) > 1:
            config = models[0].__struct_config__
            tag = raw.get(config.tag_field)
            fitting = [m for m in models if m.__struct_config__.tag == tag]
            if not fitting:
                self._variant(config.tag_field, raw, at)
        if fitting:
            self._walk(fitting[0], raw, at)

    def _walk_model(self, shape: Shape, raw: dict[str, Any], at: str) -> None:
        model = shape.type.__name__
        for name, value in raw.items():
            here = below(at, name)
            if name in shape.types:
                listed = shape.listed.get(name)
                tp = shape.types[name]
                if listed and value.__class__ in (str, int) and not _is_enum(tp):
                    if (value.__class__, value) not in listed:
                        self._note("value", model, name, value, here)
                else:
                    self._walk(tp, value, here)
            elif shape.rest is not None:
                self._walk(type_in(shape.rest, name), value, here)
            elif name not in shape.names:
                self._note("member", model, name, None, here)

    def _variant(self, tag: str, raw: dict[str, Any], at: str) -> None:
        self._note("variant", "", tag, raw.get(tag) if tag else sorted(raw), at)


def _is_enum(tp: Any) -> bool:
    members = get_args(tp) if get_origin(tp) is Union else (tp,)
    return any(is_a(member, enum.Enum) for member in members)


def _text_of(seen: Seen) -> str:
    if seen.kind == "misfit":
        return f"{seen.model}: {seen.value}"
    if seen.kind == "member":
        return f"{seen.model}: member {seen.member!r}"
    if seen.kind == "value":
        where = f"{seen.model}.{seen.member}" if seen.member else seen.model
        return f"{where}: value {seen.value}"
    tag = f"{seen.member} " if seen.member else ""
    return f"a union: variant {tag}{seen.value}"


@contextmanager
def drift_report() -> Generator[Drift]:
    """Note what the answers inside the block hold that the document does not declare.

    These are undeclared members, values that an enumeration does not list, and variants that a
    union does not have: they are not errors, and are not logged. Values that do not fit their types
    are noted too. Each answer is read once more for this. Tasks started inside the block are
    watched too, and threads of `map_calls`.
    """
    drift = Drift()
    token, listening = watching.set(drift.look), told.set(drift.note_misfit)
    try:
        yield drift
    finally:
        watching.reset(token)
        told.reset(listening)
