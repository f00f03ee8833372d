"""Paths Object, Path Item Object, Operation Object and Responses Object to operations (OpenAPI 3.2, sections
4.8 to 4.10, 4.16 and 4.17).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from clientpress.api.operations import Body, Operation, Parameter, Response
from clientpress.diagnostics import Place, Report
from clientpress.document.checks import METHODS
from clientpress.document.data import is_array, is_object, text_or_empty
from clientpress.document.sources import Node
from clientpress.parse.body import anything, parse_body, parse_media
from clientpress.parse.context import Context
from clientpress.parse.extensions.common import (
    PREFIX,
    extension,
    extensions_on,
    flag_of,
    text_of,
)
from clientpress.parse.extensions.pagination import parse_pagination
from clientpress.parse.extensions.polling import parse_polling
from clientpress.parse.extensions.run import parse_runs
from clientpress.parse.extensions.tables import (
    parse_downloads,
    parse_signed_upload,
    parse_tables,
)
from clientpress.parse.extensions.tensors import parse_tensors
from clientpress.parse.header import parse_headers
from clientpress.parse.leftovers import is_leftover, with_leftovers
from clientpress.parse.link import parse_links
from clientpress.parse.parameter import parse_parameter, undeclared_path_parameter
from clientpress.parse.security import requirements
from clientpress.parse.server import parse_servers

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_BEHAVIOURS: dict[str, tuple[str, Callable[[Any, Place, Report], Any]]] = {
    "pagination": ("pagination", parse_pagination),
    "wait": ("polling", parse_polling),
    "signed_upload": ("signed-upload", parse_signed_upload),
    "tensors": ("tensors", parse_tensors),
}
"""Member of `Operation` → the name of its extension, and the parser of that."""
_STATUS = re.compile(r"[1-5](\d\d|XX)|default")
# RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5.
_WITHOUT_BODY = ("204", "205", "304")


def parse_operations(document: Node, context: Context) -> tuple[Operation, ...]:
    """Read every operation, in the document's order."""
    operations = list[Operation]()
    for path, item in path_items(document, context):
        extensions_on("path item", item.data, item.place, context.report)
        for method, node in methods_of(item):
            operations.append(parse_operation(node, item, path, method, context))
    return tuple(operations)


def path_items(document: Node, context: Context) -> Iterator[tuple[str, Node]]:
    """Each path with its Path Item Object."""
    for path in paths_of(document.data):
        item = context.follow(document.child("paths", path))
        if item is not None and is_object(item.data):
            yield path, item


def paths_of(data: dict[str, Any]) -> list[str]:
    """The keys of the Paths Object that are paths."""
    paths = data.get("paths")
    listed = paths if is_object(paths) else ()
    return [path for path in listed if not path.startswith("x-")]


def methods_of(item: Node) -> Iterator[tuple[str, Node]]:
    """Each method of a Path Item Object with its Operation Object."""
    for method in METHODS:
        if is_object(item.data.get(method)):
            yield method.upper(), item.child(method)
    more = item.data.get("additionalOperations")
    for method, data in more.items() if is_object(more) else ():
        if is_object(data):
            yield method, item.child("additionalOperations", method)


def parse_operation(
    node: Node, item: Node, path: str, method: str, context: Context
) -> Operation:
    """Read one Operation Object, with the parts that its path item declares for all operations."""
    data: dict[str, Any] = node.data
    extensions = extensions_on("operation", data, node.place, context.report)
    retry = extensions.get("retry", "")
    if retry not in ("", "idempotent"):
        context.report.error(
            "CP302",
            node.place.child(PREFIX + "retry"),
            f"{retry!r} is not 'idempotent'",
            "Write 'idempotent'.",
        )
    parameters, leftovers = _parameters(node, item, path, context)
    return Operation(
        place=node.place,
        id=text_or_empty(data.get("operationId")),
        method=method,
        path=path,
        tags=tuple(map(str, data["tags"])) if is_array(data.get("tags")) else (),
        summary=text_or_empty(data.get("summary"))
        or text_or_empty(item.data.get("summary")),
        description=text_or_empty(data.get("description"))
        or text_or_empty(item.data.get("description")),
        parameters=parameters,
        body=with_leftovers(
            _body(node, context),
            leftovers,
            node.place.child("requestBody"),
            context,
        ),
        responses=_responses(node, context),
        security=requirements(node, context),
        servers=parse_servers(node, context) or parse_servers(item, context),
        deprecated=data.get("deprecated") is True,
        name=text_of(extensions, "name", node.place, context.report),
        group=text_of(extensions, "group", node.place, context.report),
        hidden=flag_of(extensions, "hidden", node.place, context.report),
        retry=text_or_empty(retry),
        idempotency_header=text_of(
            extensions, "idempotency", node.place, context.report
        ),
        runs=extension(extensions, "run", parse_runs, node.place, context.report) or (),
        **{
            member: extension(extensions, name, parse, node.place, context.report)
            for member, (name, parse) in _BEHAVIOURS.items()
        },
    )


def _body(node: Node, context: Context) -> Body | None:
    """Read the request body of an operation, if it has one."""
    if not is_object(node.data.get("requestBody")):
        return None
    body = context.follow(node.child("requestBody"))
    if body is None:  # the reference leads nowhere: any JSON is accepted
        place = node.place.child("requestBody")
        return Body(place, False, (anything(place),))
    return parse_body(body, context)


def _parameters(
    node: Node, item: Node, path: str, context: Context
) -> tuple[tuple[Parameter, ...], list[Node]]:
    """Read the parameters of an operation. Its own parameters replace those of its path item.

    Returns:
        The parameters, path parameters first, in the order of the path; and the nodes of parameters whose
        location is unknown.
    """
    parameters = dict[tuple[str, str], Parameter]()
    leftovers = list[Node]()
    for owner in (item, node):
        listed = owner.data.get("parameters")
        own = set[tuple[str, str]]()
        for i in range(len(listed)) if is_array(listed) else ():
            target = context.follow(owner.child("parameters", i))
            if is_leftover(target):
                leftovers.append(target)
                continue
            parameter = parse_parameter(target, context) if target else None
            if parameter:
                key = _parameter_key(parameter)
                if key in own:
                    context.report.warning(
                        "CP502",
                        owner.place.child("parameters", i),
                        f"the {key[0]} parameter {key[1]!r} is declared twice here;"
                        " the last one counts",
                    )
                own.add(key)
                parameters[key] = parameter
    # Make path parameters and placeholders agree.
    in_path = list(dict.fromkeys(_PLACEHOLDER.findall(path)))
    for name in in_path:
        if ("path", name) not in parameters:
            context.report.slip(
                "CP202",
                node.place,
                f"the path has {{{name}}}, but no path parameter {name!r} is declared",
                "Declare it.",
            )
            parameters["path", name] = undeclared_path_parameter(name, node.place)
    for location, name in list(parameters):
        if location == "path" and name not in in_path:
            context.report.slip(
                "CP202",
                parameters[location, name].place,
                f"the path parameter {name!r} is not in the path {path}",
                "Remove it.",
            )
            del parameters[location, name]
    first = [parameters.pop(("path", name)) for name in in_path]
    return (*first, *parameters.values()), leftovers


def _parameter_key(parameter: Parameter) -> tuple[str, str]:
    """Two parameters with the same key are the same. Names of headers ignore letter case."""
    is_header = parameter.location == "header"
    return parameter.location, parameter.wire.lower() if is_header else parameter.wire


def _responses(node: Node, context: Context) -> tuple[Response, ...]:
    """Read the responses of an operation."""
    listed = node.data.get("responses")
    responses = list[Response]()
    for status in listed if is_object(listed) else ():
        normal = status if status == "default" else status.upper()
        if not _STATUS.fullmatch(normal):
            if not status.startswith("x-"):
                context.report.warning(
                    "CP502",
                    node.place.child("responses", status),
                    f"{status!r} is no status code and has no effect",
                )
            continue
        target = context.follow(node.child("responses", status))
        if target is None:
            media = anything(node.place.child("responses", status))
            has_none = normal in _WITHOUT_BODY
            responses.append(
                Response(
                    place=media.place,
                    status=normal,
                    description="",
                    media=() if has_none else (media,),
                )
            )
        elif is_object(target.data):
            responses.append(_response(target, normal, context))
    return tuple(responses)


def _response(node: Node, status: str, context: Context) -> Response:
    """Read one Response Object."""
    extensions = extensions_on("response", node.data, node.place, context.report)
    return Response(
        place=node.place,
        status=status,
        description=text_or_empty(node.data.get("description")),
        media=parse_media(node, context),
        tables=extension(
            extensions, "tables", parse_tables, node.place, context.report
        ),
        downloads=extension(
            extensions, "download", parse_downloads, node.place, context.report
        )
        or (),
        headers=parse_headers(node, context),
        links=parse_links(node, context),
    )
