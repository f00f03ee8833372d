"""The types of what a caller hands in: wider than what comes back.

A caller may give a plain dict for a model (typed by a TypedDict twin), any sequence for a list,
any mapping for a dict, and the plain values of an enumeration. Listed values are exact here, and
open to others in what comes; `Unknown` is for what comes.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    """Request forms of annotations; collects the twins and the aliases that they name.

    A form that is a longer union is an alias, such as `StatusLike` for `Status | Literal["on",
    "off"]`, so that no signature repeats it.
    """

    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self._definitions = definitions
        self._taken = {name.casefold() for name in definitions}
        self._twins = dict[str, str]()
        self._forms = dict[str, Annotation]()
        self._aliases = dict[str, Alias]()

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
                parts = a.parts(a.exact(annotation))
                return a.union(*(self.form(x) for x in parts if x != a.UNKNOWN))
            case a.Tagged():
                return self.form(annotation.union)
            case a.Patterned():
                return self.form(annotation.whole)
            case _:
                return annotation

    def _named(self, name: a.Name) -> Annotation:
        definition = self._definitions[name.text]
        match definition:
            case ModelClass():
                return self._model(definition)
            case EnumClass():
                return self._enumeration(definition)
            case Alias():
                return self._alias(definition)
            case DictTwin():
                return name

    def _model(self, model: ModelClass) -> Annotation:
        name = a.model(model.name)
        if model.name not in self._twins:
            self._twins[model.name] = self._unique(f"{model.name}Dict")
        twin = a.model(self._twins[model.name])
        if model.extra is None and all(m.wire for m in model.members):
            return a.union(name, twin)
        # A TypedDict cannot say that other keys may be there too, nor an empty one.
        return a.union(name, twin, a.Generic(MAPPING, (a.STR, a.JSON)))

    def _enumeration(self, enumeration: EnumClass) -> Annotation:
        name, values = a.model(enumeration.name), tuple(
            m.value for m in enumeration.members
        )
        if len(values) > _MAX_LISTED:
            return a.union(name, a.STR if enumeration.type == "string" else a.INT)
        if enumeration.name not in self._forms:
            doc = f"`{enumeration.name}`, or one of its values."
            like = self._unique(f"{enumeration.name}Like")
            kind = a.union(name, a.Literal(values))
            self._aliases[like] = Alias(enumeration.place, like, doc, kind)
            self._forms[enumeration.name] = a.model(like)
        return self._forms[enumeration.name]

    def _alias(self, alias: Alias) -> Annotation:
        if alias.name in self._forms:
            return self._forms[alias.name]
        # Inside of a recursive alias, the name stands for its form.
        like = self._forms[alias.name] = a.model(self._unique(f"{alias.name}Like"))
        inner = self.form(alias.annotation)
        kind = a.without_none(inner)
        is_recursive = like in a.names_in(inner)
        if inner == alias.annotation:
            form: Annotation = a.model(alias.name)
        elif isinstance(kind, a.Or) or is_recursive:
            doc = f"What may be given for `{alias.name}`."
            self._aliases[like.text] = Alias(alias.place, like.text, doc, kind)
            form = like if kind == inner else a.union(like, a.NONE)
        else:
            form = inner
        self._forms[alias.name] = form
        return form

    def _unique(self, name: str) -> str:
        while name.casefold() in self._taken:
            name += "_"
        self._taken.add(name.casefold())
        return name

    def definitions(self) -> dict[str, Definition]:
        """The twins of all models that were asked for and of those inside them, and the aliases."""
        twins = dict[str, Definition]()
        done = set[str]()
        while len(done) < len(self._twins):
            for name in [n for n in self._twins if n not in done]:
                done.add(name)
                twins[self._twins[name]] = self._make(name)
        return {**twins, **self._aliases}

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


def without_unset(annotation: Annotation) -> Annotation:
    """The annotation without `UnsetType`: a key of a dict is simply left out."""
    if isinstance(annotation, a.Or) and a.UNSET_TYPE in annotation.args:
        return a.union(*(part for part in annotation.args if part != a.UNSET_TYPE))
    return annotation
