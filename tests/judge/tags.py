"""The members that tell variants apart: they are always sent, and an unknown one is no variant."""

from __future__ import annotations

from typing import Any

from clientpress.diagnostics import pointer_steps
from clientpress.document.data import is_array, is_object
from clientpress.testing.conjunctions import Impossible
from clientpress.testing.reading import At, Documents, Json
from clientpress.testing.synthesis import Variant
from tests.judge.packages import Package
from tests.judge.said import Said, TooMany
from tests.judge.values import Values
from tests.judge.verdict import Verdict

UNKNOWN_TAG = "x-judge-unknown-tag"


class Tags:
    """Looks at the tags of the component schemas of one document."""

    def __init__(
        self,
        package: Package,
        documents: Documents,
        values: Values,
        classes: dict[str, str],
        verdict: Verdict,
    ) -> None:
        self._classes = classes
        self._package, self._values, self._verdict = package, values, verdict
        self._said = Said(values.schemas)
        self._variants = _variants(documents.entry.data)
        self._received = _received(documents.entry.data)

    def judge(self, name: str, at: At, cls: str) -> None:
        """One component, by the name of its class."""
        words = at.words()
        told = words.get("discriminator")
        if is_object(told) and words.keys() & {"oneOf", "anyOf"}:
            tag, mapping = str(told.get("propertyName")), told.get("mapping")
            self._unknown(name, self._value(at), cls, tag)
            for key, leads in mapping.items() if is_object(mapping) else ():
                steps = "components", "schemas", str(leads).rpartition("/")[2]
                variant = At(at.file, steps, None)
                if variant.pointer in self._classes:
                    self._variant(name, cls, tag, key, variant)
        if f"#/components/schemas/{name}" in self._variants:
            self._always_sent(name, at, cls)

    def _variant(self, name: str, cls: str, tag: str, key: str, variant: At) -> None:
        """What has the tag of a variant is this variant, whatever it looks like."""
        value = self._value(variant)
        if not is_object(value) or not isinstance(value.get(tag), str):
            return
        value = {**value, tag: key}
        schemas = self._values.schemas
        if not schemas.is_valid(schemas.at(variant), value):
            return
        try:
            made: Any = self._package.decode(cls, value)
            alone: Any = self._package.decode(self._classes[variant.pointer], value)
            # What stands beside the union belongs to its variants: a class below the variant's.
            is_right = isinstance(made, alone.__class__)
            cause = "" if is_right else f"{tag} {key} became {_kind(made)}"
        except Exception as error:
            cause = f"{tag} {key}: {type(error).__name__}: {error}"
        self._count(f"{name} ({key})", cause)
        self._unknown(name, value, cls, tag)

    def _unknown(self, name: str, value: Json, cls: str, tag: str) -> None:
        if not is_object(value) or not isinstance(value.get(tag), str):
            return
        if self._received and f"#/components/schemas/{name}" not in self._received:
            return  # what is only sent is of the documented kinds
        try:
            made = self._package.decode(cls, {**value, tag: UNKNOWN_TAG})
            unknown = self._package.unknown_in(made)
            cause = "" if unknown == "/" else f"an unknown {tag} became {_kind(made)}"
        except Exception as error:
            cause = f"an unknown {tag}: {type(error).__name__}: {error}"
        self._count(f"{name} (unknown tag)", cause)

    def _always_sent(self, name: str, at: At, cls: str) -> None:
        """A variant that a caller makes without its tag has it all the same."""
        constants = self._constants(at)
        value = self._value(at) if constants else None
        if not is_object(value):
            return
        try:
            made: Any = self._package.decode(cls, value)
            kind: Any = made.__class__
            wires = getattr(kind, "__struct_encode_fields__", ())
            given = {
                field: getattr(made, field)
                for field, wire in zip(kind.__struct_fields__, wires, strict=True)
                if wire in value and wire not in constants
            }
            sent: Json = self._package.sent_back(kind(**given))
        except (TypeError, AttributeError):
            return  # who has to give it cannot forget it
        except Exception as error:
            self._count(f"{name} (tag)", f"{type(error).__name__}: {error}")
            return
        lost = [tag for tag, constant in constants.items() if sent.get(tag) != constant]
        cause = f"the tag {lost[0]} is not sent unless it is given" if lost else ""
        self._count(f"{name} (tag)", cause)

    def _value(self, at: At) -> Json:
        try:
            return self._values.made(at, Variant.FULL)
        except Impossible:
            return None

    def _count(self, place: str, cause: str) -> None:
        self._verdict.trips.add(not cause)
        if cause:
            self._verdict.fail("trips", place, cause)

    def _constants(self, at: At) -> dict[str, str]:
        """The members that may have one text only, and are required."""
        try:
            (found,) = self._said.alternatives([(self._said.at(at),)])
        except (TooMany, ValueError):
            return {}
        made = dict[str, str]()
        for name, places in found.members.items():
            for place in places:
                listed = place.data.get("enum") if is_object(place.data) else None
                if is_object(place.data) and "const" in place.data:
                    listed = [place.data["const"]]
                if is_array(listed) and len(listed) == 1 and isinstance(listed[0], str):
                    made[name] = listed[0]
        path = At(at.file, at.steps, None).pointer
        always = found.required | self._variants.get(f"#{path}", set())
        return {name: text for name, text in made.items() if name in always}


def _received(root: Json) -> set[str]:
    """The references that answers, and what webhooks bring, lead to; empty where none do."""
    found, todo = set[str](), list[Json]()
    paths, hooks = root.get("paths"), root.get("webhooks")
    for items, word in ((paths, "responses"), (hooks, "requestBody")):
        for item in items.values() if is_object(items) else ():
            for operation in item.values() if is_object(item) else ():
                todo += [operation.get(word)] if is_object(operation) else []
    while todo:
        here = todo.pop()
        if is_object(here):
            todo += here.values()
            to = here.get("$ref")
            if isinstance(to, str) and to.startswith("#/") and to not in found:
                found.add(to)
                target: Any = root
                for step in pointer_steps(to[1:]):
                    target = target.get(step) if is_object(target) else None
                todo.append(target)
            mapping = here.get("mapping")
            for leads in mapping.values() if is_object(mapping) else ():
                todo.append({"$ref": leads})
        elif is_array(here):
            todo += here
    return found


def _kind(value: Any) -> str:
    return type(value).__name__


def _variants(root: Json) -> dict[str, set[str]]:
    """The references that are branches of unions, and the tags of those."""
    found: dict[str, set[str]] = {}
    todo = [root]
    while todo:
        words = todo.pop()
        if is_object(words):
            for word in ("oneOf", "anyOf"):
                branches = words.get(word)
                for branch in branches if is_array(branches) else ():
                    if is_object(branch) and isinstance(branch.get("$ref"), str):
                        told = words.get("discriminator")
                        tag = told.get("propertyName") if is_object(told) else None
                        tags = found.setdefault(branch["$ref"], set())
                        tags.update([tag] if isinstance(tag, str) else [])
            todo += words.values()
        elif is_array(words):
            todo += words
    return found
