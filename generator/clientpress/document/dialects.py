"""What other tools' extensions say, in our own: groups and names, pages, streams, retries, jobs and keys.

A document that was written for another generator says already what OpenAPI has no words for. Where both are there, our
extension counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from clientpress.diagnostics import Place, Report, escape_step
from clientpress.document.data import is_array, is_object
from clientpress.document.jsontext import position_at
from clientpress.document.layers import Key, Layers
from clientpress.document.reading import Source

_METHODS = (
    "get",
    "put",
    "post",
    "delete",
    "options",
    "head",
    "patch",
    "trace",
    "query",
)
_FOREIGN = re.compile(
    r"(?m)(?:^[ \t-]*|[{,\"'][ \t\n]*)(x-(?:speakeasy|fern|ms|codegen)-[A-Za-z-]+)[\"']?[ \t]*:"
)
_GROUP = "x-fern-sdk-group-name"
# Those of enumerations and parameters are read where the object is.
_READ = frozenset(
    {
        *("x-speakeasy-pagination", "x-speakeasy-group", "x-speakeasy-name-override"),
        *("x-speakeasy-retries", "x-speakeasy-polling", "x-speakeasy-ignore"),
        *("x-speakeasy-enums", "x-fern-pagination", _GROUP),
        *("x-fern-sdk-method-name", "x-fern-streaming", "x-fern-ignore"),
        *("x-fern-parameter-name", "x-fern-bearer", "x-fern-header", "x-fern-enum"),
        *("x-ms-pageable", "x-ms-enum"),
        # These say nothing that a client could do otherwise.
        *("x-ms-parameter-location", "x-ms-parameter-grouping", "x-ms-summary"),
        *("x-ms-docs-key-type", "x-ms-docs-operation-type", "x-ms-examples"),
        *("x-codegen-request-body-name", "x-fern-examples", "x-fern-server-name"),
        *("x-speakeasy-usage-example", "x-speakeasy-example", "x-speakeasy-test"),
    }
)


class _Translation(NamedTuple):
    """What an extension of another tool says.

    Attributes:
        key: The extension.
        path: Where ours goes, below the object that has it.
        value: What ours says.
    """

    key: str
    path: tuple[Key, ...]
    value: Any


def translate(source: Source, report: Report) -> frozenset[Place]:
    """Lay our extensions over a document for those of other tools, and tell once which ones have no effect.

    Args:
        source: The document, whose data is replaced.
        report: Receives the finding.

    Returns:
        The places of our extensions.
    """
    found = {
        match[1]: match.start(1)
        for match in reversed([*_FOREIGN.finditer(source.text)])
    }
    if not found:
        return frozenset()
    place = Place(source.name)
    layers = source.layers or Layers(source.data, place)
    translated = set[Place]()
    for path, words, read in _objects(source.data):
        said = [*read(words)]
        if read is _operation and _GROUP in found:
            said += _of_client(words)
        for key, below, value in said:
            at = (*path, *below)
            if not _is_there(layers, at):
                origin = layers.origin(place.child(*path).pointer).child(key)
                layers.put(at, value, origin)
                translated.add(place.child(*at))
    source.lay_over(layers)
    unread = sorted(found.keys() - _READ)
    if unread:
        report.note(
            "CP504",
            place,
            f"extensions of other tools that have no effect: {', '.join(unread)}",
            "docs/extensions.md names those that are read.",
            position_at(source.text, min(found[key] for key in unread)),
        )
    return frozenset(translated)


def _is_there(layers: Layers, path: tuple[Key, ...]) -> bool:
    """Whether a path has a value, or nothing that could take one."""
    here: Any = layers.data
    for key in path[:-1]:
        here = _member(here, str(key)) if not is_array(here) else here[int(key)]
    return not is_object(here) or path[-1] in here


_Reader = Callable[[dict[str, Any]], Iterator[_Translation]]


def _objects(data: Any) -> Iterator[tuple[tuple[Key, ...], dict[str, Any], _Reader]]:
    """The objects that may have such extensions, and what reads them."""
    paths = _member(data, "paths")
    for path, item in paths.items():
        for method in _METHODS:
            operation = _member(item, method)
            if operation:
                yield ("paths", path, method), operation, _operation
            for i, parameter in enumerate(_items(operation, "parameters")):
                if is_object(parameter):
                    where = ("paths", path, method, "parameters", i)
                    yield where, parameter, _parameter
    components = _member(data, "components")
    for name, parameter in _member(components, "parameters").items():
        if is_object(parameter):
            yield ("components", "parameters", name), parameter, _parameter
    for name, scheme in _member(components, "securitySchemes").items():
        if is_object(scheme):
            yield ("components", "securitySchemes", name), scheme, _scheme


def _member(value: Any, key: str) -> dict[str, Any]:
    """A member that is an object; an empty one where it is not."""
    below = value.get(key) if is_object(value) else None
    return below if is_object(below) else {}


def _items(value: Any, key: str) -> list[Any]:
    below = value.get(key) if is_object(value) else None
    return below if is_array(below) else []


# ------------------------------------------------------------------ operations
def _operation(words: dict[str, Any]) -> Iterator[_Translation]:
    for key, ours, read in _OF_OPERATIONS:
        value = read(words[key], words) if key in words else None
        if value is not None:
            yield _Translation(key, (f"x-clientpress-{ours}",), value)
    yield from _streaming(words)


def _of_client(words: dict[str, Any]) -> Iterator[_Translation]:
    """Where others have groups of Fern, an operation without one and without tags is the client's."""
    if _GROUP not in words and not words.get("tags") and "operationId" in words:
        yield _Translation("operationId", ("x-clientpress-group",), "client")


def _text(value: Any, _: dict[str, Any]) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _group(value: Any, _: dict[str, Any]) -> str | None:
    """A group, or the way to one: `a.b`, or a list."""
    steps = value if is_array(value) else [value]
    texts = [step for step in steps if isinstance(step, str) and step.strip()]
    return ".".join(texts) if texts and len(texts) == len(steps) else None


def _flag(value: Any, _: dict[str, Any]) -> bool | None:
    return True if value is True or value in ("true", "True") else None


def _retries(value: Any, _: dict[str, Any]) -> str | None:
    """Whether an operation may be sent twice, also after a broken connection."""
    if not is_object(value) or value.get("strategy") == "none":
        return None
    return None if value.get("retryConnectionErrors") is False else "idempotent"


def _speakeasy_pages(value: Any, _: dict[str, Any]) -> dict[str, Any] | None:
    """`{type, inputs: [{name, in, type}], outputs: {results, nextCursor, nextUrl}}`."""
    outputs = _member(value, "outputs")
    items = _json_path(outputs.get("results"))
    inputs = dict[str, str]()
    for each in _items(value, "inputs"):
        address = _input(each)
        if address and isinstance(each.get("type"), str):
            inputs.setdefault(each["type"], address)
    kind = value.get("type") if is_object(value) else None
    if items is None:
        return None
    size = {"size": inputs["limit"]} if "limit" in inputs else {}
    token = _json_path(outputs.get("nextCursor"))
    link = _json_path(outputs.get("nextUrl"))
    if kind == "cursor" and "cursor" in inputs and token:
        sent = {"next": token, "send": inputs["cursor"]}
        return {"kind": "cursor", "items": items} | sent | size
    if kind == "url" and link:
        return {"kind": "link", "items": items, "next": link}
    for name in ("page", "offset"):
        if kind == "offsetLimit" and name in inputs:
            return {"kind": name, "items": items, "send": inputs[name]} | size
    return None


def _input(value: Any) -> str | None:
    """Where an input of a page goes: a query parameter, or a member of the body."""
    name = value.get("name") if is_object(value) else None
    if not isinstance(name, str):
        return None
    if value.get("in") == "requestBody":
        return f"$request.body#/{escape_step(name)}"
    return f"$request.query.{name}"


def _fern_pages(value: Any, words: dict[str, Any]) -> dict[str, Any] | None:
    """`{cursor, next_cursor, results}`, `{offset, results, has-next-page}` or `{next_uri, results}`."""
    items = _dotted(value.get("results"), "response") if is_object(value) else None
    if not is_object(value) or items is None:
        return None
    cursor = _dotted(value.get("cursor"), "request", words)
    token = _dotted(value.get("next_cursor"), "response")
    offset = _dotted(value.get("offset"), "request", words)
    link = _dotted(value.get("next_uri"), "response")
    more = _dotted(value.get("has-next-page"), "response")
    ends = {"more": more} if more else {}
    if cursor and token:
        sent = {"next": token, "send": cursor}
        return {"kind": "cursor", "items": items} | sent | ends
    if offset:
        step = _dotted(value.get("step"), "request", words)
        kind = "page" if "page" in offset.lower() and not step else "offset"
        size = {"size": step} if step else {}
        return {"kind": kind, "items": items, "send": offset} | size | ends
    return {"kind": "link", "items": items, "next": link} | ends if link else None


def _ms_pages(value: Any, _: dict[str, Any]) -> dict[str, Any] | None:
    """`{nextLinkName, itemName}`; without a next link there is one page."""
    if not is_object(value):
        return None
    items = f"$response.body#/{escape_step(str(value.get('itemName', 'value')))}"
    link = value.get("nextLinkName", "nextLink")
    if link is None:
        return {"kind": "single", "items": items}
    at = f"$response.body#/{escape_step(str(link))}"
    return {"kind": "link", "items": items, "next": at}


_STEP = re.compile(r"""\.([\w@-]+)|\['([^']+)'\]|\["([^"]+)"\]""")


def _json_path(value: Any) -> str | None:
    """A JSONPath of plain names as an address in the answer; a pointer is one already."""
    if not isinstance(value, str):
        return None
    if value.startswith("/"):
        return f"$response.body#{value}"
    names = ["".join(match.groups("")) for match in _STEP.finditer(value)]
    if not value.startswith("$") or _STEP.sub("", value[1:]):
        return None
    pointer = "".join(f"/{escape_step(name)}" for name in names)
    return f"$response.body#{pointer}" if pointer else "$response.body"


def _dotted(value: Any, source: str, words: dict[str, Any] | None = None) -> str | None:
    """`$response.meta.next` or `$request.cursor` as an address.

    Args:
        value: The text.
        source: `request` or `response`.
        words: The operation, for an address in its request.
    """
    if not isinstance(value, str) or not value.startswith(f"${source}"):
        return None
    first, *rest = value.split(".")[1:] or [""]
    inner = "".join(f"/{escape_step(step)}" for step in rest)
    pointer = f"/{escape_step(first)}{inner}" if first else ""
    if source == "response":
        return f"$response.body#{pointer}" if pointer else "$response.body"
    parameters = [p for p in _items(words, "parameters") if is_object(p)]
    is_query = any(p.get("name") == first for p in parameters)
    if is_query or "requestBody" not in (words or {}):
        return f"$request.query.{first}" + (f"#{inner}" if inner else "")
    return f"$request.body#{pointer}"


_CONDITION = re.compile(
    r"\s*\$response\.body#?(/\S+)\s*(==|!=)\s*[\"']?([^\"']*)[\"']?\s*\Z"
)


def _speakeasy_polling(value: Any, _: dict[str, Any]) -> dict[str, Any] | None:
    """`[{name, intervalSeconds, limitCount, successCriteria, failureCriteria}]`: the first of them."""
    first = value[0] if is_array(value) and value else None
    rules = list[dict[str, Any]]()
    for key, outcome in (
        ("failureCriteria", "failed"),
        ("successCriteria", "succeeded"),
    ):
        listed = [c.get("condition") for c in _items(first, key) if is_object(c)]
        tests = [test for test in map(_test, listed) if test]
        if tests:
            when = tests[0] if len(tests) == 1 else {"all": tests}
            rules.append({"outcome": outcome, "when": when})
    if not is_object(first) or not any(r["outcome"] == "succeeded" for r in rules):
        return None
    interval, count = first.get("intervalSeconds", 1), first.get("limitCount", 60)
    if not (_is_positive(interval) and _is_positive(count)):
        return {"rules": rules}
    return {"rules": rules, "interval": interval, "timeout": interval * count}


def _is_positive(value: Any) -> bool:
    return isinstance(value, (int, float)) and value is not True and value > 0


def _test(condition: Any) -> dict[str, Any] | None:
    """`$response.body#/status == "completed"` as a condition; None for other forms."""
    match = _CONDITION.match(condition) if isinstance(condition, str) else None
    if match is None:
        return None
    at, sign, word = match.groups()
    plain: Any = {"true": True, "false": False}.get(word, word)
    return {"at": at, "eq" if sign == "==" else "ne": plain}


def _streaming(words: dict[str, Any]) -> Iterator[_Translation]:
    """`x-fern-streaming: {format: sse, terminator, response-stream}` as a media type of the answer."""
    key = "x-fern-streaming"
    value = words.get(key)
    responses = _member(words, "responses")
    status = next((s for s in responses if str(s).startswith("2")), None)
    if not is_object(value) or status is None:
        return
    content = _member(responses[status], "content")
    is_events = value.get("format") == "sse"
    media = "text/event-stream" if is_events else "application/x-ndjson"
    item = value.get("response-stream") or value.get("response")
    if not content or not is_object(item) or any("stream" in name for name in content):
        return
    said: dict[str, Any] = {"itemSchema": item}
    terminator = value.get("terminator")
    if is_events and isinstance(terminator, str):
        said["x-clientpress-stream"] = {"terminator": terminator}
    yield _Translation(key, ("responses", status, "content", media), said)


_OF_OPERATIONS: tuple[tuple[str, str, Callable[[Any, dict[str, Any]], Any]], ...] = (
    ("x-speakeasy-group", "group", _group),
    ("x-speakeasy-name-override", "name", _text),
    ("x-speakeasy-ignore", "hidden", _flag),
    ("x-speakeasy-retries", "retry", _retries),
    ("x-speakeasy-pagination", "pagination", _speakeasy_pages),
    ("x-speakeasy-polling", "polling", _speakeasy_polling),
    (_GROUP, "group", _group),
    ("x-fern-sdk-method-name", "name", _text),
    ("x-fern-ignore", "hidden", _flag),
    ("x-fern-pagination", "pagination", _fern_pages),
    ("x-ms-pageable", "pagination", _ms_pages),
)
"""An extension of another tool, ours, and what makes the value of ours, or None."""


# ------------------------------------------------------------------ parameters and keys
def _parameter(words: dict[str, Any]) -> Iterator[_Translation]:
    for key in ("x-speakeasy-name-override", "x-fern-parameter-name"):
        name = _text(words.get(key), words)
        if name:
            yield _Translation(key, ("x-clientpress-name",), name)


def _scheme(words: dict[str, Any]) -> Iterator[_Translation]:
    """`x-fern-bearer` and `x-fern-header`: `{name, env}`."""
    for key in ("x-fern-bearer", "x-fern-header"):
        said = _member(words, key)
        name, variable = _text(said.get("name"), said), _text(said.get("env"), said)
        if name:
            yield _Translation(key, ("x-clientpress-name",), name)
        if variable:
            yield _Translation(key, ("x-clientpress-env",), [variable])
