"""The types of what a caller hands in: wider than what comes back.

A caller may give a plain dict for a model (typed by a TypedDict twin), any sequence for a list,
any mapping for a dict, and the plain values of an enumeration. `Unknown` is for what comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.types import Alias, Definition, DictTwin, EnumClass, ModelClass

_MAX_LISTED = 24

SEQUENCE = a.Name("Sequence", a.Origin.STANDARD)
MAPPING = a.Name("Mapping", a.Origin.STANDARD)

_WIDER = {
    # An int would be sent as a number; its digits are what is meant.
    a.STR_INT: a.union(a.STR_INT, a.STR),
    a.DECIMAL_NUMBER: a.union(a.DECIMAL, a.FLOAT),
}


class RequestTypes:
    """Request forms of annotations; collects the models that need a twin.

    Args:
        received: The definitions that answers have, too.
    """

    def __init__(
        self, definitions: Mapping[str, Definition], received: Set[str]
    ) -> None:
        self._definitions, self._received = definitions, received
        self._taken = {name.casefold() for name in definitions}
        self._twins = dict[str, str]()
        self._open = set[str]()

    def form(self, annotation: Annotation) -> Annotation:
        """What a caller may give where a value of this type is sent."""
        match annotation:
            case a.Name() if annotation.origin is a.Origin.MODEL:
                return self._named(annotation)
            case a.Name():
                return _WIDER.get(annotation, annotation)
            case a.Generic():
                args = tuple(self.form(arg) for arg in annotation.args)
                wider = {"list": SEQUENCE, "dict": MAPPING}.get(
                    annotation.base.text, annotation.base
                )
                return a.Generic(wider, args)
            case a.Or():
                known = (part for part in annotation.args if part != a.UNKNOWN)
                return a.union(*map(self.form, known))
            case a.Tagged():
                return self.form(annotation.union)
            case a.Patterned():
                return self.form(annotation.whole)
            case _:
                return annotation

    def _named(self, name: a.Name) -> Annotation:
        definition = self._definitions[name.text]
        if isinstance(definition, ModelClass):
            twin = a.model(self._twin(name.text))
            if definition.extra is None and all(m.wire for m in definition.members):
                return a.union(name, twin)
            # A TypedDict cannot say that other keys may be there too, nor an empty one.
            return a.union(name, twin, a.Generic(MAPPING, (a.STR, a.JSON)))
        if isinstance(definition, EnumClass):
            values = tuple(member.value for member in definition.members)
            wide = a.STR if definition.type == "string" else a.INT
            return a.union(
                name, a.Literal(values) if len(values) <= _MAX_LISTED else wide
            )
        if isinstance(definition, Alias) and name.text not in self._open:
            self._open.add(name.text)
            inner = self.form(definition.annotation)
            self._open.discard(name.text)
            # What comes may be unknown; nobody means to send that.
            comes = name.text in self._received and _has_unknown(definition.annotation)
            if isinstance(inner, a.Generic) or comes:
                return inner
            return a.union(name, inner)
        return name

    def _twin(self, name: str) -> str:
        if name not in self._twins:
            twin = f"{name}Dict"
            while twin.casefold() in self._taken:
                twin += "_"
            self._taken.add(twin.casefold())
            self._twins[name] = twin
        return self._twins[name]

    def twins(self) -> Iterable[DictTwin]:
        """The twins of every model that was asked for, and of those inside them."""
        done = set[str]()
        while len(done) < len(self._twins):
            for name in [n for n in self._twins if n not in done]:
                done.add(name)
                yield self._make(name)

    def _make(self, name: str) -> DictTwin:
        definition = self._definitions[name]
        assert isinstance(definition, ModelClass)
        members = list[tuple[str, Annotation, bool]]()
        for owner in self._with_bases(definition):
            for member in owner.members:
                if not member.wire:
                    continue
                kind = (
                    a.without_none(member.annotation)
                    if member.default.value == "None"
                    else member.annotation
                )
                kind = self.form(without_unset(kind))
                members.append((member.wire, kind, not member.default.value))
        return DictTwin(
            definition.place,
            self._twins[name],
            name,
            tuple(members),
        )

    def _with_bases(self, definition: ModelClass) -> list[ModelClass]:
        chain = [definition]
        while chain[0].base:
            base = self._definitions[chain[0].base]
            assert isinstance(base, ModelClass)
            chain.insert(0, base)
        return chain


def _has_unknown(annotation: Annotation) -> bool:
    """Whether a union at the top has values that this version does not know."""
    whole = annotation.union if isinstance(annotation, a.Tagged) else annotation
    return isinstance(whole, a.Or) and a.UNKNOWN in whole.args


def without_unset(annotation: Annotation) -> Annotation:
    """The annotation less `UnsetType`: a key of a dict is simply left out."""
    if isinstance(annotation, a.Or) and a.UNSET_TYPE in annotation.args:
        return a.union(*(part for part in annotation.args if part != a.UNSET_TYPE))
    return annotation
