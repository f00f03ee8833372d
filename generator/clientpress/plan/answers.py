"""What answers hold besides their bodies, for the documentation of methods: headers, and links
to operations that can be called next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from clientpress.api import schemas as s
from clientpress.api.operations import Api, Header, Link, Operation
from clientpress.api.schemas import core
from clientpress.diagnostics import Place, Report
from clientpress.plan.types import Group, Method, OperationPlan

_MOST_HEADERS = 8
_LONGEST = 140


def called_as(groups: tuple[Group, ...]) -> dict[Place, str]:
    """The place of each operation → how the method that calls it is written."""
    methods = dict[Place, str]()
    for group in groups:
        for method in group.methods:
            if method.sends:
                place = method.plan.operation.place
                methods.setdefault(place, f"{group.owner}.{method.name}")
    return methods


def with_answers(
    groups: tuple[Group, ...], api: Api, report: Report
) -> tuple[Group, ...]:
    """The groups with headers and links in the documentation of their methods."""
    links = _Links(groups, api, report)
    return tuple(
        replace(group, methods=tuple(map(links.documented, group.methods)))
        for group in groups
    )


class _Links:
    """Links to methods."""

    def __init__(self, groups: tuple[Group, ...], api: Api, report: Report) -> None:
        self._report = report
        self._methods = called_as(groups)
        self._places = {o.id: o.place for o in api.operations if o.id}
        self._known = {o.place: o for o in api.operations}
        self._left_out = api.left_out
        plans = [plan for group in groups for plan in group.operations]
        self._plans = {plan.operation.place: plan for plan in plans}
        self._seen = set[Place]()

    def documented(self, method: Method) -> Method:
        """The method with the description of its answers. If several methods call one operation,
        only the first gets it.
        """
        operation = method.plan.operation
        if not method.sends or operation.place in self._seen:
            return method
        self._seen.add(operation.place)
        parts = (
            ("Response headers:", _headers(operation)),
            ("Then:", tuple(dict.fromkeys(self._then(operation)))),
        )
        return replace(method, sections=tuple(part for part in parts if part[1]))

    def _then(self, operation: Operation) -> Iterator[str]:
        for response in operation.responses:
            for link in response.links:
                place = self._target(link)
                if place is not None and place in self._methods:
                    yield self._written(link, self._plans[place], self._methods[place])

    def _target(self, link: Link) -> Place | None:
        """The operation that a link leads to; None if the package has no such operation."""
        if isinstance(link.target, Place):
            if link.target in self._known or self._left_out is not None:
                return link.target
            message = (
                f"the link leads to {link.target.pointer!r}, which is no operation"
            )
            where = link.place.child("operationRef")
            self._report.slip("CP209", where, message, "It must lead to one.")
            return None
        place = self._places.get(link.target)
        if place is None and link.target not in (self._left_out or ()):
            message = f"there is no operation {link.target!r}"
            hint = "Check its spelling."
            self._report.slip("CP209", link.place.child("operationId"), message, hint)
        return place

    def _written(self, link: Link, plan: OperationPlan, method: str) -> str:
        """`name: client.users.retrieve(user_id=$response.body#/id)`."""
        pairs = zip(plan.operation.parameters, plan.arguments, strict=True)
        known = dict[str, str]()
        for parameter, argument in pairs:
            known.setdefault(parameter.wire, argument.name)
            known[f"{parameter.location}.{parameter.wire}"] = argument.name
        given = dict[str, str]()
        for name, value in link.parameters:
            if name in known:
                given[known[name]] = value
                continue
            message = f"the operation has no parameter {name!r}"
            hint = f"It has {', '.join(p.wire for p in plan.operation.parameters)}."
            if not plan.operation.parameters:
                hint = "It has none."
            where = link.place.child("parameters", name)
            self._report.slip("CP209", where, message, hint)
        if link.body:
            given["body"] = link.body
        arguments = ", ".join(f"{name}={value}" for name, value in given.items())
        text = f"{link.name}: `{method}({arguments})`."
        return f"{text} {_brief(link.description)}".strip()


def _headers(operation: Operation) -> tuple[str, ...]:
    """The headers of successful answers, up to `_MOST_HEADERS` of them."""
    good = [r for r in operation.responses if r.status.startswith("2")]
    good = good or [r for r in operation.responses if r.status == "default"]
    headers = dict[str, str]()
    for response in good:
        for header in response.headers:
            headers.setdefault(header.wire.casefold(), _header(header))
    listed = tuple(headers.values())
    more = len(listed) - _MOST_HEADERS
    return (*listed[:_MOST_HEADERS], f"and {more} more.") if more > 0 else listed


def _header(header: Header) -> str:
    kind = _KINDS.get(_type_of(header), "")
    name = f"{header.wire} ({kind})" if kind else header.wire
    text = _brief(header.description or header.schema.meta.description)
    told = " ".join(filter(None, (text, "Deprecated." * header.deprecated)))
    return f"{name}: {told}" if told else name


_KINDS = {
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "date-time": "datetime",
}


def _type_of(header: Header) -> str:
    schema = core(header.schema)
    if isinstance(schema, s.Primitive):
        return schema.format if schema.format == "date-time" else schema.type
    return ""


def _brief(text: str) -> str:
    """The first paragraph, or only its first sentence if it is long."""
    first = " ".join(text.strip().partition("\n\n")[0].split())
    return (
        first if len(first) <= _LONGEST else first.partition(". ")[0].rstrip(".") + "."
    )
