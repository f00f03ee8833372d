"""What the variants of a union are called: what tells each one from the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from clientpress.api import schemas as s
from clientpress.api.schemas import Schema, core, followed
from clientpress.diagnostics import Place
from clientpress.plan.identifiers import class_name

# So many members of a variant are tried in pairs.
_PAIRED = 8


@dataclass(frozen=True, slots=True)
class Variant:
    """What a variant is called.

    Attributes:
        is_needed: Whether names need it; not if it is the only object beside texts.
    """

    name: str
    is_needed: bool


def told_apart(union: s.Union, schemas: Mapping[Place, Schema]) -> dict[Place, Variant]:
    """The variants of one union by their titles, by the constants that mark them, by their kind, or
    by members that the others do not have; without those that nothing tells apart.

    Args:
        schemas: The schemas that references lead to.
    """
    whole = [followed(variant, schemas) for variant in union.variants]
    together = _Together(whole, [tuple(_fields(one, schemas)) for one in whole])
    wanted = [
        {class_name(word).casefold(): word for word in together.words(i)}
        for i in range(len(whole))
    ]
    counts = Counter(key for words in wanted for key in words)
    told = dict[Place, Variant]()
    for variant, words, target in zip(union.variants, wanted, whole, strict=True):
        if name := next((words[key] for key in words if counts[key] == 1), ""):
            told[variant.meta.place] = Variant(name, name != kind_of(target))
    return told


class _Together:
    """All variants of a union, and which of them have a member or a mark."""

    def __init__(
        self, variants: Sequence[Schema], fields: Sequence[tuple[s.Field, ...]]
    ) -> None:
        self._variants, self._fields = variants, fields
        self._marks = [
            tuple(_marks(variant, own))
            for variant, own in zip(variants, fields, strict=True)
        ]
        self._with, self._needing, self._marked = _index(), _index(), _index()
        for i, own in enumerate(fields):
            for field in own:
                self._with[field.wire].add(i)
                if field.required:
                    self._needing[field.wire].add(i)
            for mark in self._marks[i]:
                self._marked[mark].add(i)

    def words(self, i: int) -> Iterator[str]:
        """What a variant may be called, the best first."""
        marks, names = self._marks[i], [field.wire for field in self._fields[i]]
        yield from marks
        yield from map(" ".join, combinations(marks[:_PAIRED], 2))
        yield kind_of(self._variants[i])
        yield from (with_member(n) for n in names if self._needing[n] == {i})
        yield from (with_member(n) for n in names if self._with[n] == {i})
        for mark in marks:
            alike = self._marked[mark]
            only = (n for n in names if self._with[n] & alike == {i})
            yield from (f"{mark} {with_member(n)}" for n in only)
        for a, b in combinations(names[:_PAIRED], 2):
            if self._with[a] & self._with[b] == {i}:
                yield with_member(f"{a} and {b}")
        if 0 < len(names) <= 2:
            yield f"Only {' and '.join(names)}"


def _index() -> defaultdict[str, set[int]]:
    return defaultdict(set)


def with_member(name: str) -> str:
    """The name of the only variant that has a member."""
    return f"With {name}"


def _fields(schema: Schema, schemas: Mapping[Place, Schema]) -> Iterator[s.Field]:
    """The members of an object, or of what it is merged from."""
    if isinstance(schema, s.Object):
        yield from schema.fields
    for part in schema.parts if isinstance(schema, s.AllOf) else ():
        inner = followed(part, schemas)
        if isinstance(inner, s.Object):
            yield from inner.fields


def _marks(variant: Schema, own: tuple[s.Field, ...]) -> Iterator[str]:
    """The title of a variant, and its constants."""
    if variant.meta.title:
        yield variant.meta.title
    for field in own:
        inner = core(field.schema)
        if isinstance(inner, s.Constant):
            values: tuple[object, ...] = (inner.value,)
        else:
            values = inner.values if isinstance(inner, s.Enumeration) else ()
        if len(values) == 1 and isinstance(values[0], str):
            yield values[0]


def kind_of(schema: Schema) -> str:
    """A word for what values of a schema are."""
    match core(schema):
        case s.Object() | s.AllOf():
            return "Object"
        case s.Array() | s.Tuple():
            return "List"
        case s.Mapping() | s.ByName():
            return "Map"
        case s.Union():
            return "Union"
        case _:
            return "Value"
