"""The operation that a request is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from urllib.parse import quote, unquote

import httpx2

from clientpress.document.data import is_array, is_object
from clientpress.testing.parameters import Pair, query_pairs
from clientpress.testing.reading import At, Documents, OperationObject


@dataclass(frozen=True)
class Route:
    """An operation, and the parameters in the URL of a request.

    Attributes:
        values: The path parameters, as they were sent.
        query: The pairs of the query, without those that the document has in the path.
    """

    operation: OperationObject
    values: dict[str, str]
    query: list[Pair]


class Template:
    """A path with parameters, which may have a query."""

    def __init__(self, path: str) -> None:
        self.path, _, fixed = path.partition("?")
        self.fixed = query_pairs(fixed)
        self._segments = [_Segment(each) for each in self.path.split("/")]

    @property
    def length(self) -> int:
        """The number of segments."""
        return len(self._segments)

    @cached_property
    def rank(self) -> tuple[int, ...]:
        """The order of templates: fixed segments come before parameters (OpenAPI 3.2, section 4.8)."""
        return tuple(segment.rank for segment in self._segments)

    def take_fixed(self, pairs: list[Pair]) -> dict[str, str] | None:
        """Remove the pairs from a query that the path itself has.

        Returns:
            The values of parameters in these pairs; None where a pair is missing.
        """
        values = dict[str, str]()
        for name, expected in self.fixed:
            is_open = expected.startswith("{") and expected.endswith("}")
            fitting = [
                p for p in pairs if p[0] == name and (is_open or p[1] == expected)
            ]
            if fitting:
                pairs.remove(fitting[0])
                if is_open:
                    values[expected[1:-1]] = fitting[0][1]
            elif not is_open:
                return None
        return values

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """The values of the parameters; None where the path does not match."""
        values = dict[str, str]()
        for segment, sent in zip(self._segments, segments, strict=True):
            matched = segment.match(sent)
            if matched is None:
                return None
            values.update(matched)
        return values


class _Segment:
    """A segment of a path, which may have parameters."""

    def __init__(self, text: str) -> None:
        self._text = unquote(text)
        self._names = re.findall(r"\{([^{}]*)\}", text) if "{" in text else []
        whole = self._text == f"{{{self._names[0]}}}" if self._names else False
        self.rank = 2 if whole else 1 if self._names else 0

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        fixed = re.split(r"\{[^{}]*\}", self._text)
        return re.compile("(.+?)".join(map(_either, fixed)), re.DOTALL)

    def match(self, sent: str) -> dict[str, str] | None:
        """The values of the parameters; None where the segment does not match."""
        if not self._names:
            same = sent == self._text or unquote(sent) == self._text
            return {} if same else None
        matched = self._pattern.fullmatch(sent)
        return (
            dict(zip(self._names, matched.groups(), strict=True)) if matched else None
        )


def _either(text: str) -> str:
    """A pattern for a text, percent-encoded or not."""
    pairs = [(re.escape(letter), quote(letter, safe="")) for letter in text]
    return "".join(a if len(b) == 1 else f"(?:{a}|(?i:{b}))" for a, b in pairs)


class Router:
    """The operations of a document, by path and by name.

    Args:
        documents: The document.
        base_url: The address of the API; if empty, the servers of the document.
    """

    def __init__(self, documents: Documents, base_url: str = "") -> None:
        self._documents = documents
        self._by_length: dict[
            int, dict[str, tuple[Template, list[OperationObject]]]
        ] = {}
        self.by_name: dict[str, OperationObject] = {}
        self.operations = list(documents.operations())
        for operation in self.operations:
            template = Template(operation.path)
            listed = self._by_length.setdefault(template.length, {})
            listed.setdefault(operation.path, (template, []))[1].append(operation)
            self.by_name.setdefault(operation.name, operation)
        for operation in self.operations:
            if operation.id:
                self.by_name[operation.id] = operation
        self._prefixes = set[str]()
        self.base_url = base_url
        for url in [base_url] if base_url else map(_address, self._servers()):
            self._add_prefix(url)

    def _servers(self) -> Iterator[At]:
        """Every Server Object."""
        owners = [self._documents.entry, *(o.at for o in self.operations)]
        paths = self._documents.entry.find("paths")
        for name in paths.words() if paths else ():
            item = self._documents.follow(paths.child(name)) if paths else None
            owners += [item] if item else []
        for owner in owners:
            servers = owner.find("servers")
            for i in range(
                len(servers.data) if servers and is_array(servers.data) else 0
            ):
                if servers and is_object(servers.data[i]):
                    yield servers.child(i)

    def _add_prefix(self, url: str) -> None:
        path = httpx2.URL(url).raw_path.decode("ascii", "replace").partition("?")[0]
        self._prefixes.add(path.rstrip("/"))

    @property
    def address(self) -> str:
        """The address of the first server; at a host for tests if the document has none."""
        first = next((_address(at) for at in self._servers()), "")
        url = httpx2.URL(self.base_url or first or "/")
        return str(httpx2.URL("https://api.test/").join(url)).rstrip("/")

    def named(self, name: str) -> OperationObject:
        """An operation, by its operationId or by `METHOD /path`.

        Raises:
            LookupError: There is none; the text has a suggestion.
        """
        if name in self.by_name:
            return self.by_name[name]
        near = get_close_matches(name, self.by_name, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise LookupError(f"the document has no operation {name!r}.{hint}")

    def find(self, method: str, url: httpx2.URL) -> Route | list[OperationObject]:
        """The operation of a request; else the operations that its path has for other methods."""
        raw, _, query = url.raw_path.decode("ascii", "replace").partition("?")
        others = list[OperationObject]()
        for prefix in sorted(self._prefixes or {""}, key=len, reverse=True):
            if not raw.startswith(f"{prefix}/"):
                continue
            for operations, values, pairs in self._matches(raw[len(prefix) :], query):
                for operation in operations:
                    if operation.method == method:
                        return Route(operation, values, pairs)
                others += operations
        return others

    def _matches(
        self, path: str, query: str
    ) -> Iterator[tuple[list[OperationObject], dict[str, str], list[Pair]]]:
        """Each possible path: its operations, the values of parameters, and the rest of the query."""
        segments = path.split("/")
        listed = self._by_length.get(len(segments), {}).values()
        matches = [
            (template, operations, values)
            for template, operations in listed
            for values in [template.match(segments)]
            if values is not None
        ]
        matches.sort(key=lambda each: (not each[0].fixed, each[0].rank))
        for template, operations, values in matches:
            pairs = query_pairs(query)
            more = template.take_fixed(pairs)
            if more is not None:
                yield operations, {**values, **more}, pairs

    def nearest(self, method: str, url: httpx2.URL) -> OperationObject | None:
        """The operation that is most similar to an unknown one."""
        names = [operation.name for operation in self.operations]
        near = get_close_matches(f"{method} {url.path}", names, n=1)
        return self.by_name[near[0]] if near else None


def _address(server: At) -> str:
    """The URL of a server, with the defaults of its variables."""
    url = server.words().get("url")
    variables = server.find("variables")
    text = url if isinstance(url, str) else ""
    for name in re.findall(r"\{([^{}]*)\}", text):
        default = variables.find(name, "default") if variables else None
        text = text.replace(f"{{{name}}}", str(default.data) if default else name)
    try:
        httpx2.URL(text)
    except httpx2.InvalidURL:
        return ""
    return text
