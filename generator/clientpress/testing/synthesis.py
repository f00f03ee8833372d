"""Instances of schemas, made from the raw document.

An instance is used only if jsonschema-rs accepts it. Schemas are handled as conjunctions: lists of schemas
that must all be satisfied. So `allOf` and keywords beside references need no merging.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from clientpress.document.data import is_array, is_object
from clientpress.testing.conjunctions import (
    Impossible,
    Parts,
    additional,
    examples_of,
    first_kind,
    has_type,
    is_null,
    key_for,
    kinds_of,
    number_for,
    text_for,
    without,
)
from clientpress.testing.reading import At, Json
from clientpress.testing.schemas import Schemas, Unusable
from clientpress.testing.texts import plain

MOST_NODES = 1_500
DEEPEST = 7


class Variant(Enum):
    """How much of a schema an instance shows."""

    MINIMAL = "minimal"
    FULL = "full"
    EXAMPLE = "example"
    NULLS = "nulls"


@dataclass
class _State:
    """The state of making one instance.

    Attributes:
        variant: How much it shows.
        loose: Whether it may be invalid.
        nodes: How many values were made.
    """

    variant: Variant
    loose: bool = False
    nodes: int = 0
    names: list[str] = field(default_factory=list[str])

    @property
    def is_spent(self) -> bool:
        """Whether the rest has to be small."""
        return self.nodes > MOST_NODES

    @property
    def is_over(self) -> bool:
        """Whether to give up: schemas that require each other have no finite instance."""
        return self.nodes > 10 * MOST_NODES


class Synthesiser:
    """Makes instances for one direction. Subclasses may make other choices."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas

    def branches(self, owner: At, word: str, index: int) -> Iterable[int]:
        """The branches of a union, in the order in which they are tried."""
        count = len(owner.data[word])
        return [(i + index) % count for i in range(count)]

    def trying(self, branch: At) -> None:
        """Called before a branch is tried."""

    def finish(self, instance: dict[str, Json], parts: Parts) -> None:
        """Called with every object."""

    def kind(self, kinds: list[str] | None, parts: Parts) -> str:
        """One of the types that are allowed; empty where the schema has no type."""
        return first_kind(kinds, parts)

    def text(self, parts: Parts, index: int, flat: bool) -> str:
        """A string that satisfies all schemas."""
        return text_for(parts, index, flat)

    def number(self, parts: Parts, kind: str, index: int) -> int | float:
        """A number that satisfies all schemas."""
        return number_for(parts, kind, index)

    def free(self, variant: Variant, index: int, flat: bool) -> Json:
        """A value for a schema without constraints."""
        if flat:
            return plain(index, 1, None)
        return {"free": ["form", 1, None, True]} if variant is Variant.FULL else "free"

    def nearest(self, at: At) -> Json:
        """A value that is nearly an instance, for a schema without valid instances.

        Raises:
            Impossible: There is none.
        """
        state = _State(Variant.EXAMPLE, loose=True)
        try:
            return self._make([self.schemas.at(at)], state, (), 0)
        except RecursionError:
            raise Impossible("recursion") from None

    def make(self, at: At, variant: Variant, *, flat: bool = False) -> Json:
        """An instance of the schema at a place of the document.

        Args:
            at: The schema, as in the document.
            variant: How much the instance shows.
            flat: Whether it becomes a parameter: then a value without a type is text.

        Raises:
            Impossible: No valid instance was found.
        """
        here = self.schemas.at(at)
        last = ""
        more = () if variant is Variant.MINIMAL else (Variant.FULL, Variant.MINIMAL)
        for chosen in dict.fromkeys((variant, *more)):
            try:
                value = self._make([here], _State(chosen), (), 0, flat)
                last = self.schemas.why_not(here, value)
            except (Impossible, Unusable) as error:
                last = str(error)
            except RecursionError:
                last = "recursion"
            else:
                if not last:
                    return value
        raise Impossible(last)

    def examples(self, at: At) -> list[Json]:
        """The examples of the conjunction at a place."""
        parts = Parts()
        self._flatten(self.schemas.at(at), parts, ())
        return examples_of(parts)

    def _flatten(self, at: At, parts: Parts, seen: tuple[tuple[str, ...], ...]) -> None:
        """Collect the parts of a conjunction."""
        if at.data is False:
            raise Impossible("a schema that allows nothing")
        if not is_object(at.data) or at.steps in seen:
            return
        seen = (*seen, at.steps)
        if isinstance(at.data.get("$ref"), str):
            target = self.schemas.target(at)
            if target is None:
                raise Impossible("a reference that leads nowhere")
            parts.targets.append(target.steps)
            self._flatten(target, parts, seen)
        parts.schemas.append(at)
        if is_array(at.data.get("allOf")):
            for i in range(len(at.data["allOf"])):
                self._flatten(at.child("allOf", i), parts, seen)
        for word in ("oneOf", "anyOf"):
            if is_array(at.data.get(word)):
                parts.unions.append((at, word))

    def _make(
        self,
        conjunction: list[At],
        state: _State,
        stack: tuple[tuple[str, ...], ...],
        index: int,
        flat: bool = False,
    ) -> Json:
        """An instance of a conjunction, which may be invalid."""
        state.nodes += 1
        if state.is_over:
            raise Impossible("too many tries")
        parts = Parts()
        for at in conjunction:
            self._flatten(at, parts, ())
        for target in parts.targets:
            if stack.count(target) > 1 or (stack.count(target) and len(stack) > 40):
                raise Impossible("recursion without an end")
        below = (*stack, *parts.targets)
        if state.variant is Variant.EXAMPLE and index == 0:
            for example in examples_of(parts):
                if all(self._fits(at, example) for at in conjunction):
                    return example
        if parts.unions:
            return self._union(conjunction, parts, state, below, index, flat)
        return self._simple(parts, state, below, index, flat)

    def _fits(self, at: At, value: Json) -> bool:
        try:
            return self.schemas.is_valid(at, value)
        except Unusable:
            return False

    def _union(
        self,
        conjunction: list[At],
        parts: Parts,
        state: _State,
        stack: tuple[tuple[str, ...], ...],
        index: int,
        flat: bool,
    ) -> Json:
        """An instance with one branch of the first union. The call for it handles the other unions."""
        owner, word = parts.unions[0]
        rest = [without(at, word if at is owner else "") for at in parts.schemas]
        rest = [at for at in rest if at.data]
        nulls = state.variant is Variant.NULLS
        order = [owner.child(word, i) for i in self.branches(owner, word, index)]
        order.sort(key=lambda branch: is_null(branch) != nulls)
        last = "no branch"
        for branch in order:
            self.trying(branch)
            flattened = [without(at, "allOf", "$ref") for at in rest]
            try:
                value = self._make([*flattened, branch], state, stack, index, flat)
                self.tag(owner, branch, value)
            except Impossible as error:
                last = str(error)
                continue
            if state.loose or (
                self._fits(owner, value)
                and all(self._fits(at, value) for at in conjunction)
            ):
                return value
            last = f"branch {branch.steps[-1]} of {word} does not fit alone"
        raise Impossible(last)

    def tag(self, owner: At, branch: At, instance: Json) -> None:
        """Set the property of the discriminator, where the schema does not fix it."""
        discriminator = owner.data.get("discriminator")
        name = discriminator.get("propertyName") if is_object(discriminator) else None
        if (
            not isinstance(name, str)
            or not is_object(instance)
            or "$ref" not in branch.words()
        ):
            return
        mapping = discriminator.get("mapping") if is_object(discriminator) else None
        target = self.schemas.target(branch)
        if target is None:
            return
        value_of_branch = target.steps[-1]
        for value, leads in ((mapping or {}).items() if is_object(mapping) else ()):
            if isinstance(leads, str) and leads.rpartition("/")[2] == target.steps[-1]:
                value_of_branch = value
                break
        before = instance.get(name)
        instance[name] = value_of_branch
        if not self._fits(branch, instance):
            if before is None:
                del instance[name]
            else:
                instance[name] = before

    def _simple(
        self,
        parts: Parts,
        state: _State,
        stack: tuple[tuple[str, ...], ...],
        index: int,
        flat: bool,
    ) -> Json:
        """An instance of a conjunction without unions."""
        for constant in parts.values("const"):
            return constant
        listed = parts.values("enum")
        kinds = kinds_of(parts)
        if listed:
            allowed = [v for v in listed[0] if all(v in more for more in listed[1:])]
            if kinds is not None:
                allowed = [v for v in allowed if has_type(v, kinds)]
            if state.variant is not Variant.NULLS:
                allowed = [v for v in allowed if v is not None] or allowed
            if flat:
                allowed = [v for v in allowed if v != ""] or allowed
            if not allowed:
                raise Impossible("no value of the enumeration has the type")
            last = state.variant is Variant.FULL
            return allowed[(index + (len(allowed) - 1 if last else 0)) % len(allowed)]
        # Null where nulls are wanted, or where nothing else is allowed.
        if (
            kinds is not None
            and "null" in kinds
            and (state.variant is Variant.NULLS or kinds == ["null"])
        ):
            return None
        kind = self.kind(kinds, parts)
        match kind:
            case "object":
                return self._object(parts, state, stack)
            case "array":
                return self._array(parts, state, stack)
            case "string":
                return self.text(parts, index, flat)
            case "integer" | "number":
                return self.number(parts, kind, index)
            case "boolean":
                return index % 2 == 0
            case _:
                return self.free(state.variant, index, flat)

    def _object(
        self, parts: Parts, state: _State, stack: tuple[tuple[str, ...], ...]
    ) -> Json:
        """An object that satisfies all schemas."""
        members: dict[str, list[At]] = {}
        for at in parts.schemas:
            declared = at.find("properties")
            for name in declared.words() if declared else ():
                if declared is not None:
                    members.setdefault(name, []).append(declared.child(name))
        hidden = {
            n for n, ats in members.items() if any(map(self.schemas.is_hidden, ats))
        }
        required = list(
            dict.fromkeys(n for names in parts.values("required") for n in names)
        )
        small = (
            state.variant is Variant.MINIMAL or state.is_spent or len(stack) > DEEPEST
        )
        most = min(parts.values("maxProperties"), default=None)
        instance: dict[str, Json] = {}
        for name in required:
            instance[name] = self._member(
                name, members.get(name, []), parts, state, stack
            )
        for name in () if small else members:
            if (
                name in instance
                or name in hidden
                or (most is not None and len(instance) >= most)
            ):
                continue
            try:
                instance[name] = self._member(name, members[name], parts, state, stack)
            except Impossible:
                continue  # an optional member without a finite or valid value
        self._more(instance, members, parts, state, stack, most)
        self.finish(instance, parts)
        return instance

    def _member(
        self,
        name: str,
        schemas: list[At],
        parts: Parts,
        state: _State,
        stack: tuple[tuple[str, ...], ...],
    ) -> Json:
        """A value of a member."""
        schemas = schemas or additional(parts, name)
        return self._make(schemas, state, stack, 0) if schemas else "text"

    def _more(
        self,
        instance: dict[str, Json],
        members: dict[str, list[At]],
        parts: Parts,
        state: _State,
        stack: tuple[tuple[str, ...], ...],
        most: Any,
    ) -> None:
        """Add members that are not declared: two of a map, and as many as are required."""
        least = max(parts.values("minProperties"), default=0)
        typed = [
            at for at in parts.schemas if is_object(at.data.get("additionalProperties"))
        ]
        patterned = [at for at in parts.schemas if at.data.get("patternProperties")]
        closed = any(
            at.data.get("additionalProperties") is False for at in parts.schemas
        )
        if (
            state.variant is Variant.FULL
            and (typed or patterned)
            and not state.is_spent
        ):
            least = max(least, len(instance) + 2)
        if len(instance) < least:
            for name in members:  # declared members come first
                if len(instance) >= least or typed or patterned:
                    break
                if name not in instance:
                    instance[name] = self._member(
                        name, members[name], parts, state, stack
                    )
        for i in range(12):
            if len(instance) >= least or (most is not None and len(instance) >= most):
                return
            name = key_for(parts, patterned, i)
            if name in instance or name in members or (closed and not patterned):
                continue
            extra = additional(parts, name)
            try:
                instance[name] = (
                    self._make(extra, state, stack, i % 2) if extra else "more"
                )
            except Impossible:
                return

    def _array(
        self, parts: Parts, state: _State, stack: tuple[tuple[str, ...], ...]
    ) -> Json:
        """An array that satisfies all schemas."""
        least = max(parts.values("minItems"), default=0)
        most = min(parts.values("maxItems"), default=None)
        spent = state.is_spent or len(stack) > DEEPEST
        count = least if state.variant is Variant.MINIMAL or spent else max(least, 2)
        instance: list[Json] = []
        # As many items as the first ones have schemas, within the limits.
        prefixes = [at for at in parts.schemas if is_array(at.data.get("prefixItems"))]
        fixed = max((len(at.data["prefixItems"]) for at in prefixes), default=0)
        closed = any(at.data.get("items") is False for at in parts.schemas)
        count = max(count, fixed) if not closed else min(max(count, fixed), fixed)
        if most is not None:
            count = min(count, int(most))
        for i in range(int(count)):
            schemas = [
                at.child("prefixItems", i)
                for at in prefixes
                if i < len(at.data["prefixItems"])
            ]
            if not schemas:
                schemas = [
                    at.child("items")
                    for at in parts.schemas
                    if is_object(at.data.get("items"))
                ]
            try:
                item = (
                    self._make(schemas, state, stack, i)
                    if schemas
                    else plain(i, 0, None)
                )
            except Impossible:
                if i >= least:
                    break
                raise
            if any(parts.values("uniqueItems")) and item in instance:
                if i >= least:
                    break
                raise Impossible("no second item that differs")
            instance.append(item)
        return instance
