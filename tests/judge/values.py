"""Values that are easy to send or to read wrongly: every branch of every union, and hard texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from clientpress.document.data import is_array, is_object
from clientpress.testing.conjunctions import (
    Impossible,
    Parts,
    is_null,
    matching_all,
    text_for,
)
from clientpress.testing.reading import At, Json, is_container
from clientpress.testing.schemas import Schemas
from clientpress.testing.shapes import Shapes
from clientpress.testing.synthesis import Synthesiser, Variant

MOST_ROUNDS = 12
"""How many values are made for one place, until every branch below it was there."""
MOST_STALLED = 2
"""How many of them may show no new branch, while some are left: those of other branches."""
UNDECLARED = "x-judge-undeclared"

_HARD = (
    "a b&c/d,e=f%41g+h#i\"j'k\\l é日",
    "%2F é/\\'?x=1&y+z; #100%",
    '日本+"q" a/b&c=d, %41 ü',
)
_HARD_IN_HEADERS = ("a b&c/d=e%41f+g#h\"i'j\\k", "%2F/\\'?x=1&y #9", '+"q" a/b&c=d %41')
# Formats that say nothing about the letters of a text.
_FREE_FORMATS = frozenset({"password", "string", "text", "html", "markdown"})


class Values(Synthesiser):
    """Makes values of hard texts, with every branch of every union in turn.

    Attributes:
        hard: The free texts, easiest first; none where texts are to be harmless.
        left: Branches that were met since `rounds` began, and were never tried.
        has_base: Whether the last value has a base whose mapping names only its kinds.
    """

    def __init__(self, schemas: Schemas) -> None:
        super().__init__(schemas)
        self._shapes = Shapes(schemas)
        self.has_base = False
        self.hard: tuple[str, ...] = _HARD
        self.left = set[tuple[str, tuple[str, ...]]]()
        self._tried = set[tuple[str, tuple[str, ...]]]()
        self._turn = self._numbers = 0

    def made(
        self, at: At, variant: Variant, hard: bool = True, flat: bool = False
    ) -> Json:
        """A value for a place. Raises Impossible."""
        self.hard = _HARD if hard else ()
        self.has_base = False
        self._turn += 1
        return self.make(at, variant, flat=flat)

    def for_parameter(
        self, parameter: At, at: At, variant: Variant, hard: bool
    ) -> Json:
        """A value of a parameter, of texts that its style can carry. Raises Impossible."""
        location, style = parameter.data["in"], parameter.data.get("style")
        # allowReserved sends what would end the value; the style `cookie` encodes nothing.
        hard = (
            hard
            and style not in ("cookie", "spaceDelimited")
            and parameter.data.get("allowReserved") is not True
        )
        self.hard = (
            () if not hard else _HARD_IN_HEADERS if location == "header" else _HARD
        )
        self.has_base = False
        self._turn += 1
        return self.make(at, variant, flat=True)

    @property
    def progress(self) -> int:
        """How many branches were tried."""
        return len(self._tried)

    def members(self, schema: At, name: str) -> list[At]:
        """The schemas of a member of an object, in all branches."""
        return self._shapes.member(self._shapes.of([self.schemas.at(schema)]), name)

    def is_left_out(self, schema: At, name: str) -> bool:
        """Whether a member of an example is one that no schema declares, or not to be sent."""
        found = self.members(schema, name)
        return not found or any(map(self.schemas.is_hidden, found))

    def is_class(self, schema: At) -> bool:
        """Whether a schema is about nothing but objects with members."""
        shape = self._shapes.of([self.schemas.at(schema)])
        return shape.kinds == {"object"} and bool(shape.members) and not shape.more

    # -------------------------------------------------------------- choices
    def _make(
        self,
        conjunction: list[At],
        state: Any,
        stack: tuple[tuple[str, ...], ...],
        index: int,
        flat: bool = False,
    ) -> Json:
        """As the kit does; of a base with a mapping, one of its kinds."""
        has_base = self.has_base
        for key, kind in self._kinds_of(conjunction):
            try:
                made = super()._make([kind], state, (*stack, kind.steps), index, flat)
            except Impossible:
                continue
            finally:
                self._tried.add((kind.file, (*kind.steps, "discriminator", key)))
            tag = str(self._base(conjunction).get("propertyName"))
            if is_object(made) and isinstance(made.get(tag), str):
                made[tag] = key
                self.has_base = has_base
                if all(self._fits(at, made) for at in (*conjunction, kind)):
                    return made
        return super()._make(conjunction, state, stack, index, flat)

    def _base(self, conjunction: list[At]) -> dict[str, Any]:
        """The discriminator of a base that is referred to, and of nothing else."""
        at = conjunction[0]
        if len(conjunction) != 1 or "$ref" not in at.words():
            return {}
        words = self.schemas.target(at)
        data = words.words() if words else {}
        told = data.get("discriminator")
        is_base = is_object(told) and not data.keys() & {"oneOf", "anyOf", "allOf"}
        return told if is_base and is_object(told) else {}

    def _kinds_of(self, conjunction: list[At]) -> list[tuple[str, At]]:
        mapping = self._base(conjunction).get("mapping")
        found = list[tuple[str, At]]()
        for key, leads in mapping.items() if is_object(mapping) else ():
            name = str(leads).rpartition("/")[2]
            with suppress(KeyError):
                place = At(conjunction[0].file, ("components", "schemas", name), None)
                found.append((key, self.schemas.at(place)))
        keys = [(at.file, (*at.steps, "discriminator", key)) for key, at in found]
        new = [key not in self._tried for key in keys]
        self.left.update(key for key, is_new in zip(keys, new, strict=True) if is_new)
        self.left -= self._tried
        turn = self._turn % max(1, len(found))
        ordered = [*range(turn, len(found)), *range(turn)]
        return [found[i] for i in sorted(ordered, key=lambda i: not new[i])]

    def branches(self, owner: At, word: str, index: int) -> Iterable[int]:
        count = len(owner.data[word])
        order = [(i + index + self._turn) % count for i in range(count)]
        keys = [(owner.file, (*owner.steps, word, str(i))) for i in range(count)]
        new = [
            i
            for i in range(count)
            if keys[i] not in self._tried and not is_null(owner.child(word, i))
        ]
        self.left.update(keys[i] for i in new)
        order.sort(key=lambda i: i not in new)
        return order

    def trying(self, branch: At) -> None:
        self._tried.add((branch.file, branch.steps))
        self.left.discard((branch.file, branch.steps))

    def tag(self, owner: At, branch: At, instance: Json) -> None:
        super().tag(owner, branch, instance)
        discriminator = owner.data.get("discriminator")
        mapping = discriminator.get("mapping") if is_object(discriminator) else None
        name = discriminator.get("propertyName") if is_object(discriminator) else None
        if not is_object(mapping) or not is_object(instance) or name not in instance:
            return
        names = {*mapping, str(branch.words().get("$ref")).rpartition("/")[2]}
        target = self.schemas.target(branch) if "$ref" in branch.words() else None
        names |= {target.steps[-1]} if target else set()
        if instance[name] not in names:
            raise Impossible("a variant whose tag its mapping does not know")

    def finish(self, instance: dict[str, Json], parts: Parts) -> None:
        """Objects of a base with a discriminator say what they are: the name of their schema."""
        for at in parts.schemas:
            discriminator = at.data.get("discriminator")
            name = (
                discriminator.get("propertyName") if is_object(discriminator) else None
            )
            if at.data.keys() & {"oneOf", "anyOf"} or not parts.targets:
                continue
            if name in instance and instance[name] == self.text(Parts(), 0, False):
                instance[name] = self._tag_of(discriminator, parts.targets[0][-1])

    def _tag_of(self, told: dict[str, Any], schema: str) -> str:
        mapping = told.get("mapping")
        for tag, leads in mapping.items() if is_object(mapping) else ():
            if str(leads).rpartition("/")[2] == schema:
                return tag
        self.has_base = self.has_base or is_object(mapping)
        return schema

    def kind(self, kinds: list[str] | None, parts: Parts) -> str:
        listed = [kind for kind in kinds or () if kind != "null"]
        if len(listed) < 2:
            return super().kind(kinds, parts)
        at = next(at for at in parts.schemas if "type" in at.data)
        keys = {kind: (at.file, (*at.steps, "type", kind)) for kind in listed}
        new = [kind for kind in listed if keys[kind] not in self._tried]
        chosen = new[0] if new else listed[self._turn % len(listed)]
        self._tried.add(keys[chosen])
        self.left.update(keys[kind] for kind in new if kind != chosen)
        self.left.discard(keys[chosen])
        return chosen

    def text(self, parts: Parts, index: int, flat: bool) -> str:
        harmless = text_for(parts, index, flat)
        if not self.hard or set(parts.values("format")) - _FREE_FORMATS:
            return harmless
        text = self.hard[index % len(self.hard)]
        if index >= len(self.hard):
            text = f"{index} {text}"
        shortest = int(max(parts.values("minLength"), default=0))
        longest = min(parts.values("maxLength"), default=None)
        text = text + "x" * (shortest - len(text))
        text = text[: None if longest is None else int(longest)].strip()
        return (
            text
            if len(text) >= shortest and text and matching_all(parts, text)
            else harmless
        )

    def number(self, parts: Parts, kind: str, index: int) -> int | float:
        found = super().number(parts, kind, index)
        self._numbers += 1
        free = kind == "number" and found == 1.5 + index
        return 3 + index if free and self._numbers % 2 else found

    def free(self, variant: Variant, index: int, flat: bool) -> Json:
        return None if variant is Variant.NULLS else super().free(variant, index, flat)


def rounds(most: int, *makers: Values) -> Iterator[int]:
    """Count values of one place until all branches below it were there, or no new one comes."""
    for maker in makers:
        maker.left.clear()
    stalled = 0
    for number in range(most):
        before = sum(maker.progress for maker in makers)
        yield number
        stalled = stalled + 1 if before == sum(m.progress for m in makers) else 0
        if stalled > MOST_STALLED or not any(maker.left for maker in makers):
            return


def with_undeclared(value: Json) -> Json:
    """A value with a member in each of its objects that no schema declares."""
    if is_object(value):
        below = {name: with_undeclared(member) for name, member in value.items()}
        return {**below, UNDECLARED: {"a": [1, "é"]}}
    return [with_undeclared(item) for item in value] if is_array(value) else value


def without_undeclared(value: Json) -> Json:
    """The same without them."""
    if is_object(value):
        return {n: without_undeclared(m) for n, m in value.items() if n != UNDECLARED}
    return [without_undeclared(v) for v in value] if is_array(value) else value


# ------------------------------------------------------------------ files
def bytes_of(text: str) -> bytes:
    """A file: bytes that are no UTF-8."""
    return b"\xff\x00" + text.encode()


def with_files(schemas: Schemas, found: list[At], value: Json) -> Any:
    """A member of a multipart body, where it is a file as bytes (OpenAPI 3.0, section 4.7.14.4;
    3.1, section 4.8.14.4; 3.2, section 4.14.5.4: binary data has no encoding, or says `binary`).
    """
    places = [place for at in found for place in _alternatives(schemas, at, ())]
    if isinstance(value, str):
        return bytes_of(value) if any(map(_is_binary, places)) else value
    if is_array(value):
        items = [at.child("items") for at in places if is_object(at.data.get("items"))]
        return [with_files(schemas, items, item) for item in value]
    return value


def is_file(schemas: Schemas, found: list[At]) -> bool:
    """Whether a member of a multipart body is a file, or may be one, or a list of them."""
    places = [place for at in found for place in _alternatives(schemas, at, ())]
    items = [at.child("items") for at in places if is_object(at.data.get("items"))]
    below = [place for at in items for place in _alternatives(schemas, at, ())]
    return any(map(_is_binary, (*places, *below)))


def _is_binary(at: At) -> bool:
    words = at.data
    if words.get("type", "string") != "string":
        return False
    if words.get("format") == "binary" or words.get("contentEncoding") == "binary":
        return True
    return (
        isinstance(words.get("contentMediaType"), str)
        and "contentEncoding" not in words
    )


def _alternatives(
    schemas: Schemas, at: At, seen: tuple[tuple[str, ...], ...]
) -> Iterator[At]:
    """The schema and the branches and parts that it consists of; those say what a file is."""
    if not is_object(at.data) or at.steps in seen:
        return
    seen = (*seen, at.steps)
    if "$ref" in at.data:
        target = schemas.target(at)
        if target is not None:
            yield from _alternatives(schemas, target, seen)
    for word in ("allOf", "oneOf", "anyOf"):
        for i in range(len(at.data[word]) if is_array(at.data.get(word)) else 0):
            yield from _alternatives(schemas, at.child(word, i), seen)
    if "type" in at.data or "items" in at.data or _is_binary(at):
        yield at


def has_comma(value: Json) -> bool:
    """Whether a text inside of a list or an object has a comma."""
    if not is_container(value):
        return False
    below: Iterable[Json] = value.values() if is_object(value) else value
    return any(isinstance(v, str) and "," in v for v in below)
