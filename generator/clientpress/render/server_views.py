"""The view of `servers.py`: the addresses that a client can be given."""

from __future__ import annotations

from dataclasses import dataclass

from clientpress.plan import annotations as a
from clientpress.plan.types import Plan, ServerPlan
from clientpress.render import layout
from clientpress.render.fragments import (
    WIDTH,
    Py,
    comment,
    docstring,
    docstring_of,
    hanging,
    literal,
    prose,
)
from clientpress.render.layout import Doc
from clientpress.render.module import Loads, Module


@dataclass(frozen=True, slots=True)
class ConstantView:
    """An address without variables."""

    assignment: Py
    doc: Py


@dataclass(frozen=True, slots=True)
class FunctionView:
    """An address with variables."""

    signature: Py
    doc: Py
    body: Py


@dataclass(frozen=True, slots=True, kw_only=True)
class ServersView:
    """`servers.py`."""

    header: Py
    doc: Py
    imports: Py
    constants: tuple[ConstantView, ...]
    functions: tuple[FunctionView, ...]
    exports: tuple[Py, ...]
    names: tuple[str, ...]


def servers_module(plan: Plan, header: str) -> ServersView:
    """The view of `servers.py`."""
    fixed = [s for s in plan.servers if not s.arguments]
    free = [s for s in plan.servers if s.arguments]
    names = sorted(s.name for s in plan.servers)
    title = plan.api.title or plan.package
    text = f"The servers of {title}, for the argument `base_url` of a client."
    module = Module(".", loads=Loads.ALL)
    functions = tuple(_function(server, module) for server in free)
    return ServersView(
        header=comment(header),
        doc=docstring(text, 0),
        imports=module.at_run_time(),
        constants=tuple(map(_constant, fixed)),
        functions=functions,
        exports=tuple(map(literal, names)),
        names=(*(s.name for s in fixed), *(s.name for s in free), "__all__"),
    )


def _constant(plan: ServerPlan) -> ConstantView:
    url = layout.value(plan.server.default_url)
    doc = docstring(plan.server.description or plan.server.default_url, 0)
    return ConstantView(layout.assignment(plan.name, None, url), doc)


def _function(plan: ServerPlan, module: Module) -> FunctionView:
    server = plan.server
    arguments = list(zip(plan.arguments, server.variables, strict=True))
    parameters = [Py("    *,")]
    lines = prose(server.description or server.url, WIDTH - 7)
    lines += ["", *prose(f"`{server.url}`", WIDTH - 4), "", "Args:"]
    for name, variable in arguments:
        kind = a.Literal(variable.values) if variable.values else a.STR
        default = layout.value(variable.default)
        parameters.append(module.declaration(name, kind, default, 4, ","))
        said = variable.description or f"What stands for `{{{variable.name}}}`."
        lines += hanging(f"{name}:", said, WIDTH - 4)
    raised = "A value would make another host or path of it."
    lines += ["", "Raises:", *hanging("ConfigurationError:", raised, WIDTH - 4)]
    values: list[tuple[Doc, Doc]] = [
        (layout.value(variable.name), a.local(name)) for name, variable in arguments
    ]
    given: list[tuple[str, Doc]] = [
        ("", layout.value(server.url)),
        ("", layout.dict_of(values)),
    ]
    return FunctionView(
        module.signature(plan.name, parameters, a.STR, indent=0),
        docstring_of(lines, 4),
        module.statement("return ", layout.runtime_call("server_url", given), 4),
    )
