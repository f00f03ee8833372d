"""Views of the models package: what its templates lay out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from keyword import iskeyword

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.identifiers import MAX_LENGTH
from clientpress.plan.types import (
    Alias,
    Default,
    Definition,
    DictTwin,
    EnumClass,
    Member,
    ModelClass,
    ModelsModule,
)
from clientpress.render import layout
from clientpress.render.fragments import Py, comment, docstring, identifier, literal
from clientpress.render.module import Loads, Module


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member with its documentation; `doc` is empty when there is none.

    Attributes:
        apart: Whether a blank line goes before it: members without documentation stand together.
    """

    declaration: Py
    doc: Py
    apart: bool = True


@dataclass(frozen=True, slots=True)
class ClassView:
    """A class with its members."""

    header: Py
    doc: Py
    members: tuple[MemberView, ...]


@dataclass(frozen=True, slots=True)
class AliasView:
    """A type alias."""

    declaration: Py
    doc: Py
    close: bool = False
    """Whether it stands right below imports, where black leaves one blank line only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsModuleView:
    """A module of the models package."""

    header: Py
    doc: Py
    imports: Py
    checking_imports: Py
    definitions: tuple[ClassView | AliasView, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportView:
    """A lazily exported name and its module."""

    name: Py
    module: Py


@dataclass(frozen=True, slots=True)
class ModelsPackageView:
    """The `__init__` of the models package."""

    header: Py
    modules: tuple[Py, ...]
    exports: tuple[ExportView, ...]


def models_module(
    module: ModelsModule, homes: Mapping[str, str], header: str
) -> ModelsModuleView:
    """The view of one module.

    Args:
        homes: Definition → the module that it stands in.
    """

    def home(name: str) -> str:
        return "" if homes[name] == module.name else f".{homes[name]}"

    folder = ".." if module.name else "."
    # `typing.get_type_hints` and msgspec look for the names of annotations in the module.
    loads = Loads.ALL_BUT_MODELS
    written = Module(folder, models=home, marked=True, loads=loads)
    views, above = list[ClassView | AliasView](), set[str]()
    for definition in module.definitions:
        views.append(_definition(definition, written, above))
        if not _is_text(definition, above):
            above.add(definition.name)
    if views and isinstance(views[0], AliasView) and not written.for_checkers():
        views[0] = replace(views[0], close=True)
    return ModelsModuleView(
        header=comment(header),
        doc=docstring(module.doc, 0),
        imports=written.at_run_time(),
        checking_imports=written.for_checkers(),
        definitions=tuple(views),
        names=tuple(definition.name for definition in module.definitions),
    )


def models_package(modules: Sequence[ModelsModule], header: str) -> ModelsPackageView:
    """The view of the package's `__init__`."""
    homes = {definition.name: m.name for m in modules for definition in m.definitions}
    return ModelsPackageView(
        comment(header),
        tuple(identifier(module.name) for module in modules),
        tuple(
            ExportView(literal(name), literal(module))
            for name, module in sorted(homes.items())
        ),
    )


def _definition(
    definition: Definition, module: Module, above: Collection[str]
) -> ClassView | AliasView:
    match definition:
        case ModelClass():
            return _model(definition, module)
        case EnumClass():
            return _enum(definition, module)
        case Alias():
            return _alias(definition, module, above)
        case DictTwin():
            return _twin(definition, module)


def _model(definition: ModelClass, module: Module) -> ClassView:
    base = a.runtime("OpenModel" if definition.is_open else "ApiModel")
    if definition.base:
        base = a.model(definition.base)
    members = [_member(member, module) for member in definition.members]
    if definition.extra is not None:
        extras = layout.runtime_call("extras", ())
        declared = module.declaration(
            "additional_properties", definition.extra, extras, 4
        )
        members.append(
            MemberView(declared, docstring("Members that are not declared above.", 4))
        )
    text = definition.doc
    if definition.base and not members and not text.strip():
        text = f"A {definition.base} without members of its own."
    header = module.class_header(definition.name, base)
    return _class(header, text, members)


def _class(header: Py, text: str, members: list[MemberView]) -> ClassView:
    """A class; only one without members needs a docstring in any case."""
    if not text.strip() and not members:
        text = "An object without declared members."
    doc = docstring(text, 4) if text.strip() else Py("")
    return ClassView(header, doc, _spaced(members, bool(doc)))


def _spaced(members: list[MemberView], documented: bool) -> tuple[MemberView, ...]:
    """Set documented members apart from each other, and leave the others together."""
    before = [documented, *(bool(member.doc) for member in members[:-1])]
    return tuple(
        MemberView(m.declaration, m.doc, apart=after or (bool(m.doc) and i > 0))
        for i, (m, after) in enumerate(zip(members, before, strict=False))
    )


def _member(member: Member, module: Module) -> MemberView:
    arguments = list[tuple[str, layout.Doc]]()
    renamed = member.wire != member.name
    if renamed:
        arguments.append(("name", layout.value(member.wire)))
    default: layout.Doc | None = None
    if member.constant:
        arguments.insert(0, ("", layout.value(member.constant[0])))
        default = layout.runtime_call("const", arguments)
    elif renamed:
        if member.default is not Default.REQUIRED:
            arguments.append(("default", default_value(member.default)))
        default = layout.runtime_call("field", arguments)
    elif member.default is not Default.REQUIRED:
        default = default_value(member.default)
    doc = docstring(member.doc, 4) if member.doc.strip() else Py("")
    return MemberView(
        module.declaration(member.name, member.annotation, default, 4), doc
    )


def default_value(default: Default) -> layout.Doc:
    """What stands for a value that is not given: `None` or `UNSET`."""
    return a.runtime("UNSET") if default is Default.UNSET else a.Name(default.value)


def _enum(definition: EnumClass, module: Module) -> ClassView:
    base = a.runtime("OpenStr" if definition.type == "string" else "OpenInt")
    members = [
        MemberView(
            module.assignment(member.name, layout.value(member.value), 4),
            docstring(member.doc, 4) if member.doc.strip() else Py(""),
        )
        for member in definition.members
    ]
    header = module.class_header(definition.name, base)
    return _class(header, definition.doc, members)


def _twin(definition: DictTwin, module: Module) -> ClassView | AliasView:
    """A TypedDict; keys that are no identifiers need the form of a call."""
    base = a.standard("TypedDict")
    doc = f"What may be given instead of `{definition.model}`."
    kinds = [
        (wire, _required(kind, needed)) for wire, kind, needed in definition.members
    ]
    if _has_plain_keys(definition):
        members = [
            MemberView(module.declaration(wire, kind, None, 4), Py(""))
            for wire, kind in kinds
        ]
        header = module.class_header(definition.name, base, total=False)
        return ClassView(header, docstring(doc, 4), _spaced(members, True))
    entries: list[tuple[layout.Doc, layout.Doc]] = [
        (layout.value(wire), layout.Quoted(layout.annotation(kind)))
        for wire, kind in kinds
    ]
    arguments: list[tuple[str, layout.Doc]] = [
        ("", layout.value(definition.name)),
        ("", layout.dict_of(entries)),
        ("total", layout.value(False)),
    ]
    return AliasView(
        module.assignment(definition.name, layout.call(base, arguments)),
        docstring(doc, 0),
    )


def _has_plain_keys(definition: DictTwin) -> bool:
    """Whether every key can be declared in a class: as a name that Python keeps as it is, and that
    no annotation in the class means something else by.
    """
    used = {"Required"} | {
        name.text.partition(".")[0]
        for _, kind, _ in definition.members
        for name in a.names_in(kind)
    }
    return all(
        wire.isidentifier()
        and wire.isascii()
        and len(wire) <= MAX_LENGTH
        and not iskeyword(wire)
        and wire[:2] != "__"
        and wire not in used
        for wire, _, _ in definition.members
    )


def _required(kind: Annotation, needed: bool) -> Annotation:
    return a.Generic(a.standard("Required"), (kind,)) if needed else kind


def _is_text(definition: Definition, above: Collection[str]) -> bool:
    """Whether it is an alias that is written as text, which cannot be a part of another type."""
    return isinstance(definition, Alias) and isinstance(
        layout.annotation(definition.annotation, above=above), layout.Quoted
    )


def _alias(definition: Alias, module: Module, above: Collection[str]) -> AliasView:
    value = layout.annotation(definition.annotation, above=above)
    doc = docstring(definition.doc, 0) if definition.doc.strip() else Py("")
    return AliasView(module.alias(definition.name, value), doc)
