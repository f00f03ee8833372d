"""Checks whether the document allows a request."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from urllib.parse import unquote

import httpx2

from clientpress.testing.bodies import decoded, read_body
from clientpress.testing.findings import Finding, finding
from clientpress.testing.media import media_named
from clientpress.testing.parameters import (
    Misfit,
    Pair,
    ParameterObject,
    Reader,
    content,
    cookies_of,
)
from clientpress.testing.reading import At, Documents, Json, OperationObject
from clientpress.testing.routing import Route
from clientpress.testing.schemas import REQUEST, Schemas, Unusable
from clientpress.testing.security import Security
from clientpress.testing.shapes import Shapes

# Every client sends these headers, whatever the document declares.
_OWN_HEADERS = ("accept-encoding", "connection", "content-length", "host", "user-agent")
MOST_FINDINGS = 10
"""How many findings of one body are reported."""


def whys(schemas: Schemas, at: At, value: Json, where: str) -> list[str]:
    """What is wrong with a value, for the schema at a place of the document; `where` names the value."""
    try:
        validator = schemas.validator(schemas.at(at))
    except Unusable:
        return []  # not a valid JSON Schema, so that there is nothing to compare with
    messages = dict[str, None]()  # several parts of a schema may have the same message
    for error in validator.iter_errors(value):
        path = "".join(f"/{step}" for step in error.instance_path)
        message = str(error.message)
        short = (
            message if len(message) <= 300 else f"{message[:150]} … {message[-150:]}"
        )
        messages[f"{where}{path}: {short}"] = None
        if len(messages) == MOST_FINDINGS:
            break
    return list(messages)


class Checker:
    """Checks requests. Schemas are read when an operation needs them.

    Args:
        documents: The document.
        security: Its security schemes.
        is_open: Whether requests may have query parameters that the document does not declare.
        asks_for_credentials: Whether requests need the credentials that the document requires.
    """

    def __init__(
        self,
        documents: Documents,
        security: Security,
        *,
        is_open: bool,
        asks_for_credentials: bool,
    ) -> None:
        self._documents, self._security = documents, security
        self._is_open, self._asks = is_open, asks_for_credentials
        self.schemas = Schemas(documents, REQUEST)
        self._shapes = Shapes(self.schemas)
        self._reader = Reader(self._shapes)
        self._cookies = Reader(self._shapes, is_cookie=True)

    def check(
        self, route: Route, request: httpx2.Request
    ) -> tuple[dict[str, Json], list[Finding]]:
        """Check a request.

        Returns:
            The values of the parameters, and everything that the document does not allow.
        """
        values: dict[str, Json] = {}
        findings = list(self._parameters(route, request, values))
        findings += self._body(route.operation, request)
        if self._asks:
            findings += self._credentials(route.operation, request)
        return values, findings

    def _finding(self, at: At, message: str) -> Finding:
        return finding(self._documents, at, message)

    # -------------------------------------------------------------- parameters
    def _parameters(
        self, route: Route, request: httpx2.Request, values: dict[str, Json]
    ) -> Iterator[Finding]:
        """Findings about parameters; their values are put into `values`."""
        query = request.url.query.decode("ascii", "replace")
        pairs = route.query
        cookies = cookies_of(request.headers.get("cookie", ""))
        known = self._security.names("query")
        is_whole = False
        for at in route.operation.parameters:
            parameter = ParameterObject(at)
            if parameter.name in self._security.names(parameter.location):
                continue  # an API key, which is checked with the credentials
            schema = self._schema(parameter)
            places = [self.schemas.at(schema)] if schema else []
            # Read the value that was sent, and whether there is one.
            try:
                match parameter.location:
                    case "path":
                        sent = route.values.get(parameter.name)
                        value = sent and self._reader.text(parameter, sent, places)
                        is_there = sent is not None
                        if f"{{{parameter.name}}}" not in route.operation.path:
                            continue  # the path has no placeholder for it
                    case "header":
                        sent = request.headers.get(parameter.name)
                        is_there = sent is not None
                        value = sent and self._reader.text(parameter, sent, places)
                        value = "" if is_there and sent == "" else value
                    case "querystring":
                        is_whole, is_there = True, bool(query)
                        value = query and self._whole_query(parameter, query, schema)
                    case "query" | "cookie":
                        is_query = parameter.location == "query"
                        reader = self._reader if is_query else self._cookies
                        listed = pairs if is_query else cookies
                        names = self._names(route.operation, parameter, places, listed)
                        known |= names
                        own = [pair for pair in listed if pair[0] in names]
                        is_there = bool(own)
                        value = reader.pairs(parameter, own, places) if own else None
                    case _:
                        continue
            except Misfit as error:
                known.add(parameter.name)
                yield self._finding(at, f"{_name_of(parameter)}: {error}")
                continue
            if not is_there:
                if parameter.is_required:
                    yield self._finding(at, f"{_name_of(parameter)} is missing")
                continue
            values[parameter.name] = value
            if schema is not None and parameter.name.lower() not in _OWN_HEADERS:
                for why in whys(self.schemas, schema, value, _name_of(parameter)):
                    yield self._finding(at, why)
        if not self._is_open and not is_whole:
            yield from self._undeclared(route.operation, pairs, known)

    def _names(
        self,
        operation: OperationObject,
        parameter: ParameterObject,
        places: list[At],
        sent: list[Pair],
    ) -> set[str]:
        """The names of the pairs that belong to a parameter, without names of other parameters."""
        others = {
            str(at.data["name"])
            for at in operation.parameters
            if at.data["in"] == parameter.location
        } - {parameter.name}
        others |= self._security.names(parameter.location)
        names = self._reader.names(parameter, places, sent)
        return {name for name in names if name == parameter.name or name not in others}

    def _schema(self, parameter: ParameterObject) -> At | None:
        """The schema of a parameter, beside it or in its `content`."""
        if not parameter.media_type:
            return parameter.at.find("schema")
        media = self._documents.follow(
            parameter.at.find("content", parameter.media_type)
        )
        return media.find("schema") if media else None

    def _whole_query(
        self, parameter: ParameterObject, query: str, schema: At | None
    ) -> Json:
        """The value of a parameter in `querystring`."""
        if "json" in parameter.media_type:
            return content(parameter, unquote(query))
        media = media_named(self._documents, parameter.at, parameter.media_type)
        if media is None or schema is None:
            return query
        read = read_body(media, query.encode(), parameter.media_type, self._shapes)
        return read[0].value if read else query

    def _undeclared(
        self, operation: OperationObject, pairs: list[Pair], known: set[str]
    ) -> Iterator[Finding]:
        """Findings about query parameters that are not declared."""
        declared = [
            str(at.data["name"])
            for at in operation.parameters
            if at.data["in"] == "query"
        ]
        for name in dict.fromkeys(n for n, _ in pairs if n not in known):
            if name in declared:
                message = f"query {name!r} is not sent in the style that is declared"
                yield self._finding(operation.at, message)
                continue
            near = get_close_matches(name, declared, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            yield self._finding(operation.at, f"query {name!r} is not declared{hint}")

    # -------------------------------------------------------------- body
    def _body(
        self, operation: OperationObject, request: httpx2.Request
    ) -> Iterator[Finding]:
        """Findings about the body."""
        body, data = operation.body, request.content
        content_type = request.headers.get("content-type", "")
        if body is None or not body.words().get("content"):
            if data and operation.body is None:
                yield self._finding(
                    operation.at, "a body was sent, but none is declared"
                )
            return
        if not data and not content_type:
            if body.data.get("required") is True:
                yield self._finding(body, "the body is missing")
            return
        media = media_named(self._documents, body, content_type)
        listed = ", ".join(body.data["content"])
        if media is None:
            sent = f"a body of type {content_type or 'none'}" if data else content_type
            yield self._finding(
                body.child("content"), f"{sent} is not declared; there is {listed}"
            )
            return
        try:
            plain = decoded(data, request.headers.get("content-encoding", ""))
            if plain is None:
                return
            for read in read_body(media, plain, content_type, self._shapes):
                if read.schema is not None:
                    for why in whys(self.schemas, read.schema, read.value, read.where):
                        yield self._finding(read.schema, why)
        except Misfit as error:
            yield self._finding(media.at, str(error))

    # -------------------------------------------------------------- credentials
    def _credentials(
        self, operation: OperationObject, request: httpx2.Request
    ) -> Iterator[Finding]:
        """A finding if the credentials are missing."""
        at, alternatives = self._security.alternatives(operation)
        if any(all(s.is_met(request) for s in each) for each in alternatives):
            return
        required = " or ".join(
            " with ".join(map(str, each)) for each in alternatives if each
        )
        yield self._finding(at, f"credentials are missing: {required}")


def _name_of(parameter: ParameterObject) -> str:
    """How messages name a parameter."""
    return f"{parameter.location} {parameter.name!r}"
