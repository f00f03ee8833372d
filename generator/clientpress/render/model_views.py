"""Views of the models package: what its templates lay out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    Models,
)
from clientpress.render import layout
from clientpress.render.fragments import Py, comment, docstring, identifier, literal
from clientpress.render.imports import Imports


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


@dataclass(frozen=True, slots=True)
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
    quoted: Py
    module: Py


@dataclass(frozen=True, slots=True)
class ModelsPackageView:
    """The `__init__` of the models package."""

    header: Py
    imports: Py
    exports: tuple[ExportView, ...]


def models_module(
    module: str, definitions: tuple[Definition, ...], models: Models, header: str
) -> ModelsModuleView:
    """The view of one module."""
    imports = Imports(models, module)
    views = tuple(_definition(definition, imports) for definition in definitions)
    if isinstance(views[0], AliasView) and not imports.for_checkers():
        views = (replace(views[0], close=True), *views[1:])
    count = len(definitions)
    doc = (
        f"{definitions[0].name}."
        if count == 1
        else f"{definitions[0].name} and {count - 1} more."
    )
    return ModelsModuleView(
        comment(header),
        docstring(doc, 0),
        imports.at_run_time(),
        imports.for_checkers(),
        views,
        tuple(definition.name for definition in definitions),
    )


def models_package(models: Models, header: str) -> ModelsPackageView:
    """The view of the package's `__init__`."""
    by_module = {
        module: [d.name for d in found] for module, found in models.modules.items()
    }
    lines = [
        layout.imports(f".{module}", names, 4) for module, names in by_module.items()
    ]
    exports = sorted(
        (name, module) for module, names in by_module.items() for name in names
    )
    return ModelsPackageView(
        comment(header),
        Py("\n".join(lines)),
        tuple(
            ExportView(identifier(name), literal(name), literal(module))
            for name, module in exports
        ),
    )


def _definition(definition: Definition, imports: Imports) -> ClassView | AliasView:
    match definition:
        case ModelClass():
            return _model(definition, imports)
        case EnumClass():
            return _enum(definition, imports)
        case Alias():
            return _alias(definition, imports)
        case DictTwin():
            return _twin(definition, imports)


def _model(definition: ModelClass, imports: Imports) -> ClassView:
    base = definition.base or imports.runtime(
        "OpenModel" if definition.is_open else "ApiModel"
    )
    members = [_member(member, imports) for member in definition.members]
    if definition.extra is not None:
        imports.runtime("extras")
        kind = layout.annotation(imports.checked(definition.extra))
        declared = imports.written(
            layout.declaration(
                "additional_properties", kind, layout.call("extras", ()), 4
            )
        )
        members.append(
            MemberView(declared, docstring("Members that are not declared above.", 4))
        )
    text = definition.doc
    if definition.base and not members and not text.strip():
        text = f"A {definition.base} without members of its own."
    return _class(definition.name, base, text, members)


def _class(name: str, base: str, text: str, members: list[MemberView]) -> ClassView:
    """A class; only one without members needs a docstring in any case."""
    if not text.strip() and not members:
        text = "An object without declared members."
    doc = docstring(text, 4) if text.strip() else Py("")
    return ClassView(layout.class_header(name, base), doc, _spaced(members, bool(doc)))


def _spaced(members: list[MemberView], documented: bool) -> tuple[MemberView, ...]:
    """Set documented members apart from each other, and leave the others together."""
    before = [documented, *(bool(member.doc) for member in members[:-1])]
    return tuple(
        MemberView(m.declaration, m.doc, apart=after or (bool(m.doc) and i > 0))
        for i, (m, after) in enumerate(zip(members, before, strict=False))
    )


def _member(member: Member, imports: Imports) -> MemberView:
    arguments = list[tuple[str, layout.Doc]]()
    renamed = member.wire != member.name
    if renamed:
        arguments.append(("name", layout.value(member.wire)))
    default: layout.Doc | None = None
    if member.constant:
        imports.runtime("const")
        arguments.insert(0, ("", layout.value(member.constant[0])))
        default = layout.call("const", arguments)
    elif renamed:
        imports.runtime("field")
        if member.default is not Default.REQUIRED:
            arguments.append(
                ("default", layout.Text(_default(member.default, imports)))
            )
        default = layout.call("field", arguments)
    elif member.default is not Default.REQUIRED:
        default = layout.Text(_default(member.default, imports))
    kind = layout.annotation(imports.checked(member.annotation))
    doc = docstring(member.doc, 4) if member.doc.strip() else Py("")
    return MemberView(
        imports.written(layout.declaration(member.name, kind, default, 4)), doc
    )


def _default(default: Default, imports: Imports) -> Py:
    if default is Default.UNSET:
        imports.runtime("UNSET")
    return identifier(default.value)


def _enum(definition: EnumClass, imports: Imports) -> ClassView:
    base = imports.runtime("OpenStr" if definition.type == "string" else "OpenInt")
    members = [
        MemberView(
            layout.assignment(member.name, None, layout.value(member.value), 4),
            docstring(member.doc, 4) if member.doc.strip() else Py(""),
        )
        for member in definition.members
    ]
    return _class(definition.name, base, definition.doc, members)


def _twin(definition: DictTwin, imports: Imports) -> ClassView | AliasView:
    """A TypedDict; keys that are no identifiers need the form of a call."""
    imports.standard("TypedDict")
    doc = f"What may be given instead of `{definition.model}`."
    required = any(needed for _, _, needed in definition.members)
    if _has_plain_keys(definition):
        members = list[MemberView]()
        for wire, kind, needed in definition.members:
            if needed:
                imports.checked_standard("Required")
            shown = layout.annotation(imports.checked(_required(kind, needed)))
            members.append(
                MemberView(
                    imports.written(layout.declaration(wire, shown, None, 4)), Py("")
                )
            )
        header = layout.class_header(definition.name, "TypedDict", total=False)
        return ClassView(header, docstring(doc, 4), _spaced(members, True))
    if required:
        imports.checked_standard("Required")
    entries = list[tuple[layout.Doc, layout.Doc]]()
    for wire, kind, needed in definition.members:
        text = layout.flat(layout.annotation(imports.checked(_required(kind, needed))))
        entries.append((layout.value(wire), layout.value(text)))
    arguments: list[tuple[str, layout.Doc]] = [
        ("", layout.value(definition.name)),
        ("", layout.dict_of(entries)),
        ("total", layout.value(False)),
    ]
    return AliasView(
        layout.assignment(definition.name, None, layout.call("TypedDict", arguments)),
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
    return a.Generic(a.Name("Required", a.Origin.STANDARD), (kind,)) if needed else kind


def _alias(definition: Alias, imports: Imports) -> AliasView:
    imports.standard("TypeAlias")
    kind = layout.Text(identifier("TypeAlias"))
    value = layout.annotation(imports.evaluated(definition.annotation), quoted=True)
    doc = docstring(definition.doc, 0) if definition.doc.strip() else Py("")
    return AliasView(layout.assignment(definition.name, kind, value), doc)


def modules_of(names: Iterable[str], models: Models) -> Mapping[str, list[str]]:
    """Names by the module that defines them."""
    found = dict[str, list[str]]()
    for name in sorted(names):
        found.setdefault(models.definitions[name].module, []).append(name)
    return found
