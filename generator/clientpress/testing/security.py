"""Credentials: whether a request has those that its operation asks for, and made-up ones."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2

from clientpress.document.data import is_array, is_object
from clientpress.testing.parameters import cookies_of, query_pairs
from clientpress.testing.reading import At, Documents, Operation

FAKE = "a-made-up-key"


@dataclass(frozen=True)
class Scheme:
    """A Security Scheme Object."""

    name: str
    at: At

    def _word(self, word: str) -> str:
        found = self.at.words().get(word)
        return found if isinstance(found, str) else ""

    @property
    def kind(self) -> str:
        """`apiKey`, `http`, `oauth2`, `openIdConnect` or `mutualTLS`."""
        return self._word("type")

    @property
    def key(self) -> tuple[str, str]:
        """Where an API key stands, and under which name; empty for other kinds."""
        return (
            (self._word("in"), self._word("name"))
            if self.kind == "apiKey"
            else ("", "")
        )

    @property
    def prefix(self) -> str:
        """What the header Authorization starts with."""
        return "Bearer" if self.kind != "http" else self._word("scheme").capitalize()

    @property
    def token_urls(self) -> Iterator[str]:
        """Where the flows of OAuth 2 get tokens."""
        flows = self.at.find("flows")
        for flow in flows.words().values() if flows else ():
            found = flow.get("tokenUrl") if is_object(flow) else None
            if isinstance(found, str):
                yield found

    def is_met(self, request: httpx2.Request) -> bool:
        """Whether a request has such credentials."""
        if self.kind == "mutualTLS":
            return True  # of the connection, which nobody sees here
        if self.kind != "apiKey":
            sent = request.headers.get("authorization", "")
            return sent.lower().startswith(f"{self.prefix.lower()} ")
        place, name = self.key
        if place == "header":
            return bool(request.headers.get(name))
        if place == "query":
            return any(n == name and v for n, v in query_pairs(_query(request)))
        cookies = cookies_of(request.headers.get("cookie", ""))
        return any(n == name and v for n, v in cookies)

    def add(self, request: httpx2.Request) -> None:
        """Put made-up credentials in a request."""
        place, name = self.key
        if self.kind == "http" and self.prefix == "Basic":
            pair = b64encode(f"user:{FAKE}".encode()).decode()
            request.headers["authorization"] = f"Basic {pair}"
        elif self.kind != "apiKey":
            request.headers["authorization"] = f"{self.prefix} {FAKE}"
        elif place == "header":
            request.headers[name] = FAKE
        elif place == "query":
            request.url = request.url.copy_add_param(name, FAKE)
        else:
            before = request.headers.get("cookie", "")
            cookie = f"{name}={FAKE}"
            request.headers["cookie"] = f"{before}; {cookie}" if before else cookie

    def __str__(self) -> str:
        place, name = self.key
        where = f"{place} {name}" if name else f"Authorization: {self.prefix} …"
        return f"{self.name} ({where})"


def _query(request: httpx2.Request) -> str:
    return request.url.query.decode("ascii", "replace")


class Security:
    """The security schemes of a document."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        found = documents.entry.find("components", "securitySchemes")
        self.schemes = dict[str, Scheme]()
        for name in found.words() if found else ():
            at = documents.follow(found.child(name)) if found else None
            if at is not None and at.words():
                self.schemes[name] = Scheme(name, at)

    def alternatives(self, operation: Operation) -> tuple[At, list[list[Scheme]]]:
        """The requirements of an operation, any of which is enough, and where they stand."""
        at = operation.at.find("security") or self._documents.entry.find("security")
        if at is None or not is_array(at.data):
            return operation.at, [[]]
        # Without what the document does not describe.
        found = [
            [self.schemes[name] for name in each if name in self.schemes]
            for each in at.data
            if is_object(each)
        ]
        return at, found or [[]]

    def names(self, place: str) -> set[str]:
        """The names of API keys in the query, in headers or in cookies."""
        keys = [scheme.key for scheme in self.schemes.values()]
        return {name for where, name in keys if where == place}

    def is_token_url(self, url: httpx2.URL) -> bool:
        """Whether tokens are issued there."""
        for scheme in self.schemes.values():
            for text in scheme.token_urls:
                told = httpx2.URL(text)
                path = told.path if told.path.startswith("/") else f"/{told.path}"
                if url.path.endswith(path) and told.host in ("", url.host):
                    return True
        return False
