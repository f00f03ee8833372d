"""Views of the group modules: the constants that describe operations and behaviours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from clientpress.plan import annotations as a
from clientpress.plan.descriptions import modules_named
from clientpress.plan.error_tables import ErrorTable, shared_errors
from clientpress.plan.records import ERRORS, decoders, operation_record
from clientpress.plan.symbols import ALIASES, MODULE_OF
from clientpress.plan.types import (
    Constant,
    Group,
    OperationPlan,
)
from clientpress.render.constants import described
from clientpress.render.fragments import (
    WIDTH,
    Py,
    comment,
    docstring,
    docstring_of,
    hanging,
    prose,
)
from clientpress.render.group_properties import (
    GroupProperty,
    group_property,
    local_names,
)
from clientpress.render.method_views import MethodView, Raised, method_view, raised
from clientpress.render.module import RESERVED, Module


@dataclass(frozen=True, slots=True)
class GroupClassView:
    """A group for one kind of client."""

    header: Py
    doc: Py
    groups: tuple[GroupProperty, ...]
    methods: tuple[MethodView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupModuleView:
    """The module of a group."""

    header: Py
    doc: Py
    imports: Py
    checking_imports: Py
    constants: tuple[Py, ...]
    classes: tuple[GroupClassView, ...]
    names: tuple[str, ...]


def group_module(
    group: Group, header: str, inside: Sequence[Group], circle: Collection[str] = ()
) -> GroupModuleView:
    """The view of one group.

    Args:
        inside: The groups that are its attributes.
        circle: Modules of other groups that need constants of this one, as it does of theirs.
    """
    constants = [plan.constant for plan in group.operations]
    extra = [constant.name for constant in group.constants]
    classes = (group.class_name, f"Async{group.class_name}")
    own = {*constants, *extra, *classes, ERRORS.text, *MODULE_OF}
    local = local_names(inside, own)
    module = Module(
        group=group.module,
        taken={*RESERVED, *own, *local.values()},
        hidden={method.name for method in group.methods}
        | {child.attribute for child in inside},
        local={**ALIASES, **local},
        late=circle,
    )
    shared = shared_errors(group.operations)
    texts = [_shared(shared, module)] if shared else []
    texts += [_operation(plan, shared, module) for plan in group.operations]
    far = [c for c in group.constants if modules_named(c.value) & {*circle}]
    texts += [_constant(c, module) for c in group.constants if c not in far]
    others = [_constant(constant, module) for constant in far]
    if others:
        note = "# Here, because what is imported imports this module as well."
        texts += [Py(f"\n{note}\n{module.behind_constants()}\n"), *others]
    common = _common_errors(group)
    doc = _class_doc(group, common)
    base = "PagingGroup" if any(m.call.lists for m in group.methods) else "Group"
    views = tuple(
        GroupClassView(
            module.class_header(name, a.runtime(f"{prefix}{base}")),
            doc,
            tuple(group_property(g, local, ".", prefix, module) for g in inside),
            tuple(method_view(m, module, bool(prefix), common) for m in group.methods),
        )
        for name, prefix in zip(classes, ("", "Async"), strict=True)
    )
    return GroupModuleView(
        header=comment(header),
        doc=docstring(group.doc or f"{group.class_name}.", 0),
        imports=module.at_run_time(),
        checking_imports=module.for_checkers(),
        constants=tuple(texts),
        classes=views,
        names=(*((ERRORS.text,) if shared else ()), *constants, *extra, *classes),
    )


def _common_errors(group: Group) -> list[Raised]:
    """The errors that most methods tell of, in the words of the document."""
    by_method = [errors for method in group.methods if (errors := raised(method))]
    counts = Counter(error for errors in by_method for error in dict.fromkeys(errors))
    half = len(by_method) / 2
    return [error for error, count in counts.items() if count > max(1, half)]


def _class_doc(group: Group, common: Sequence[Raised]) -> Py:
    lines = prose(group.doc or f"{group.class_name}.", WIDTH - 4)
    if common:
        lines += ["", "Most methods raise:"]
        for name, said in common:
            lines += hanging(f"{name}:", said, WIDTH - 4)
    return docstring_of(lines, 4)


def circles(groups: Iterable[Group]) -> dict[str, set[str]]:
    """Module of a group → modules that it imports and that, directly or not, import it."""
    direct = {
        group.module: set[str]().union(
            *(modules_named(c.value) for c in group.constants)
        )
        for group in groups
    }
    return {
        module: {
            other
            for other in imported - {module}
            if module in _reached(other, direct, set())
        }
        for module, imported in direct.items()
    }


def _reached(module: str, direct: Mapping[str, set[str]], seen: set[str]) -> set[str]:
    for other in direct.get(module, set()) - seen:
        seen.add(other)
        _reached(other, direct, seen)
    return seen


# ------------------------------------------------------------------ constants
def _constant(constant: Constant, module: Module) -> Py:
    """`NAME: Kind[types] = Kind(…)`."""
    value = described(constant.value)
    return module.declaration(constant.name, constant.kind, value, 0, wide=True)


def _shared(errors: ErrorTable, module: Module) -> Py:
    reader = a.Generic(a.runtime("Json"), (a.Name("object"),))
    value = described(decoders(errors.items()))
    kind = a.Generic(a.standard("Mapping"), (a.STR, reader))
    return module.declaration(ERRORS.text, kind, value, 0, wide=True)


def _operation(plan: OperationPlan, shared: ErrorTable, module: Module) -> Py:
    kind = a.Generic(a.runtime("Operation"), (a.without_binary(plan.returns),))
    value = described(operation_record(plan, shared))
    return module.declaration(plan.constant, kind, value, 0, wide=True)
