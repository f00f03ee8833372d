"""Groups as attributes of a client, or of another group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clientpress.plan import annotations as a
from clientpress.plan.types import Group
from clientpress.render import layout
from clientpress.render.fragments import Py, docstring
from clientpress.render.module import LocalNames, Module


@dataclass(frozen=True, slots=True)
class GroupProperty:
    """A group as an attribute."""

    signature: Py
    """Its decorator as well."""

    doc: Py
    lines: Py


def local_names(groups: Iterable[Group], own: Iterable[str]) -> LocalNames:
    """What the classes of groups are called in a module that has names of its own."""
    taken, names = set(own), dict[tuple[str, str], str]()
    for group in groups:
        for name in (group.class_name, f"Async{group.class_name}"):
            local = name
            while local in taken:
                local += "Group"
            taken.add(local)
            names[group.module, name] = local
    return names


def group_class(group: Group, prefix: str) -> a.Name:
    """The class of a group for one kind of client."""
    return a.Name(f"{prefix}{group.class_name}", a.Origin.GROUP, group.module)


def group_property(
    group: Group, local: LocalNames, folder: str, prefix: str, module: Module
) -> GroupProperty:
    """The attribute, which loads the module of the group when it is used."""
    name = group_class(group, prefix)
    shown = local[group.module, name.text]
    loaded = name.text if name.text == shown else f"{name.text} as {shown}"
    loads = layout.imports(f"{folder}{group.module}", [loaded], 8)
    returned = module.statement(
        "return ", layout.call(shown, [("", a.local("self"))]), 8
    )
    about = group.doc.strip().partition("\n\n")[0] or f"{group.class_name}."
    decorator = module.statement("@", a.standard("cached_property"), 4)
    itself = [Py("        self,")]
    signature = module.signature(group.attribute, itself, name)
    return GroupProperty(
        Py(f"{decorator}\n{signature}"),
        docstring(about, 8),
        Py(f"{loads}\n\n{returned}"),
    )
