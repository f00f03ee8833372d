"""Groups as attributes of a client, or of another group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from clientpress.plan.types import Group
from clientpress.render import layout
from clientpress.render.fragments import Py, docstring, identifier
from clientpress.render.layout import Doc

LocalNames: TypeAlias = Mapping[tuple[str, str], str]
"""(module, class) → what the class is called where it is imported."""


@dataclass(frozen=True, slots=True)
class GroupProperty:
    """A group as an attribute."""

    signature: Py
    doc: Py
    lines: Py


def local_names(groups: Iterable[Group], own: Iterable[str]) -> LocalNames:
    """What the classes of groups are called in a module that has names of its own."""
    taken, found = set(own), dict[tuple[str, str], str]()
    for group in groups:
        for name in (group.class_name, f"Async{group.class_name}"):
            local = name
            while local in taken:
                local += "Group"
            taken.add(local)
            found[group.module, name] = local
    return found


def group_import(group: Group, local: LocalNames, folder: str, indent: int) -> Py:
    """The import of the classes of a group."""
    names = (f"Async{group.class_name}", group.class_name)
    shown = [_as(name, local[group.module, name]) for name in names]
    return layout.imports(f"{folder}{group.module}", shown, indent)


def _as(name: str, local: str) -> str:
    return name if name == local else f"{name} as {local}"


def group_property(
    group: Group, local: LocalNames, folder: str, prefix: str
) -> GroupProperty:
    """The attribute, which loads the module of the group when it is used."""
    name = f"{prefix}{group.class_name}"
    shown = local[group.module, name]
    loads = layout.imports(f"{folder}{group.module}", [_as(name, shown)], 8)
    itself: Doc = layout.Text(identifier("self"))
    made = layout.statement("return ", layout.call(shown, [("", itself)]), 8)
    about = group.doc.strip().partition("\n\n")[0] or f"{group.class_name}."
    return GroupProperty(
        layout.signature(
            group.attribute,
            [Py("        self,")],
            layout.Text(identifier(shown)),
            is_async=False,
        ),
        docstring(about, 8),
        Py(f"{loads}\n\n{made}"),
    )
